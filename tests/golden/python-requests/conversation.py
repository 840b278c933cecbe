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
        "model": "claude-sonnet-5-5",
        "max_tokens": 4096,
        "system": """\
You are a careful editor.

- Keep the author's voice.
- Say "done" when there is nothing to mend.
""",
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low"},
        "stop_sequences": ["\n\nHuman:", "END"],
        "metadata": {"user_id": "8d0c-11"},
        "messages": [
            {
                "role": "user",
                "content": "Please mend this sentence: it don't matter how long a line is, no formatter breaks a string, so it stays.",
            },
            {"role": "assistant", "content": "It doesn't matter how long a line is."},
            {
                "role": "user",
                "content": """\
And this one:

    def f():
        return '''it's "quoted"''' \x20
""",
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
