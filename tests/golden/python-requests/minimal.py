import os
import sys

import requests

response = requests.post(
    "https://api.anthropic.com/v1/messages",
    headers={
        "x-api-key": os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": "2023-06-01",
    },
    json={
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": "Hello, Claude"}],
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
