"""The list of tools: names, copies, the breakpoint at its end, pasted definitions."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from components.domain import shape
from components.domain.json_types import Json, JsonObject
from components.domain.tool_definitions import (
    EXAMPLES,
    UnreadableTools,
    added,
    cached,
    duplicated,
    moved_up,
    name_problem,
    new_tool,
    read_definitions,
    with_breakpoint,
    without,
)

A: JsonObject = {"name": "a", "input_schema": {"type": "object"}}
B: JsonObject = {"name": "b", "input_schema": {"type": "object"}}
MARK: JsonObject = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}


def faults(*tools: Json) -> list[str]:
    body: JsonObject = {"model": "m", "max_tokens": 1, "messages": [], "tools": list(tools)}
    return [fault.message for fault in shape.check(body)]


@pytest.mark.parametrize("tool", [*EXAMPLES.values(), new_tool([])], ids=lambda tool: tool["name"])
def test_a_tool_to_begin_with_has_the_shape_of_one(tool: JsonObject) -> None:
    assert faults(tool) == []


@pytest.mark.parametrize("name", ["a", "get_weather", "x" * 128, "A-1"])
def test_a_good_name_has_no_problem(name: str) -> None:
    assert name_problem(name, ["b"]) is None
    assert faults({**A, "name": name}) == []


@pytest.mark.parametrize("name", ["", "b", "a b", "x" * 129, "ü", "a.b"])
def test_a_name_that_cannot_be_sent_has_one(name: str) -> None:
    assert name_problem(name, ["b"])


def test_copies_and_new_tools_get_names_of_their_own() -> None:
    assert [tool["name"] for tool in duplicated([A, B], 0)] == ["a", "b", "a_2"]  # type: ignore[index, call-overload]
    assert new_tool([{"name": "new_tool"}])["name"] == "new_tool_2"


def test_the_breakpoint_stays_at_the_end_whatever_comes_and_goes() -> None:
    marked = with_breakpoint([A, B], "1h")
    assert marked == [A, {**B, **MARK}]
    assert cached(marked) == "1h"
    assert added(marked, [A]) == [A, B, {**A, **MARK}]
    assert without(marked, 1) == [{**A, **MARK}]
    assert moved_up(marked, 1) == [B, {**A, **MARK}]
    assert duplicated(marked, 1) == [A, B, {**B, "name": "b_2", **MARK}]
    assert with_breakpoint(marked, None) == [A, B]


def test_a_breakpoint_elsewhere_stays_where_it_is() -> None:
    tools: list[Json] = [{**A, **MARK}, B]
    assert cached(tools) is None
    assert added(tools, [A]) == [{**A, **MARK}, B, A]


def test_a_tool_that_is_loaded_later_does_not_carry_the_breakpoint() -> None:
    later: JsonObject = {**B, "defer_loading": True}
    assert with_breakpoint([A, later], "1h") == [{**A, **MARK}, later]


def test_the_list_given_stays_as_it_was() -> None:
    tools: list[Json] = [deepcopy(A), {**deepcopy(B), **MARK}]
    before = deepcopy(tools)
    added(tools, [A])
    without(tools, 0)
    duplicated(tools, 1)
    with_breakpoint(tools, "5m")
    assert tools == before


@pytest.mark.parametrize("value", [A, [A], {"tools": [A]}], ids=["one", "list", "request"])
def test_definitions_are_read_from_one_object_a_list_or_a_request(value: Json) -> None:
    assert read_definitions(json.dumps(value)) == ([A], [])


def test_built_in_tools_are_taken_as_they_are() -> None:
    search: JsonObject = {"type": "web_search_20260318", "name": "web_search", "max_uses": 2}
    assert read_definitions(json.dumps(search)) == ([search], [])


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"type": "function", "function": {"name": "a", "parameters": {"type": "object"}}}, "OpenAI"),
        ({"type": "function", "name": "a", "parameters": {"type": "object"}}, "OpenAI"),
        ({"name": "a", "inputSchema": {"type": "object"}}, "MCP"),
    ],
)
def test_definitions_of_other_apis_are_read_and_it_is_said(given: Json, note: str) -> None:
    found, notes = read_definitions(json.dumps([given, given]))
    assert found == [A, A]
    assert len(notes) == 1
    assert note in notes[0]
    assert faults(*found) == []


@pytest.mark.parametrize("text", ["", "[]", "[1]", '{"name": "a"}', '{"type": "function"}', "{"])
def test_what_holds_no_tools_is_told(text: str) -> None:
    with pytest.raises(UnreadableTools):
        read_definitions(text)
