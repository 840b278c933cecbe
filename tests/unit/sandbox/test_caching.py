"""The prompt cache, and the diagnosis of its misses."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from rule_cases import CALL, TOOL

from components.domain.catalogue import CHECKED
from components.sandbox.caching import PromptCache
from components.sandbox.validate import Asked, examine

PLAIN = "claude-opus-4-8"
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
_numbers = count()


def ask(text: str, **more: Any) -> dict[str, Any]:
    return {"model": PLAIN, "max_tokens": 5, "messages": [user(text)], **more}


def user(text: str, **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": text, **more}]}


def long(subject: str = "rivers") -> str:
    """A text above every minimum that no other test has cached."""
    return f"{next(_numbers)} " + f"A rule about {subject}. " * 1_500


def counts(usage: dict[str, Any]) -> tuple[int, int, int]:
    """(fresh, written, read)"""
    return (
        usage["input_tokens"],
        usage["cache_creation_input_tokens"],
        usage["cache_read_input_tokens"],
    )


def places(text: str) -> dict[str, dict[str, Any]]:
    system = [{"type": "text", "text": text}]
    tool = {**TOOL, "description": text}
    return {
        "tools": ask("Hi", tools=[{**tool, "cache_control": MARK}]),
        "system": ask("Hi", system=[{**system[0], "cache_control": MARK}]),
        "message": ask(text) | {"messages": [user(text, cache_control=MARK)]},
        "automatic": ask("Hi", system=text, cache_control=MARK),
    }


@pytest.mark.parametrize("place", ["tools", "system", "message", "automatic"])
def test_a_marked_prefix_is_written_first_and_read_next(place: str, api: Any) -> None:
    body = places(long())[place]
    first, second = (api.message(**body)["usage"] for _ in range(2))
    counted = {k: v for k, v in body.items() if k != "max_tokens"}
    total = api.post("/v1/messages/count_tokens", **counted).json()["input_tokens"]
    assert sum(counts(first)) == sum(counts(second)) == total
    fresh, written, read = counts(first)
    assert written > 1_024
    assert read == 0
    assert counts(second) == (fresh, 0, written)
    assert first["cache_creation"] == {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0}


def test_a_breakpoint_inside_a_tool_result_counts_and_may_move(api: Any) -> None:
    inner = [{"type": "text", "text": long()}, {"type": "text", "text": "The end."}]
    marked = [inner[0], {**inner[1], "cache_control": MARK}]
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": marked}
    turns = [user("Hi"), CALL, {"role": "user", "content": [result]}]
    body = {"messages": turns, "tools": [TOOL]}
    _, written, _ = counts(api.message(**ask("") | body)["usage"])
    assert written > 1_024
    moved = {**result, "content": inner, "cache_control": MARK}
    turns[-1] = {"role": "user", "content": [moved]}
    assert counts(api.message(**ask("") | body)["usage"])[1:] == (0, written)


def test_two_lifetimes_are_counted_apart(api: Any) -> None:
    system = [
        {"type": "text", "text": long(), "cache_control": HOUR},
        {"type": "text", "text": long("lakes"), "cache_control": MARK},
    ]
    usage = api.message(**ask("Hi", system=system))["usage"]
    split = usage["cache_creation"]
    assert split["ephemeral_1h_input_tokens"] > 1_024
    assert split["ephemeral_5m_input_tokens"] > 1_024
    assert sum(split.values()) == usage["cache_creation_input_tokens"]


@pytest.mark.parametrize(
    ("model", "least"), [("claude-opus-5-5", 512), (PLAIN, 1_024), ("claude-opus-4-6", 4_096)]
)
def test_a_prefix_shorter_than_the_minimum_is_not_cached(model: str, least: int, api: Any) -> None:
    for tokens, cached in ((least - 30, False), (least + 60, True)):
        text = f"{next(_numbers)}" + " a" * tokens
        system = [{"type": "text", "text": text, "cache_control": MARK}]
        fresh, written, _ = counts(api.message(**ask("Hi", model=model, system=system))["usage"])
        assert (written > 0) == cached
        assert fresh > 0


def test_a_conversation_that_grows_reads_what_it_wrote_before(api: Any) -> None:
    turns = [user(long())]
    written = 0
    for number in range(4):
        fresh, new, read = counts(
            api.message(**ask("") | {"messages": turns, "cache_control": MARK})["usage"]
        )
        assert (fresh, read) == (0, written)
        written += new
        assert new > 0
        turns += [{"role": "assistant", "content": f"Answer {number}"}, user(f"Question {number}")]


def test_no_prefix_is_found_more_than_twenty_blocks_back(api: Any) -> None:
    for between, found in ((19, True), (21, False)):
        first = user(long())
        api.message(**ask("") | {"messages": [first], "cache_control": MARK})
        more = {"role": "user", "content": [{"type": "text", "text": f"Part {i}"} for i in range(between)]}
        usage = api.message(**ask("") | {"messages": [first, more], "cache_control": MARK})["usage"]
        assert (usage["cache_read_input_tokens"] > 0) == found


@pytest.mark.parametrize(
    "change",
    [
        {"model": "claude-sonnet-4-6"},
        {"thinking": {"type": "adaptive"}},
        {"output_config": {"effort": "low"}},
        {"tools": [TOOL]},
        {"system": "Another one."},
    ],
)
def test_a_change_before_the_breakpoint_loses_the_cache(change: dict[str, Any], api: Any) -> None:
    body = ask("") | {"messages": [user(long())], "cache_control": MARK}
    api.message(**body)
    assert counts(api.message(**body)["usage"])[2] > 0
    assert counts(api.message(**{**body, **change})["usage"])[2] == 0


def test_an_answer_of_no_tokens_fills_the_cache(api: Any) -> None:
    body = ask("Hi", system=long(), cache_control=MARK)
    filled = api.message(**{**body, "max_tokens": 0})
    assert filled["content"] == []
    assert filled["usage"]["output_tokens"] == 0
    _, written, _ = counts(filled["usage"])
    assert counts(api.message(**body)["usage"])[1:] == (0, written)


def test_a_failed_request_caches_nothing(api: Any) -> None:
    body = ask("[sandbox:overloaded]", system=long(), cache_control=MARK)
    assert api.post(**body).status_code == 529
    assert counts(api.message(**body)["usage"])[2] == 0


def asked(text: str, ttl: str) -> Asked:
    body = ask("Hi", system=text, cache_control={"type": "ephemeral", "ttl": ttl})
    raw = json.dumps(body).encode()
    return examine(raw, endpoint="messages", version="2026-10-21", betas=(), today=CHECKED)


@pytest.mark.parametrize(("ttl", "lifetime_s"), [("5m", 300), ("1h", 3_600)])
def test_a_prefix_lives_on_with_each_use_and_then_is_forgotten(ttl: str, lifetime_s: int) -> None:
    now = [0.0]
    cache = PromptCache(now=lambda: now[0])
    request = asked(long(), ttl)
    read = []
    for wait in (0, lifetime_s - 1, lifetime_s - 1, lifetime_s + 1):
        now[0] += wait
        read.append(cache.use(request)["cache_read_input_tokens"] != 0)
    assert read == [False, True, True, False]


def test_the_cache_is_bounded() -> None:
    cache = PromptCache(most=3)
    requests = [asked(long(), "5m") for _ in range(5)]
    for request in requests:
        cache.use(request)
    reads = [cache.use(request)["cache_read_input_tokens"] != 0 for request in (requests[4], requests[0])]
    assert reads == [True, False]


def first_of(api: Any, **more: Any) -> tuple[dict[str, Any], str]:
    """A request that opts in to diagnostics, and the id of its answer."""
    body = ask("") | {
        "messages": [user(long())],
        "cache_control": MARK,
        "diagnostics": {"previous_message_id": None},
    }
    body |= more
    message = api.message(**body)
    assert message["diagnostics"] is None
    return body, message["id"]


def again(api: Any, body: dict[str, Any], previous: str, **change: Any) -> Any:
    asks = {"diagnostics": {"previous_message_id": previous}}
    return api.message(**{**body, **asks, **change})["diagnostics"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"model": "claude-sonnet-4-6"}, "model_changed"),
        ({"system": "Another one."}, "system_changed"),
        ({"tools": [TOOL]}, "tools_changed"),
        ({"messages": [user("Something else")]}, "messages_changed"),
    ],
)
def test_a_miss_is_explained(
    change: dict[str, Any], reason: str, api: Any, typed: Callable[..., Any]
) -> None:
    body, previous = first_of(api)
    found = again(api, body, previous, **change)
    assert found["cache_miss_reason"]["type"] == reason
    assert found["cache_miss_reason"]["cache_missed_input_tokens"] > 1_024
    typed(api.message(**{**body, "diagnostics": {"previous_message_id": previous}, **change}))


def test_other_changes_and_unknown_messages_have_no_count(api: Any, typed: Callable[..., Any]) -> None:
    body, previous = first_of(api)
    assert again(api, body, previous, thinking={"type": "adaptive"}) == {
        "cache_miss_reason": {"type": "unavailable"}
    }
    unknown = {"cache_miss_reason": {"type": "previous_message_not_found"}}
    assert again(api, body, "msg_nobody") == unknown
    typed(api.message(**{**body, "diagnostics": {"previous_message_id": "msg_nobody"}}))


def test_nothing_is_said_where_nothing_differs_or_nobody_asked(api: Any) -> None:
    body, previous = first_of(api)
    longer = [*body["messages"], {"role": "assistant", "content": "Yes."}, user("And?")]
    assert again(api, body, previous, messages=longer, max_tokens=7) is None
    silent = {name: value for name, value in body.items() if name != "diagnostics"}
    message = api.message(**silent)
    assert message["diagnostics"] is None
    assert again(api, body, message["id"])["cache_miss_reason"]["type"] == "previous_message_not_found"


def test_a_stream_brings_its_diagnosis_when_it_starts(api: Any) -> None:
    body, previous = first_of(api)
    events = api.events(**{**body, "system": "New.", "diagnostics": {"previous_message_id": previous}})
    assert events[0]["message"]["diagnostics"]["cache_miss_reason"]["type"] == "system_changed"
