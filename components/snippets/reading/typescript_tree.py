"""TypeScript and JavaScript as trees, through tree-sitter."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from components.snippets.reading.imported import UnreadableCode

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser, Tree

_MOST_TOKENS: Final = 150_000
"""A conversation of a thousand turns has a third of it. What tree-sitter needs for one token can be made to
take a kilobyte."""
_TOKEN: Final = re.compile(
    r"""\s*+(?:
    //[^\n]*+ | /\*(?:.*?\*/|.*)
    | `[^`\\]*+(?:\\.[^`\\]*+)*+`?
    | '[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?
    | "[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?
    | [\w$]++ | . | \Z
    )""",
    re.DOTALL | re.VERBOSE,
)
"""Roughly what a token is, to count them; what stands between quotation marks is one."""
_SHORT: Final = 10_000
"""Bytes. A text of that length can be made to take half a second; the time grows with its square."""
_LONGEST_S: Final = 2.0
"""A megabyte of ordinary code takes 0.01 s; what takes longer is made to."""
_PIECE: Final = 1024
_TOO_INTRICATE: Final = "this text is too intricate to be read."
_LONGEST_PATH: Final = 20
_AROUND: Final = {"non_null_expression", "parenthesized_expression", "await_expression"}
_ASIDE: Final = {"comment", "html_comment"}


def parse(text: str) -> Node:
    """Return the root of the tree, which may hold errors. Raises `UnreadableCode` when it takes too long."""
    from tree_sitter import Parser

    if next(islice(_TOKEN.finditer(text), _MOST_TOKENS, None), None):
        raise UnreadableCode(_TOO_INTRICATE)
    source = text.encode()
    parser = Parser(_language())
    if len(source) <= _SHORT:
        return parser.parse(source).root_node
    # The tree of the pieces again, with the text at hand: it does not ask for the pieces anew.
    return parser.parse(source, _parse_in_pieces(parser, source)).root_node


def _parse_in_pieces(parser: Parser, source: bytes) -> Tree:
    """Parse as long as is allowed: only parsing in pieces can be ended.

    tree-sitter 0.26 never frees a piece it was given. Each is given out again where it is asked for again,
    so that no more is lost than the text itself.
    """
    pieces: dict[int, bytes] = {}
    end = time.monotonic() + _LONGEST_S

    def piece(at: int, _: object) -> bytes:
        if at not in pieces:
            pieces[at] = source[at : at - at % _PIECE + _PIECE]
        return pieces[at]

    try:
        return parser.parse(piece, progress_callback=lambda *_: time.monotonic() > end)
    except ValueError:
        raise UnreadableCode(_TOO_INTRICATE) from None


@cache
def _language() -> Language:
    from tree_sitter import Language
    from tree_sitter_typescript import language_typescript

    return Language(language_typescript())


def line_of(node: Node) -> int:
    return node.start_point.row + 1


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode()


def parts(node: Node) -> list[Node]:
    """The named children without comments."""
    return [child for child in node.named_children if child.type not in _ASIDE]


def child(node: Node, field: str) -> Node | None:
    return node.child_by_field_name(field)


def first_error(node: Node) -> Node:
    """The first place in a node that is not understood; the node itself if none can be named."""
    for each in walk(node):
        if each.is_error or each.is_missing:
            return each
    return node


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in the order of the text."""
    left = [node]
    while left:
        each = left.pop()
        yield each
        left.extend(reversed(each.children))


def callee(call: Node) -> Node | None:
    """What a call calls. The grammar takes `await f<T>()` for a call of `await f`."""
    return _bare(child(call, "function"))


def dotted(node: Node) -> str | None:
    """`a.b.c` of identifiers; None for any other expression, and for a longer one than people write."""
    names: list[str] = []
    at: Node | None = node
    while at is not None and at.type == "member_expression" and len(names) < _LONGEST_PATH:
        names.append(text_of(prop) if (prop := child(at, "property")) else "")
        at = _bare(child(at, "object"))
    if at is None or at.type not in ("identifier", "this"):
        return None
    return ".".join([text_of(at), *reversed(names)])


def _bare(node: Node | None) -> Node | None:
    while node is not None and node.type in _AROUND:
        inner = parts(node)
        node = inner[0] if inner else None
    return node
