from __future__ import annotations

import pytest

from components.domain.json_types import JsonObject
from components.domain.stop_reasons import advice

TEXT: JsonObject = {"type": "text", "text": "Some text"}


def message(stop_reason: str | None, **more: object) -> JsonObject:
    return {"content": [TEXT], "stop_reason": stop_reason, **more}  # type: ignore[dict-item]


@pytest.mark.parametrize("ended", [None, {}, message(None), message("end_turn")])
def test_an_answer_that_simply_ended_needs_no_words(ended: JsonObject | None) -> None:
    assert advice(ended) is None


@pytest.mark.parametrize(
    ("ended", "says", "level", "action"),
    [
        (message("max_tokens"), "max tokens was reached", "warning", "more_tokens"),
        (message("pause_turn"), "Continue", "info", "continue"),
        (message("stop_sequence", stop_sequence="END"), "'END'", "info", None),
        (message("model_context_window_exceeded"), "context window is full", "warning", None),
        (message("refusal"), "Refused for safety.", "warning", None),
        (message("refusal", stop_details={"category": "bio"}), "(biological risk)", "warning", None),
        (message("refusal", stop_details={"category": "new_kind"}), "(new_kind)", "warning", None),
        (message("refusal", stop_details={"explanation": "Because."}), "Because.", "warning", None),
        (message("refusal", stop_details={"category": None}), "Refused for safety. Discard", "warning", None),
        (message("compaction"), "“compaction”", "info", None),
    ],
)
def test_every_other_end_is_said_with_what_to_do(
    ended: JsonObject, says: str, level: str, action: str | None
) -> None:
    told = advice(ended)
    assert told is not None
    assert says in told.sentence
    assert (told.level, told.action) == (level, action)


def test_tool_calls_are_counted() -> None:
    call: JsonObject = {"type": "tool_use", "id": "a", "name": "n", "input": {}}
    one, two = advice(message("tool_use", content=[call])), advice(message("tool_use", content=[call, call]))
    assert one is not None
    assert two is not None
    assert "1 tool call." in one.sentence
    assert "2 tool calls." in two.sentence


def test_an_answer_without_text_is_named() -> None:
    told = advice({"content": [], "stop_reason": "end_turn"})
    assert told is not None
    assert "without writing any text" in told.sentence
