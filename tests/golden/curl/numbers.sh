curl https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data '{
  "model": "claude-opus-5-5",
  "max_tokens": 1000,
  "tools": [
    {
      "name": "n",
      "input_schema": {
        "type": "object",
        "properties": {
          "n": {
            "type": "integer",
            "minimum": -9223372036854775808,
            "maximum": 9223372036854775807
          }
        }
      }
    }
  ],
  "x": [
    0,
    -1,
    1.5,
    -0.25,
    1e-07,
    1e+21,
    1e+22,
    123456789012345678901234567890,
    9007199254740992,
    0.1,
    1e+300,
    5e-324,
    1.0,
    -2.0,
    true,
    false,
    null
  ],
  "messages": [
    {
      "role": "user",
      "content": "Count."
    }
  ]
}'
