"""What is said before sending, whole: size, JSON, shape, rules; and what is said of models nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from request_bodies import Sample, damaged
from rule_cases import NEW, TOOL, USER

from components.domain import shape
from components.domain.catalogue import find, merge
from components.domain.checks import MOST_BYTES, prompt_too_long, refusals
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model

OPUS: JsonObject = {"model": "claude-opus-5-5", "max_tokens": 100, "messages": [USER]}


def test_what_is_too_large_is_said_first() -> None:
    body: JsonObject = {**OPUS, "wishes": 1, "max_tokens": -1}
    found = refusals(body, anthropic_version=NEW, size_bytes=MOST_BYTES + 1)
    assert [finding.rule for finding in found] == ["request_too_large", "shape", "max_tokens_negative"]
    assert (found[0].status, found[0].error_type, found[0].path) == (413, "request_too_large", ())
    assert refusals(OPUS, anthropic_version=NEW, size_bytes=MOST_BYTES) == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "nan is not a JSON value"),
        ({"a": [float("inf")]}, "inf is not a JSON value"),
        ("half \ud83d", "no low surrogate"),
        ({"\ud83d": 1}, "no low surrogate"),
    ],
)
def test_what_json_cannot_carry_is_refused_for_any_model(value: Json, why: str) -> None:
    for model in ("claude-opus-5-5", "llama3:8b"):
        [found] = refusals({**OPUS, "model": model, "metadata": value}, anthropic_version=NEW)
        assert found.rule == "not_json"
        assert why in found.message
        assert found.sentence.endswith(".")


def test_a_body_without_end_is_refused_and_not_followed() -> None:
    deep: Json = "x"
    for _ in range(5_000):
        deep = [deep]
    [found] = refusals({**OPUS, "metadata": deep}, anthropic_version=NEW)
    assert "nested too deeply" in found.message


def test_of_an_unknown_model_nothing_is_ruled_and_no_shape_is_asked() -> None:
    body: JsonObject = {"model": "llama3:8b", "options": {"num_ctx": 8}, "messages": "Hi", "top_k": 4}
    assert refusals(body, anthropic_version=NEW, size_bytes=MOST_BYTES + 1) == []
    assert refusals(body, anthropic_version=NEW, model=Model("llama3:8b")) == []
    assert refusals(body, anthropic_version=NEW, model=merge({"id": "llama3:8b"})) == []


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_request_needs_a_model(name: Json) -> None:
    [found] = refusals({**OPUS, "model": name, "wishes": 1}, anthropic_version=NEW)
    assert found.path == ("model",)
    without: JsonObject = {"max_tokens": 9, "messages": [USER]}
    assert [f.message for f in refusals(without, anthropic_version=NEW)] == ["model: Field required"]


def test_counting_takes_no_max_tokens() -> None:
    [found] = refusals(OPUS, endpoint="count_tokens", anthropic_version=NEW)
    assert found.message == "max_tokens: Extra inputs are not permitted"
    counted: JsonObject = {"model": "claude-opus-5-5", "messages": [USER], "tools": [TOOL]}
    assert refusals(counted, endpoint="count_tokens", anthropic_version=NEW) == []


def test_a_prompt_longer_than_the_window_is_told_from_its_count() -> None:
    haiku = find("claude-haiku-4-5")
    assert haiku is not None
    assert prompt_too_long(200_000, haiku) is None
    found = prompt_too_long(200_001, haiku)
    assert found is not None
    assert found.message == "prompt is too long: 200001 tokens > 200000 maximum"
    assert prompt_too_long(10**9, Model("llama3:8b")) is None


@pytest.mark.parametrize(
    ("change", "betas"),
    [
        ({"mcp_servers": []}, ("mcp-client-2026-09-15",)),
        ({"compaction": {"type": "summarize"}}, ("compact-2026-09-04",)),
        ({"fallbacks": "default"}, ("server-side-fallback-2026-07-01",)),
        ({"output_config": {"task_budget": {"type": "tokens", "total": 9}}}, ("task-budgets-2026-03-13",)),
        (
            {"thinking": {"type": "adaptive", "display": "updates"}},
            ("thinking-display-updates-2026-08-18",),
        ),
        (
            {"thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}},
            ("thinking-binding-controls-2026-08-01",),
        ),
        (
            {"messages": [USER, {"role": "system", "content": "Hi", "clear_at": "next_user_message"}]},
            ("mid-conversation-system-clear-at-2026-08-21",),
        ),
        (
            {"messages": [USER, {"role": "system", "content": "Hi", "output_config": {"effort": "low"}}]},
            ("mid-conversation-output-config-2026-07-01",),
        ),
        (
            {"tools": [{"type": "advisor_20260301", "name": "advisor", "model": "claude-opus-5"}]},
            ("advisor-tool-2026-03-01",),
        ),
        (
            {
                "context_management": {"edits": [{"type": "compact_20260112"}]},
            },
            ("context-management-2025-06-27", "compact-2026-09-04"),
        ),
    ],
)
def test_a_beta_field_brings_its_beta_in_one_click(change: JsonObject, betas: tuple[str, ...]) -> None:
    body: JsonObject = {**OPUS, **change}
    added: tuple[str, ...] = ()
    for beta in betas:
        [found] = refusals(body, anthropic_version=NEW, betas=added)
        assert beta in found.sentence
        assert found.fix is not None
        assert (found.fix.edits, found.fix.add_betas) == ((), (beta,))
        added = found.fix.betas(added)
    assert refusals(body, anthropic_version=NEW, betas=added) == []


@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(damaged())
def test_a_fault_of_shape_is_a_sentence_and_its_fix_mends_it(sample: Sample) -> None:
    for fault in shape.check(sample.body, betas=sample.betas):
        assert fault.sentence.endswith((".", "it."))
        assert fault.sentence[0] == "“" or fault.sentence[0].isupper()
        if fault.fix is not None:
            mended, betas = fault.fix.apply(sample.body), fault.fix.betas(sample.betas)
            again = {(f.path, f.message) for f in shape.check(mended, betas=betas)}
            assert len(again) <= len(shape.check(sample.body, betas=sample.betas))
            assert (fault.path, fault.message) not in again or isinstance(fault.path[-1], int)


@pytest.mark.parametrize(
    ("change", "sentence", "label"),
    [
        ({"max_tokens": "many"}, "“max_tokens” must be a whole number.", None),
        ({"speed": "slow"}, "“speed” must be “standard” or “fast”.", "Remove speed"),
        ({"messages": [USER, {"role": "user"}]}, "“content” of turn 2 is missing. Add it.", "Remove turn 2"),
        (
            {"messages": [{**USER, "content": [{"type": "text", "text": "Hi"}, {"type": "smell"}]}]},
            "“type” of block 2 of turn 1 is “smell”, which the API does not know.",
            "Remove block 2 of turn 1",
        ),
        (
            {"tools": [{"type": "web_search_20991231", "name": "web_search"}]},
            "“type” of tool 1 is “web_search_20991231”, which the API does not know.",
            "Use web_search_20260318",
        ),
        (
            {"tools": [{**TOOL, "type": "function"}]},
            "“type” of tool 1 is “function”, which the API does not know.",
            "Make it a tool of your own",
        ),
        (
            {"tools": [{"type": "web_search_20260318", "name": "search"}]},
            "“name” of tool 1 must be “web_search”.",
            None,
        ),
        (
            {"tools": [{"type": "web_search_20260318", "name": "web_search", "max_uses": 0}]},
            "“max_uses” of tool 1 must be 1 or more.",
            "Remove max_uses",
        ),
        (
            {"system": [{"type": "text", "text": "Hi", "cache_control": {"type": "eternal"}}]},
            "“type” of block 1 of the system prompt must be “ephemeral”.",
            None,
        ),
        ({"stop_sequences": ["a", 5]}, "“stop_sequences.1” must be a text.", "Remove “stop_sequences.1”"),
    ],
)
def test_a_fault_of_shape_speaks_the_words_of_the_screen(
    change: JsonObject, sentence: str, label: str | None
) -> None:
    [fault] = shape.check({**OPUS, **change})
    assert fault.sentence == sentence
    assert (fault.fix.label if fault.fix else None) == label


def test_thinking_takes_no_cache_breakpoint_and_empty_text_neither() -> None:
    marked: JsonObject = {"cache_control": {"type": "ephemeral"}}
    thought: JsonObject = {"type": "thinking", "thinking": "", "signature": "x", **marked}
    answer: JsonObject = {"role": "assistant", "content": [thought, {"type": "text", "text": "A"}]}
    [found, *_] = refusals({**OPUS, "messages": [USER, answer, USER]}, anthropic_version=NEW)
    assert found.message.endswith("thinking.cache_control: Extra inputs are not permitted")
    empty: JsonObject = {"role": "user", "content": [{"type": "text", "text": "", **marked}]}
    found = refusals({**OPUS, "messages": [empty]}, anthropic_version=NEW)[0]
    assert found.rule == "text_blank"


def test_a_beta_that_is_not_known_here_may_bring_fields_that_are_not_known_here() -> None:
    body: JsonObject = {
        "model": "claude-opus-5-5",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "x"}],
        "new_field": 1,
    }
    for betas, passes in (((), False), (("compact-2026-09-04",), False), (("brand-new-2027-01-01",), True)):
        found = refusals(body, anthropic_version="2023-06-01", betas=betas)
        assert (found == []) is passes, betas
