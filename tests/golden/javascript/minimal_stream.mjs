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
    model: "claude-opus-5-5",
    max_tokens: 1024,
    stream: true,
    messages: [{ role: "user", content: "Hello, Claude" }],
  }),
});
if (response.ok) {
  const decoder = new TextDecoder();
  let rest = "";
  let last;
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\r|\n/);
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data:")) continue;
      const event = JSON.parse(line.slice("data:".length));
      last = event.type;
      if (event.delta?.type === "text_delta") {
        process.stdout.write(event.delta.text);
      } else if (event.type === "error") {
        console.error(line);
        process.exitCode = 1;
      }
    }
  }
  if (last !== "message_stop") {
    console.error("The answer ended early.");
    process.exitCode = 1;
  }
} else {
  console.error(response.status, await response.text());
  process.exitCode = 1;
}
