"""The words of a run: what the history list shows and what its search looks through."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from components.domain.answer import blocks_of, text_of
from components.domain.json_types import Json
from components.store.columns import json_text, sound_text

PROMPT_START_LENGTH = 200


def fold(text: str) -> str:
    """The form in which texts are compared: case and composition of characters do not matter."""
    return unicodedata.normalize("NFC", sound_text(text)).casefold()


def last_user_text(body: Mapping[str, Json]) -> str:
    """The text of the last user turn; its block types in brackets where it has no text; "" without one."""
    turns = body.get("messages")
    for turn in reversed(turns if isinstance(turns, list) else []):
        if isinstance(turn, dict) and turn.get("role") == "user":
            return "\n".join(_texts(turn.get("content"))) or " ".join(_kinds(turn.get("content")))
    return ""


def prompt_start(body: Mapping[str, Json]) -> str:
    """One line for the list. Only the head of a long prompt is looked at."""
    return " ".join(last_user_text(body)[: PROMPT_START_LENGTH * 20].split())[:PROMPT_START_LENGTH]


def prompt_search_text(body: Mapping[str, Json]) -> str:
    """All text of the request: system prompt, then the turns."""
    turns = body.get("messages")
    parts = list(_texts(body.get("system")))
    for turn in turns if isinstance(turns, list) else []:
        if isinstance(turn, dict):
            parts.extend(_texts(turn.get("content")))
    return fold("\n".join(parts))


def answer_search_text(message: Mapping[str, Json] | None) -> str:
    """The visible text of the answer, then the input of its tool calls."""
    calls = [json_text(block["input"]) for block in blocks_of(message) if block.get("input")]
    return fold("\n".join([text_of(message), *calls]))


def _texts(content: Json) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for block in content:
            if isinstance(block, dict):
                if isinstance(block.get("text"), str):
                    yield str(block["text"])
                elif block.get("type") == "tool_result":
                    yield from _texts(block.get("content"))


def _kinds(content: Json) -> Iterator[str]:
    for block in content if isinstance(content, list) else []:
        if isinstance(block, dict):
            yield f"[{block.get('type')}]"
