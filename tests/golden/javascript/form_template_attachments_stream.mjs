import { readFileSync } from "node:fs";

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
      stream: true,
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
}

await main(
  "plain English",
  "Zoë O'Hara",
  "A-1042",
  'The box came "open".\nIt costs $40 – what now?',
);
