r"""`{{variables}}` in prompt text.

A variable is `{{name}}`: a letter or underscore, then letters, digits, `_`, `-`, `.` or single spaces;
blanks beside the braces do not count. Anything else between double braces (JSON, Jinja, code) stays as is.

Literal braces: a backslash before the braces, `\{{name}}`, sends `{{name}}`. Two backslashes send one and
then the value. Backslashes anywhere else are ordinary text.

Values are inserted once and literally: braces inside a value are never looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_VARIABLE = re.compile(r"(?<!\\)(\\*)\{\{[ \t]*([^\W\d](?:[\w.-]| (?! ))*?)[ \t]*\}\}")


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in a text that a value fills."""

    name: str
    written: str
    """As it stands in the text, braces included: what is sent while it has no value."""


def names(texts: Iterable[str]) -> list[str]:
    """The variables in these texts, each once, in order of appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _VARIABLE.finditer(text):
            if len(match[1]) % 2 == 0:
                found.setdefault(match[2])
    return list(found)


def split(text: str) -> list[str | Variable]:
    """The text's parts in order: what is sent as it stands, without escapes, and the variables."""
    parts: list[str | Variable] = []
    kept = ""
    end = 0
    for match in _VARIABLE.finditer(text):
        backslashes, name = match[1], match[2]
        braces = match[0][len(backslashes) :]
        kept += text[end : match.start()] + backslashes[: len(backslashes) // 2]
        end = match.end()
        if len(backslashes) % 2:
            kept += braces
            continue
        if kept:
            parts.append(kept)
        parts.append(Variable(name, braces))
        kept = ""
    kept += text[end:]
    return [*parts, kept] if kept else parts


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with values in place of variables; one without a value, or an empty one, stays."""
    return "".join(
        part if isinstance(part, str) else values.get(part.name) or part.written for part in split(text)
    )


def escape(text: str) -> str:
    """Return the template that fills to exactly this text, whatever it holds."""

    def put(match: re.Match[str]) -> str:
        return match[1] * 2 + "\\" + match[0][len(match[1]) :]

    return _VARIABLE.sub(put, text)
