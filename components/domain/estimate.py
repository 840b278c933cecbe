"""Rough figures: how many tokens a text or a prefix may have, where nobody has counted them.

Four bytes of UTF-8 make about one token before Opus 4.7; the factor of the model comes on top. Good enough to
say that a cache breakpoint stands too early, and never shown as a count. Source: docs "Token counting".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader, image_tokens
from components.domain.model import Model

BYTES_PER_TOKEN: Final = 4
IMAGE_TOKENS: Final = 1_500
"""Of an image nothing is known of."""
PAGE_TOKENS: Final = 2_000
"""Of one page of a PDF before Opus 4.7, text and picture together (?)."""


def rough_tokens(text: str, model: Model) -> int:
    """Tokens of a text, roughly."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN * model.token_factor)


def rough_page_tokens(pages: int, model: Model) -> int:
    """Tokens of so many pages of a PDF, roughly."""
    return round(PAGE_TOKENS * pages * model.token_factor)


def rough_input_tokens(body: Mapping[str, Json], model: Model, media: MediaReader | None = None) -> int:
    """Input tokens of a request, roughly: tools, system, messages and output schema."""
    total = sum(rough_block_tokens(block, model, media) for block in parts(body))
    config = body.get("output_config")
    form = config.get("format") if isinstance(config, dict) else None
    return total + (rough_tokens(json.dumps(form), model) if form is not None else 0)


def parts(body: Mapping[str, Json]) -> Iterator[Json]:
    """What a prompt is made of, in the order in which the cache sees it: tools, system, messages."""
    yield from _listed(body.get("tools"))
    yield from _content(body.get("system"))
    for message in _listed(body.get("messages")):
        yield from _content(message.get("content")) if isinstance(message, dict) else ()


def rough_block_tokens(block: Json, model: Model, media: MediaReader | None = None) -> int:
    """Tokens of one content block or tool, roughly."""
    if not isinstance(block, dict):
        return 0
    match block.get("type"):
        case "text":
            return rough_tokens(str(block.get("text")), model)
        case "image":
            return _image(block, model, media)
        case "document":
            return _document(block, model, media)
        case "tool_result":
            return sum(rough_block_tokens(inner, model, media) for inner in _content(block.get("content")))
        case _:
            kept = {k: v for k, v in block.items() if k not in ("signature", "cache_control")}
            return rough_tokens(json.dumps(kept, ensure_ascii=False), model)


def _image(block: JsonObject, model: Model, media: MediaReader | None) -> int:
    data = _base64(block)
    facts = media.image(data) if media is not None and data is not None else None
    return image_tokens(facts.width, facts.height, model) if facts is not None else IMAGE_TOKENS


def _document(block: JsonObject, model: Model, media: MediaReader | None) -> int:
    source = block.get("source")
    if not isinstance(source, dict):
        return 0
    if source.get("type") == "text":
        return rough_tokens(str(source.get("data")), model)
    if source.get("type") == "content":
        return sum(rough_block_tokens(inner, model, media) for inner in _content(source.get("content")))
    data = _base64(block)
    facts = media.pdf(data) if media is not None and data is not None else None
    return rough_page_tokens(facts.pages or 1 if facts is not None else 1, model)


def _base64(block: JsonObject) -> str | None:
    source = block.get("source")
    data = source.get("data") if isinstance(source, dict) and source.get("type") == "base64" else None
    return data if isinstance(data, str) else None


def _content(content: Json) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else _listed(content)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
