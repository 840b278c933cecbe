import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  defaultHeaders: { "anthropic-version": "2023-06-01" },
});

async function main() {
  const message = await client.messages.create({
    model: "claude-opus-5-5",
    max_tokens: 1024,
    messages: [{ role: "user", content: "Hello, Claude" }],
  });
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
}

main();
