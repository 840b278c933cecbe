require "json"
require "net/http"

body = <<~'JSON'
  {
    "model": "claude-sonnet-5-5",
    "max_tokens": 4096,
    "system": "You are a careful editor.\n\n- Keep the author's voice.\n- Say \"done\" when there is nothing to mend.\n",
    "thinking": {
      "type": "adaptive",
      "display": "summarized"
    },
    "output_config": {
      "effort": "low"
    },
    "stop_sequences": [
      "\n\nHuman:",
      "END"
    ],
    "metadata": {
      "user_id": "8d0c-11"
    },
    "messages": [
      {
        "role": "user",
        "content": "Please mend this sentence: it don't matter how long a line is, no formatter breaks a string, so it stays."
      },
      {
        "role": "assistant",
        "content": "It doesn't matter how long a line is."
      },
      {
        "role": "user",
        "content": "And this one:\n\n    def f():\n        return '''it's \"quoted\"'''  \n"
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
