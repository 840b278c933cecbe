"""Footnotes: what the citations of an answer's texts point to, numbered as they appear.

Source: reference 3.1, and the documentation "Citations": pages count from 1, characters and blocks from 0,
and every end is the place after the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.domain.json_types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Source:
    """One footnote. Two citations that say the same are one source."""

    title: str
    """The document's own title or, without one, its place in the request; never empty."""
    where: str = ""
    """The place in it, counted from 1: `pages 2–3`, `characters 11–60`, `block 2`; "" when not told."""
    quote: str = ""
    """The cited text, as it stands."""
    url: str = ""
    """Where the source says it is, unchecked: any text."""
    index: int | None = None
    """The place of the document or search result in the request, from 0."""


@dataclass(frozen=True, slots=True)
class Footnotes:
    """All sources of an answer; number n is `sources[n - 1]`."""

    sources: tuple[Source, ...] = ()
    numbers: tuple[tuple[int, ...], ...] = ()
    """For each block the numbers of its sources, ascending by first appearance in it, each once."""


def footnotes(blocks: Sequence[Mapping[str, Json]]) -> Footnotes:
    """Read the citations of a Message's blocks; what is no citation is left out."""
    known: dict[Source, int] = {}
    numbers: list[tuple[int, ...]] = []
    for block in blocks:
        cited = block.get("citations") if block.get("type") == "text" else None
        found = (
            [source_of(each) for each in cited if isinstance(each, dict)] if isinstance(cited, list) else []
        )
        numbers.append(tuple(dict.fromkeys(known.setdefault(each, len(known) + 1) for each in found)))
    return Footnotes(tuple(known), tuple(numbers))


def source_of(citation: JsonObject) -> Source:
    """What one citation says, whatever its kind."""
    kind = citation.get("type")
    quote = _text(citation.get("cited_text"))
    blocks = _range(citation, "start_block_index", "end_block_index", "block", counts_from=0)
    if kind == "web_search_result_location":
        url = _text(citation.get("url"))
        return Source(_text(citation.get("title")) or url or "A web page", quote=quote, url=url)
    if kind == "search_result_location":
        index, address = _index(citation.get("search_result_index")), _text(citation.get("source"))
        place = _numbered("search result", index)
        where = ", ".join(part for part in (place, blocks) if part)
        return Source(
            _text(citation.get("title")) or address or "A search result", where, quote, address, index
        )
    index = _index(citation.get("document_index"))
    where = {
        "page_location": _range(citation, "start_page_number", "end_page_number", "page", counts_from=1),
        "char_location": _range(citation, "start_char_index", "end_char_index", "character", counts_from=0),
        "content_block_location": blocks,
    }.get(str(kind), "")
    title = _text(citation.get("document_title")) or _numbered("document", index).capitalize()
    return Source(title or "A document", where, quote, index=index)


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _index(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _numbered(what: str, index: int | None) -> str:
    return "" if index is None else f"{what} {index + 1}"


def _range(citation: JsonObject, start: str, end: str, what: str, *, counts_from: int) -> str:
    first, after = _index(citation.get(start)), _index(citation.get(end))
    if first is None:
        return ""
    first += 1 - counts_from
    last = first if after is None else after - counts_from
    return f"{what}s {first:,}–{last:,}" if last > first else f"{what} {first:,}"
