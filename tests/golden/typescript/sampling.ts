import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: "http://127.0.0.1:8501/sandbox",
  defaultHeaders: { "anthropic-version": "2023-06-01" },
});

async function main() {
  const message = await client.messages.create({
    model: "claude-sonnet-4-5",
    max_tokens: 300,
    temperature: 1,
    top_p: 0.95,
    top_k: 40,
    service_tier: "standard_only",
    messages: [{ role: "user", content: "Roll a die." }],
  } as Anthropic.MessageCreateParamsNonStreaming);
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
}

main();
