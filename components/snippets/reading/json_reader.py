"""JSON, and what people take for it: comments, trailing commas, single quotes, names without quotes."""

from __future__ import annotations

import json
from typing import Final

from components.snippets.reading.context import Context, Found
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.json_text import decoder, where
from components.snippets.reading.shapes import request_in
from components.snippets.reading.typescript_reader import NOT_JSON, literal

_MARGIN: Final = " \t\n\r"


def read(text: str, context: Context) -> Found:
    """Read a JSON value, several of them (JSON Lines), or an object literal of JavaScript."""
    start = len(text) - len(text.lstrip(_MARGIN))
    line = text.count("\n", 0, start) + 1
    try:
        value, end = decoder().raw_decode(text, start)
    except RecursionError:
        raise UnreadableCode("the request is nested too deeply.", line) from None
    except ValueError as problem:
        strict = problem
    else:
        if not text[end:].strip(_MARGIN):
            return request_in(context.copied(value, line), line)
        if text[end:].lstrip(_MARGIN).startswith("{"):
            found = request_in(context.copied(value, line), line)
            found.notes.append("Only the first of several lines was taken.")
            return found
        strict = json.JSONDecodeError("Extra data", text, end)
    try:
        return request_in(context.copied(literal(text.rstrip(_MARGIN + ";"), context), line), line)
    except UnreadableCode as lenient:
        at, reason = where(strict)
        if lenient.reason != NOT_JSON or at < (lenient.line or 1):
            raise
        # Both stumbled over the same, and this one says what it was.
        raise UnreadableCode(f"this is not JSON: {reason}.", at) from None
