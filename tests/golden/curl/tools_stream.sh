curl --no-buffer https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data '{
  "model": "claude-sonnet-5",
  "max_tokens": 2000,
  "stream": true,
  "tools": [
    {
      "name": "get_weather",
      "description": "Current weather.\nUse it for one city at a time, named in the language of the country that it lies in.",
      "input_schema": {
        "type": "object",
        "properties": {
          "city": {
            "type": "string",
            "description": "City"
          },
          "unit": {
            "enum": [
              "c",
              "f"
            ],
            "default": null
          },
          "days": {
            "type": "array",
            "items": {
              "type": "integer"
            },
            "default": [
              1,
              2
            ]
          }
        },
        "required": [
          "city"
        ],
        "additionalProperties": false
      },
      "cache_control": {
        "type": "ephemeral",
        "ttl": "1h"
      }
    },
    {
      "type": "web_search_20250305",
      "name": "web_search",
      "max_uses": 3,
      "user_location": null
    }
  ],
  "tool_choice": {
    "type": "auto",
    "disable_parallel_tool_use": true
  },
  "messages": [
    {
      "role": "user",
      "content": "Weather in مشهد and 東京?"
    },
    {
      "role": "assistant",
      "content": [
        {
          "type": "thinking",
          "thinking": "",
          "signature": "RXJj+/=="
        },
        {
          "type": "text",
          "text": "Let me look."
        },
        {
          "type": "tool_use",
          "id": "toolu_01",
          "name": "get_weather",
          "input": {
            "city": "東京",
            "days": [],
            "note": null,
            "deep": {
              "a": [
                {
                  "b": {
                    "c": [
                      [
                        1,
                        2
                      ],
                      [
                        3
                      ]
                    ]
                  }
                }
              ]
            }
          }
        }
      ]
    },
    {
      "role": "user",
      "content": [
        {
          "type": "tool_result",
          "tool_use_id": "toolu_01",
          "content": [
            {
              "type": "text",
              "text": "21 °C"
            }
          ],
          "is_error": false
        },
        {
          "type": "text",
          "text": "Go on."
        }
      ]
    }
  ]
}'
