curl http://127.0.0.1:8501/sandbox/v1/messages \
  --fail-with-body \
  -H "x-api-key: $ANTHROPIC_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "content-type: application/json" \
  --data '{
  "model": "claude-sonnet-4-5",
  "max_tokens": 300,
  "temperature": 1.0,
  "top_p": 0.95,
  "top_k": 40,
  "service_tier": "standard_only",
  "messages": [
    {
      "role": "user",
      "content": "Roll a die."
    }
  ]
}'
