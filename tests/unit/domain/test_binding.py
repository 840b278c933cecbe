"""Thinking blocks know what they were thought after, as far as anybody but the service can."""

from __future__ import annotations

from typing import Any

import pytest
from rule_cases import NEW, TOOL, USER

from components.domain.binding import bindings_of, digest, prefix_hash, read, sign
from components.domain.json_types import Json, JsonObject
from components.domain.rules import check

THOUGHT: JsonObject = {"type": "thinking", "thinking": "Hm.", "signature": "c2VydmljZQ=="}
ANSWER: JsonObject = {"content": [THOUGHT, {"type": "text", "text": "Paris."}], "stop_reason": "end_turn"}
ASKED: JsonObject = {
    "model": "claude-fable-5-2",
    "max_tokens": 100,
    "system": "Be brief.",
    "tools": [TOOL],
    "messages": [USER],
}


def continued(body: JsonObject, **change: Json) -> JsonObject:
    """The conversation with the answer and another question, something else than before."""
    answered: list[Json] = [USER, {"role": "assistant", "content": ANSWER["content"]}, USER]
    return {**body, "messages": answered, **change}


def ruled(body: JsonObject, bindings: dict[str, str], **more: Any) -> list[str]:
    return [finding.rule for finding in check(body, anthropic_version=NEW, bindings=bindings, **more)]


def test_a_kept_answer_tells_what_its_thinking_is_bound_to() -> None:
    bindings = bindings_of(ASKED, ANSWER)
    assert list(bindings) == [digest("c2VydmljZQ==")]
    assert ruled(continued(ASKED), bindings) == []
    assert ruled(continued(ASKED, system="Be kind."), bindings) == ["thinking_bound"]
    assert ruled(continued(ASKED, tools=[]), bindings) == ["thinking_bound"]
    assert ruled(continued(ASKED, system="Be kind."), {}) == []


def test_the_finding_says_what_changed() -> None:
    bindings = bindings_of(ASKED, ANSWER)
    for change, says in (
        ({"system": "Be kind."}, "the system prompt changed"),
        ({"tools": []}, "the tools changed"),
        ({"system": "", "tools": []}, "the system prompt and the tools changed"),
    ):
        [found] = check(continued(ASKED, **change), anthropic_version=NEW, bindings=bindings)
        assert says in found.sentence


def test_an_earlier_turn_edited_is_a_change_and_a_later_one_is_not() -> None:
    bindings = bindings_of(ASKED, ANSWER)
    earlier, later = continued(ASKED), continued(ASKED)
    earlier["messages"] = [{"role": "user", "content": "Other"}, *earlier["messages"][1:]]  # type: ignore[misc, index]
    later["messages"] = [*later["messages"][:2], {"role": "user", "content": "Other"}]  # type: ignore[misc, index]
    assert ruled(earlier, bindings) == ["thinking_bound"]
    assert ruled(later, bindings) == []


@pytest.mark.parametrize(
    "same",
    [
        {"messages": [{"role": "user", "content": [{"type": "text", "text": USER["content"]}]}]},
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": USER["content"], "citations": None}]}
            ]
        },
        {"system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]},
        {"tools": [{**TOOL, "cache_control": {"type": "ephemeral"}}]},
        {"model": "claude-opus-5-5", "max_tokens": 5, "temperature": 1},
    ],
)
def test_what_the_model_sees_counts_and_not_how_it_is_written(same: JsonObject) -> None:
    assert prefix_hash({**ASKED, **same}, 1, 0) == prefix_hash(ASKED, 1, 0)


def test_the_place_decides_and_earlier_thinking_does_not() -> None:
    body = continued(ASKED)
    assert prefix_hash(body, 1, 0) == prefix_hash(body, 1, 1) == prefix_hash(ASKED, 1, 0)
    assert prefix_hash(body, 1, 2) != prefix_hash(body, 1, 1)
    assert prefix_hash(body, 2, 0) != prefix_hash(body, 1, 1)
    assert prefix_hash(body, 3, 0) == prefix_hash(body, 99, 0)


def test_thinking_that_was_edited_is_told_from_its_binding() -> None:
    bindings = bindings_of(ASKED, ANSWER)
    edited = continued(ASKED)
    edited["messages"] = [USER, {"role": "assistant", "content": [{**THOUGHT, "thinking": "Ho."}]}, USER]
    assert ruled(edited, bindings) == ["thinking_edited"]
    fix = check(edited, anthropic_version=NEW, bindings=bindings)[0].fix
    assert fix is not None
    assert fix.apply(edited)["messages"] == [USER, USER]


def test_a_simulated_signature_can_be_read_back_and_no_other_can() -> None:
    prefix = prefix_hash(ASKED, 1, 0)
    bound = read(sign("claude-opus-5-5", prefix, "Hm."))
    assert bound is not None
    assert (bound.model, bound.prefix) == ("claude-opus-5-5", prefix)
    unread = read(sign("claude-opus-5-5", prefix))
    assert unread is not None
    assert unread.thinking is None
    for other in ("", "c2VydmljZQ==", "not base64!", "c2ltdWxhdGVkfGF8Yg==", "\ud83d"):
        assert read(other) is None


def test_dropping_the_block_mends_it_and_the_beta_comes_along() -> None:
    bindings = bindings_of(ASKED, ANSWER)
    changed = continued(ASKED, system="Be kind.", thinking={"type": "adaptive", "display": "summarized"})
    [found] = check(changed, anthropic_version=NEW, bindings=bindings)
    assert found.fix is not None
    mended, betas = found.fix.apply(changed), found.fix.betas(())
    assert mended["thinking"] == {
        "type": "adaptive",
        "display": "summarized",
        "block_binding": {"prefix_mismatch_behavior": "drop_block"},
    }
    assert betas == ("thinking-binding-controls-2026-08-01",)
    assert ruled(mended, bindings, betas=betas) == []


def test_redacted_thinking_is_bound_by_its_data() -> None:
    redacted: JsonObject = {"type": "redacted_thinking", "data": "cmVk"}
    answer: JsonObject = {"content": [redacted, {"type": "text", "text": "Paris."}]}
    bindings = bindings_of(ASKED, answer)
    body = continued(ASKED, system="Be kind.")
    body["messages"] = [USER, {"role": "assistant", "content": answer["content"]}, USER]
    assert ruled(body, bindings) == ["thinking_bound"]
