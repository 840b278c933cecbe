# Prints what it reads as the content of a JSON string.
json_text() {
  od -An -v -tu1 | LC_ALL=C awk '
    BEGIN {
      for (i = 0; i < 256; i++) json[i] = sprintf(i < 32 ? "\\u%04x" : "%c", i)
      json[34] = "\\\""
      json[92] = "\\\\"
    }
    { for (i = 1; i <= NF; i++) printf "%s", json[$i] }
  '
}

# The files stand in the folder this is run in.
TERMS_OF_THE_SHOP_TXT=$(json_text <Terms-of-the-shop.txt) || exit
IMAGE_PNG=$(base64 <image.png) || exit

printf %s '{
  "model": "claude-opus-5-5",
  "max_tokens": 2000,
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
            "data": "'"$TERMS_OF_THE_SHOP_TXT"'"
          },
          "title": "Terms of the shop"
        },
        {
          "type": "image",
          "source": {
            "type": "base64",
            "media_type": "image/png",
            "data": "'"$IMAGE_PNG"'"
          }
        },
        {
          "type": "text",
          "text": "Zoë O'\''Hara writes about order A-1042:\n\nThe box came \"open\".\nIt costs $40 – what now?\n\nPlease answer Zoë O'\''Hara."
        }
      ]
    }
  ]
}' | curl https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data @-
