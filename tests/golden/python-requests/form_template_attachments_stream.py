import base64
import json
import os
import sys
from pathlib import Path

import requests


def ask(language: str, customer_name: str, order: str, letter: str) -> None:
    with requests.post(
        "https://api.anthropic.com/v1/messages",
        headers={
            "x-api-key": os.environ["ANTHROPIC_API_KEY"],
            "anthropic-version": "2023-06-01",
        },
        json={
            "model": "claude-opus-5-5",
            "max_tokens": 2000,
            "stream": True,
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
        },
        timeout=600,
        auth=lambda request: request,  # none from ~/.netrc
        allow_redirects=False,
        stream=True,
    ) as response:
        if response.status_code != 200:
            sys.exit(f"{response.status_code} {response.text}")
        event = None
        for line in response.iter_lines():
            if not line.startswith(b"data:"):
                continue
            event = json.loads(line[5:])
            if event["type"] == "error":
                sys.exit(f"{event}")
            if event["type"] == "content_block_delta":
                print(event["delta"].get("text", ""), end="", flush=True)
        if not event or event["type"] != "message_stop":
            sys.exit("The answer ended early.")


ask(
    language="plain English",
    customer_name="Zoë O'Hara",
    order="A-1042",
    letter='The box came "open".\nIt costs $40 – what now?',
)
