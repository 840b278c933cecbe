import asyncio

import anthropic


async def main() -> None:
    async with anthropic.AsyncAnthropic(
        default_headers={"anthropic-version": "2023-06-01"},
    ) as client:
        message = await client.messages.create(
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
                {
                    "role": "assistant",
                    "content": "It doesn't matter how long a line is.",
                },
                {
                    "role": "user",
                    "content": """\
And this one:

    def f():
        return '''it's "quoted"''' \x20
""",
                },
            ],
        )
        for block in message.content:
            if block.type == "text":
                print(block.text)


asyncio.run(main())
