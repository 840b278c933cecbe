"""Draws a Message's content, whole or while it grows.

A painter draws one content block. `draw` may be called again and again with more of the block: finished
stretches are drawn once and only the unfinished tail is sent again, so that a long answer costs
a small multiple of its own size.
"""

from __future__ import annotations

import json
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.domain.answer import blocks_of
from components.domain.json_types import JsonObject
from components.widgets.safe_markdown import Segment, final_segments, literal, segments

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


class Painter(Protocol):
    def draw(self, block: JsonObject, *, growing: bool) -> int:
        """Bring the screen up to this block; return the characters that had to be sent again."""


class TextPainter:
    """Prose and fenced code of one text."""

    def __init__(self, place: DeltaGenerator, field: str = "text") -> None:
        self._sealed_box = place.container(gap="small")
        self._tail_box = place.empty()
        self._field = field
        self._sealed = 0
        self._tail = ""

    def draw(self, block: JsonObject, *, growing: bool) -> int:
        text = str(block.get(self._field) or "")
        done = final_segments(text, self._sealed) if growing else segments(text, self._sealed)
        for segment in done:
            draw_segment(self._sealed_box, segment)
            self._sealed = segment.end
        tail = text[self._sealed :] if growing else ""
        if tail != self._tail:
            self._tail = tail
            rest = segments(text, self._sealed) if tail.strip() else []
            if len(rest) == 1:
                draw_segment(self._tail_box, rest[0])
            elif rest:
                box = self._tail_box.container(gap="small")
                for segment in rest:
                    draw_segment(box, segment)
            else:
                self._tail_box.empty()
        return len(tail)


class ThinkingPainter:
    """The model's thinking, folded away."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place.empty()
        self._text: TextPainter | None = None
        self._said = ""

    def draw(self, block: JsonObject, *, growing: bool) -> int:
        if not str(block.get("thinking") or "").strip():
            said = "Thinking…" if growing else "The model thought; the text of its thinking was not sent."
            if said != self._said:
                self._said = said
                self._place.caption(said)
            return 0
        if self._text is None:
            folded = self._place.expander("Thinking", icon=":material/psychology:")
            self._text = TextPainter(folded, "thinking")
        return self._text.draw(block, growing=growing)


class CallPainter:
    """A tool call: its name and its input as JSON."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place.empty()
        self._shown: str | None = None

    def draw(self, block: JsonObject, *, growing: bool) -> int:
        shown = json.dumps(block.get("input"), ensure_ascii=False, indent=2)
        if growing or shown == self._shown:
            if self._shown is None:
                self._shown = ""
                self._place.caption("Writing a tool call…")
            return 0
        self._shown = shown
        with self._place.container(border=True):
            st.caption(f"Tool call {literal(str(block.get('name')))} · {literal(str(block.get('id')))}")
            st.code(shown, language="json", wrap_lines=True)
        return 0


class JsonPainter:
    """A block of a kind that has no drawing of its own yet."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place.empty()
        self._drawn = False

    def draw(self, block: JsonObject, *, growing: bool) -> int:
        if not growing and not self._drawn:
            self._drawn = True
            with self._place.expander(
                f"Block {literal(str(block.get('type')))}", icon=":material/data_object:"
            ):
                st.code(json.dumps(block, ensure_ascii=False, indent=2), language="json", wrap_lines=True)
        return 0


def _painter(block: JsonObject, place: DeltaGenerator) -> Painter:
    match block.get("type"):
        case "text":
            return TextPainter(place)
        case "thinking":
            return ThinkingPainter(place)
        case "tool_use" | "server_tool_use":
            return CallPainter(place)
        case _:
            return JsonPainter(place)


class MessagePainter:
    """All blocks of one Message, in order."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place
        self._painters: list[Painter] = []
        self._final = 0
        """How many blocks are drawn for good."""

    def draw(self, message: JsonObject | None, *, live: bool) -> int:
        """Bring the screen up to this Message; return the characters sent again for the growing block."""
        again = 0
        blocks = blocks_of(message)
        for position in range(self._final, len(blocks)):
            if position == len(self._painters):
                self._painters.append(_painter(blocks[position], self._place))
            growing = live and position == len(blocks) - 1
            again += self._painters[position].draw(blocks[position], growing=growing)
            if not growing:
                self._final = position + 1
        return again
