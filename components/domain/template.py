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

_VARIABLE = re.compile(r"(?<!\\)(\\*)\{\{[ \t]*([^\W\d](?:[\w.-]| (?! ))*?)[ \t]*\}\}")


def names(texts: Iterable[str]) -> list[str]:
    """The variables in these texts, each once, in order of appearance."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _VARIABLE.finditer(text):
            if len(match[1]) % 2 == 0:
                found.setdefault(match[2])
    return list(found)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with values in place of variables; one without a value, or an empty one, stays."""

    def put(match: re.Match[str]) -> str:
        backslashes, name = match[1], match[2]
        kept = backslashes[: len(backslashes) // 2]
        braces = match[0][len(backslashes) :]
        if len(backslashes) % 2:
            return kept + braces
        return kept + (values.get(name) or braces)

    return _VARIABLE.sub(put, text)


def escape(text: str) -> str:
    """Return the template that fills to exactly this text, whatever it holds."""

    def put(match: re.Match[str]) -> str:
        return match[1] * 2 + "\\" + match[0][len(match[1]) :]

    return _VARIABLE.sub(put, text)
