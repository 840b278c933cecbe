"""Calls of the client's own tools: which, how many, with what, and what follows their results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from rule_cases import CALL, RESULT, TOOL, USER, schema

PLAIN = "claude-opus-4-8"
CLOCK = {**TOOL, "name": "clock", "description": "The time of day"}
MAP = {**TOOL, "name": "map", "description": "A map"}


def ask(text: str, *tools: dict[str, Any], **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": text}]
    return {"model": PLAIN, "max_tokens": 2_000, "messages": turns, "tools": list(tools), **more}


def calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in message["content"] if block["type"] == "tool_use"]


def names(message: dict[str, Any]) -> list[str]:
    return [call["name"] for call in calls(message)]


def text_of(message: dict[str, Any]) -> str:
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


def test_a_tool_the_prompt_speaks_of_is_called(api: Any, typed: Callable[..., Any]) -> None:
    message = api.message(**ask("What is the weather in Oslo?", TOOL))
    typed(message)
    said, call = message["content"]
    assert "simulated" in said["text"].lower()
    assert call["name"] == "weather"
    assert call["input"] == {"city": "Oslo"}
    assert call["id"].startswith("toolu_")
    assert message["stop_reason"] == "tool_use"


def test_a_single_tool_the_prompt_does_not_speak_of_is_left_alone(api: Any) -> None:
    assert api.message(**ask("Tell me about rivers", TOOL))["stop_reason"] == "end_turn"
    none = api.message(**ask("The weather?", TOOL, tool_choice={"type": "none"}))
    assert none["stop_reason"] == "end_turn"


def test_of_several_tools_two_are_called_at_once_those_spoken_of_first(api: Any) -> None:
    message = api.message(**ask("What time is it on the map?", TOOL, CLOCK, MAP))
    assert names(message) == ["map", "weather"]
    assert len({call["id"] for call in calls(message)}) == 2
    assert "I call `map` and `weather`" in text_of(message)
    three = api.message(**ask("The weather, the clock, the map?", TOOL, CLOCK, MAP))
    assert names(three) == ["weather", "clock", "map"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"type": "auto"}, ["weather", "clock"]),
        ({"type": "any"}, ["weather", "clock"]),
        ({"type": "tool", "name": "clock"}, ["clock"]),
        ({"type": "none"}, []),
        ({"type": "auto", "disable_parallel_tool_use": True}, ["weather"]),
        ({"type": "any", "disable_parallel_tool_use": True}, ["weather"]),
    ],
)
def test_a_tool_choice_is_respected(choice: dict[str, Any], expected: list[str], api: Any) -> None:
    message = api.message(**ask("Tell me about Oslo", TOOL, CLOCK, tool_choice=choice))
    assert names(message) == expected
    assert message["stop_reason"] == ("tool_use" if expected else "end_turn")


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "weather"}])
def test_a_forced_tool_is_called_without_a_word_whatever_the_prompt(choice: dict[str, str], api: Any) -> None:
    message = api.message(**ask("Tell me about rivers", TOOL, tool_choice=choice))
    assert [block["type"] for block in message["content"]] == ["tool_use"]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_so_many_calls_come_as_are_ordered(count: int, api: Any) -> None:
    message = api.message(**ask(f"[sandbox:calls count={count}] In Oslo and Bergen", TOOL))
    assert names(message) == ["weather"] * count
    assert message["stop_reason"] == ("tool_use" if count else "end_turn")
    cities = [call["input"]["city"] for call in calls(message)]
    assert cities[:2] == ["Oslo", "Bergen"][:count]
    both = api.message(**ask(f"[sandbox:calls count={count}] Oslo", TOOL, CLOCK))
    assert names(both) == ["weather", "clock", "weather", "clock", "weather"][:count]


def test_orders_do_not_outrank_the_tool_choice(api: Any) -> None:
    single = {"type": "auto", "disable_parallel_tool_use": True}
    assert len(calls(api.message(**ask("[sandbox:calls count=3] x", TOOL, CLOCK, tool_choice=single)))) == 1
    forced = {"type": "any"}
    assert len(calls(api.message(**ask("[sandbox:calls count=0] x", TOOL, CLOCK, tool_choice=forced)))) == 1
    none = {"type": "none"}
    assert not calls(api.message(**ask("[sandbox:calls count=3] x", TOOL, CLOCK, tool_choice=none)))


INPUTS: list[dict[str, Any]] = [
    {"type": "object"},
    {"type": "object", "properties": {}, "additionalProperties": False},
    {
        "type": "object",
        "properties": {
            "unit": {"enum": ["celsius", "fahrenheit"]},
            "days": {"type": "integer", "minimum": 3, "maximum": 5},
            "at": {"type": "string", "format": "date-time"},
            "codes": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{3}$"}, "minItems": 2},
        },
        "required": ["unit", "days", "codes"],
    },
    {
        "type": "object",
        "properties": {"stops": {"type": "array", "items": {"$ref": "#/$defs/stop"}, "minItems": 1}},
        "required": ["stops"],
        "$defs": {
            "stop": {
                "type": "object",
                "properties": {"name": {"type": "string", "minLength": 5}, "next": {"$ref": "#/$defs/stop"}},
                "required": ["name"],
                "additionalProperties": False,
            }
        },
    },
    {
        "type": "object",
        "properties": {
            "either": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "on": {"type": "boolean"},
        },
        "required": ["either", "on"],
    },
]


@pytest.mark.parametrize("shape", INPUTS)
def test_the_input_of_a_call_is_valid_for_its_schema(shape: dict[str, Any], api: Any) -> None:
    tool = {"name": "weather", "input_schema": shape}
    for text in ("The weather in Oslo, in celsius", "?", "Wetter"):
        message = api.message(**ask(f"[sandbox:calls count=3] {text}", tool))
        assert len(calls(message)) == 3
        for call in calls(message):
            jsonschema.validate(call["input"], shape)


def test_tools_defined_by_the_service_and_run_by_the_client_are_called(
    api: Any, typed: Callable[..., Any]
) -> None:
    tools: list[dict[str, Any]] = [
        {"type": "bash_20250124", "name": "bash"},
        {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
        {"type": "memory_20250818", "name": "memory"},
        {"type": "computer_toolset_20260801"},
        {"type": "browser_toolset_20260801"},
    ]
    message = api.message(**ask("[sandbox:calls count=5] Look around", *tools))
    typed(message)
    assert names(message) == ["bash", "str_replace_based_edit_tool", "memory", "screenshot", "screenshot"]
    assert [call.get("toolset_name") for call in calls(message)] == [None, None, None, "computer", "browser"]


def test_a_tool_that_only_code_may_call_is_not_called(api: Any) -> None:
    tool = {**TOOL, "allowed_callers": ["code_execution_20260120"]}
    assert not calls(api.message(**ask("The weather in Oslo?", tool)))


def test_after_two_results_the_answer_is_text_that_names_both(api: Any) -> None:
    first = api.message(**ask("The weather and the clock of Oslo?", TOOL, CLOCK))
    image = {"type": "image", "source": {"type": "url", "url": "https://example.com/sun.png"}}
    found: list[dict[str, Any]] = [
        {"content": [{"type": "text", "text": "Sunny, 21 degrees"}, image]},
        {"content": "The clock has stopped", "is_error": True},
    ]
    results = [
        {"type": "tool_result", "tool_use_id": call["id"], **result}
        for call, result in zip(calls(first), found, strict=True)
    ]
    turns = [
        {"role": "user", "content": "The weather and the clock of Oslo?"},
        {"role": "assistant", "content": first["content"]},
        {"role": "user", "content": results},
    ]
    message = api.message(**ask("", TOOL, CLOCK) | {"messages": turns})
    assert message["stop_reason"] == "end_turn"
    text = text_of(message)
    assert "The tool `weather` returned: “Sunny, 21 degrees”. It came with 1 image kept elsewhere." in text
    assert "The tool `clock` failed with: “The clock has stopped”." in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Sunny", "returned: “Sunny”."),
        ([], "returned: “nothing”."),
        (
            [{"type": "document", "source": {"type": "url", "url": "https://x"}}],
            "returned: 1 document kept elsewhere.",
        ),
    ],
)
def test_a_tool_result_of_any_kind_is_told(content: Any, says: str, api: Any) -> None:
    turns = [USER, CALL, {"role": "user", "content": [{**RESULT, "content": content}]}]
    message = api.message(**ask("", TOOL) | {"messages": turns})
    assert f"The tool `weather` {says}" in text_of(message)


def test_a_failed_tool_is_told_as_failed(api: Any) -> None:
    failed = [USER, CALL, {"role": "user", "content": [{**RESULT, "content": "No signal", "is_error": True}]}]
    text = text_of(api.message(**ask("", TOOL) | {"messages": failed}))
    assert "The tool `weather` failed with: “No signal”." in text


def test_a_structured_answer_that_calls_a_tool_first_says_nothing_beside_it(api: Any) -> None:
    message = api.message(**ask("The weather in Oslo?", TOOL, **schema(name={"type": "string"})))
    assert [block["type"] for block in message["content"]] == ["tool_use"]


@pytest.mark.parametrize("most", [1, 10, 20, 30, 60])
def test_calls_that_do_not_fit_are_left_out_whole(most: int, api: Any) -> None:
    message = api.message(**ask("[sandbox:calls count=5] Oslo", TOOL, max_tokens=most))
    assert message["usage"]["output_tokens"] <= most
    assert len(calls(message)) < 5
    assert message["stop_reason"] == "max_tokens"


def test_a_model_that_thinks_between_tools_thinks_once_results_are_there(api: Any) -> None:
    quiet = {"model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}}
    first = api.message(**ask("The weather in Oslo?", TOOL, **quiet))
    assert [block["type"] for block in first["content"]] == ["text", "tool_use"]
    turns = [USER, CALL, {"role": "user", "content": [RESULT]}]
    after = api.message(**ask("", TOOL, **quiet) | {"messages": turns})
    assert [block["type"] for block in after["content"]] == ["thinking", "text"]
