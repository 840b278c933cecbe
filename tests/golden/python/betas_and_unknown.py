import anthropic

client = anthropic.Anthropic(
    default_headers={
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "context-management-2025-06-27,mcp-client-2026-09-15",
    },
)

message = client.messages.create(
    model="claude-something-new",
    max_tokens=1,
    tools=[],
    stop_sequences=[],
    metadata={},
    messages=[
        {"role": "system", "content": "Be brief.", "clear_at": "next_user_message"},
        {"role": "user", "content": ""},
    ],
    extra_body={
        "system": None,
        "container": None,
        "mcp_servers": [
            {
                "type": "url",
                "url": "https://example.com/sse",
                "name": "x",
                "authorization_token": None,
            },
        ],
        "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]},
        "output_format": {"type": "json_schema", "schema": {}},
        "a field with spaces": {
            "": "empty key",
            "1": "digit",
            "$x": "dollar",
            "__proto__": {"polluted": True},
            "constructor": [],
            "class": None,
            "it's": '"',
            "é": "e",
            "toJSON": "x",
        },
        "__proto__": {"polluted": True},
        "timeout": 5,
        "extra_body": {"model": "other"},
        "extra_headers": {"x": "y"},
        "betas": ["not-a-header"],
        "self": 1,
        "signal": "x",
    },
)
for block in message.content:
    if block.type == "text":
        print(block.text)
