"""Rules about tool calls in the conversation: each gets one result, in its place, and what it may hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix, Path, dotted, place
from components.domain.json_types import JsonObject
from components.domain.rule import Case, Hit, Rule, service_place

Blocks: TypeAlias = list[tuple[Path, JsonObject]]


def _joined(case: Case) -> list[tuple[str, Blocks]]:
    """Roles and blocks as the service joins them: neighbours of one role are one turn."""
    turns: list[tuple[str, Blocks]] = []
    for i, message in case.messages:
        role = str(message.get("role"))
        if role == "system":
            continue
        if not turns or turns[-1][0] != role:
            turns.append((role, []))
        blocks = case.blocks_of(i)
        turns[-1][1].extend(blocks or [(("messages", i), {"type": "text"})])
    return turns


def _of(kind: str, blocks: Blocks) -> Blocks:
    return [(path, block) for path, block in blocks if block.get("type") == kind]


def _calls(blocks: Blocks) -> dict[str, Path]:
    return {str(block.get("id")): path for path, block in _of("tool_use", blocks)}


def _result_missing(case: Case) -> Iterator[Hit]:
    for (role, blocks), (_, answers) in pairwise([*_joined(case), ("", [])]):
        results = {str(block.get("tool_use_id")) for _, block in _of("tool_result", answers)}
        missing = [call for call in _calls(blocks) if call not in results]
        if role == "assistant" and missing:
            i = _calls(blocks)[missing[0]][1]
            sentence = "A tool call has no result. Give one (or an error) in the next user turn."
            yield Hit(("messages", i), sentence, None, {"i": i, "ids": ", ".join(missing)})


def _result_stray(case: Case) -> Iterator[Hit]:
    for (_, before), (role, blocks) in pairwise([("", []), *_joined(case)]):
        for path, block in _of("tool_result", blocks) if role == "user" else ():
            call = block.get("tool_use_id")
            if str(call) not in _calls(before):
                sentence = "A tool result answers no call of the turn before. Remove it."
                fix = case.drop(path, "Remove the tool result")
                yield Hit(path, sentence, fix, {"path": dotted(path), "id": call})


def _result_twice(case: Case) -> Iterator[Hit]:
    for role, blocks in _joined(case):
        seen: set[str] = set()
        for path, block in _of("tool_result", blocks) if role == "user" else ():
            call = str(block.get("tool_use_id"))
            if call in seen:
                sentence = "A tool call has two results in one turn. Remove one of them."
                fix = case.drop(path, "Remove the second result")
                yield Hit(path, sentence, fix, {"path": dotted(path), "id": call})
            seen.add(call)


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


def _result_error_content(case: Case) -> Iterator[Hit]:
    for path, _, block in case.blocks():
        if block.get("type") != "tool_result" or block.get("is_error") is not True:
            continue
        if any(inner.get("type") != "text" for _, inner in case.objects(*path, "content")):
            sentence = f"The result in {place(path)} is marked as an error and holds more than text."
            fix = Fix("Mark it as a result instead", (Edit((*path, "is_error"), REMOVE),))
            yield Hit(path, sentence, fix, {"path": dotted(path)})


def _call_ids_repeated(case: Case) -> Iterator[Hit]:
    calls = [
        (path, str(block.get("id")))
        for path, _, block in case.blocks()
        if block.get("type") in ("tool_use", "server_tool_use")
    ]
    counts = Counter(call for _, call in calls)
    for path, call in calls:
        if counts[call] > 1:
            sentence = "Two tool calls have the same id. Give each its own, and its result the same."
            yield Hit((*path, "id"), sentence, None, {"path": dotted(path)})
            return


def _server_results(blocks: Blocks) -> set[str]:
    return {
        str(block.get("tool_use_id"))
        for _, block in blocks
        if str(block.get("type")).endswith("_tool_result")
    }


def _server_result_missing(case: Case) -> Iterator[Hit]:
    """A paused turn may end with an unfinished call, and so may one that waits for results of other tools."""
    turns = _joined(case)
    for (role, blocks), (_, answers) in pairwise(turns):
        if role != "assistant" or _of("tool_result", answers):
            continue
        answered = _server_results(blocks)
        for path, block in _of("server_tool_use", blocks):
            call, name = str(block.get("id")), str(block.get("name"))
            if call not in answered:
                sentence = (
                    f"The {name} call in {place(path)} was never finished, and the conversation went on. "
                    "Remove it."
                )
                words = {"i": path[1], "name": name, "id": call}
                yield Hit(path, sentence, case.drop(path, "Remove the unfinished call"), words)


def _server_result_stray(case: Case) -> Iterator[Hit]:
    for _, blocks in _joined(case):
        called: set[str] = set()
        for path, block in blocks:
            kind = str(block.get("type"))
            if kind in ("server_tool_use", "mcp_tool_use"):
                called.add(str(block.get("id")))
            elif kind.endswith("_tool_result") and kind != "tool_result":
                call = str(block.get("tool_use_id"))
                if call not in called:
                    sentence = f"The result in {place(path)} has no call before it in its turn. Remove it."
                    words = {"path": dotted(path), "kind": kind, "id": call}
                    yield Hit(path, sentence, case.drop(path, "Remove the result"), words)


def _names_of_tools(case: Case) -> set[str] | None:
    """The tools that can be named at some point; None when a toolset brings names nobody can list."""
    tools = [tool for _, tool in case.objects("tools")]
    tools += [
        definition
        for path, _, block in case.blocks()
        if block.get("type") == "tool_addition"
        if isinstance(definition := case.at(*path, "tool", "definition"), dict)
    ]
    if any("toolset" in str(tool.get("type")) for tool in tools):
        return None
    return {str(tool.get("name")) for tool in tools}


def _references(case: Case) -> Iterator[tuple[Path, JsonObject]]:
    for path, block in case.all_blocks():
        if block.get("type") == "tool_reference":
            yield path, block
        yield from case.objects(*path, "content", "tool_references")


def _tool_reference(case: Case) -> Iterator[Hit]:
    names = _names_of_tools(case)
    for path, reference in _references(case) if names is not None else ():
        name = reference.get("tool_name")
        if isinstance(name, str) and name not in (names or ()):
            sentence = f"A result of {place(path)} refers to “{name}”, which is none of the tools. Add it."
            fix = case.drop(path, "Remove the reference") if "tool_references" not in path else None
            yield Hit(path, sentence, fix, {"path": service_place(path), "name": name})


def _tool_change(case: Case) -> Iterator[Hit]:
    names = _names_of_tools(case)
    for path, _, block in case.blocks() if names is not None else ():
        name = case.at(*path, "tool", "name")
        if (
            block.get("type") in ("tool_addition", "tool_removal")
            and case.at(*path, "tool", "type") == "tool_reference"
            and str(name) not in (names or ())
        ):
            sentence = f"The change in {place(path)} refers to “{name}”, which is none of the tools."
            fix = case.drop(path, "Remove the change")
            yield Hit(path, sentence, fix, {"path": dotted(path), "name": name})


_HISTORICAL: Final = "historical behaviour (?)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "result_missing",
        "a tool call without a result in the next turn",
        "messages.{i}: `tool_use` ids were found without `tool_result` blocks immediately after: {ids}. Each "
        "`tool_use` block must have a corresponding `tool_result` block in the next message.",
        "",
        _result_missing,
        "reports of users to September 2026",
        CHECKED,
    ),
    Rule(
        "result_stray",
        "a tool result without a call in the turn before",
        "{path}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must "
        "have a corresponding `tool_use` block in the previous message.",
        "remove it",
        _result_stray,
        "reports of users to September 2026",
        CHECKED,
    ),
    Rule(
        "result_twice",
        "two results of one call in a turn",
        "{path}: each tool_use must have a single result. Found multiple `tool_result` blocks with id: {id}",
        "remove the second",
        _result_twice,
        "reports of users to March 2026; place (?)",
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
    Rule(
        "result_error_content",
        "a result marked as an error that holds other things than text",
        '{path}.tool_result: all content must be type "text" if "is_error" is true',
        "mark it as a result",
        _result_error_content,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "call_ids_repeated",
        "two tool calls of one id",
        "{path}: `tool_use` ids must be unique",
        "",
        _call_ids_repeated,
        "reports of users to 2025 (?)",
        CHECKED,
    ),
    Rule(
        "server_result_missing",
        "a call of a server tool without its result, and the conversation went on",
        "messages.{i}: `{name}` tool use with id `{id}` was found without a corresponding "
        "`{name}_tool_result` block",
        "remove the call",
        _server_result_missing,
        'docs "Server tools"; wording: reports of users to February 2026',
        CHECKED,
    ),
    Rule(
        "server_result_stray",
        "a result of a server tool without its call",
        "{path}: unexpected `tool_use_id` found in `{kind}` blocks: {id}. Each `{kind}` block must have a "
        "corresponding `server_tool_use` block before it.",
        "remove it",
        _server_result_stray,
        "reports of users to September 2026",
        CHECKED,
    ),
    Rule(
        "tool_reference",
        "a tool result that refers to a tool the request does not have",
        "{path}: Tool reference '{name}' not found in available tools",
        "remove the reference",
        _tool_reference,
        'docs "Tool search tool"; place (?)',
        CHECKED,
    ),
    Rule(
        "tool_change",
        "a tool added or removed amid the conversation that the request does not have",
        "{path}: tool '{name}' is not defined",
        "remove the change",
        _tool_change,
        "Python SDK 2.12.0 ToolReferenceUnresolvedErrorDetails; wording (?)",
        CHECKED,
        error_code="tool_reference_unresolved",
    ),
)
