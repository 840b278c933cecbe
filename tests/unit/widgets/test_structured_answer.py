"""Answers by a schema: as a table or tree, with a verdict that is never more certain than the answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.domain.run import Run, RunState, RunTimes
from components.widgets.structured_answer import (
    Table,
    cells,
    for_browser,
    structured_of,
    table_of,
    without_text,
)

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"price": {"type": "number"}}},
        }
    },
}


def run_of(
    text: str,
    stop_reason: str | None = "end_turn",
    state: RunState = RunState.COMPLETE,
    format_: Json = None,
) -> Run:
    body: JsonObject = {
        "model": "m",
        "messages": [],
        "output_config": {"format": format_ or {"type": "json_schema", "schema": SCHEMA}},
    }
    message: JsonObject = {
        "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": text}],
        "stop_reason": stop_reason,
    }
    times = RunTimes(datetime.now(UTC))
    return Run("r1", state, Request.of(body), "Sandbox", "http://localhost", times, message=message)


def _draw() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.structured_answer import structured_answer, structured_of

    answer = structured_of(st.session_state["answer_of"])
    if answer is not None:
        structured_answer(answer, key="answer")


def drawn(run: Run) -> AppTest:
    app = AppTest.from_function(_draw, default_timeout=30)
    app.session_state["answer_of"] = run
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    from html import unescape

    return unescape(" ".join(each.value for each in [*app.markdown, *app.caption, *app.error]))


ITEMS = '{"note": "Two.", "items": [{"name": "a | b", "price": 1.5}, {"name": "c", "price": 2, "new": true}]}'


def test_a_valid_answer_with_one_list_is_a_table_with_the_rest_above() -> None:
    app = drawn(run_of(ITEMS))
    assert "Valid by the schema" in said(app)
    assert "| **note** | Two. |" in said(app)
    frame = app.dataframe[0].value
    assert list(frame.columns) == ["name", "price", "new"]
    assert frame["name"].tolist() == ["a | b", "c"]
    assert not app.code


def test_an_invalid_answer_says_where_and_is_a_table_all_the_same() -> None:
    app = drawn(run_of('{"items": [{"price": 1}, {"price": 2}, {"price": "x"}]}'))
    assert "Not valid: $.items[2].price: 'x' is not of type 'number'" in said(app)
    assert app.dataframe[0].value["price"].tolist() == ["1", "2", "x"]


def test_it_can_be_seen_as_tree_and_as_the_text_it_is() -> None:
    app = drawn(run_of(ITEMS))
    (control,) = app.radio
    assert control.options == ["Table", "Tree", "Text"]
    control.set_value("Tree").run()
    assert json.loads(app.json[0].value)["note"] == "Two."
    app.radio[0].set_value("Text").run()
    assert app.code[0].value == ITEMS
    assert "Valid by the schema" in said(app)


def test_a_nested_answer_is_a_tree() -> None:
    app = drawn(run_of('{"a": {"b": [1]}}'))
    assert app.radio[0].options == ["Tree", "Text"]
    assert json.loads(app.json[0].value) == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    "text", ["5", '"![x](http://h/x.png)"', "null", "Sorry, no.", '{"a": NaN}', "[" * 100_000]
)
def test_what_is_no_object_or_list_is_shown_as_its_text(text: str) -> None:
    app = drawn(run_of(text))
    assert not app.radio
    assert app.code[0].value == text
    assert "Not valid" in said(app)


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (run_of(ITEMS[:40], "max_tokens"), "Cut off"),
        (run_of(ITEMS, "model_context_window_exceeded"), "Cut off"),
        (run_of("I cannot help.", "refusal"), "Refused"),
        (run_of(ITEMS, "tool_use"), "not over"),
        (run_of(ITEMS[:40], None, RunState.STOPPED), "Not all of the answer came"),
        (run_of(ITEMS[:40], None, RunState.INTERRUPTED), "Not all of the answer came"),
    ],
)
def test_an_answer_that_is_not_whole_says_why_and_is_not_judged(run: Run, says: str) -> None:
    app = drawn(run)
    assert says in said(app)
    assert "alid" not in said(app)


@pytest.mark.parametrize(
    "run",
    [
        run_of(" \n"),
        run_of(ITEMS, format_={"type": "text"}),
        run_of(ITEMS, format_={"type": "json_schema", "schema": 5}),
    ],
)
def test_without_text_or_schema_there_is_nothing_to_judge(run: Run) -> None:
    assert structured_of(run) is None


def test_the_other_blocks_are_kept() -> None:
    message = run_of(ITEMS).message
    assert without_text(message)["content"] == [{"type": "thinking", "thinking": "hm"}]


@pytest.mark.parametrize(
    ("value", "table"),
    [
        ([{"a": 1}, {"b": None}], Table({}, ({"a": 1}, {"b": None}))),
        ([{"tags": ["x", 1]}], Table({}, ({"tags": ["x", 1]},))),
        ({"a": 1, "b": "x"}, Table({"a": 1, "b": "x"})),
        ({"a": 1, "rows": [{"b": 1}]}, Table({"a": 1}, ({"b": 1},))),
        ({"rows": [{"b": 1}], "more": [{"b": 1}]}, None),
        ({"rows": [{"b": {"c": 1}}]}, None),
        ({"deep": {"rows": [{"b": 1}]}}, None),
        ([{"a": 1}, 5], None),
        ([1, 2], None),
        ([], None),
        ({}, None),
        ("x", None),
    ],
)
def test_flat_values_are_tables(value: Json, table: Table | None) -> None:
    assert table_of(value) == table


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (["a", None], ["a", None]),
        ([1, 2.5, None], [1, 2.5, None]),
        ([True, False], [True, False]),
        ([1, "x", True, None, ["a"]], ["1", "x", "true", None, '["a"]']),
        ([1, 2**60], ["1", "1152921504606846976"]),
        ([1e400, 1.0], ["Infinity", "1.0"]),
        ([True, 1], ["true", "1"]),
    ],
)
def test_a_column_is_shown_exactly(values: list[Json], shown: list[Json]) -> None:
    assert cells(values) == shown
    assert [type(value) for value in cells(values)] == [type(value) for value in shown]


def test_numbers_that_a_browser_would_change_are_text_in_the_tree() -> None:
    assert for_browser({"a": [2**53 + 1, 1, True, 1e400]}) == {"a": ["9007199254740993", 1, True, "Infinity"]}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_json)
def test_any_value_can_be_laid_out(value: Json) -> None:
    table = table_of(value)
    if table is not None:
        assert table.values or table.rows
    for_browser(value)


def test_odd_names_and_values_break_no_table() -> None:
    rows: list[JsonObject] = [
        {"": 1, "_index": 2, "a.b": "x", "![x](http://h/x.png)": None, "big": 10**30, "tags": [1]},
        {"": None, "mixed": 1.5},
        {"mixed": "text"},
    ]
    app = drawn(run_of(json.dumps(rows)))
    assert len(app.dataframe[0].value) == 3
