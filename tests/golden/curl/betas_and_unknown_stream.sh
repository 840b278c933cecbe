curl --no-buffer https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "anthropic-beta: context-management-2025-06-27,mcp-client-2026-09-15" \
  -H "content-type: application/json" \
  --data '{
  "model": "claude-something-new",
  "max_tokens": 1,
  "stream": true,
  "system": null,
  "tools": [],
  "stop_sequences": [],
  "container": null,
  "metadata": {},
  "mcp_servers": [
    {
      "type": "url",
      "url": "https://example.com/sse",
      "name": "x",
      "authorization_token": null
    }
  ],
  "context_management": {
    "edits": [
      {
        "type": "clear_tool_uses_20250919"
      }
    ]
  },
  "output_format": {
    "type": "json_schema",
    "schema": {}
  },
  "a field with spaces": {
    "": "empty key",
    "1": "digit",
    "$x": "dollar",
    "__proto__": {
      "polluted": true
    },
    "constructor": [],
    "class": null,
    "it'\''s": "\"",
    "é": "e",
    "toJSON": "x"
  },
  "__proto__": {
    "polluted": true
  },
  "timeout": 5,
  "extra_body": {
    "model": "other"
  },
  "extra_headers": {
    "x": "y"
  },
  "betas": [
    "not-a-header"
  ],
  "self": 1,
  "signal": "x",
  "messages": [
    {
      "role": "system",
      "content": "Be brief.",
      "clear_at": "next_user_message"
    },
    {
      "role": "user",
      "content": ""
    }
  ]
}'
