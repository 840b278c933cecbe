"""A run on the screen: what is said, what can be done, and what can be looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.domain.run import Run, RunError, RunState, RunTimes
from components.services.runs import RunView
from components.widgets.answer_view import AnswerActions

TEXT: JsonObject = {"type": "text", "text": "Some text."}
CALL: JsonObject = {"type": "tool_use", "id": "t1", "name": "now", "input": {}}


def ended(
    *content: Json, stop_reason: str | None = "end_turn", state: RunState = RunState.COMPLETE, **more: object
) -> Run:
    message: JsonObject = {
        "content": list(content),
        "stop_reason": stop_reason,
        "usage": {"input_tokens": 3, "output_tokens": 5},
    }
    now = datetime.now(UTC)
    request = Request.of({"model": "m", "max_tokens": 5, "messages": []})
    run = Run("r1", state, request, "Sandbox", "http://localhost", RunTimes(now, ended=now), message=message)
    return replace(run, request_id="req_01A", **more)  # type: ignore[arg-type]


def _draw() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.answer_view import answer_view

    answer_view("r1", st.session_state["view"], st.session_state["actions"])


def drawn(run: Run | None, actions: AnswerActions | None = None) -> AppTest:
    app = AppTest.from_function(_draw, default_timeout=20)
    app.session_state["view"] = lambda _: RunView(run, False, 1) if run else None
    app.session_state["actions"] = actions or AnswerActions()
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return unescape(" ".join(each.value for each in parts))


def counter() -> tuple[list[str], Callable[[], None]]:
    clicks: list[str] = []
    return clicks, lambda: clicks.append("click")


def test_an_unknown_run_is_said() -> None:
    assert "not in the history" in said(drawn(None))


def test_a_waiting_answer_offers_a_place_for_the_results() -> None:
    clicks, click = counter()
    app = drawn(ended(TEXT, CALL, CALL, stop_reason="tool_use"), AnswerActions(give_results=click))
    assert "waits for the results of 2 tool calls" in said(app)
    app.button(key="answer.results").click().run()
    assert clicks == ["click"]


@pytest.mark.parametrize(
    ("stop_reason", "key"),
    [("pause_turn", "answer.continue"), ("max_tokens", "answer.more"), ("tool_use", "answer.results")],
)
def test_each_end_offers_its_one_click_and_no_other(stop_reason: str, key: str) -> None:
    clicks, click = counter()
    actions = AnswerActions(
        continue_turn=click, run_with_more_tokens=click, more_tokens=10, give_results=click
    )
    app = drawn(ended(TEXT, CALL, stop_reason=stop_reason), actions)
    assert [button.key for button in app.button] == [key]
    app.button(key=key).click().run()
    assert clicks == ["click"]


def test_what_nobody_does_is_not_offered() -> None:
    for stop_reason in ("pause_turn", "max_tokens", "tool_use", "refusal"):
        assert not drawn(ended(TEXT, CALL, stop_reason=stop_reason)).button


@pytest.mark.parametrize(
    "run",
    [
        ended(TEXT),
        ended(TEXT, state=RunState.STOPPED, stop_reason=None),
        ended(state=RunState.FAILED, message=None, error=RunError("It is overloaded.", 529, body="{}")),
    ],
    ids=["complete", "stopped", "failed"],
)
def test_the_request_id_is_at_hand_with_every_end(run: Run) -> None:
    names = {"anthropic-organization-id": "org-1", "anthropic-workspace-id": "wrkspc_1"}
    app = drawn(replace(run, headers=names))
    answer = app.tabs[0]
    assert answer.label == "Answer"
    assert [code.value for code in answer.code] == ["req_01A", "org-1", "wrkspc_1"]
    assert "Workspace" in said(app)


def test_without_a_request_id_there_is_none_to_copy() -> None:
    app = drawn(replace(ended(TEXT), request_id=None))
    assert "req_" not in " ".join(code.value for code in app.code)


def note(drew: list[str], what: str) -> Callable[[Run], None]:
    return lambda run: drew.append(f"{what} {run.id}")


def test_figures_are_drawn_only_while_their_place_is_open() -> None:
    drew: list[str] = []
    actions = AnswerActions(usage=note(drew, "usage"), limits=note(drew, "limits"))
    run = replace(ended(TEXT), headers={"retry-after": "1"})
    app = drawn(run, actions)
    assert [expander.label for expander in app.expander] == ["Usage and limits"]
    assert drew == []
    app.session_state["answer.figures"] = True
    app.run()
    assert drew == ["usage r1", "limits r1"]


def test_a_failed_run_has_figures_only_where_the_response_told_some() -> None:
    drew: list[str] = []
    actions = AnswerActions(usage=note(drew, "usage"), limits=note(drew, "limits"))
    failed = ended(state=RunState.FAILED, message=None, error=RunError("No.", 429))
    assert not drawn(failed, actions).expander
    assert drawn(replace(failed, headers={"retry-after": "1"}), actions).expander


def test_a_schema_answer_is_drawn_by_its_schema_with_its_thinking() -> None:
    body: JsonObject = {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}
    thinking: JsonObject = {"type": "thinking", "thinking": "hm", "signature": "s"}
    text: JsonObject = {"type": "text", "text": '{"a": {"b": 1}}'}
    app = drawn(replace(ended(thinking, text), request=Request.of(body)))
    assert "Valid by the schema" in said(app)
    assert [expander.label for expander in app.expander] == ["Thinking"]
    assert app.json[0].value == '{"a": {"b": 1}}'


@pytest.mark.parametrize("value", [None, True, 5, "text", [], {}, [None, 5, {"type": None}]])
def test_a_message_of_any_shape_is_drawn(value: Json) -> None:
    message: JsonObject = dict.fromkeys(
        ("content", "stop_reason", "stop_details", "stop_sequence", "usage", "model", "type"), value
    )
    body: JsonObject = {"output_config": {"format": {"type": "json_schema", "schema": {}}}}
    for stop_reason in ("end_turn", "tool_use", "refusal", value):
        drawn(replace(ended(), message={**message, "stop_reason": stop_reason}, request=Request.of(body)))
