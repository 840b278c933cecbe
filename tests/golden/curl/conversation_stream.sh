curl --no-buffer https://api.anthropic.com/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data '{
  "model": "claude-sonnet-5-5",
  "max_tokens": 4096,
  "stream": true,
  "system": "You are a careful editor.\n\n- Keep the author'\''s voice.\n- Say \"done\" when there is nothing to mend.\n",
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
      "content": "Please mend this sentence: it don'\''t matter how long a line is, no formatter breaks a string, so it stays."
    },
    {
      "role": "assistant",
      "content": "It doesn'\''t matter how long a line is."
    },
    {
      "role": "user",
      "content": "And this one:\n\n    def f():\n        return '\'''\'''\''it'\''s \"quoted\"'\'''\'''\''  \n"
    }
  ]
}'
