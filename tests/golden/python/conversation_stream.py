import anthropic

client = anthropic.Anthropic(default_headers={"anthropic-version": "2023-06-01"})

with client.messages.stream(
    model="claude-sonnet-5-5",
    max_tokens=4096,
    system="""\
You are a careful editor.

- Keep the author's voice.
- Say "done" when there is nothing to mend.
""",
    thinking={"type": "adaptive", "display": "summarized"},
    output_config={"effort": "low"},
    stop_sequences=["\n\nHuman:", "END"],
    metadata={"user_id": "8d0c-11"},
    messages=[
        {
            "role": "user",
            "content": "Please mend this sentence: it don't matter how long a line is, no formatter breaks a string, so it stays.",
        },
        {"role": "assistant", "content": "It doesn't matter how long a line is."},
        {
            "role": "user",
            "content": """\
And this one:

    def f():
        return '''it's "quoted"''' \x20
""",
        },
    ],
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
