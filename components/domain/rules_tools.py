"""Rules about tools: what may be chosen, how they are named, and that every call gets its result."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Case, Edit, Fix, Hit, Path, Rule, dotted
from components.domain.json_types import JsonObject


def _auto(case: Case) -> Fix:
    """Leave the choice to the model, keeping `disable_parallel_tool_use`."""
    choice: JsonObject = {"type": "auto"}
    parallel = case.at("tool_choice", "disable_parallel_tool_use")
    if isinstance(parallel, bool):
        choice["disable_parallel_tool_use"] = parallel
    return Fix("Let the model choose", (Edit(("tool_choice",), choice),))


def _forced(case: Case) -> bool:
    return case.at("tool_choice", "type") in ("any", "tool")


def _forced_tools(case: Case) -> Iterator[Hit]:
    if _forced(case) and case.model.forced_tools is False:
        sentence = (
            f"{case.model.name} cannot be forced to use a tool. Let it choose, and mark the tool strict."
        )
        yield Hit(("tool_choice",), sentence, _auto(case))


def _forced_thinking(case: Case) -> Iterator[Hit]:
    if _forced(case) and case.thinking_type == "enabled" and "enabled" in (case.model.thinking or ()):
        sentence = "A tool cannot be forced while thinking has a budget. Let the model choose."
        yield Hit(("tool_choice",), sentence, _auto(case))


def _choice_without_tools(case: Case) -> Iterator[Hit]:
    if case.at("tool_choice", "type") in ("auto", "any", "tool") and not case.listed("tools"):
        fix = Fix("Remove the tool choice", (Edit(("tool_choice",), REMOVE),))
        yield Hit(("tool_choice",), "A tool choice needs tools. Add one, or remove the choice.", fix)


def _choice_unknown(case: Case) -> Iterator[Hit]:
    name = case.at("tool_choice", "name")
    names = [tool.get("name") for tool in case.listed("tools") if isinstance(tool, dict)]
    if case.at("tool_choice", "type") == "tool" and isinstance(name, str) and names and name not in names:
        sentence = f"No tool is called “{name}”. Choose one of the tools above."
        yield Hit(("tool_choice", "name"), sentence, _auto(case), {"name": name})


def _names_repeated(case: Case) -> Iterator[Hit]:
    seen: set[str] = set()
    for i, tool in enumerate(case.listed("tools")):
        name = tool.get("name") if isinstance(tool, dict) else None
        if isinstance(name, str):
            if name in seen:
                fix = Fix("Remove the second one", (Edit(("tools", i), REMOVE),))
                yield Hit(("tools", i), f"Two tools are called “{name}”. Rename or remove one.", fix)
                return
            seen.add(name)


def _joined(case: Case) -> list[tuple[str, list[tuple[Path, JsonObject]]]]:
    """Roles and blocks as the service joins them: neighbours of one role are one turn."""
    turns: list[tuple[str, list[tuple[Path, JsonObject]]]] = []
    for i, message in case.messages:
        role = str(message.get("role"))
        if role == "system":
            continue
        if not turns or turns[-1][0] != role:
            turns.append((role, []))
        blocks = case.blocks_of(i)
        turns[-1][1].extend(blocks or [(("messages", i), {"type": "text"})])
    return turns


def _calls(blocks: list[tuple[Path, JsonObject]]) -> dict[str, Path]:
    return {str(block.get("id")): path for path, block in blocks if block.get("type") == "tool_use"}


def _result_missing(case: Case) -> Iterator[Hit]:
    turns = _joined(case)
    for (role, blocks), (_, answers) in pairwise([*turns, ("", [])]):
        results = {b.get("tool_use_id") for _, b in answers if b.get("type") == "tool_result"}
        missing = [call for call in _calls(blocks) if call not in results]
        if role == "assistant" and missing:
            i = _calls(blocks)[missing[0]][1]
            sentence = "A tool call has no result. Give one (or an error) in the next user turn."
            yield Hit(("messages", i), sentence, None, {"i": i, "ids": ", ".join(missing)})


def _result_stray(case: Case) -> Iterator[Hit]:
    turns = _joined(case)
    for (_, before), (role, blocks) in pairwise([("", []), *turns]):
        for path, block in blocks:
            call = block.get("tool_use_id")
            if role == "user" and block.get("type") == "tool_result" and str(call) not in _calls(before):
                sentence = "A tool result answers no call of the turn before. Remove it."
                fix = case.drop(path, "Remove the tool result")
                yield Hit(path, sentence, fix, {"path": dotted(path), "id": call})


def _result_late(case: Case) -> Iterator[Hit]:
    for (_, before), (role, blocks) in pairwise([("", []), *_joined(case)]):
        if role != "user" or not _calls(before):
            continue
        kinds = [block.get("type") == "tool_result" for _, block in blocks]
        if kinds != sorted(kinds, reverse=True):
            path, i = blocks[0][0], blocks[0][0][1]
            same_turn = all(p[:2] == path[:2] and len(p) == 4 for p, _ in blocks)
            ordered = sorted((b for _, b in blocks), key=lambda b: b.get("type") != "tool_result")
            edit = Edit(("messages", i, "content"), list(ordered))
            fix = Fix("Put the tool results first", (edit,)) if same_turn else None
            yield Hit(("messages", i), "Tool results must come first in their turn.", fix, {"i": i})


_HISTORICAL: Final = "historical behaviour (?)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "forced_tools",
        "tool_choice any or tool on a model that cannot be forced",
        'tool_choice: type "tool" and "any" are not supported for this model.',
        "auto",
        _forced_tools,
        'docs "What\'s new in Claude Opus 5.5"; pydantic-ai 2.68.0',
        CHECKED,
    ),
    Rule(
        "forced_thinking",
        "tool_choice any or tool while thinking has a budget",
        "Thinking may not be enabled when tool_choice forces tool use.",
        "auto",
        _forced_thinking,
        'docs "Extended thinking"; wording historical (?)',
        CHECKED,
    ),
    Rule(
        "choice_without_tools",
        "a tool choice without tools",
        "tool_choice: may only be specified while providing `tools`.",
        "drop it",
        _choice_without_tools,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "choice_unknown",
        "a tool choice that names no tool",
        "tool_choice.name: Tool '{name}' not found in provided tools",
        "auto",
        _choice_unknown,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "names_repeated",
        "two tools of one name",
        "tools: Tool names must be unique.",
        "remove the second",
        _names_repeated,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "result_missing",
        "a tool call without a result in the next turn",
        "messages.{i}: `tool_use` ids were found without `tool_result` blocks immediately after: {ids}. Each "
        "`tool_use` block must have a corresponding `tool_result` block in the next message.",
        "",
        _result_missing,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "result_stray",
        "a tool result without a call in the turn before",
        "{path}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must "
        "have a corresponding `tool_use` block in the previous message.",
        "remove it",
        _result_stray,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "result_late",
        "something before the tool results of a turn",
        "messages.{i}: `tool_result` blocks must come first in the message after `tool_use` blocks.",
        "reorder",
        _result_late,
        "Python SDK 2.12.0 ToolResultBlockParam; wording (?)",
        CHECKED,
    ),
)
