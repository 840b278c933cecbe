"""Tokens, roughly: the sandbox cuts text into pieces of its own and calls each a token.

About four characters make a token on the models before Opus 4.7, about a quarter more tokens after; images
are counted by their size, PDFs by their pages. The figures resemble the service's and never claim to be them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from components.domain.estimate import IMAGE_TOKENS, PAGE_TOKENS
from components.domain.json_types import Json
from components.domain.media_facts import image_tokens
from components.domain.model import Model
from components.media import READER

_OLD: Final = re.compile(r"\s*(?:[^\W_]{1,7}|[^\w\s]{1,3}|_)|\s+")
_NEW: Final = re.compile(r"\s*(?:[^\W_]{1,4}|[^\w\s]{1,2}|_)|\s+")

MESSAGE_TOKENS: Final = 4
"""Added for each message: role and delimiters."""


def pieces(text: str, model: Model) -> list[str]:
    """The tokens of a text; joined they are the text again."""
    return (_NEW if model.token_factor > 1 else _OLD).findall(text)


def count_text(text: str, model: Model) -> int:
    return len(pieces(text, model))


def count_input(body: Mapping[str, Json], model: Model) -> int:
    """Input tokens of a request body, all of it: system, tools, messages, output schema."""
    total = _count(body.get("system"), model)
    tools = body.get("tools")
    for tool in tools if isinstance(tools, list) else []:
        total += _count_json(tool, model)
    config = body.get("output_config")
    if isinstance(config, dict) and config.get("format") is not None:
        total += _count_json(config["format"], model)
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else []:
        if isinstance(message, dict):
            total += MESSAGE_TOKENS + _count(message.get("content"), model)
    return total


def count_block(block: Json, model: Model) -> int:
    """Tokens of one content block, or of a tool or text that stands in its place."""
    if not isinstance(block, dict):
        return _count(block, model)
    match block.get("type"):
        case "text":
            return _count(block.get("text"), model)
        case "image":
            return _count_image(block.get("source"), model)
        case "document":
            return _count_document(block.get("source"), model)
        case "tool_result":
            return _count(block.get("content"), model) + MESSAGE_TOKENS
        case _:
            return _count_json({key: value for key, value in block.items() if key != "signature"}, model)


def _count(content: Json, model: Model) -> int:
    if isinstance(content, str):
        return count_text(content, model)
    if isinstance(content, list):
        return sum(count_block(block, model) for block in content)
    return 0


def _count_image(source: Json, model: Model) -> int:
    data = source.get("data") if isinstance(source, dict) else None
    facts = READER.image(data) if isinstance(data, str) else None
    return image_tokens(facts.width, facts.height, model) if facts is not None else IMAGE_TOKENS


def _count_document(source: Json, model: Model) -> int:
    if not isinstance(source, dict):
        return 0
    data = source.get("data")
    if source.get("type") == "text" and isinstance(data, str):
        return count_text(data, model)
    if source.get("type") == "content":
        return _count(source.get("content"), model)
    facts = READER.pdf(data) if isinstance(data, str) else None
    return PAGE_TOKENS * (facts.pages or 1 if facts is not None else 1)


def _count_json(value: Json, model: Model) -> int:
    return count_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), model)
