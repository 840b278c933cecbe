"""Which tools a simulated answer calls, and with what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.sandbox.prompt import Prompt
from components.sandbox.schema_values import make

MOST_CALLS: Final = 3

_NAME_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_VERBS: Final = frozenset(
    {"get", "set", "list", "find", "search", "fetch", "make", "create", "tool", "the", "for"}
)
_BUILT_IN_SCHEMAS: Final[Mapping[str, JsonObject]] = {
    "bash": {"type": "object", "properties": {"command": {"const": "echo simulated"}}},
    "text_editor": {
        "type": "object",
        "properties": {"command": {"const": "view"}, "path": {"const": "/simulated.txt"}},
    },
    "memory": {
        "type": "object",
        "properties": {"command": {"const": "view"}, "path": {"const": "/memories"}},
    },
}
"""Client tools that the service defines, told apart by how their type begins."""


def choose(body: JsonObject, prompt: Prompt, random: Random) -> list[JsonObject]:
    """The `tool_use` blocks of the answer, without ids; none when it is to be text."""
    tools = [
        tool for tool in _list(body.get("tools")) if isinstance(tool, dict) and _schema(tool) is not None
    ]
    choice = body.get("tool_choice")
    choice = choice if isinstance(choice, dict) else {}
    kind = choice.get("type", "auto")
    if not tools or kind == "none" or prompt.resumed:
        return []
    if kind == "tool":
        chosen = [tool for tool in tools if tool.get("name") == choice.get("name")]
    elif kind == "auto" and prompt.results:
        chosen = []
    else:
        chosen = [tool for tool in tools if _concerns(tool, prompt.text)]
        chosen = chosen or (tools[:1] if kind == "any" else [])
    most = 1 if choice.get("disable_parallel_tool_use") is True else MOST_CALLS
    return [_call(tool, prompt, random) for tool in chosen[:most]]


def _call(tool: JsonObject, prompt: Prompt, random: Random) -> JsonObject:
    value = make(_schema(tool) or {}, random, prompt.words)
    return {"type": "tool_use", "name": tool.get("name"), "input": value if isinstance(value, dict) else {}}


def _schema(tool: JsonObject) -> JsonObject | None:
    schema = tool.get("input_schema")
    if isinstance(schema, dict):
        return schema
    kind = str(tool.get("type"))
    return next((s for begin, s in _BUILT_IN_SCHEMAS.items() if kind.startswith(f"{begin}_2")), None)


def _concerns(tool: JsonObject, text: str) -> bool:
    """Whether the prompt names the tool, or speaks of what its name or description speaks of."""
    name = str(tool.get("name"))
    said = {word.lower() for word in _NAME_WORDS.findall(text)}
    if name.lower() in text.lower():
        return True
    named = {word.lower() for word in _NAME_WORDS.findall(name)} - _VERBS
    described = {word.lower() for word in _NAME_WORDS.findall(str(tool.get("description", "")))} - _VERBS
    described = {word for word in described if len(word) > 4}
    return bool(named & said) or len(described & said) > 1


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
