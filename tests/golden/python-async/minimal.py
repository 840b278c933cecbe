import asyncio

import anthropic


async def main() -> None:
    async with anthropic.AsyncAnthropic(
        default_headers={"anthropic-version": "2023-06-01"},
    ) as client:
        message = await client.messages.create(
            model="claude-opus-5-5",
            max_tokens=1024,
            messages=[{"role": "user", "content": "Hello, Claude"}],
        )
        for block in message.content:
            if block.type == "text":
                print(block.text)


asyncio.run(main())
