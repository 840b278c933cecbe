"""The tools of a request as a list that is edited: names, copies, the cache breakpoint, pasted definitions.

Every function returns a new list and leaves the one it was given alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Final

from components.domain.content import Ttl, breakpoint_of
from components.domain.json_types import Json, JsonObject
from components.domain.schema_rows import free_name
from components.domain.shape import TOOL_NAME
from components.domain.typed_json import TypedJsonFault, read

Tools = Sequence[Json]

_CLOSED: Final[JsonObject] = {"additionalProperties": False}

EXAMPLES: Final[dict[str, JsonObject]] = {
    "Weather": {
        "name": "get_weather",
        "description": "Get the current weather of a city: temperature, wind and sky. It knows no forecasts.",
        "input_schema": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "City and country, such as Lyon, France"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["city"],
            **_CLOSED,
        },
    },
    "Calculator": {
        "name": "calculate",
        "description": "Work out an arithmetic expression exactly. Use it for every calculation.",
        "input_schema": {
            "type": "object",
            "properties": {
                "expression": {"type": "string", "description": "Such as (1200 * 1.19) / 12"},
            },
            "required": ["expression"],
            **_CLOSED,
        },
    },
}
"""Tools to begin with, by title."""


def name_of(tool: Json) -> str:
    """What the model calls the tool; "" for a toolset, which has no name."""
    name = tool.get("name") if isinstance(tool, dict) else None
    return name if isinstance(name, str) else ""


def reference(tool: Json) -> str:
    """What tells a tool from the others: its name; of a toolset its type, and the server it belongs to."""
    if name := name_of(tool):
        return name
    parts = (tool.get("type"), tool.get("mcp_server_name")) if isinstance(tool, dict) else ()
    return " ".join(str(part) for part in parts if part)


def names(tools: Iterable[Json]) -> list[str]:
    return [name for tool in tools if (name := name_of(tool))]


def name_problem(name: str, others: Iterable[str]) -> str | None:
    """Why a tool cannot be called that; None when it can."""
    if not name:
        return "The tool needs a name."
    if not re.search(TOOL_NAME, name):
        return "A name has letters, digits, _ and -, at most 128 of them."
    if name in set(others):
        return f"Another tool is called “{name}”."
    return None


def is_custom(tool: Json) -> bool:
    return isinstance(tool, dict) and tool.get("type") in (None, "custom")


def new_tool(tools: Tools) -> JsonObject:
    """A custom tool without parameters, with a name that is free."""
    name = free_name("new_tool", names(tools))
    return {"name": name, "input_schema": {"type": "object", "properties": {}, **_CLOSED}}


# The list -------------------------------------------------------------------------------------------------


def added(tools: Tools, new: Iterable[Json]) -> list[Json]:
    """The list with these at its end; a breakpoint that was at the end moves there."""
    return _same_breakpoint(tools, [*deepcopy(list(tools)), *deepcopy(list(new))])


def without(tools: Tools, position: int) -> list[Json]:
    """The list without one; a breakpoint that was at the end stays at the end."""
    kept = [tool for at, tool in enumerate(deepcopy(list(tools))) if at != position]
    return _same_breakpoint(tools, kept)


def duplicated(tools: Tools, position: int) -> list[Json]:
    """The list with a copy of one at its end, under a free name."""
    copy = deepcopy(tools[position])
    if isinstance(copy, dict) and (name := name_of(copy)):
        copy["name"] = free_name(name, names(tools))
        copy.pop("cache_control", None)
    return added(tools, [copy])


def moved_up(tools: Tools, position: int) -> list[Json]:
    """The list with one moved a place up; a breakpoint that was at the end stays at the end."""
    changed = deepcopy(list(tools))
    if 0 < position < len(changed):
        changed.insert(position - 1, changed.pop(position))
    return _same_breakpoint(tools, changed)


def replaced(tools: Tools, position: int, tool: Json) -> list[Json]:
    return [deepcopy(tool) if at == position else each for at, each in enumerate(deepcopy(list(tools)))]


# Caching --------------------------------------------------------------------------------------------------


def cached(tools: Tools) -> Ttl | None:
    """The breakpoint after the tools, if there is one."""
    at = _breakpoint_place(tools)
    last = tools[at] if at is not None else None
    mark = last.get("cache_control") if isinstance(last, dict) else None
    if not isinstance(mark, dict):
        return None
    return "1h" if mark.get("ttl") == "1h" else "5m"


def with_breakpoint(tools: Tools, ttl: Ttl | None) -> list[Json]:
    """The list with the breakpoint after the tools set or taken away."""
    changed, at = deepcopy(list(tools)), _breakpoint_place(tools)
    last = changed[at] if at is not None else None
    if isinstance(last, dict):
        last.pop("cache_control", None)
        if ttl is not None:
            last["cache_control"] = breakpoint_of(ttl)
    return changed


def _breakpoint_place(tools: Tools) -> int | None:
    """The last tool that is part of the prompt from the start; deferred ones are not."""
    usual = [at for at, tool in enumerate(tools) if isinstance(tool, dict) and not tool.get("defer_loading")]
    return usual[-1] if usual else None


def _same_breakpoint(before: Tools, after: list[Json]) -> list[Json]:
    ttl, at = cached(before), _breakpoint_place(before)
    if ttl is None or at is None:
        return after
    last = before[at]
    moved = [
        {key: value for key, value in tool.items() if key != "cache_control"}
        if isinstance(tool, dict) and tool == last
        else tool
        for tool in after
    ]
    return with_breakpoint(moved, ttl)


# Pasted definitions ---------------------------------------------------------------------------------------


class UnreadableTools(ValueError):
    """Why a pasted text holds no tool definitions: a sentence for the screen."""


def read_definitions(text: str) -> tuple[list[Json], list[str]]:
    """The tools of a pasted text, and what was changed to make them tools of this API.

    Takes one object, a list, or an object with a list under `tools`; also the forms of OpenAI
    (`{type: "function", function: {…}}`) and MCP (`inputSchema`). Raises `UnreadableTools`.
    """
    try:
        value = read(text)
    except TypedJsonFault as fault:
        raise UnreadableTools(str(fault)) from fault
    if isinstance(value, dict) and isinstance(value.get("tools"), list):
        value = value["tools"]
    found: list[Json] = []
    notes: list[str] = []
    for each in value if isinstance(value, list) else [value]:
        tool, note = _definition(each)
        found.append(tool)
        if note and note not in notes:
            notes.append(note)
    if not found:
        raise UnreadableTools("The list is empty.")
    return found, notes


def _definition(value: Json) -> tuple[JsonObject, str | None]:
    if not isinstance(value, dict):
        raise UnreadableTools("A tool is an object: { … }.")
    if value.get("type") == "function":
        inner = value.get("function")
        own = inner if isinstance(inner, dict) else value
        return _renamed(own, "parameters"), "Read as OpenAI functions: parameters became input_schema."
    if "inputSchema" in value and "input_schema" not in value:
        return _renamed(value, "inputSchema"), "Read as MCP tools: inputSchema became input_schema."
    if isinstance(value.get("type"), str) and value["type"] != "custom":
        return value, None
    missing = [name for name in ("name", "input_schema") if name not in value]
    if missing:
        raise UnreadableTools(f"A tool needs {' and '.join(missing)}.")
    return value, None


def _renamed(own: JsonObject, schema_field: str) -> JsonObject:
    """A custom tool out of another API's definition, with the fields that both know."""
    if not isinstance(own.get("name"), str):
        raise UnreadableTools("A tool needs a name.")
    schema = own.get(schema_field)
    tool: JsonObject = {name: own[name] for name in ("name", "description", "strict") if own.get(name)}
    tool["input_schema"] = schema if isinstance(schema, dict) else {"type": "object", "properties": {}}
    return tool
