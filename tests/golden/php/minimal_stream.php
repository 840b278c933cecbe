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
  "max_tokens": 1024,
  "stream": true,
  "messages": [
    {
      "role": "user",
      "content": "Hello, Claude"
    }
  ]
}
JSON;

$url = "https://api.anthropic.com/v1/messages";
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

// Of an answer in chunks, PHP would hold back 8 KB otherwise.
stream_set_chunk_size($response, 1);
while (($line = fgets($response)) !== false) {
    if (!str_starts_with($line, "data:")) {
        continue;
    }
    $event = json_decode(substr($line, 5), true);
    if ($event["type"] === "error") {
        fail($line);
    }
    if (($event["delta"]["type"] ?? null) === "text_delta") {
        echo $event["delta"]["text"];
    }
}
echo "\n";
if (($event["type"] ?? null) !== "message_stop") {
    fail("The answer ended early.");
}
