curl --no-buffer https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data '{
  "model": "claude-opus-5-5",
  "max_tokens": 1000,
  "stream": true,
  "output_config": {
    "effort": "xhigh",
    "format": {
      "type": "json_schema",
      "schema": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string",
              "enum": [
                "a",
                "b"
              ]
            },
            "minItems": 1
          },
          "nested": {
            "type": "object",
            "properties": {
              "ok": {
                "type": "boolean"
              },
              "score": {
                "type": "number"
              }
            },
            "required": [
              "ok"
            ],
            "additionalProperties": false
          },
          "either": {
            "anyOf": [
              {
                "type": "null"
              },
              {
                "type": "string",
                "format": "date"
              }
            ]
          }
        },
        "required": [
          "name",
          "tags"
        ],
        "additionalProperties": false
      }
    }
  },
  "cache_control": {
    "type": "ephemeral"
  },
  "inference_geo": "us",
  "messages": [
    {
      "role": "user",
      "content": "Extract the name."
    }
  ]
}'
