r"""A model's Markdown, made fit for `st.markdown`: faithful, and loading nothing from elsewhere.

Streamlit's Markdown adds to CommonMark: `$…$` is maths, `:red[…]`, `:smile:` and `:material/…:` are
directives, and images are fetched from wherever they point. A model means none of that (and an image address
is a way to carry text out of the page), so these characters become character references outside code. Fenced
code is handed on apart, for `st.code`. The Content-Security-Policy refuses remote images as well.

Left as it is: Streamlit draws a lone ` -> ` as an arrow and ` -- ` as a dash. The exact text is one tab away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_ENOUGH = 800
"""Characters of prose that make an element of its own."""

_TOKEN = re.compile(
    r"""
    (?P<escaped>\\[!$:\\`])
    |(?P<ticks>`+)
    |(?P<image>!(?=\[))
    |(?P<dollar>\$)
    |(?P<colon>:(?=[A-Za-z+_:]|-1:|\d+:))
    """,
    re.VERBOSE,
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_REFERENCES = {"!": "&#33;", "$": "&#36;", ":": "&#58;"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the answer that becomes one element."""

    text: str
    """Safe Markdown, or the code itself."""
    language: str | None = None
    """None for prose; "" for code of an unnamed language."""
    end: int = 0
    """Where the segment ends in the text, in characters."""


def safe(prose: str) -> str:
    """Return Markdown without fences as `st.markdown` must get it."""
    done: list[str] = []
    at = 0
    while token := _TOKEN.search(prose, at):
        done.append(prose[at : token.start()])
        at = token.end()
        if token["escaped"]:
            done.append(_REFERENCES.get(token[0][1], token[0]))
        elif token["ticks"]:
            span = _code_span(prose, token)
            done.append(_quoted(span))
            at = token.start() + len(span)
        else:
            done.append(_REFERENCES[token[0]])
    done.append(prose[at:])
    return "".join(done)


def _code_span(prose: str, opening: re.Match[str]) -> str:
    """The whole code span that opens here, or just the backticks when none closes it in this paragraph."""
    ticks = opening[0]
    paragraph_end = re.compile(r"\n[ \t]*\n").search(prose, opening.end())
    limit = paragraph_end.start() if paragraph_end else len(prose)
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(prose, opening.end(), limit)
    return prose[opening.start() : closing.end()] if closing else ticks


def _quoted(span: str) -> str:
    """Streamlit rewrites `:material/…:` even inside code; such a span is shown as text with its backticks."""
    if ":material/" not in span:
        return span
    return "".join(f"&#{ord(char)};" if char in "`:*_[]<>&\\!$" else char for char in span)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def segments(text: str, start: int = 0) -> list[Segment]:
    """Cut a model's text from `start` into elements, in order."""
    lines = _LINE.findall(text, start)
    offsets = list(accumulate(map(len, lines), initial=start))
    blocks = [t for t in _parser().parse("".join(lines)) if t.level == 0 and t.map]
    found: list[Segment] = []
    prose_from = 0

    def prose_until(line: int) -> None:
        nonlocal prose_from
        source = "".join(lines[prose_from:line])
        if source.strip():
            found.append(Segment(safe(source), None, offsets[line]))
        prose_from = line

    starts = [block.map[0] for block in blocks if block.map]
    for block, first, upto in zip(blocks, starts, [*starts[1:], len(lines)], strict=False):
        if block.type == "fence":
            prose_until(first)
            words = block.info.split()
            found.append(Segment(block.content.removesuffix("\n"), words[0] if words else "", offsets[upto]))
            prose_from = upto
        elif offsets[upto] - offsets[prose_from] >= _ENOUGH:
            prose_until(upto)
    prose_until(len(lines))
    return found


def final_segments(text: str, start: int = 0) -> list[Segment]:
    """The segments that text yet to come cannot change, so that a stream can draw them once.

    Only whole lines count, and the last block may still grow.
    """
    return segments(text[: text.rfind("\n") + 1], start)[:-1]


def literal(text: str) -> str:
    """Return Markdown that shows exactly this text, on one line: for labels and captions."""
    folded = " ".join(text.split())
    return "".join(char if char.isalnum() or char in " ,.;?/%()'\"" else f"&#{ord(char)};" for char in folded)
