import Anthropic from "@anthropic-ai/sdk";
import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";

const client = new Anthropic({
  defaultHeaders: { "anthropic-version": "2023-06-01" },
});

const schema = {
  type: "object",
  properties: {
    reply: { type: "string", description: "What the customer reads" },
    mood: { type: "string", enum: ["angry", "calm"] },
    refund: { type: "boolean" },
  },
  required: ["reply", "mood", "refund"],
  additionalProperties: false,
} as const;
const outputFormat = jsonSchemaOutputFormat(schema, { transform: false });

async function main() {
  const stream = client.messages.stream({
    model: "claude-opus-5-5",
    max_tokens: 2000,
    system: "You answer customers of a shop, in plain English.",
    output_config: { format: outputFormat },
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
              data: `Parcels can be returned for 30 days.
It's free of charge.
`,
            },
            title: "Terms of the shop",
          },
          {
            type: "image",
            source: {
              type: "base64",
              media_type: "image/png",
              data: "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mNgaGD4DwACBQF/yyk/+AAAAABJRU5ErkJggg==",
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
  const message = await stream.finalMessage();
  console.log(JSON.stringify(message.parsed_output, null, 2));
}

main();
