<?php

declare(strict_types=1);

function fail(string $message): never
{
    fwrite(STDERR, "$message\n");
    exit(1);
}

$key = getenv("ANTHROPIC_API_KEY") ?: fail("ANTHROPIC_API_KEY is not set.");

$body = <<<'JSON'
{
  "model": "claude-opus-5-5",
  "system": "You answer customers of a shop, in plain English.",
  "output_config": {
    "format": {
      "type": "json_schema",
      "schema": {
        "type": "object",
        "properties": {
          "reply": {
            "type": "string",
            "description": "What the customer reads"
          },
          "mood": {
            "type": "string",
            "enum": [
              "angry",
              "calm"
            ]
          },
          "refund": {
            "type": "boolean"
          }
        },
        "required": [
          "reply",
          "mood",
          "refund"
        ],
        "additionalProperties": false
      }
    }
  },
  "tools": [
    {
      "name": "get_order",
      "description": "What was ordered, and where it is",
      "input_schema": {
        "type": "object",
        "properties": {
          "order_id": {
            "type": "string"
          }
        },
        "required": [
          "order_id"
        ],
        "additionalProperties": false
      }
    }
  ],
  "messages": [
    {
      "role": "user",
      "content": [
        {
          "type": "document",
          "source": {
            "type": "text",
            "media_type": "text/plain",
            "data": "Parcels can be returned for 30 days.\nIt's free of charge.\n"
          },
          "title": "Terms of the shop"
        },
        {
          "type": "image",
          "source": {
            "type": "base64",
            "media_type": "image/png",
            "data": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mNgaGD4DwACBQF/yyk/+AAAAABJRU5ErkJggg=="
          }
        },
        {
          "type": "text",
          "text": "Zoë O'Hara writes about order A-1042:\n\nThe box came \"open\".\nIt costs $40 – what now?\n\nPlease answer Zoë O'Hara."
        }
      ]
    }
  ]
}
JSON;

$url = "https://api.anthropic.com/v1/messages/count_tokens";
$context = stream_context_create([
    "http" => [
        "method" => "POST",
        "protocol_version" => 1.1,
        "header" => [
            "x-api-key: $key",
            "anthropic-version: 2023-06-01",
            "content-type: application/json",
        ],
        "content" => $body,
        "timeout" => 600,
        "ignore_errors" => true,
        "follow_location" => 0,
    ],
]);

$response = fopen($url, "r", context: $context) ?: exit(1);
$status = stream_get_meta_data($response)["wrapper_data"][0];
if (explode(" ", $status)[1] !== "200") {
    fail("$status\n" . stream_get_contents($response));
}

$body = stream_get_contents($response);
$answer = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
echo $answer["input_tokens"], "\n";
