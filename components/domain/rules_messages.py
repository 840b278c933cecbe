"""Rules about the conversation: its turns, its blocks, its tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix, Path, dotted
from components.domain.json_types import Json, JsonObject
from components.domain.request import VERSION_2023
from components.domain.rule import Case, Hit, Rule

_USER_ONLY: Final = frozenset({"image", "search_result", "tool_result"})
_SYSTEM_TOO: Final = frozenset({"text", "tool_addition", "tool_removal"})
_ASSISTANT_ONLY: Final = frozenset({"tool_use", "server_tool_use", "thinking", "redacted_thinking"})


def _messages_empty(case: Case) -> Iterator[Hit]:
    if case.at("messages") == []:
        yield Hit(("messages",), "There is no message yet. Write a user turn.")


def _first_role(case: Case) -> Iterator[Hit]:
    messages = case.messages
    if messages and messages[0][1].get("role") == "assistant":
        users = [i for i, message in messages if message.get("role") == "user"]
        edits = tuple(Edit(("messages", 0), REMOVE) for _ in range(users[0])) if users else ()
        fix = Fix("Remove the turns before the first user turn", edits) if edits else None
        yield Hit(("messages", 0), "The conversation must begin with a user turn.", fix)


def _content_empty(case: Case) -> Iterator[Hit]:
    for i, message in case.messages:
        last_assistant = i == len(case.listed("messages")) - 1 and message.get("role") == "assistant"
        if message.get("content") in ("", []) and not last_assistant:
            path: Path = ("messages", i)
            sentence = f"Turn {i + 1} is empty. Write something, or remove it."
            yield Hit(path, sentence, case.drop(path, "Remove the empty turn"), {"i": i})


def _text_blank(case: Case) -> Iterator[Hit]:
    for i, message in case.messages:
        content = message.get("content")
        if isinstance(content, str) and content and not content.strip():
            yield _blank(case, ("messages", i), content, f"Turn {i + 1}")
    for path, block in case.all_blocks():
        text = block.get("text")
        if block.get("type") == "text" and isinstance(text, str) and not text.strip():
            yield _blank(case, path, text, f"A text of turn {int(path[1]) + 1}")
    system = case.at("system")
    if isinstance(system, str) and system and not system.strip():
        fix = Fix("Remove it", (Edit(("system",), REMOVE),))
        words = {"where": "system", "demand": _demand(system)}
        yield Hit(("system",), "The system prompt is only white space. Remove it.", fix, words)
    for path, block in case.objects("system"):
        text = block.get("text")
        if isinstance(text, str) and not text.strip():
            words = {"where": "system", "demand": _demand(text)}
            sentence = "A text of the system prompt is empty. Remove it."
            yield Hit(path, sentence, case.drop(path, "Remove it"), words)


def _blank(case: Case, path: Path, text: str, what: str) -> Hit:
    words = {"where": "messages", "demand": _demand(text)}
    sentence = f"{what} is empty. Write something, or remove it."
    return Hit(path, sentence, case.drop(path, "Remove it"), words)


def _demand(text: str) -> str:
    return "contain non-whitespace text" if text else "be non-empty"


def _system_turns(case: Case) -> Iterator[int]:
    return (i for i, message in case.messages if message.get("role") == "system")


def _to_system(case: Case, i: int) -> Fix | None:
    """Move a system turn into the system prompt."""
    content, system = case.at("messages", i, "content"), case.at("system")
    added = _as_blocks(content)
    if len(case.listed("messages")) < 2 or any(block.get("type") != "text" for block in added):
        return None
    joined: Json
    if isinstance(system, list):
        joined = [*system, *added]
    else:
        texts = [system if isinstance(system, str) else "", *(str(block.get("text", "")) for block in added)]
        joined = "\n\n".join(text for text in texts if text)
    return Fix("Move it to the system prompt", (Edit(("system",), joined), Edit(("messages", i), REMOVE)))


def _as_blocks(content: Json) -> list[JsonObject]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def _system_turn_refused(case: Case) -> Iterator[Hit]:
    if case.model.system_turns == "refused":
        for i in _system_turns(case):
            sentence = f"{case.model.name} takes no system turns. Use the system prompt."
            yield Hit(("messages", i), sentence, _to_system(case, i))


def _system_turn_ignored(case: Case) -> Iterator[Hit]:
    if case.model.system_turns == "ignored":
        for i in _system_turns(case):
            sentence = f"{case.model.name} accepts system turns but ignores them. Use the system prompt."
            yield Hit(("messages", i), sentence, _to_system(case, i))


def _system_turn_place(case: Case) -> Iterator[Hit]:
    if case.model.system_turns in ("refused", None):
        return
    for i in _system_turns(case):
        before = case.at("messages", i - 1, "role") if i else None
        after = case.at("messages", i + 1, "role")
        if before != "user" or after not in ("assistant", None):
            sentence = (
                "A system turn must follow a user turn, and be last or be followed by an assistant turn."
            )
            yield Hit(("messages", i), sentence, _to_system(case, i), {"i": i})


def _block_role(case: Case) -> Iterator[Hit]:
    for path, role, block in case.blocks():
        kind = str(block.get("type"))
        server = kind.endswith("_tool_result") and kind != "tool_result"
        wanted = "user" if kind in _USER_ONLY else "assistant" if kind in _ASSISTANT_ONLY or server else None
        if role == "system":
            wrong = kind not in _SYSTEM_TOO
        else:
            wrong = wanted is not None and role in ("user", "assistant") and role != wanted
        if wrong:
            sentence = f"A {kind} block cannot stand in a turn of the {role}. Remove it."
            words = {"path": dotted(path), "kind": kind, "role": role}
            yield Hit(path, sentence, case.drop(path, f"Remove the {kind} block"), words)


def _document_in_assistant(case: Case) -> Iterator[Hit]:
    for path, role, block in case.blocks():
        if case.version != VERSION_2023 and role == "assistant" and block.get("type") == "document":
            sentence = f"API version {case.version} takes no documents in assistant turns. Remove it."
            yield Hit(path, sentence, case.drop(path, "Remove the document"), {"path": dotted(path)})


def _user_citations(case: Case) -> Iterator[Hit]:
    for path, role, block in case.blocks():
        if (
            case.version != VERSION_2023
            and role == "user"
            and block.get("type") == "text"
            and block.get("citations")
        ):
            edit = Edit((*path, "citations"), REMOVE)
            sentence = f"API version {case.version} takes no citations on texts of the user. Remove them."
            yield Hit(edit.path, sentence, Fix("Remove the citations", (edit,)), {"path": dotted(path)})


_MIGRATING: Final = 'docs "Migrating to API version 2026-10-21"; wording (?)'
_SYSTEM: Final = 'docs "Mid-conversation system messages"'
_HISTORICAL: Final = "historical behaviour (?)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "messages_empty",
        "no messages at all",
        "messages: at least one message is required",
        "",
        _messages_empty,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "first_role",
        "the first message is the assistant's",
        'messages: first message must use the "user" role',
        "begin with the first user turn",
        _first_role,
        "Python SDK 2.12.0 MessageParam; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "content_empty",
        "a message without content, unless it is a last assistant turn",
        "messages.{i}: all messages must have non-empty content "
        "except for the optional final assistant message",
        "remove the turn",
        _content_empty,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "text_blank",
        "a text that is empty or white space",
        "{where}: text content blocks must {demand}",
        "remove the text",
        _text_blank,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "system_turn_refused",
        "a system turn on a model without them",
        "role 'system' is not supported on this model",
        "move it to the system prompt",
        _system_turn_refused,
        _SYSTEM,
        CHECKED,
    ),
    Rule(
        "system_turn_ignored",
        "a system turn on Sonnet 5",
        "",
        "move it to the system prompt",
        _system_turn_ignored,
        "third party probe (?)",
        CHECKED,
        severity="notice",
    ),
    Rule(
        "system_turn_place",
        "a system turn that does not follow a user turn, or precedes another one",
        "messages.{i}: a system message must follow a user message "
        "and precede an assistant message or be last",
        "move it to the system prompt",
        _system_turn_place,
        f"{_SYSTEM}; wording (?)",
        CHECKED,
    ),
    Rule(
        "block_role",
        "a kind of block in a turn that cannot hold it",
        "{path}: `{kind}` blocks are not allowed in `{role}` messages",
        "remove the block",
        _block_role,
        "Python SDK 2.12.0 ContentBlockParam; wording (?)",
        CHECKED,
    ),
    Rule(
        "document_in_assistant",
        "a version after 2023-06-01: a document in an assistant turn",
        "{path}: document blocks are not permitted in assistant messages",
        "remove the document",
        _document_in_assistant,
        _MIGRATING,
        CHECKED,
    ),
    Rule(
        "user_citations",
        "a version after 2023-06-01: citations on a text of the user",
        "{path}.citations: Extra inputs are not permitted",
        "remove the citations",
        _user_citations,
        _MIGRATING,
        CHECKED,
    ),
)
