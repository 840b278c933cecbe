require "json"
require "net/http"

body = <<~'JSON'
  {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
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

response = http.request(request)
abort "#{response.code} #{response.message}\n#{response.body}" unless response.is_a?(Net::HTTPOK)

JSON.parse(response.body)["content"].each do |block|
  puts block["text"] if block["type"] == "text"
end
