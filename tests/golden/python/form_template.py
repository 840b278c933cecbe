import anthropic

client = anthropic.Anthropic(default_headers={"anthropic-version": "2023-06-01"})


def ask(language: str, customer_name: str, order: str, letter: str) -> None:
    message = client.messages.create(
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
                        "text": f"""\
{customer_name} writes about order {order}:

{letter}

Please answer {customer_name}.""",
                    },
                ],
            },
        ],
    )
    for block in message.content:
        if block.type == "text":
            print(block.text)


ask(
    language="plain English",
    customer_name="Zoë O'Hara",
    order="A-1042",
    letter='The box came "open".\nIt costs $40 – what now?',
)
