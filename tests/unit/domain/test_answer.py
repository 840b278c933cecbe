from __future__ import annotations

import pytest

from components.domain.answer import (
    Usage,
    blocks_of,
    stop_reason_of,
    text_of,
    tool_calls,
    unfinished_calls,
    usage_of,
)
from components.domain.json_types import Json, JsonObject


def test_usage_counts_every_kind_of_input_once() -> None:
    usage = Usage.of(
        {
            "input_tokens": 10,
            "output_tokens": 7,
            "cache_creation_input_tokens": 30,
            "cache_read_input_tokens": 50,
            "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10},
            "output_tokens_details": {"thinking_tokens": 3},
            "server_tool_use": {"web_search_requests": 2},
            "service_tier": "batch",
            "inference_geo": "us",
            "speed": "fast",
        }
    )
    assert usage == Usage(10, 7, 20, 10, 50, 3, 2, "fast", "us", "batch")
    assert usage.total_input_tokens == 90


def test_cache_writes_without_a_split_are_five_minute_writes() -> None:
    usage = Usage.of({"input_tokens": 1, "output_tokens": 1, "cache_creation_input_tokens": 8})
    assert (usage.cache_write_5m_tokens, usage.cache_write_1h_tokens) == (8, 0)


@pytest.mark.parametrize("odd", [None, "12", True, [], {}])
def test_what_is_no_number_counts_as_none(odd: Json) -> None:
    names = (
        "input_tokens",
        "output_tokens",
        "cache_creation_input_tokens",
        "cache_creation",
        "server_tool_use",
    )
    assert Usage.of(dict.fromkeys(names, odd)) == Usage()


def test_text_is_what_the_text_blocks_say_together() -> None:
    message: JsonObject = {
        "content": [
            {"type": "thinking", "thinking": "no"},
            {"type": "text", "text": "a "},
            "odd",
            {"type": "text", "text": None},
            {"type": "text", "text": "b"},
        ]
    }
    assert text_of(message) == "a b"
    assert len(blocks_of(message)) == 4


@pytest.mark.parametrize("message", [None, {}, {"content": None, "usage": [], "stop_reason": 3}])
def test_a_message_of_any_shape_can_be_read(message: JsonObject | None) -> None:
    assert text_of(message) == ""
    assert blocks_of(message) == []
    assert usage_of(message) is None
    assert stop_reason_of(message) is None
    assert tool_calls(message) == unfinished_calls(message) == []


def test_calls_of_the_server_without_a_result_are_unfinished() -> None:
    search: JsonObject = {"type": "server_tool_use", "id": "s1", "name": "web_search"}
    done: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "s1"}
    mcp: JsonObject = {"type": "mcp_tool_use", "id": "m1"}
    own: JsonObject = {"type": "tool_use", "id": "t1"}
    odd: JsonObject = {"type": ["tool_use"], "id": "o1"}
    message: JsonObject = {"content": [search, done, own, mcp, odd]}
    assert unfinished_calls(message) == [mcp]
    assert tool_calls(message) == [own]
