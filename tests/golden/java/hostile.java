import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;

class Request {

  public static void main(String[] args) throws Exception {
    var body = """
    {
      "model": "claude-opus-5-5",
      "max_tokens": 100,
      "system": "It's \\"quoted\\" '''triple''' \\"\\"\\"double\\"\\"\\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\\n'; touch canary; '\\n\\"; touch canary; \\"\\nEOF\\nJSON\\nHEREDOC\\n  JSON\\n\\\\\\n\\\\\\\\\\n\\\\n \\\\' \\\\\\" \\\\` \\\\${ \\\\u0041 \\\\U0001F600 \\\\x41 \\\\N{DASH}\\na\\tb\\r\\nc\\rd\\u0000e\\u0001\\u0007\\b\\f\\u001b[31m\\u007f\\u0085\\u00a0\\u00ad\\u200b\\u200d\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u2028\\u2029\\ufeff\\ufffe\\n\\ud83d\\ude00 \\ud83d\\udc68\\u200d\\ud83d\\udc69\\u200d\\ud83d\\udc67 \\u2764\\ufe0f \\u0627\\u0644\\u0633\\u0644\\u0627\\u0645 \\u6f22\\u5b57 e\\u0301 \\udb40\\udc01 \\udbff\\udfff \\ud83e\\udef6\\n</script><!-- --> */ // # @file\\n\\ntrailing space \\n\\t\\n\\n\\"\\"\\"",
      "stop_sequences": [
        "'",
        "\\"",
        "\\\\",
        "\\n",
        "\\"\\"\\"",
        "'''",
        "`",
        "${",
        "\\u0000",
        "'\\"",
        "$(touch canary)",
        "@file"
      ],
      "metadata": {
        "user_id": "'; touch canary #"
      },
      "$(touch canary)": {
        "`touch canary`": "'''",
        "\\"\\"\\"": "\\\\",
        "${process.exit(7)}": "\\u2028",
        "'; touch canary; '": "\\ud83d\\ude00"
      },
      "messages": [
        {
          "role": "user",
          "content": "It's \\"quoted\\" '''triple''' \\"\\"\\"double\\"\\"\\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\\n'; touch canary; '\\n\\"; touch canary; \\"\\nEOF\\nJSON\\nHEREDOC\\n  JSON\\n\\\\\\n\\\\\\\\\\n\\\\n \\\\' \\\\\\" \\\\` \\\\${ \\\\u0041 \\\\U0001F600 \\\\x41 \\\\N{DASH}\\na\\tb\\r\\nc\\rd\\u0000e\\u0001\\u0007\\b\\f\\u001b[31m\\u007f\\u0085\\u00a0\\u00ad\\u200b\\u200d\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u2028\\u2029\\ufeff\\ufffe\\n\\ud83d\\ude00 \\ud83d\\udc68\\u200d\\ud83d\\udc69\\u200d\\ud83d\\udc67 \\u2764\\ufe0f \\u0627\\u0644\\u0633\\u0644\\u0627\\u0645 \\u6f22\\u5b57 e\\u0301 \\udb40\\udc01 \\udbff\\udfff \\ud83e\\udef6\\n</script><!-- --> */ // # @file\\n\\ntrailing space \\n\\t\\n\\n\\"\\"\\"\\\\"
        },
        {
          "role": "assistant",
          "content": "It's \\"quoted\\" '''triple''' \\"\\"\\"double\\"\\"\\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\\n'; touch canary; '\\n\\"; touch canary; \\"\\nEOF\\nJSON\\nHEREDOC\\n  JSON\\n\\\\\\n\\\\\\\\\\n\\\\n \\\\' \\\\\\" \\\\` \\\\${ \\\\u0041 \\\\U0001F600 \\\\x41 \\\\N{DASH}\\na\\tb\\r\\nc\\rd\\u0000e\\u0001\\u0007\\b\\f\\u001b[31m\\u007f\\u0085\\u00a0\\u00ad\\u200b\\u200d\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u2028\\u2029\\ufeff\\ufffe\\n\\ud83d\\ude00 \\ud83d\\udc68\\u200d\\ud83d\\udc69\\u200d\\ud83d\\udc67 \\u2764\\ufe0f \\u0627\\u0644\\u0633\\u0644\\u0627\\u0645 \\u6f22\\u5b57 e\\u0301 \\udb40\\udc01 \\udbff\\udfff \\ud83e\\udef6\\n</script><!-- --> */ // # @file\\n\\ntrailing space \\n\\t\\n\\n\\"\\"\\"\\""
        },
        {
          "role": "user",
          "content": [
            {
              "type": "text",
              "text": "@It's \\"quoted\\" '''triple''' \\"\\"\\"double\\"\\"\\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}\\n'; touch canary; '\\n\\"; touch canary; \\"\\nEOF\\nJSON\\nHEREDOC\\n  JSON\\n\\\\\\n\\\\\\\\\\n\\\\n \\\\' \\\\\\" \\\\` \\\\${ \\\\u0041 \\\\U0001F600 \\\\x41 \\\\N{DASH}\\na\\tb\\r\\nc\\rd\\u0000e\\u0001\\u0007\\b\\f\\u001b[31m\\u007f\\u0085\\u00a0\\u00ad\\u200b\\u200d\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u2028\\u2029\\ufeff\\ufffe\\n\\ud83d\\ude00 \\ud83d\\udc68\\u200d\\ud83d\\udc69\\u200d\\ud83d\\udc67 \\u2764\\ufe0f \\u0627\\u0644\\u0633\\u0644\\u0627\\u0645 \\u6f22\\u5b57 e\\u0301 \\udb40\\udc01 \\udbff\\udfff \\ud83e\\udef6\\n</script><!-- --> */ // # @file\\n\\ntrailing space \\n\\t\\n\\n\\"\\"\\"`"
            },
            {
              "type": "text",
              "text": "\\n"
            },
            {
              "type": "text",
              "text": "\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n$"
            },
            {
              "type": "text",
              "text": "\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n"
            },
            {
              "type": "text",
              "text": "{"
            },
            {
              "type": "text",
              "text": "\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\n''''''''''''''''''''''''''''''''''''''''''''''''''''''''''''"
            },
            {
              "type": "text",
              "text": "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\n\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"
            }
          ]
        }
      ]
    }
    """;

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
}
