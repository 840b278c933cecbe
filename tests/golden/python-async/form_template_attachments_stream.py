import asyncio
import base64
from pathlib import Path

import anthropic


async def ask(language: str, customer_name: str, order: str, letter: str) -> None:
    async with anthropic.AsyncAnthropic(
        default_headers={"anthropic-version": "2023-06-01"},
    ) as client:
        async with client.messages.stream(
            model="claude-opus-5-5",
            max_tokens=2000,
            system=f"You answer customers of a shop, in {language}.",
            output_config={
                "format": {
                    "type": "json_schema",
                    "schema": {
                        "type": "object",
                        "properties": {
                            "reply": {
                                "type": "string",
                                "description": "What the customer reads",
                            },
                            "mood": {"type": "string", "enum": ["angry", "calm"]},
                            "refund": {"type": "boolean"},
                        },
                        "required": ["reply", "mood", "refund"],
                        "additionalProperties": False,
                    },
                },
            },
            tools=[
                {
                    "name": "get_order",
                    "description": "What was ordered, and where it is",
                    "input_schema": {
                        "type": "object",
                        "properties": {"order_id": {"type": "string"}},
                        "required": ["order_id"],
                        "additionalProperties": False,
                    },
                },
            ],
            messages=[
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "document",
                            "source": {
                                "type": "text",
                                "media_type": "text/plain",
                                "data": Path("Terms-of-the-shop.txt")
                                .read_bytes()
                                .decode(),
                            },
                            "title": "Terms of the shop",
                        },
                        {
                            "type": "image",
                            "source": {
                                "type": "base64",
                                "media_type": "image/png",
                                "data": base64.b64encode(
                                    Path("image.png").read_bytes()
                                ).decode(),
                            },
                        },
                        {
                            "type": "text",
                            "text": f"""\
{customer_name} writes about order {order}:

{letter}

Please answer {customer_name}.""",
                        },
                    ],
                },
            ],
        ) as stream:
            async for chunk in stream.text_stream:
                print(chunk, end="", flush=True)


asyncio.run(
    ask(
        language="plain English",
        customer_name="Zoë O'Hara",
        order="A-1042",
        letter='The box came "open".\nIt costs $40 – what now?',
    )
)
