import anthropic

client = anthropic.Anthropic(
    default_headers={"anthropic-version": "2023-06-01"},
    timeout=3600,
)

message = client.messages.create(
    model="claude-opus-5-5",
    max_tokens=64000,
    messages=[{"role": "user", "content": "Write a novel."}],
)
for block in message.content:
    if block.type == "text":
        print(block.text)
