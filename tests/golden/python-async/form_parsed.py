import asyncio
from typing import Literal

import anthropic
from pydantic import BaseModel


class Answer(BaseModel):
    reply: str
    mood: Literal["angry", "calm"]
    refund: bool


async def main() -> None:
    async with anthropic.AsyncAnthropic(
        default_headers={"anthropic-version": "2023-06-01"},
    ) as client:
        message = await client.messages.parse(
            model="claude-opus-5-5",
            max_tokens=2000,
            system="You answer customers of a shop, in plain English.",
            output_format=Answer,
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
                                "data": """\
Parcels can be returned for 30 days.
It's free of charge.
""",
                            },
                            "title": "Terms of the shop",
                        },
                        {
                            "type": "image",
                            "source": {
                                "type": "base64",
                                "media_type": "image/png",
                                "data": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mNgaGD4DwACBQF/yyk/+AAAAABJRU5ErkJggg==",
                            },
                        },
                        {
                            "type": "text",
                            "text": """\
Zoë O'Hara writes about order A-1042:

The box came "open".
It costs $40 – what now?

Please answer Zoë O'Hara.""",
                        },
                    ],
                },
            ],
            # This very schema: the SDK would derive another one from the class.
            extra_body={
                "output_config": {
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
            },
        )
        print(message.parsed_output)


asyncio.run(main())
