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
      "max_tokens": 1024,
      "stream": true,
      "messages": [
        {
          "role": "user",
          "content": "Hello, Claude"
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
