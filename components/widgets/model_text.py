"""Draws a Message's content, whole or while it grows.

A painter draws one content block, or a run of text blocks: a cited text comes in many blocks that read as
one. `draw` may be called again and again with more of it: finished stretches are drawn once and only the
unfinished tail is sent again, so that a long answer costs a small multiple of its own size.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from streamlit.delta_generator import DeltaGenerator

from components.domain.answer import blocks_of, unfinished_calls
from components.domain.citations import footnotes
from components.domain.json_types import JsonObject
from components.widgets.block_painters import KINDS, writing
from components.widgets.citations import Mark, Piece, draw_sources, mark_line, with_marks
from components.widgets.safe_markdown import Segment, final_segments, segments
from components.widgets.value_views import draw_unknown

_HIGHLIGHT_LIMIT = 100_000
"""Characters of code beyond which colouring it would make the browser slow."""


def draw_segment(place: DeltaGenerator, segment: Segment) -> None:
    if segment.wide:
        place.container(horizontal=True, wrap=False).markdown(segment.text, anchors=False, width="content")
    elif segment.language is None:
        place.markdown(segment.text, anchors=False)
    else:
        language = segment.language if len(segment.text) < _HIGHLIGHT_LIMIT else None
        place.code(segment.text, language=language or None, wrap_lines=True)


def _draw_piece(place: DeltaGenerator, piece: Piece) -> None:
    draw_segment(place, piece.segment)
    if piece.below:
        place.caption(mark_line(piece.below))


@lru_cache(maxsize=32)
def _rest(text: str, start: int, marks: tuple[Mark, ...]) -> Sequence[Piece]:
    """A text to its end; kept, as an ended answer is drawn again with each rerun of the page."""
    return tuple(with_marks(segments(text, start), text, start, marks))


class TextPainter:
    """Prose and fenced code of one text, with its footnote marks."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._sealed_box = place.container(gap="small")
        self._tail_box = place.empty()
        self._sealed = 0
        self._tail: tuple[str, list[Mark]] = ("", [])

    def draw(self, text: str, marks: Sequence[Mark] = (), *, growing: bool) -> int:
        """Bring the screen up to this text; return the characters that had to be sent again."""
        over: Sequence[Piece]
        if growing:
            # The last words wait: what comes next may be their citation.
            spoken = len(text.rstrip())
            done = [segment for segment in final_segments(text, self._sealed) if segment.end < spoken]
            over = with_marks(done, text, self._sealed, marks)
        else:
            over = _rest(text, self._sealed, tuple(marks))
        for piece in over:
            _draw_piece(self._sealed_box, piece)
            self._sealed = piece.segment.end
        tail = text[self._sealed :] if growing else ""
        to_come = (tail, [mark for mark in marks if mark.at > self._sealed])
        if to_come != self._tail:
            self._tail = to_come
            rest = segments(text, self._sealed) if tail.strip() else []
            pieces = with_marks(rest, text, self._sealed, marks)
            if len(pieces) == 1 and not pieces[0].below:
                draw_segment(self._tail_box, pieces[0].segment)
            elif pieces:
                box = self._tail_box.container(gap="small")
                for piece in pieces:
                    _draw_piece(box, piece)
            else:
                self._tail_box.empty()
        return len(tail)


class Painter(Protocol):
    def draw(self, blocks: Sequence[JsonObject], *, growing: bool) -> int:
        """Bring the screen up to these blocks; return the characters that had to be sent again."""


class CitedTextPainter:
    """Text blocks that follow each other, as one text."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._text = TextPainter(place)
        self.numbers: Sequence[tuple[int, ...]] = ()
        """For each block the numbers of its footnotes."""

    def draw(self, blocks: Sequence[JsonObject], *, growing: bool) -> int:
        texts = [_words(block, "text") for block in blocks]
        marks: list[Mark] = []
        before = spoken = 0
        for place, (text, numbers) in enumerate(zip(texts, self.numbers, strict=True), start=1):
            if words := text.rstrip():
                spoken = before + len(words)
            before += len(text)
            if numbers and not (growing and place == len(blocks)):
                marks.append(Mark(spoken, numbers))
        return self._text.draw("".join(texts), marks, growing=growing)


class ThinkingPainter:
    """The model's thinking, folded away."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place.empty()
        self._text: TextPainter | None = None
        self._said = ""

    def draw(self, blocks: Sequence[JsonObject], *, growing: bool) -> int:
        thinking = _words(blocks[0], "thinking")
        if not thinking.strip():
            said = "Thinking…" if growing else "The model thought; the text of its thinking was not sent."
            if said != self._said:
                self._said = said
                self._place.caption(said)
            return 0
        if self._text is None:
            self._text = TextPainter(self._place.expander("Thinking", icon=":material/psychology:"))
        return self._text.draw(thinking, growing=growing)


class WholePainter:
    """A block that is drawn once it is whole; a line of words stands in its place until then."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place.empty()
        self._said: str | None = None
        self._drawn = False
        self.unfinished = False
        """Whether this is a call to a server tool whose result did not come."""

    def draw(self, blocks: Sequence[JsonObject], *, growing: bool) -> int:
        block = blocks[0]
        if not growing and not self._drawn:
            self._drawn = True
            box = self._place.container(gap="small")
            if draw := KINDS.get(str(block.get("type"))):
                draw(box, block, self.unfinished)
            else:
                draw_unknown(box, block)
        elif growing and (said := writing(block)) != self._said:
            self._said = said
            self._place.caption(said)
        return 0


def _words(block: JsonObject, field: str) -> str:
    return str(block.get(field) or "")


def _painter(kind: object, place: DeltaGenerator) -> Painter:
    match kind:
        case "text":
            return CitedTextPainter(place)
        case "thinking":
            return ThinkingPainter(place)
        case _:
            return WholePainter(place)


class MessagePainter:
    """All blocks of one Message, in order, and the sources it cites."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place
        self._painters: list[Painter] = []
        self._final = 0
        """How many painters have drawn for good."""
        self._sources_drawn = False

    def draw(self, message: JsonObject | None, *, live: bool) -> int:
        """Bring the screen up to this Message; return the characters sent again for what still grows."""
        again = 0
        blocks = blocks_of(message)
        notes = footnotes(blocks)
        unfinished = [] if live else unfinished_calls(message)
        runs = _runs(blocks)
        for position in range(self._final, len(runs)):
            run = [blocks[at] for at in runs[position]]
            if position == len(self._painters):
                self._painters.append(_painter(run[0].get("type"), self._place))
            painter = self._painters[position]
            if isinstance(painter, CitedTextPainter):
                painter.numbers = [notes.numbers[at] for at in runs[position]]
            elif isinstance(painter, WholePainter):
                painter.unfinished = run[0] in unfinished
            growing = live and position == len(runs) - 1
            again += painter.draw(run, growing=growing)
            if not growing:
                self._final = position + 1
        if not live and not self._sources_drawn:
            self._sources_drawn = True
            draw_sources(self._place, notes.sources)
        return again


def _runs(blocks: Sequence[JsonObject]) -> list[list[int]]:
    """The blocks' places, each alone but for texts that follow each other."""
    runs: list[list[int]] = []
    before = False
    for at, block in enumerate(blocks):
        is_text = block.get("type") == "text"
        if is_text and before:
            runs[-1].append(at)
        else:
            runs.append([at])
        before = is_text
    return runs
