import anthropic

client = anthropic.Anthropic(default_headers={"anthropic-version": "2023-06-01"})

message = client.messages.create(
    model="claude-opus-5-5",
    max_tokens=1000,
    tools=[
        {
            "name": "n",
            "input_schema": {
                "type": "object",
                "properties": {
                    "n": {
                        "type": "integer",
                        "minimum": -9223372036854775808,
                        "maximum": 9223372036854775807,
                    },
                },
            },
        },
    ],
    messages=[{"role": "user", "content": "Count."}],
    extra_body={
        "x": [
            0,
            -1,
            1.5,
            -0.25,
            1e-07,
            1e21,
            1e22,
            123456789012345678901234567890,
            9007199254740992,
            0.1,
            1e300,
            5e-324,
            1.0,
            -2.0,
            True,
            False,
            None,
        ],
    },
)
for block in message.content:
    if block.type == "text":
        print(block.text)
