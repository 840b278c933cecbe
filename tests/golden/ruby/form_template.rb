require "json"
require "net/http"

# What stands between the quotation marks of a JSON string.
def json(text) = JSON.generate(text)[1..-2]

def ask(language:, customer_name:, order:, letter:)
  body = <<~JSON
    {
      "model": "claude-opus-5-5",
      "max_tokens": 2000,
      "system": "You answer customers of a shop, in #{json(language)}.",
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
                "data": "Parcels can be returned for 30 days.\\nIt's free of charge.\\n"
              },
              "title": "Terms of the shop"
            },
            {
              "type": "image",
              "source": {
                "type": "base64",
                "media_type": "image/png",
                "data": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mNgaGD4DwACBQF/yyk/+AAAAABJRU5ErkJggg=="
              }
            },
            {
              "type": "text",
              "text": "#{json(customer_name)} writes about order #{json(order)}:\\n\\n#{json(letter)}\\n\\nPlease answer #{json(customer_name)}."
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
end

ask(
  language: "plain English",
  customer_name: "Zoë O'Hara",
  order: "A-1042",
  letter: "The box came \"open\".\nIt costs $40 – what now?"
)
