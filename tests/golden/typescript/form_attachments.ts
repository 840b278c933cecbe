import { readFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  defaultHeaders: { "anthropic-version": "2023-06-01" },
});

async function main() {
  const message = await client.messages.create({
    model: "claude-opus-5-5",
    max_tokens: 2000,
    system: "You answer customers of a shop, in plain English.",
    output_config: {
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: {
            reply: { type: "string", description: "What the customer reads" },
            mood: { type: "string", enum: ["angry", "calm"] },
            refund: { type: "boolean" },
          },
          required: ["reply", "mood", "refund"],
          additionalProperties: false,
        },
      },
    },
    tools: [
      {
        name: "get_order",
        description: "What was ordered, and where it is",
        input_schema: {
          type: "object",
          properties: { order_id: { type: "string" } },
          required: ["order_id"],
          additionalProperties: false,
        },
      },
    ],
    messages: [
      {
        role: "user",
        content: [
          {
            type: "document",
            source: {
              type: "text",
              media_type: "text/plain",
              data: readFileSync("Terms-of-the-shop.txt", "utf8"),
            },
            title: "Terms of the shop",
          },
          {
            type: "image",
            source: {
              type: "base64",
              media_type: "image/png",
              data: readFileSync("image.png", "base64"),
            },
          },
          {
            type: "text",
            text: `Zoë O'Hara writes about order A-1042:

The box came "open".
It costs $40 – what now?

Please answer Zoë O'Hara.`,
          },
        ],
      },
    ],
  });
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
}

main();
