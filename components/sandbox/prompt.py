"""What a request asks, read from its body: the last user turn and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader
from components.sandbox import attachments, directives
from components.sandbox.directives import Orders
from components.sandbox.wording import keywords


@dataclass(frozen=True, slots=True)
class Result:
    """One tool result the last user turn brings."""

    tool: str
    text: str
    brought: tuple[str, ...]
    """A phrase for each kind of image and each document in it."""
    is_error: bool


@dataclass(frozen=True, slots=True)
class Prompt:
    text: str
    """The last user turn without directives."""
    words: tuple[str, ...]
    """The words that matter, those of the last turn before those of the system prompt."""
    system: str
    earlier: str | None
    """The user turn before it."""
    orders: Orders
    results: tuple[Result, ...]
    attachments: tuple[str, ...]
    """A phrase for each kind of image and each document of the last user turn."""
    prefill: str | None
    """The assistant text to continue."""
    resumed: bool
    """Whether a paused assistant turn was sent back."""
    pending: tuple[JsonObject, ...]
    """Its server tool calls that have no result yet."""


def read(body: JsonObject, media: MediaReader | None = None) -> Prompt:
    """Read the prompt of a valid body. Raises `Refusal` for directives that make no sense."""
    messages = messages_of(body)
    users = [i for i, m in enumerate(messages) if m.get("role") == "user"]
    last = users[-1] if users else -1
    first = last
    while first > 0 and messages[first - 1].get("role") == "user":
        first -= 1
    turn = [block for m in messages[first : last + 1] for block in blocks_of(m.get("content"))]
    system = [body.get("system"), *(m.get("content") for m in messages if m.get("role") == "system")]
    asked = directives.read(texts_of(turn))
    ruled = directives.read("\n\n".join(filter(None, (texts_of(blocks_of(part)) for part in system))))
    end = messages[-1] if messages and messages[-1].get("role") == "assistant" else None
    ended = blocks_of(end.get("content")) if end else []
    resumed = any(block.get("type") != "text" for block in ended)
    before = [i for i in users if i < first]
    return Prompt(
        text=asked.text,
        words=tuple(dict.fromkeys([*keywords(asked.text), *keywords(ruled.text)])),
        system=ruled.text,
        earlier=texts_of(blocks_of(messages[before[-1]].get("content"))) or None if before else None,
        orders=asked.merged(ruled),
        results=tuple(_results(turn, messages, media)),
        attachments=tuple(attachments.described(turn, media)),
        prefill=texts_of(ended) if ended and not resumed else None,
        resumed=resumed,
        pending=tuple(_pending(ended)),
    )


def messages_of(body: JsonObject) -> list[JsonObject]:
    """The messages of a body that are objects."""
    messages = body.get("messages")
    return [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []


def blocks_of(content: Json) -> list[JsonObject]:
    """The blocks of a content; a string stands for one text block."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def texts_of(blocks: Sequence[JsonObject]) -> str:
    return "\n\n".join(str(block["text"]) for block in blocks if block.get("type") == "text")


def _results(
    turn: Sequence[JsonObject], messages: Sequence[JsonObject], media: MediaReader | None
) -> list[Result]:
    tools = {
        str(block.get("id")): str(block.get("name"))
        for message in messages
        for block in blocks_of(message.get("content"))
        if block.get("type") == "tool_use"
    }
    results = []
    for block in turn:
        if block.get("type") == "tool_result":
            name = tools.get(str(block.get("tool_use_id")), "tool")
            inner = blocks_of(block.get("content"))
            brought = tuple(attachments.described(inner, media))
            results.append(Result(name, texts_of(inner), brought, block.get("is_error") is True))
    return results


def _pending(ended: Sequence[JsonObject]) -> list[JsonObject]:
    answered = {block.get("tool_use_id") for block in ended}
    return [b for b in ended if b.get("type") == "server_tool_use" and b.get("id") not in answered]
