"""What an answer can cite, and the citation for it.

Documents and search results are numbered each in their own row, in the order in which they stand in the
request, those inside tool results and fetched pages included. Source: Python SDK 2.12.0 `TextCitation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader
from components.sandbox.prompt import blocks_of, messages_of
from components.sandbox.wording import MOST_READ, fragment

MOST_CITED: Final = 400
"""Characters of a sentence that are cited."""
UNREAD: Final = "Simulated: the sandbox does not read what a page says."
"""Stands for the text of a PDF."""

_SENTENCE: Final = re.compile(r"\S(?:[^.!?\n]|[.!?](?!\s|$))*[.!?]*")


@dataclass(frozen=True, slots=True)
class Source:
    """One passage to cite."""

    named: str
    """What the answer calls it."""
    said: str
    """What the answer quotes of it."""
    citation: JsonObject


def sources(
    body: JsonObject, words: Sequence[str], random: Random, media: MediaReader | None
) -> list[Source]:
    """The passage of each document and search result for which citations are on that fits `words` best."""
    found: list[Source] = []
    for index, document in enumerate(documents(body)):
        if _enabled(document):
            found += of_document(index, document, words, random, media)
    for index, result in enumerate(_every("search_result", body)):
        if _enabled(result):
            found += _of_search_result(index, result, words)
    return found


def documents(body: JsonObject) -> list[JsonObject]:
    """Every document of a request, in order."""
    return list(_every("document", body))


def _every(kind: str, body: JsonObject) -> Iterator[JsonObject]:
    for message in messages_of(body):
        for block in blocks_of(message.get("content")):
            if block.get("type") == kind:
                yield block
            elif block.get("type") == "tool_result":
                yield from (inner for inner in blocks_of(block.get("content")) if inner.get("type") == kind)
            elif block.get("type") == "web_fetch_tool_result":
                fetched = _object(block.get("content")).get("content")
                if isinstance(fetched, dict) and fetched.get("type") == kind:
                    yield fetched


def _enabled(block: JsonObject) -> bool:
    return _object(block.get("citations")).get("enabled") is True


def of_document(
    index: int, document: JsonObject, words: Sequence[str], random: Random, media: MediaReader | None
) -> Iterator[Source]:
    """One passage of a document; none when there is no text in it to cite."""
    source, title = _object(document.get("source")), document.get("title")
    title = title if isinstance(title, str) and title.strip() else None
    named = f"“{fragment(title, 60)}”" if title else f"document {index + 1}"
    place: JsonObject = {"document_index": index, "document_title": title, "file_id": None}
    match source.get("type"):
        case "text":
            text = str(source.get("data"))
            start, end = passage(text, words)
            if start < end:
                span: JsonObject = {"start_char_index": start, "end_char_index": end}
                yield _source(named, "char_location", text[start:end], place, span)
        case "content":
            content = source.get("content")
            if (best := _best_block(blocks_of(content), words)) is not None:
                at, text = best
                span = {"start_block_index": at, "end_block_index": at + 1}
                yield _source(named, "content_block_location", text, place, span)
        case kind:
            facts = media.pdf(str(source.get("data"))) if media and kind == "base64" else None
            page = 1 + random.randrange(facts.pages if facts and facts.pages else 1)
            span = {"start_page_number": page, "end_page_number": page + 1, "file_id": source.get("file_id")}
            yield _source(named, "page_location", UNREAD, place, span)


def _of_search_result(index: int, result: JsonObject, words: Sequence[str]) -> Iterator[Source]:
    best = _best_block(blocks_of(result.get("content")), words)
    if best is not None:
        at, text = best
        place: JsonObject = {
            "search_result_index": index,
            "source": result.get("source"),
            "title": result.get("title"),
        }
        span: JsonObject = {"start_block_index": at, "end_block_index": at + 1}
        named = f"“{fragment(str(result.get('title')), 60)}”"
        yield _source(named, "search_result_location", text, place, span)


def _source(named: str, kind: str, cited: str, place: JsonObject, span: JsonObject) -> Source:
    return Source(named, cited, {"type": kind, "cited_text": cited, **place, **span})


def passage(text: str, words: Sequence[str]) -> tuple[int, int]:
    """Start and end of the first sentence that holds most of the words; (0, 0) where there is no text."""
    found = (match.span() for match in _SENTENCE.finditer(text[:MOST_READ]))
    spans = [(start, min(end, start + MOST_CITED)) for start, end in found]
    return max(spans, key=lambda span: _weight(text[slice(*span)], words), default=(0, 0))


def _best_block(blocks: Sequence[JsonObject], words: Sequence[str]) -> tuple[int, str] | None:
    """Position and text of the text block that holds most of the words."""
    texts = [(i, str(b.get("text"))) for i, b in enumerate(blocks) if b.get("type") == "text"]
    return max(texts, key=lambda item: _weight(item[1][:MOST_READ], words), default=None)


def _weight(text: str, words: Sequence[str]) -> int:
    lower = text.lower()
    return sum(word.lower() in lower for word in words)


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
