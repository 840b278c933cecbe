import base64
import os
import sys
from pathlib import Path

import requests

response = requests.post(
    "https://api.anthropic.com/v1/messages",
    headers={
        "x-api-key": os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": "2023-06-01",
    },
    json={
        "model": "claude-opus-5-5",
        "max_tokens": 2000,
        "system": "You answer customers of a shop, in plain English.",
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
                            "data": Path("Terms-of-the-shop.txt").read_bytes().decode(),
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
                        "text": """\
Zoë O'Hara writes about order A-1042:

The box came "open".
It costs $40 – what now?

Please answer Zoë O'Hara.""",
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
