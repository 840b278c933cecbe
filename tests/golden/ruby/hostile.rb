require "json"
require "net/http"

body = <<~'JSON'
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
JSON

uri = URI("https://api.anthropic.com/v1/messages")
request = Net::HTTP::Post.new(uri.request_uri)
request["x-api-key"] = ENV.fetch("ANTHROPIC_API_KEY")
request["anthropic-version"] = "2023-06-01"
request["content-type"] = "application/json"
request.body = body

http = Net::HTTP.new(uri.hostname, uri.port)
http.use_ssl = uri.scheme == "https"
http.read_timeout = 600

response = http.request(request)
abort "#{response.code} #{response.message}\n#{response.body}" unless response.is_a?(Net::HTTPOK)

JSON.parse(response.body)["content"].each do |block|
  puts block["text"] if block["type"] == "text"
end
