import asyncio

import anthropic


async def get_order(arguments: dict) -> str:
    # To be filled in: return what the model is to read.
    raise NotImplementedError("get_order is not written yet")


TOOLS = {"get_order": get_order}


async def run_tool(call: anthropic.types.ToolUseBlock) -> dict:
    try:
        output, failed = await TOOLS[call.name](call.input), False
    except Exception as error:
        output, failed = repr(error), True
    return {
        "type": "tool_result",
        "tool_use_id": call.id,
        "content": output,
        "is_error": failed,
    }


async def main() -> None:
    async with anthropic.AsyncAnthropic(
        default_headers={"anthropic-version": "2023-06-01"},
    ) as client:
        messages: list[anthropic.types.MessageParam] = [
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
        ]
        while True:
            message = await client.messages.create(
                model="claude-opus-5-5",
                max_tokens=2000,
                system="You answer customers of a shop, in plain English.",
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
                messages=messages,
            )
            for block in message.content:
                if block.type == "text":
                    print(block.text)
            messages.append({"role": "assistant", "content": message.content})
            if message.stop_reason == "tool_use":
                calls = [block for block in message.content if block.type == "tool_use"]
                results = [await run_tool(call) for call in calls]
                messages.append({"role": "user", "content": results})
            elif message.stop_reason != "pause_turn":
                break


asyncio.run(main())
