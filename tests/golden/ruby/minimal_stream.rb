require "json"
require "net/http"

body = <<~'JSON'
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

$stdout.sync = true
http.request(request) do |response|
  abort "#{response.code} #{response.message}\n#{response.body}" unless response.is_a?(Net::HTTPOK)

  rest = ""
  event = nil
  response.read_body do |chunk|
    *lines, rest = "#{rest}#{chunk}".split("\n", -1)
    lines.each do |line|
      next unless line.start_with?("data:")

      event = JSON.parse(line.delete_prefix("data:"))
      abort line if event["type"] == "error"
      print event["delta"]["text"] if event.dig("delta", "type") == "text_delta"
    end
  end
  puts
  abort "The answer ended early." unless event && event["type"] == "message_stop"
end
