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

$body = stream_get_contents($response);
$answer = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
foreach ($answer["content"] as $block) {
    if ($block["type"] === "text") {
        echo $block["text"], "\n";
    }
}
