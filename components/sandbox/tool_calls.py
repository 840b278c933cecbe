"""Which tools of the client a simulated answer calls, and with what.

One tool is called when the prompt speaks of it. Of several, two are called at once, those the prompt speaks
of first; only one where parallel use is switched off. `[sandbox:calls count=N]` orders another number. Once
the results are there, the answer is text, unless `tool_choice` forces a call.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Final

from components.domain.json_types import JsonObject
from components.sandbox.prompt import Prompt
from components.sandbox.schema_values import make
from components.sandbox.wording import MOST_READ

AT_ONCE: Final = 2
"""Calls in one answer when several tools are offered."""
MOST_CALLS: Final = 3
"""Calls in one answer when the prompt speaks of more tools."""

_NAME_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_VERBS: Final = frozenset(
    {"get", "set", "list", "find", "search", "fetch", "make", "create", "tool", "the", "for"}
)


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    """A client tool that the service defines."""

    begin: str
    """How its `type` begins."""
    schema: JsonObject
    toolset: str | None = None
    name: str | None = None
    """The member called, for a toolset, whose entry has no name."""


_BUILT_IN: Final = (
    _BuiltIn("bash_2", {"type": "object", "properties": {"command": {"const": "echo simulated"}}}),
    _BuiltIn(
        "text_editor_2",
        {
            "type": "object",
            "properties": {"command": {"const": "view"}, "path": {"const": "/simulated.txt"}},
        },
    ),
    _BuiltIn(
        "memory_2",
        {"type": "object", "properties": {"command": {"const": "view"}, "path": {"const": "/memories"}}},
    ),
    _BuiltIn("computer_toolset_2", {"type": "object"}, "computer", "screenshot"),
    _BuiltIn("browser_toolset_2", {"type": "object"}, "browser", "screenshot"),
)


def tools_of(body: JsonObject) -> list[JsonObject]:
    """The tools of a body that are objects."""
    tools = body.get("tools")
    return [tool for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []


def choose(body: JsonObject, prompt: Prompt, random: Random, found: Collection[str] = ()) -> list[JsonObject]:
    """The `tool_use` blocks of the answer, without ids; none when it is to be text.

    `found` names the tools that a tool search brought; others with `defer_loading` cannot be called.
    """
    tools = [tool for tool in tools_of(body) if _callable(tool, found)]
    choice = body.get("tool_choice")
    choice = choice if isinstance(choice, dict) else {}
    kind = choice.get("type", "auto")
    if kind == "tool":
        tools = [tool for tool in tools if tool.get("name") == choice.get("name")]
    if not tools or kind == "none" or prompt.resumed or (kind == "auto" and prompt.results):
        return []
    spoken_of = [tool for tool in tools if concerns(tool, prompt.text)]
    ordered = [*spoken_of, *(tool for tool in tools if tool not in spoken_of)]
    if "calls" in prompt.orders:
        count = prompt.orders.count("calls", "count")
    elif len(tools) > 1:
        count = min(max(AT_ONCE, len(spoken_of)), MOST_CALLS)
    else:
        count = 1 if spoken_of or kind != "auto" else 0
    if choice.get("disable_parallel_tool_use") is True:
        count = min(count, 1)
    if kind != "auto":
        count = max(count, 1)
    chosen = islice(cycle(ordered), count)
    return [_call(tool, prompt, random, number // len(ordered)) for number, tool in enumerate(chosen)]


def _callable(tool: JsonObject, found: Collection[str]) -> bool:
    callers = tool.get("allowed_callers")
    direct = not isinstance(callers, list) or "direct" in callers
    loaded = tool.get("defer_loading") is not True or tool.get("name") in found
    return input_schema(tool) is not None and direct and loaded


def _call(tool: JsonObject, prompt: Prompt, random: Random, before: int) -> JsonObject:
    """A call of a tool that was called `before` times: each begins with another of the prompt's words."""
    words = _turned(prompt.words, before)
    value = make(input_schema(tool) or {}, random, words)
    built_in = _built_in(tool)
    called: JsonObject = {
        "type": "tool_use",
        "name": built_in.name if built_in and built_in.name else tool.get("name"),
        "input": value if isinstance(value, dict) else {},
    }
    return {**called, "toolset_name": built_in.toolset} if built_in and built_in.toolset else called


def _turned(words: Sequence[str], by: int) -> list[str]:
    at = by % len(words) if words else 0
    return [*words[at:], *words[:at]]


def _built_in(tool: JsonObject) -> _BuiltIn | None:
    kind = str(tool.get("type"))
    return next((row for row in _BUILT_IN if kind.startswith(row.begin)), None)


def input_schema(tool: JsonObject) -> JsonObject | None:
    """What a call of the tool is to look like; None for tools that the service runs itself."""
    schema = tool.get("input_schema")
    if isinstance(schema, dict):
        return schema
    built_in = _built_in(tool)
    return built_in.schema if built_in else None


def concerns(tool: JsonObject, text: str) -> bool:
    """Whether the prompt names the tool, or speaks of what its name or description speaks of."""
    name, text = str(tool.get("name") or ""), text[:MOST_READ]
    said = {word.lower() for word in _NAME_WORDS.findall(text)}
    if name and name.lower() in text.lower():
        return True
    named = {word.lower() for word in _NAME_WORDS.findall(name)} - _VERBS
    described = {word.lower() for word in _NAME_WORDS.findall(str(tool.get("description", "")))} - _VERBS
    described = {word for word in described if len(word) > 4}
    return bool(named & said) or len(described & said) > 1
