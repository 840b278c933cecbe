"""A body as JSON text that people can read and terminals can take."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.snippets.spliced import Argument, FileContent, Spliced


def readable_json(body: JsonObject) -> str:
    """Return indented JSON in which every character that does not print is escaped.

    Letters, signs and emoji of every script stay as they are; control characters, direction marks and
    invisible spaces become `\\uXXXX`, so that what one sees is what is sent.
    """
    return _shown(json.dumps(body, ensure_ascii=False, indent=2))


def ascii_json(body: JsonObject) -> str:
    """Return indented JSON in ASCII, for programs whose compiler may read the file in any encoding."""
    return _shown(json.dumps(body, ensure_ascii=True, indent=2))


def json_parts(
    body: JsonObject, text_of: Callable[[JsonObject], str] = readable_json
) -> list[str | Argument | FileContent]:
    """Return the JSON text of a body in parts: texts as `text_of` writes them, and what is put in between.

    Arguments and files stand within the quotation marks of a JSON string: what a program puts in their place
    is the content of a string, escaped as JSON wants it, without quotation marks (base64 needs no escapes).
    """
    pieces: list[Argument | FileContent] = []
    mark = _unused(body)

    def marked(value: Json) -> Json:
        match value:
            case Spliced():
                texts: list[str] = []
                for part in value.parts:
                    if isinstance(part, str):
                        texts.append(part)
                    else:
                        texts.append(f"{mark}{len(pieces)}{mark}")
                        pieces.append(part)
                return "".join(texts)
            case list():
                return [marked(each) for each in value]
            case dict():
                return {name: marked(each) for name, each in value.items()}
            case _:
                return value

    split = text_of({name: marked(each) for name, each in body.items()}).split(mark)
    parts = [pieces[int(text)] if place % 2 else text for place, text in enumerate(split)]
    return [part for part in parts if part != ""]


def _unused(body: JsonObject) -> str:
    """A word of printable ASCII that no way of writing JSON changes, and that stands nowhere in a body.

    Nor can it arise where the text beside it meets it: it begins with what it neither holds nor ends with.
    """
    text = json.dumps(body)
    number = 0
    while (word := f"{{@{number}}}") in text:
        number += 1
    return word


def _shown(text: str) -> str:
    hidden = {ord(c): _escape(c) for c in set(text) if not c.isprintable() and c != "\n"}
    return text.translate(hidden) if hidden else text


_BASIC_PLANE: Final = 0xFFFF


def _escape(character: str) -> str:
    code = ord(character)
    if code <= _BASIC_PLANE:
        return f"\\u{code:04x}"
    offset = code - 0x10000
    return f"\\u{0xD800 + (offset >> 10):04x}\\u{0xDC00 + (offset & 0x3FF):04x}"
