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

# The variables of the prompt, as the content of JSON strings. What the environment has goes first.
PROMPT_LANGUAGE_JSON='plain English'
[ -z "${PROMPT_LANGUAGE+set}" ] || PROMPT_LANGUAGE_JSON=$(printf %s "$PROMPT_LANGUAGE" | json_text) || exit
CUSTOMER_NAME_JSON='Zoë O'\''Hara'
[ -z "${CUSTOMER_NAME+set}" ] || CUSTOMER_NAME_JSON=$(printf %s "$CUSTOMER_NAME" | json_text) || exit
ORDER_JSON='A-1042'
[ -z "${ORDER+set}" ] || ORDER_JSON=$(printf %s "$ORDER" | json_text) || exit
LETTER_JSON='The box came \"open\".\nIt costs $40 – what now?'
[ -z "${LETTER+set}" ] || LETTER_JSON=$(printf %s "$LETTER" | json_text) || exit

# The files stand in the folder this is run in.
TERMS_OF_THE_SHOP_TXT=$(json_text <Terms-of-the-shop.txt) || exit
IMAGE_PNG=$(base64 <image.png) || exit

printf %s '{
  "model": "claude-opus-5-5",
  "max_tokens": 2000,
  "stream": true,
  "system": "You answer customers of a shop, in '"$PROMPT_LANGUAGE_JSON"'.",
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
          "text": "'"$CUSTOMER_NAME_JSON"' writes about order '"$ORDER_JSON"':\n\n'"$LETTER_JSON"'\n\nPlease answer '"$CUSTOMER_NAME_JSON"'."
        }
      ]
    }
  ]
}' | curl --no-buffer https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data @-
