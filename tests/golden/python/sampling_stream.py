import anthropic

client = anthropic.Anthropic(
    base_url="http://127.0.0.1:8501/sandbox",
    default_headers={"anthropic-version": "2023-06-01"},
)

with client.messages.stream(
    model="claude-sonnet-4-5",
    max_tokens=300,
    service_tier="standard_only",
    messages=[{"role": "user", "content": "Roll a die."}],
    extra_body={"temperature": 1.0, "top_p": 0.95, "top_k": 40},
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
