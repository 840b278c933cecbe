"""An answer as plain text in one fixed form, so that nothing but its words tells who wrote it.

Models can be told apart by their habits: headings, bold words, the kind of bullet, blank lines, indented
JSON. All of that is evened out. Words, their order, line breaks in a paragraph and the lines of code stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Final

from components.domain.answer import blocks_of
from components.domain.json_types import JsonObject

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_BULLET: Final = "• "
_CALLS: Final = ("tool_use", "server_tool_use", "mcp_tool_use")
_NO_WIDTH: Final = re.compile("[\u200b\u2060\ufeff\u00ad]")
_SPACES: Final = re.compile(r"[^\S\n]+")
_BREAKS: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HALVES: Final = re.compile("[\ud800-\udfff]")


def plain_answer(message: JsonObject | None) -> str:
    """The texts and the tool calls of a Message; "" when it has neither. No thinking, no results."""
    parts = []
    for kind, blocks in groupby(blocks_of(message), key=_kind):
        if kind == "text":
            parts.append(plain_text("".join(str(block.get("text") or "") for block in blocks)))
        elif kind == "call":
            parts += [_call(block) for block in blocks]
    return "\n\n".join(filter(None, parts))


@lru_cache(maxsize=32)
def plain_text(markdown: str) -> str:
    """Markdown as plain text: marks removed, lists with one kind of bullet, one blank line between blocks."""
    from markdown_it.tree import SyntaxTreeNode

    seen = _NO_WIDTH.sub("", markdown)
    return _whole(_even_json(seen) or _blocks(SyntaxTreeNode(_parser().parse(seen)).children))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _kind(block: JsonObject) -> str:
    kind = block.get("type")
    return "call" if kind in _CALLS else str(kind)


def _call(block: JsonObject) -> str:
    given = json.dumps(block.get("input", {}), ensure_ascii=False)
    return _whole(f"calls {block.get('name')}({given})")


def _blocks(nodes: Sequence[SyntaxTreeNode], between: str = "\n\n") -> str:
    return between.join(filter(None, map(_block, nodes)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list":
            return "\n".join(_item(item, _BULLET) for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return "\n".join(_item(item, f"{number}. ") for number, item in enumerate(node.children, first))
        case "fence" | "code_block":
            return _code(node.content)
        case "html_block":
            return _even(_BREAKS.sub("\n", node.content))
        case "tr":
            return " | ".join(_inline(cell.children) for cell in node.children)
        case "table" | "thead" | "tbody":
            return _blocks(node.children, "\n")
        case "inline":
            return _inline(node.children)
        case "hr":
            return ""
        case _:
            return _blocks(node.children)


def _item(item: SyntaxTreeNode, mark: str) -> str:
    return (mark + indent(_blocks(item.children, "\n"), " " * len(mark)).lstrip(" ")).rstrip()


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    return _even("".join(map(_piece, nodes)))


def _piece(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if _BREAKS.fullmatch(node.content) else node.content
        case "image":
            return f"image: {_inner(node)} ({node.attrs.get('src', '')})"
        case "link":
            text, address = _inner(node), str(node.attrs.get("href", ""))
            return text if address.removeprefix("mailto:") == text else f"{text} ({address})"
        case _:
            return _inner(node) if node.children else node.content


def _inner(node: SyntaxTreeNode) -> str:
    return "".join(map(_piece, node.children))


def _even(text: str) -> str:
    """Single spaces, and none at the ends of lines."""
    return "\n".join(filter(None, (_SPACES.sub(" ", line).strip() for line in text.split("\n"))))


def _code(text: str) -> str:
    """Its lines as they are, without what an editor adds or takes away."""
    if even := _even_json(text):
        return even
    lines = [line.rstrip() for line in dedent(text.expandtabs(4)).split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _even_json(text: str) -> str | None:
    """JSON objects and lists are indented in one way; None for what is none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return None


def _whole(text: str) -> str:
    """Without halves of characters, which the way to the browser refuses."""
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
