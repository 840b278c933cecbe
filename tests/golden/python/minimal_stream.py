import anthropic

client = anthropic.Anthropic(default_headers={"anthropic-version": "2023-06-01"})

with client.messages.stream(
    model="claude-opus-5-5",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello, Claude"}],
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
