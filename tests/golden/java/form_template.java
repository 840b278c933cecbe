import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;

class Request {

  public static void main(String[] args) throws Exception {
    ask(
      "plain English",
      "Zo\u00eb O'Hara",
      "A-1042",
      "The box came \"open\".\nIt costs $40 \u2013 what now?"
    );
  }

  static void ask(
    String language,
    String customerName,
    String order,
    String letter
  ) throws Exception {
    var body = """
    {
      "model": "claude-opus-5-5",
      "max_tokens": 2000,
      "system": "You answer customers of a shop, in %s.",
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
              "text": "%s writes about order %s:\\n\\n%s\\n\\nPlease answer %s."
            }
          ]
        }
      ]
    }
    """.formatted(
      json(language),
      json(customerName),
      json(order),
      json(letter),
      json(customerName)
    );

    var key = Objects.requireNonNull(
      System.getenv("ANTHROPIC_API_KEY"),
      "ANTHROPIC_API_KEY is not set"
    );
    var uri = URI.create("https://api.anthropic.com/v1/messages");
    var request = HttpRequest.newBuilder(uri)
      .header("x-api-key", key)
      .header("anthropic-version", "2023-06-01")
      .header("content-type", "application/json")
      .POST(HttpRequest.BodyPublishers.ofString(body))
      .build();

    var response = HttpClient.newHttpClient().send(
      request,
      HttpResponse.BodyHandlers.ofInputStream()
    );
    if (response.statusCode() != 200) {
      System.err.println(response.statusCode());
      response.body().transferTo(System.err);
      System.exit(1);
    }
    response.body().transferTo(System.out);
  }

  // What stands between the quotation marks of a JSON string.
  static String json(String text) {
    var escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      boolean plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
      escaped.append(plain ? c : String.format("\\u%04x", (int) c));
    }
    return escaped.toString();
  }
}
