const endpoint = "https://api.anthropic.com/v1/messages";
const apiKey = process.env.ANTHROPIC_API_KEY;
if (!apiKey) throw new Error("Please set ANTHROPIC_API_KEY.");

async function main(language, customerName, order, letter) {
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
      max_tokens: 2000,
      system: `You answer customers of a shop, in ${language}.`,
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
              text: `${customerName} writes about order ${order}:

${letter}

Please answer ${customerName}.`,
            },
          ],
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
}

await main(
  "plain English",
  "Zoë O'Hara",
  "A-1042",
  'The box came "open".\nIt costs $40 – what now?',
);
