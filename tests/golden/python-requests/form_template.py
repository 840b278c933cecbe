import os
import sys

import requests


def ask(language: str, customer_name: str, order: str, letter: str) -> None:
    response = requests.post(
        "https://api.anthropic.com/v1/messages",
        headers={
            "x-api-key": os.environ["ANTHROPIC_API_KEY"],
            "anthropic-version": "2023-06-01",
        },
        json={
            "model": "claude-opus-5-5",
            "max_tokens": 2000,
            "system": f"You answer customers of a shop, in {language}.",
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
            "tools": [
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
            "messages": [
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
        },
        timeout=600,
        auth=lambda request: request,  # none from ~/.netrc
        allow_redirects=False,
    )
    if response.status_code != 200:
        sys.exit(f"{response.status_code} {response.text}")
    for block in response.json()["content"]:
        if block["type"] == "text":
            print(block["text"])


ask(
    language="plain English",
    customer_name="Zoë O'Hara",
    order="A-1042",
    letter='The box came "open".\nIt costs $40 – what now?',
)
