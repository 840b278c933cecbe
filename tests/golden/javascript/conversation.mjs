const endpoint = "https://api.anthropic.com/v1/messages";
const apiKey = process.env.ANTHROPIC_API_KEY;
if (!apiKey) throw new Error("Please set ANTHROPIC_API_KEY.");

const response = await fetch(endpoint, {
  method: "POST",
  redirect: "manual",
  headers: {
    "x-api-key": apiKey,
    "anthropic-version": "2023-06-01",
    "content-type": "application/json",
  },
  body: JSON.stringify({
    model: "claude-sonnet-5-5",
    max_tokens: 4096,
    system: `You are a careful editor.

- Keep the author's voice.
- Say "done" when there is nothing to mend.
`,
    thinking: { type: "adaptive", display: "summarized" },
    output_config: { effort: "low" },
    stop_sequences: ["\n\nHuman:", "END"],
    metadata: { user_id: "8d0c-11" },
    messages: [
      {
        role: "user",
        content:
          "Please mend this sentence: it don't matter how long a line is, no formatter breaks a string, so it stays.",
      },
      { role: "assistant", content: "It doesn't matter how long a line is." },
      {
        role: "user",
        content: `And this one:

    def f():
        return '''it's "quoted"''' \x20
`,
      },
    ],
  }),
});
if (response.ok) {
  const message = await response.json();
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
} else {
  console.error(response.status, await response.text());
  process.exitCode = 1;
}
