import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  defaultHeaders: { "anthropic-version": "2023-06-01" },
});

// Fill in what each tool does; the model reads the text that is returned.
async function getOrder(input: unknown): Promise<string> {
  throw new Error("Not implemented yet.");
}

async function runTool(name: string, input: unknown): Promise<string> {
  switch (name) {
    case "get_order":
      return getOrder(input);
    default:
      throw new Error("There is no such tool.");
  }
}

async function main() {
  const params: Anthropic.MessageStreamParams = {
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
  };
  while (true) {
    const stream = client.messages.stream(params);
    stream.on("text", (text) => process.stdout.write(text));
    const message = await stream.finalMessage();
    console.log();
    params.messages.push({ role: "assistant", content: message.content });
    if (message.stop_reason === "pause_turn") continue;
    if (message.stop_reason !== "tool_use") return;

    const results: Anthropic.ToolResultBlockParam[] = [];
    for (const block of message.content) {
      if (block.type !== "tool_use") continue;
      const result = { type: "tool_result" as const, tool_use_id: block.id };
      try {
        const content = await runTool(block.name, block.input);
        results.push({ ...result, content });
      } catch (error) {
        results.push({ ...result, content: String(error), is_error: true });
      }
    }
    params.messages.push({ role: "user", content: results });
  }
}

main();
