import json
import os
import sys

import requests

with requests.post(
    "https://api.anthropic.com/v1/messages",
    headers={
        "x-api-key": os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": "2023-06-01",
    },
    json={
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello, Claude"}],
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
