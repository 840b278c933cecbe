"""Reading a Message: its text, its usage, and what its `stop_reason` means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.domain.json_types import Json, JsonObject


def _count(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens counted for one answer. Source: the `usage` object of the Messages API; null counts as 0."""

    input_tokens: int = 0
    """Billed at the full input rate; the cached tokens below are not part of it."""
    output_tokens: int = 0
    """Billed total, thinking included."""
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0
    thinking_tokens: int = 0
    web_search_requests: int = 0
    speed: str | None = None
    inference_geo: str | None = None
    service_tier: str | None = None

    @property
    def total_input_tokens(self) -> int:
        return (
            self.input_tokens
            + self.cache_write_5m_tokens
            + self.cache_write_1h_tokens
            + self.cache_read_tokens
        )

    @classmethod
    def of(cls, usage: Mapping[str, Json]) -> Usage:
        """Read the service's object; writes without a split count as five-minute writes."""
        split = usage.get("cache_creation")
        one_hour = _count(split.get("ephemeral_1h_input_tokens")) if isinstance(split, dict) else 0
        written = _count(usage.get("cache_creation_input_tokens"))
        if isinstance(split, dict):
            written = max(written, one_hour + _count(split.get("ephemeral_5m_input_tokens")))
        details = usage.get("output_tokens_details")
        server_tools = usage.get("server_tool_use")

        def word(key: str) -> str | None:
            value = usage.get(key)
            return value if isinstance(value, str) else None

        return cls(
            input_tokens=_count(usage.get("input_tokens")),
            output_tokens=_count(usage.get("output_tokens")),
            cache_write_5m_tokens=written - one_hour,
            cache_write_1h_tokens=one_hour,
            cache_read_tokens=_count(usage.get("cache_read_input_tokens")),
            thinking_tokens=_count(details.get("thinking_tokens")) if isinstance(details, dict) else 0,
            web_search_requests=(
                _count(server_tools.get("web_search_requests")) if isinstance(server_tools, dict) else 0
            ),
            speed=word("speed"),
            inference_geo=word("inference_geo"),
            service_tier=word("service_tier"),
        )


def usage_of(message: Mapping[str, Json] | None) -> Usage | None:
    usage = message.get("usage") if message else None
    return Usage.of(usage) if isinstance(usage, dict) else None


def blocks_of(message: Mapping[str, Json] | None) -> list[JsonObject]:
    """The content blocks that are objects, in order; [] for no message."""
    content = message.get("content") if message else None
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def text_of(message: Mapping[str, Json] | None) -> str:
    """All text blocks, joined as they stand."""
    return "".join(
        str(block.get("text") or "") for block in blocks_of(message) if block.get("type") == "text"
    )


def tool_calls(message: Mapping[str, Json] | None) -> list[JsonObject]:
    """The calls that the client is to answer, in order."""
    return [block for block in blocks_of(message) if block.get("type") == "tool_use"]


def unfinished_calls(message: Mapping[str, Json] | None) -> list[JsonObject]:
    """The calls to the server's own tools (MCP included) that have no result in this Message, in order."""
    blocks = blocks_of(message)
    answered = [block.get("tool_use_id") for block in blocks]
    return [
        block
        for block in blocks
        if str(block.get("type")) in {"server_tool_use", "mcp_tool_use"} and block.get("id") not in answered
    ]


def stop_reason_of(message: Mapping[str, Json] | None) -> str | None:
    reason = message.get("stop_reason") if message else None
    return reason if isinstance(reason, str) else None
