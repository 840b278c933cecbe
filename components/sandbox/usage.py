"""What an answer says it used: tokens, requests of the server tools, tier, region, speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.sandbox.counting import count_block

_COUNTED: Final = {
    "web_search_tool_result": "web_search_requests",
    "web_fetch_tool_result": "web_fetch_requests",
}


def usage_of(
    body: JsonObject,
    model: Model,
    *,
    input_tokens: int,
    output_tokens: int,
    thinking_tokens: int,
    content: Sequence[JsonObject],
    priority: bool,
) -> JsonObject:
    """The `usage` object before the prompt cache has had its say."""
    fast = body.get("speed") == "fast" and model.fast == "accepted"
    geo = "not_available" if model.inference_geo is False else body.get("inference_geo") or "global"
    at_priority = priority and body.get("service_tier") != "standard_only" and not fast
    return {
        "input_tokens": input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output_tokens,
        "output_tokens_details": {"thinking_tokens": thinking_tokens},
        "server_tool_use": _requests(content),
        "service_tier": "priority" if at_priority else "standard",
        "inference_geo": geo,
        "speed": "fast" if fast else "standard",
    }


def _requests(content: Sequence[JsonObject]) -> JsonObject | None:
    """Web requests that were made; failed ones are not counted, as they are not billed."""
    results = [block for block in content if block["type"] in _COUNTED]
    if not results:
        return None
    counts = dict.fromkeys(_COUNTED.values(), 0)
    for block in results:
        counts[_COUNTED[str(block["type"])]] += not _failed(block.get("content"))
    return {**counts}


def _failed(result: Json) -> bool:
    return isinstance(result, dict) and str(result.get("type")).endswith("_error")


def result_tokens(content: Sequence[JsonObject], model: Model) -> int:
    """Tokens of what the server tools brought: the model reads them, so they are input."""
    return sum(count_block(block, model) for block in content if str(block["type"]).endswith("_tool_result"))
