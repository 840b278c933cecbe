"""The words of a run: what the history list shows and what its search looks through."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from components.domain import examples
from components.domain.answer import blocks_of, text_of
from components.domain.json_types import Json, JsonObject
from components.store.columns import json_text, sound_text

PROMPT_START_LENGTH = 200


def fold(text: str) -> str:
    """The form in which texts are compared: case and composition of characters do not matter."""
    return unicodedata.normalize("NFC", sound_text(text)).casefold()


def last_user_text(body: Mapping[str, Json]) -> str:
    """The text of the last user turn; its block types in brackets where it has no text; "" without one.

    The text of the examples box is left out, so that the list shows what was asked.
    """
    turns = body.get("messages")
    for turn in reversed(turns if isinstance(turns, list) else []):
        if isinstance(turn, dict) and turn.get("role") == "user":
            content = turn.get("content")
            if isinstance(content, list):
                content = [block for block in content if not _is_examples(block)] or content
            return "\n".join(_texts(content)) or " ".join(_kinds(content))
    return ""


def prompt_start(body: Mapping[str, Json]) -> str:
    """One line for the list. Only the head of a long prompt is looked at."""
    return " ".join(last_user_text(body)[: PROMPT_START_LENGTH * 20].split())[:PROMPT_START_LENGTH]


def prompt_search_text(body: Mapping[str, Json]) -> str:
    """All text of the request: system prompt, then the turns with the titles and texts of their documents."""
    turns = body.get("messages")
    parts = list(_texts(body.get("system")))
    for turn in turns if isinstance(turns, list) else []:
        if isinstance(turn, dict):
            parts.extend(_texts(turn.get("content"), documents=True))
    return fold("\n".join(parts))


def answer_search_text(message: Mapping[str, Json] | None) -> str:
    """The visible text of the answer, then the input of its tool calls."""
    calls = [json_text(block["input"]) for block in blocks_of(message) if block.get("input")]
    return fold("\n".join([text_of(message), *calls]))


def _texts(content: Json, *, documents: bool = False) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for block in content if isinstance(content, list) else []:
        if not isinstance(block, dict):
            continue
        if isinstance(block.get("text"), str):
            yield str(block["text"])
        elif block.get("type") == "tool_result":
            yield from _texts(block.get("content"), documents=documents)
        elif block.get("type") == "document" and documents:
            yield from _document_texts(block)


def _document_texts(block: JsonObject) -> Iterator[str]:
    """Its title, and its text where it is one; base64 is no text."""
    if isinstance(block.get("title"), str):
        yield str(block["title"])
    source = block.get("source")
    if isinstance(source, dict):
        if source.get("type") == "text" and isinstance(source.get("data"), str):
            yield str(source["data"])
        elif source.get("type") == "content":
            yield from _texts(source.get("content"))


def _is_examples(block: Json) -> bool:
    text = block.get("text") if isinstance(block, dict) else None
    return isinstance(text, str) and examples.parse(text) is not None


def _kinds(content: Json) -> Iterator[str]:
    for block in content if isinstance(content, list) else []:
        if isinstance(block, dict):
            yield f"[{block.get('type')}]"
