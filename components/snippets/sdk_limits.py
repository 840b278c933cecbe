"""When the official SDKs refuse a request that does not stream.

Source: `_calculate_nonstreaming_timeout` and `MODEL_NONSTREAMING_TOKENS` of the Python SDK 2.12.0, the same
names in the TypeScript SDK 1.12.0; checked November 2026. It rests where a timeout is given.
"""

from __future__ import annotations

from typing import Final

from components.domain.json_types import Json, JsonObject

LONG_TIMEOUT_S: Final = 3600
"""The time that the SDKs reckon for the longest answer."""

_LARGEST_MAX_TOKENS: Final = 21_333
_SHORT_OF_OPUS_4: Final = 8_192
_OPUS_4: Final = frozenset(
    {
        "claude-opus-4-20250514",
        "claude-opus-4-0",
        "claude-4-opus-20250514",
        "anthropic.claude-opus-4-20250514-v1:0",
        "claude-opus-4@20250514",
        "anthropic.claude-opus-4-1-20250805-v1:0",
        "claude-opus-4-1@20250805",
    }
)


def needs_timeout(body: JsonObject) -> bool:
    """Whether the SDKs raise on this request, sent without streaming, unless a timeout is given."""
    max_tokens: Json = body.get("max_tokens")
    if isinstance(max_tokens, bool) or not isinstance(max_tokens, int | float):
        return True
    model = body.get("model")
    limit = _SHORT_OF_OPUS_4 if isinstance(model, str) and model in _OPUS_4 else _LARGEST_MAX_TOKENS
    return max_tokens > limit
