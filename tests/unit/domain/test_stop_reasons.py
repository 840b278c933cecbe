from __future__ import annotations

import pytest

from components.domain.json_types import JsonObject
from components.domain.stop_reasons import advice, can_be_continued

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
        (message("refusal", stop_details={"category": ["odd"]}), "(['odd'])", "warning", None),
        (message("compaction"), "The conversation was summarised", "info", None),
        (message("brand_new"), "“brand_new”", "info", None),
    ],
)
def test_every_other_end_is_said_with_what_to_do(
    ended: JsonObject, says: str, level: str, action: str | None
) -> None:
    told = advice(ended)
    assert told is not None
    assert says in told.sentence
    assert (told.level, told.action) == (level, action)


CALL: JsonObject = {"type": "tool_use", "id": "a", "name": "n", "input": {}}
SEARCH: JsonObject = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}}
FOUND: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([CALL], "The model waits for the result of 1 tool call."),
        ([SEARCH, FOUND, CALL, CALL], "The model waits for the results of 2 tool calls."),
        ([SEARCH, CALL], "A call to a tool of the server is unfinished too"),
        ([SEARCH, SEARCH, CALL], "Calls to tools of the server are unfinished too"),
    ],
)
def test_tool_calls_are_counted_and_can_be_answered(content: list[JsonObject], sentence: str) -> None:
    told = advice(message("tool_use", content=content))
    assert told is not None
    assert sentence in told.sentence
    assert (told.level, told.action) == ("info", "give_results")


def test_an_answer_that_stopped_for_a_call_it_does_not_hold_offers_nothing_to_answer() -> None:
    told = advice(message("tool_use"))
    assert told is not None
    assert (told.level, told.action) == ("warning", None)


@pytest.mark.parametrize(
    ("category", "content", "billing"),
    [
        ("cyber", [TEXT], "the partial text, which is billed"),
        ("bio", [TEXT], "the partial text, which is billed"),
        ("bio", [], "in this category the request is billed"),
        ("frontier_llm", [{"type": "text", "text": " "}], "in this category the request is billed"),
        ("reasoning_extraction", [], "in this category the request is billed"),
        ("cyber", [], "does not bill that"),
        ("general_harms", [{"type": "thinking", "thinking": ""}], "does not bill that"),
        (None, [], "does not bill that"),
    ],
)
def test_a_refusal_says_whether_it_is_billed(
    category: str | None, content: list[JsonObject], billing: str
) -> None:
    told = advice(message("refusal", content=content, stop_details={"category": category}))
    assert told is not None
    assert billing in told.sentence


@pytest.mark.parametrize(
    ("ended", "can"),
    [
        (message("end_turn"), True),
        (message("refusal"), False),
        (message("end_turn", content=[]), False),
        (message("end_turn", content=[{"type": "thinking", "thinking": "x"}]), False),
        (message("tool_use", content=[CALL]), True),
        (message("compaction", content=[{"type": "compaction", "content": "x"}]), True),
        (message("end_turn", content=[{"type": ["odd"]}]), True),
    ],
)
def test_what_says_something_and_was_not_refused_can_be_continued(ended: JsonObject, can: bool) -> None:
    assert can_be_continued(ended) is can


def test_an_answer_without_text_is_named() -> None:
    told = advice({"content": [], "stop_reason": "end_turn"})
    assert told is not None
    assert "without writing any text" in told.sentence
