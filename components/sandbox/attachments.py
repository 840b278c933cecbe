"""What a turn brings besides text, in words: images with their pixels, documents with their pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader
from components.sandbox.wording import fragment, listed

MOST_NAMED: Final = 8
"""Phrases of one turn; the rest is only counted."""
MOST_SIZES: Final = 4


def described(blocks: Sequence[JsonObject], media: MediaReader | None) -> list[str]:
    """A phrase for every kind of image and for each document: `2 images of 64×48 and 10×10 pixels`."""
    images = [block for block in blocks if block.get("type") == "image"]
    phrases = _images(images, media)
    phrases += [phrase for block in blocks if (phrase := _document(block, media))]
    beyond = len(phrases) - MOST_NAMED
    return [*phrases[:MOST_NAMED], f"{beyond} more"] if beyond > 0 else phrases


def _images(images: Sequence[JsonObject], media: MediaReader | None) -> list[str]:
    measured: list[str] = []
    elsewhere = unread = 0
    for image in images:
        source = _object(image.get("source"))
        facts = media.image(str(source.get("data"))) if media and source.get("type") == "base64" else None
        if facts is not None:
            measured.append(f"{facts.width}×{facts.height}")
        elif source.get("type") == "base64":
            unread += 1
        else:
            elsewhere += 1
    phrases = []
    if measured:
        sizes = list(dict.fromkeys(measured))
        shown = sizes if len(sizes) <= MOST_SIZES else [*sizes[:MOST_SIZES], "other sizes"]
        unit = "" if shown[-1] == "other sizes" else " pixels"
        phrases.append(f"{_many(len(measured), 'image')} of {listed(shown)}{unit}")
    if unread:
        phrases.append(f"{_many(unread, 'image')} of unknown size")
    if elsewhere:
        phrases.append(f"{_many(elsewhere, 'image')} kept elsewhere")
    return phrases


def _document(block: JsonObject, media: MediaReader | None) -> str | None:
    kind, title = block.get("type"), block.get("title")
    named = f" “{fragment(title, 40)}”" if isinstance(title, str) and title.strip() else ""
    if kind == "search_result":
        return f"1 search result{named}"
    if kind == "container_upload":
        return "1 file for the container"
    if kind != "document":
        return None
    source = _object(block.get("source"))
    data = source.get("data")
    match source.get("type"):
        case "base64":
            facts = media.pdf(str(data)) if media else None
            pages = "unknown length" if facts is None or facts.pages is None else _many(facts.pages, "page")
            return f"1 PDF{named} of {pages}"
        case "text":
            return f"1 text document{named} of {_many(len(str(data)), 'character')}"
        case "content":
            parts = source.get("content")
            return f"1 document{named} of {_many(len(parts) if isinstance(parts, list) else 1, 'part')}"
        case _:
            return f"1 document{named} kept elsewhere"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
