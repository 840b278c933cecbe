"""The section that compares two answers of a comparison: what can be chosen, what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import assert_no_fault

from components.domain.compared import Column
from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.domain.run import Run, RunState, RunTimes
from components.widgets.compare_differences import choices_of

KEY = "compare.differences"


def _page() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.compare_differences import differences_section

    if "hidden" not in st.session_state:
        differences_section(st.session_state["columns"])


def an_answer(
    text: str, *, stop_reason: str = "end_turn", state: RunState = RunState.COMPLETE, **body: Json
) -> Run:
    request = Request.of({"model": "m", "max_tokens": 9, "messages": [], **body})
    message: JsonObject = {"content": [{"type": "text", "text": text}], "stop_reason": stop_reason}
    now = datetime.now(UTC)
    return Run(f"run {text}", state, request, "Sandbox", "http://localhost", RunTimes(now), message=message)


def columns(*runs: list[Run]) -> list[Column]:
    return [
        Column(f"variant {letter}", letter, "m_1", (), tuple(mine))
        for letter, mine in zip("ABCDEF", runs, strict=False)
    ]


def shown(*runs: list[Run]) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=20)
    app.session_state["columns"] = columns(*runs)
    app.run()
    assert_no_fault(app)
    return app


def said(app: AppTest) -> str:
    return " ".join(each.value for each in [*app.markdown, *app.caption])


def offered(app: AppTest, side: str) -> list[str]:
    return list(app.selectbox(key=f"{KEY}.{side}").options)


def views(app: AppTest) -> int:
    return len(app.get("bidi_component"))


@pytest.mark.parametrize(
    ("runs", "sentence"),
    [
        ([[], []], "as soon as there are two"),
        ([[an_answer("a")], []], "There is one answer so far"),
        ([[an_answer("a"), an_answer("b", state=RunState.STREAMING)], []], "There is one answer so far"),
        ([[an_answer("a"), an_answer("a")], []], "The 2 answers so far are identical"),
    ],
)
def test_with_fewer_than_two_answers_it_says_what_is_missing(runs: list[list[Run]], sentence: str) -> None:
    app = shown(*runs)
    assert sentence in said(app)
    assert not app.selectbox


def test_the_first_two_columns_are_compared_first() -> None:
    app = shown([an_answer("The cat sat.")], [an_answer("The dog sat down.")], [an_answer("No.")])
    assert offered(app, "before") == offered(app, "after") == ["A · m_1", "B · m_1", "C · m_1"]
    assert app.selectbox(key=f"{KEY}.after").index == 1
    assert "**Answers** · 1 word removed, 2 added." in said(app)
    assert "The requests are the same." in said(app)
    assert views(app) == 1


def test_samples_are_offered_once_for_identical_answers_and_numbered_as_in_the_column() -> None:
    failed = an_answer("", state=RunState.FAILED)
    app = shown([failed, an_answer("a"), an_answer("b"), an_answer("a")], [])
    assert offered(app, "before") == ["A · m_1 · answers 2, 4", "A · m_1 · answer 3"]
    assert app.selectbox(key=f"{KEY}.after").index == 1


def test_what_was_chosen_stays_while_other_answers_come() -> None:
    mine, yours = [an_answer("a"), an_answer("b"), an_answer("c", state=RunState.STREAMING)], [an_answer("d")]
    app = shown(mine, yours)
    app.selectbox(key=f"{KEY}.before").select_index(1).run()
    app.selectbox(key=f"{KEY}.after").select_index(0).run()
    app.session_state["columns"] = columns([an_answer("b"), an_answer("b"), an_answer("c")], yours)
    app.run()
    assert_no_fault(app)
    chosen = [app.selectbox(key=f"{KEY}.{side}") for side in ("before", "after")]
    assert chosen[0].format_func(chosen[0].value) == "A · m_1 · answers 1–2"
    assert chosen[1].format_func(chosen[1].value) == "B · m_1", "the one chosen is gone"


def test_before_anyone_chooses_two_columns_are_compared_as_soon_as_they_can_be() -> None:
    mine = [an_answer("a"), an_answer("b")]
    app = shown(mine, [])
    assert app.selectbox(key=f"{KEY}.after").index == 1
    app.session_state["columns"] = columns(mine, [an_answer("c")])
    app.run()
    assert offered(app, "after")[app.selectbox(key=f"{KEY}.after").index or 0] == "B · m_1"


def test_what_was_chosen_is_there_when_the_section_is_opened_again() -> None:
    app = shown([an_answer("a"), an_answer("b")], [an_answer("c")])
    app.selectbox(key=f"{KEY}.before").select_index(1).run()
    app.selectbox(key=f"{KEY}.kind").select("Lines").run()
    app.session_state["hidden"] = True
    app.run()
    app.run()
    del app.session_state["hidden"]
    app.run()
    assert app.selectbox(key=f"{KEY}.before").index == 1
    assert app.selectbox(key=f"{KEY}.kind").value == "Lines"


def test_identical_answers_are_called_so() -> None:
    app = shown([an_answer("a")], [an_answer("a", max_tokens=8)])
    assert "The two answers are identical." in said(app)
    assert "**Requests** · 1 value changed." in said(app)
    assert views(app) == 1


def test_the_same_json_in_other_words_is_called_so() -> None:
    app = shown([an_answer('{"a": 1, "b": 2}')], [an_answer('{"b": 2, "a": 1}')])
    assert "hold the same JSON, written differently" in said(app)
    app.selectbox(key=f"{KEY}.kind").select("Lines").run()
    assert "1 line removed, 1 added." in said(app)


def test_parts_of_answers_are_called_so() -> None:
    whole, part = an_answer("a b"), replace(an_answer("a"), state=RunState.STOPPED)
    assert "The one of B is only a part of an answer." in said(shown([whole], [part]))
    assert "Both are only parts of an answer." in said(
        shown([replace(whole, state=RunState.INTERRUPTED)], [part])
    )


def test_another_end_of_the_same_answer_is_told() -> None:
    app = shown([an_answer("a")], [an_answer("a", stop_reason="max_tokens")])
    assert "The two answers are identical. They ended differently: end&#95;turn, max&#95;tokens." in said(app)


def test_the_same_answer_twice_is_no_comparison() -> None:
    app = shown([an_answer("a")], [an_answer("b")])
    app.selectbox(key=f"{KEY}.after").select_index(0).run()
    assert "The same answer is chosen twice." in said(app)


def test_what_is_no_json_falls_back_to_lines_and_says_so() -> None:
    app = shown([an_answer('{"a": 1}')], [an_answer("Sorry.")])
    app.selectbox(key=f"{KEY}.kind").select("Structure").run()
    assert "1 line removed, 1 added. Not both are JSON, so they are compared by lines." in said(app)


def test_only_white_space_is_called_that() -> None:
    assert "Only white space or punctuation differs." in said(shown([an_answer("a b")], [an_answer("a  b.")]))


def test_layout_and_folding_reach_the_view() -> None:
    app = shown([an_answer("a")], [an_answer("b", max_tokens=8)])
    assert views(app) == 2
    before = app.get("bidi_component")[0].proto.json
    app.radio(key=f"{KEY}.layout").set_value("Side by side").run()
    app.checkbox(key=f"{KEY}.fold").uncheck().run()
    after = app.get("bidi_component")[0].proto.json
    assert r"\"side\":false,\"fold\":true" in before
    assert r"\"side\":true,\"fold\":false" in after


def test_an_id_of_a_choice_does_not_depend_on_which_sample_came_first() -> None:
    late, early = an_answer("a"), an_answer("a", state=RunState.STREAMING)
    only_late = choices_of(columns([early, late]))
    both = choices_of(columns([an_answer("a"), late]))
    assert [choice.id for choice in only_late] == [choice.id for choice in both]
