"""What the targets share that send JSON text through the standard library of Java, Ruby and PHP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from components.snippets.layout import columns
from components.snippets.request_parts import RequestParts

WIDTH: Final = 80
"""Columns before a call is broken over lines. Source: prettier's default."""


def headers(parts: RequestParts) -> dict[str, str]:
    """The headers beside the key's."""
    return {**parts.headers, "content-type": "application/json"}


_SHORT: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
"""The backslash first: it stands in all the others."""


def double_quoted(text: str) -> str:
    """A string literal of Ruby and PHP, but for the signs that start an interpolation there."""
    for character, escape in _SHORT.items():
        text = text.replace(character, escape)
    hidden = {ord(c): f"\\u{{{ord(c):x}}}" for c in set(text) if not c.isprintable()}
    return f'"{text.translate(hidden) if hidden else text}"'


def call(head: str, arguments: Sequence[str], tail: str, *, step: str, last_comma: str = "") -> list[str]:
    """Return the line of a call, or its lines where it is too long for one.

    `head` ends in the opening bracket, `tail` begins with the closing one; `step` is a level of indentation.
    An argument may have several lines.
    """
    line = f"{head}{', '.join(arguments)}{tail}"
    if columns(line[: 4 * WIDTH]) <= WIDTH and "\n" not in line:
        return [line]
    outer = head[: len(head) - len(head.lstrip())]
    inner = outer + step
    *first, last = (inner + each.replace("\n", f"\n{inner}") for each in arguments)
    return [head, *(f"{each}," for each in first), last + last_comma, outer + tail]
