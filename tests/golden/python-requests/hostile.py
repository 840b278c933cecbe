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
        "max_tokens": 100,
        "system": """\
It's "quoted" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \U000e0001 \U0010ffff 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

\"\"\"""",
        "stop_sequences": [
            "'",
            '"',
            "\\",
            "\n",
            '"""',
            "'''",
            "`",
            "${",
            "\x00",
            "'\"",
            "$(touch canary)",
            "@file",
        ],
        "metadata": {"user_id": "'; touch canary #"},
        "$(touch canary)": {
            "`touch canary`": "'''",
            '"""': "\\",
            "${process.exit(7)}": "\u2028",
            "'; touch canary; '": "😀",
        },
        "messages": [
            {
                "role": "user",
                "content": """\
It's "quoted" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \U000e0001 \U0010ffff 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

\"\"\"\\""",
            },
            {
                "role": "assistant",
                "content": """\
It's "quoted" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \U000e0001 \U0010ffff 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

\"\"\"\"""",
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "text",
                        "text": """\
@It's "quoted" '''triple''' \"\"\"double\"\"\" `tick` ``` ${x} ${{x}} $(touch canary) `touch canary` $HOME !! %s {0} {{v}}
'; touch canary; '
"; touch canary; "
EOF
JSON
HEREDOC
  JSON
\\
\\\\
\\n \\' \\" \\` \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}
a\tb\r
c\rd\x00e\x01\x07\x08\x0c\x1b[31m\x7f\x85\xa0\xad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe
😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \U000e0001 \U0010ffff 🫶
</script><!-- --> */ // # @file

trailing space\x20
\t

\"\"\"`""",
                    },
                    {"type": "text", "text": "\n"},
                    {
                        "type": "text",
                        "text": """\








































$""",
                    },
                    {
                        "type": "text",
                        "text": """\
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
\r
""",
                    },
                    {"type": "text", "text": "{"},
                    {
                        "type": "text",
                        "text": """\
\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"
''''''''''''''''''''''''''''''''''''''''''''''''''''''''''''""",
                    },
                    {
                        "type": "text",
                        "text": """\
\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\
\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\""",
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
