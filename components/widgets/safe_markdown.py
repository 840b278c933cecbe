r"""A model's Markdown, made fit for `st.markdown`: faithful, and loading nothing from elsewhere.

Streamlit's Markdown adds to CommonMark: `$…$` is maths, `:red[…]`, `:smile:` and `:material/…:` are
directives, and images are fetched from wherever they point. A model means none of that (and an image address
is a way to carry text out of the page), so these characters become character references outside code. Code at
the top level is handed on apart, for `st.code`. The Content-Security-Policy refuses remote images as well.

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
    from markdown_it.token import Token

_ENOUGH = 400
"""Characters of prose that make an element of its own."""

_TOKEN = re.compile(
    r"""
    (?P<escaped>\\[!$:\\`<])
    |(?P<ticks>`+)
    |(?P<angle><[A-Za-z/!?](?:[^<>"'`]|"[^"]*"|'[^']*')*>)
    |(?P<image>!(?=\[))
    |(?P<dollar>\$)
    |(?P<colon>:(?=[A-Za-z_+:]|-1:|\d+:))
    """,
    re.VERBOSE,
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_REFERENCES = {"!": "&#33;", "$": "&#36;", ":": "&#58;"}
_LIVE = "!$:`<[\\"
"""Characters that are all escaped where finer distinctions fail."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the answer that becomes one element."""

    text: str
    """Safe Markdown, or the code itself."""
    language: str | None = None
    """None for prose; "" for code of an unnamed language."""
    end: int = 0
    """Where the segment ends in the text, in characters."""
    wide: bool = False
    """A table, which may be wider than the page."""


@cache
def _block_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def segments(text: str, start: int = 0) -> list[Segment]:
    """Cut a model's text from `start` into elements, in order."""
    return _cut(text, start)[0]


def final_segments(text: str, start: int = 0) -> list[Segment]:
    """The segments that text yet to come cannot change, so that a stream can draw them once.

    Only whole lines count, and the last segment only when nothing can grow it any more.
    """
    found, last_is_final = _cut(text[: text.rfind("\n") + 1], start)
    return found if last_is_final else found[:-1]


def _cut(text: str, start: int) -> tuple[list[Segment], bool]:
    """The segments, and whether the last one is final."""
    lines = _LINE.findall(text, start)
    offsets = list(accumulate(map(len, lines), initial=start))
    blocks = [t for t in _block_parser().parse("".join(lines)) if t.level == 0 and t.map]
    starts = [block.map[0] for block in blocks if block.map]
    found: list[Segment] = []
    prose_from = 0
    final = False

    def prose_until(line: int, *, wide: bool = False) -> None:
        nonlocal prose_from
        source = "".join(lines[prose_from:line])
        if source.strip():
            found.append(Segment(safe(source), None, offsets[line], wide))
        prose_from = line

    for block, first, upto in zip(blocks, starts, [*starts[1:], len(lines)], strict=False):
        final = _is_over(block, lines)
        if block.type in {"fence", "code_block"}:
            prose_until(first)
            words = block.info.split()
            found.append(Segment(block.content.removesuffix("\n"), words[0] if words else "", offsets[upto]))
            prose_from = upto
        elif block.type == "table_open":
            prose_until(first)
            prose_until(upto, wide=True)
        elif offsets[upto] - offsets[prose_from] >= _ENOUGH:
            prose_until(upto)
        else:
            final = False
    if prose_from < len(lines):
        final = False
    prose_until(len(lines))
    return found, final


def _is_over(block: Token, lines: list[str]) -> bool:
    """Whether no line to come can belong to this block, which is the last one."""
    if block.map is None:
        return False
    end = block.map[1]
    if block.type == "fence":
        last = lines[end - 1].strip()
        closes = len(last) >= len(block.markup) and not last.strip(block.markup[0])
        return end - block.map[0] > 1 and closes
    return block.type in {"heading_open", "hr"} or (block.type == "paragraph_open" and end < len(lines))


def safe(prose: str) -> str:
    """Return Markdown as `st.markdown` must get it; code within lists and quotes stays as it is."""
    lines = _LINE.findall(prose)
    done_upto = [0] * len(lines)
    for token in _block_parser().parse(prose):
        if token.type != "inline" or token.map is None:
            continue
        written = token.content.split("\n")
        for number, (old, new) in enumerate(
            zip(written, _inline(token.content).split("\n"), strict=True), start=token.map[0]
        ):
            at = lines[number].find(old, done_upto[number]) if number < len(lines) else -1
            if at >= 0:
                lines[number] = lines[number][:at] + new + lines[number][at + len(old) :]
                done_upto[number] = at + len(new)
            elif number < len(lines):
                lines[number] = _defused(lines[number])
                done_upto[number] = len(lines[number])
    return "".join(lines)


def _inline(content: str) -> str:
    """One paragraph, heading or table cell."""
    done: list[str] = []
    unclosed: set[str] = set()
    at = 0
    while token := _TOKEN.search(content, at):
        done.append(content[at : token.start()])
        at = token.end()
        if token["escaped"]:
            done.append(_REFERENCES.get(token[0][1], token[0]))
        elif token["ticks"]:
            span = _code_span(content, token, unclosed)
            done.append(_quoted(span))
            at = token.start() + len(span)
        else:
            done.append(token[0] if token["angle"] else _REFERENCES[token[0]])
    result = "".join([*done, content[at:]])
    return result if _is_harmless(result) else _defused(content)


def _code_span(content: str, opening: re.Match[str], unclosed: set[str]) -> str:
    """The whole code span that opens here, or just the backticks when none closes it.

    `unclosed` remembers the runs of backticks that nothing closes, so that none is looked for twice.
    """
    ticks = opening[0]
    if ticks in unclosed:
        return ticks
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(content, opening.end())
    if closing is None:
        unclosed.add(ticks)
        return ticks
    return content[opening.start() : closing.end()]


def _quoted(span: str) -> str:
    """Streamlit rewrites `:material/…:` even inside code; such a span is shown as text with its backticks."""
    return _referenced(span, "`:*_[]<>&\\!$~|") if ":material/" in span else span


def _is_harmless(inline: str) -> bool:
    """Whether a parser agrees that nothing but code and tags holds a live character."""
    if "$" not in inline and "![" not in inline:
        return True
    kept = 0
    for token in _inline_parser().parseInline(inline)[0].children or []:
        if token.type == "image":
            return False
        if token.type in {"code_inline", "html_inline"}:
            kept += token.content.count("$")
    return kept == inline.count("$")


def _defused(text: str) -> str:
    """The same text with every character escaped that could begin something."""
    return _referenced(text, _LIVE)


def _referenced(text: str, characters: str) -> str:
    return "".join(f"&#{ord(char)};" if char in characters else char for char in text)


def literal(text: str) -> str:
    """Return Markdown that shows exactly this text, on one line: for labels and captions."""
    folded = " ".join(text.split())
    return "".join(char if char.isalnum() or char in " ,;?/%'\"" else f"&#{ord(char)};" for char in folded)
