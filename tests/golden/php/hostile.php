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
  "max_tokens": 100,
  "system": "It's \"quoted\" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"",
  "stop_sequences": [
    "'",
    "\"",
    "\\",
    "\n",
    "\"\"\"",
    "'''",
    "`",
    "${",
    "\u0000",
    "'\"",
    "$(touch canary)",
    "@file"
  ],
  "metadata": {
    "user_id": "'; touch canary #"
  },
  "$(touch canary)": {
    "`touch canary`": "'''",
    "\"\"\"": "\\",
    "${process.exit(7)}": "\u2028",
    "'; touch canary; '": "😀"
  },
  "messages": [
    {
      "role": "user",
      "content": "It's \"quoted\" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"\\"
    },
    {
      "role": "assistant",
      "content": "It's \"quoted\" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"\""
    },
    {
      "role": "user",
      "content": [
        {
          "type": "text",
          "text": "@It's \"quoted\" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"`"
        },
        {
          "type": "text",
          "text": "\n"
        },
        {
          "type": "text",
          "text": "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n$"
        },
        {
          "type": "text",
          "text": "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"
        },
        {
          "type": "text",
          "text": "{"
        },
        {
          "type": "text",
          "text": "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\n''''''''''''''''''''''''''''''''''''''''''''''''''''''''''''"
        },
        {
          "type": "text",
          "text": "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\n\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"
        }
      ]
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
