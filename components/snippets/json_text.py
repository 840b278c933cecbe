"""A body as JSON text that people can read and terminals can take."""

from __future__ import annotations

import json
from typing import Final

from components.domain.json_types import JsonObject


def readable_json(body: JsonObject) -> str:
    """Return indented JSON in which every character that does not print is escaped.

    Letters, signs and emoji of every script stay as they are; control characters, direction marks and
    invisible spaces become `\\uXXXX`, so that what one sees is what is sent.
    """
    text = json.dumps(body, ensure_ascii=False, indent=2)
    hidden = {ord(c): _escape(c) for c in set(text) if not c.isprintable() and c != "\n"}
    return text.translate(hidden) if hidden else text


_BASIC_PLANE: Final = 0xFFFF


def _escape(character: str) -> str:
    code = ord(character)
    if code <= _BASIC_PLANE:
        return f"\\u{code:04x}"
    offset = code - 0x10000
    return f"\\u{0xD800 + (offset >> 10):04x}\\u{0xDC00 + (offset & 0x3FF):04x}"
