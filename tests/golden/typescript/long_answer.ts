import Anthropic from "@anthropic-ai/sdk";

// Node's fetch waits five minutes for an answer to begin: stream longer ones.
const client = new Anthropic({
  defaultHeaders: { "anthropic-version": "2023-06-01" },
  timeout: 3600000,
});

async function main() {
  const message = await client.messages.create({
    model: "claude-opus-5-5",
    max_tokens: 64000,
    messages: [{ role: "user", content: "Write a novel." }],
  });
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
}

main();
