"""Footnote marks within a model's text, and the list of sources below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from streamlit.delta_generator import DeltaGenerator

from components.domain.citations import Source
from components.widgets.links import link, shortened
from components.widgets.safe_markdown import Segment, literal, safe

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_PRIVATE = range(0xE000, 0xF900)
"""Characters that mean nothing to anyone: one that the text lacks holds a mark's place."""
_TRIED_APART = 40_000
"""Characters parsed at most for placing a segment's marks one by one."""
_QUOTED = 300
"""Characters of a quotation in the list of sources."""
_OPEN_UPTO = 10
"""Sources listed without a click."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote mark, to be read behind the text before it."""

    at: int
    """Place in the text, in characters: behind the last one that is not white space."""
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment with its marks."""

    segment: Segment
    below: tuple[int, ...] = ()
    """Marks that have no place within it: it is code, or Markdown would read otherwise with them."""


def with_marks(found: Iterable[Segment], text: str, start: int, marks: Sequence[Mark]) -> list[Piece]:
    """Put marks into the segments that `text` was cut into from `start`."""
    pieces: list[Piece] = []
    for segment in found:
        own = [mark for mark in marks if start < mark.at <= segment.end]
        if own and segment.language is None:
            shown, left = _placed(text[start : segment.end], start, own)
            pieces.append(Piece(replace(segment, text=shown), _numbers(left)))
        else:
            pieces.append(Piece(segment, _numbers(own)))
        start = segment.end
    return pieces


def _numbers(marks: Iterable[Mark]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for mark in marks for number in mark.numbers))


def _placed(prose: str, start: int, marks: list[Mark]) -> tuple[str, list[Mark]]:
    """Safe Markdown of the prose with its marks, and the marks that would change how it reads."""
    plain = safe(prose)
    holder = next((chr(code) for code in _PRIVATE if chr(code) not in prose), None)
    if holder is None:
        return plain, marks
    held = _held(prose, start, marks, holder)
    reading = _read(plain, holder)[0]
    if _read(held, holder) == (reading, len(marks)):
        return _filled(held, holder, marks), []
    held = plain
    kept: list[Mark] = []
    left: list[Mark] = []
    most = 1 + _TRIED_APART // len(prose)
    for mark in marks[:most]:
        tried = [*kept, mark]
        attempt = _held(prose, start, tried, holder)
        if _read(attempt, holder) == (reading, len(tried)):
            held, kept = attempt, tried
        else:
            left.append(mark)
    left += marks[most:]
    return _filled(held, holder, kept), left


def _held(prose: str, start: int, marks: Iterable[Mark], holder: str) -> str:
    done: list[str] = []
    upto = 0
    for mark in marks:
        at = mark.at - start
        if prose[upto:at].endswith("|"):  # In a table a mark belongs into the row's last cell.
            at -= 1
        done += [prose[upto:at].rstrip(" "), " ", holder]
        upto = at
    return safe("".join([*done, prose[upto:]]))


def _filled(held: str, holder: str, marks: Iterable[Mark]) -> str:
    """Character references: brackets as such could become a link."""
    for mark in marks:
        held = held.replace(holder, "".join(f"&#91;{number}&#93;" for number in mark.numbers), 1)
    return held


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


_Reading = tuple[list[tuple[object, ...]], int]


def _read(markdown: str, holder: str) -> _Reading:
    """How a text is read but for its marks, and how many marks are to be seen in its words."""
    parts: list[tuple[object, ...]] = []
    seen = 0
    mark = f" [{holder}]"
    for block in _parser().parse(markdown.replace(holder, f"&#91;{holder}&#93;")):
        for token in [block] if block.children is None else block.children:
            content = token.content
            if token.type == "text":
                seen += content.count(mark)
                content = content.replace(mark, "")
            if content or token.type != "text":
                parts.append((token.type, token.tag, token.markup, token.info, str(token.attrs), content))
    return parts, seen


def mark_line(numbers: Iterable[int]) -> str:
    """Marks on a line of their own, as Markdown."""
    return literal(" ".join(f"[{number}]" for number in numbers))


def draw_sources(place: DeltaGenerator, sources: Sequence[Source]) -> None:
    """The numbered list at the end of an answer."""
    if not sources:
        return
    folded = place.expander(
        f"Sources ({len(sources)})", icon=":material/format_quote:", expanded=len(sources) <= _OPEN_UPTO
    )
    folded.markdown("\n".join(f"{number}. {_line(each)}" for number, each in enumerate(sources, 1)))


def _line(source: Source) -> str:
    title = link(source.title, source.url) if source.url else f"**{literal(shortened(source.title))}**"
    where = f" · {literal(source.where)}" if source.where else ""
    quote = f": {literal(f'“{shortened(source.quote, _QUOTED)}”')}" if source.quote else ""
    return f"{title}{where}{quote}"
