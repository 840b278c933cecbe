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
    messages: [{ role: "user", content: "Hello, Claude" }],
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
