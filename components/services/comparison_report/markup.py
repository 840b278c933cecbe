"""A model's Markdown as HTML that can do nothing: no script, no style, no image, links to the web only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_CHARACTERS: Final = 100_000
"""Of Markdown that is laid out; a longer text is shown as it stands, as the parser takes seconds for some."""
_DEEPEST: Final = 100
"""Levels of lists and quotes; of what lies deeper the parser keeps nothing."""
_PRIVATE: Final = range(0xE000, 0xF900)
"""Characters that mean nothing to anyone: one that the text lacks holds a footnote mark's place."""
_WEB: Final = ("http://", "https://")

_SEEN: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"},
    0x7F: "␡",
    **dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "�"),
}


def visible(text: str) -> str:
    """The text with a sign in place of what HTML cannot hold: control characters and halves of characters."""
    return text.translate(_SEEN)


@dataclass(frozen=True, slots=True)
class Mark:
    """Footnote numbers, to be read behind the text before it."""

    at: int
    """Place in the text, in characters."""
    numbers: tuple[int, ...]


def html_of(markdown: str, marks: Sequence[Mark] = ()) -> str:
    """Lay out a model's text. JSON, and what is too long or too deep to be laid out, stays as it stands.

    A mark that would change how the Markdown reads stands at the end of the text with those like it.
    """
    text = visible(markdown)
    if len(text) > MOST_CHARACTERS or _is_json(text):
        return _as_it_stands(text, marks)
    tokens = _parser().parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return _as_it_stands(text, marks)
    holder = next((chr(code) for code in _PRIVATE if chr(code) not in text), None)
    if not marks or holder is None:
        return _rendered(tokens) + _marks(marks)
    held = _parser().parse(_held(text, marks, holder))
    if _reading(held, holder) != _reading(tokens, holder):
        return _rendered(tokens) + _marks(marks)
    html = _rendered(held)
    for mark in marks:
        html = html.replace(holder, _mark(mark), 1)
    return html


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _as_it_stands(text: str, marks: Sequence[Mark]) -> str:
    # The parser of HTML drops a first line end.
    return f'<pre class="whole">\n{escape(text)}</pre>{_marks(marks)}'


def _mark(mark: Mark) -> str:
    return "".join(f"<sup>[{number}]</sup>" for number in mark.numbers)


def _marks(marks: Sequence[Mark]) -> str:
    return f"<p>{''.join(map(_mark, marks))}</p>" if marks else ""


def _held(text: str, marks: Sequence[Mark], holder: str) -> str:
    done, upto = [], 0
    for mark in marks:
        done += [text[upto : mark.at], holder]
        upto = mark.at
    return "".join([*done, text[upto:]])


def _reading(tokens: Sequence[Token], holder: str) -> list[tuple[object, ...]]:
    """How a text is read, but for the marks in its words."""
    parts: list[tuple[object, ...]] = []
    for block in tokens:
        for token in [block] if block.children is None else block.children:
            content = token.content.replace(holder, "") if token.type == "text" else token.content
            if content or token.type != "text":
                parts.append((token.type, token.tag, token.markup, token.info, str(token.attrs), content))
    return parts


def _rendered(tokens: Sequence[Token]) -> str:
    parser = _parser()
    return str(parser.renderer.render(tokens, parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = _leads_to_the_web  # type: ignore[method-assign, assignment]
    for name, rule in {
        "link_open": _link_open,
        "image": _image,
        "fence": _code,
        "code_block": _code,
        "heading_open": _heading,
        "heading_close": _heading,
        "table_open": _table_open,
        "table_close": _table_close,
    }.items():
        parser.add_render_rule(name, rule)
    return parser


def _leads_to_the_web(address: str) -> bool:
    """Called with the address as the HTML will hold it."""
    return address.lower().startswith(_WEB)


def _link_open(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "noreferrer noopener nofollow")
    return str(renderer.renderToken(tokens, at, options, env))


def _image(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """In words: loading it would tell its server who reads the report."""
    words = f"Image: {tokens[at].content}" if tokens[at].content else "Image"
    return f"<span>[{escape(words)}, {escape(str(tokens[at].attrGet('src')))}]</span>"


def _code(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return f"<pre>\n<code>{escape(tokens[at].content)}</code></pre>\n"


def _heading(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """Below the headings of the report."""
    level = 5 if tokens[at].tag == "h1" else 6
    return f"<h{level}>" if tokens[at].nesting > 0 else f"</h{level}>\n"


def _table_open(_self: Any, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return '<div class="wide" role="group" aria-label="Table of the answer" tabindex="0"><table>\n'


def _table_close(_self: Any, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"
