import asyncio

import anthropic


async def main() -> None:
    async with anthropic.AsyncAnthropic(
        default_headers={"anthropic-version": "2023-06-01"},
    ) as client:
        async with client.messages.stream(
            model="claude-opus-5-5",
            max_tokens=1024,
            messages=[{"role": "user", "content": "Hello, Claude"}],
        ) as stream:
            async for text in stream.text_stream:
                print(text, end="", flush=True)


asyncio.run(main())
