"""Values that a program gets when it runs, and that a text therefore does not show.

While a text is read, a mark stands for such a value: a string, so that it can be part of longer strings. In
the end a mark in prompt text becomes a variable of the editor; elsewhere it is what the text is refused for.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from components.domain import template
from components.domain.content import is_text
from components.domain.json_types import Json, JsonObject
from components.snippets.reading.imported import UnreadableCode

_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unknown:
    """One value that the text does not show."""

    line: int
    what: str
    """Continues "the value of `field` is …"."""
    name: str | None
    """Under which it can become a variable."""


class Unknowns:
    """The unknown values of one text, and their marks."""

    def __init__(self) -> None:
        # Nobody can have written this into the text.
        self._sign = f"unknown{secrets.token_hex(12)}n"
        self._mark = re.compile(f"{self._sign}([0-9]+)_")
        self._all: list[Unknown] = []

    def mark(self, line: int, what: str, name: str | None = None) -> str:
        """Return a new mark. It consists of ASCII letters, digits and `_`."""
        self._all.append(Unknown(line, what, name))
        return f"{self._sign}{len(self._all) - 1}_"

    def of(self, value: object) -> Unknown | None:
        """The unknown that a value is as a whole."""
        match = self._mark.fullmatch(value) if isinstance(value, str) else None
        return self._all[int(match[1])] if match else None

    def within(self, text: str) -> list[Unknown]:
        """The unknowns in a text, in order."""
        if self._sign not in text:
            return []
        return [self._all[int(number)] for number in self._mark.findall(text)]

    def settle(self, body: JsonObject) -> tuple[JsonObject, list[Unknown]]:
        """Return the body without marks, and the unknowns that are variables of it now.

        With variables it is a template body. Raises `UnreadableCode` for a mark that cannot be one.
        """
        if not any(self._sign in text for _, text in _texts(body, "request")):
            return body, []
        variables: dict[str, Unknown] = {}

        def template_of(field: str, text: str) -> str:
            *pieces, last = self._mark.split(text)
            written = ""
            for literal, number in zip(pieces[::2], pieces[1::2], strict=True):
                unknown = self._all[int(number)]
                if unknown.name is None or not _can_be_variable(unknown.name):
                    raise refusal(field, unknown)
                variables.setdefault(unknown.name, unknown)
                escaped = template.escape(literal)
                # Of backslashes before a variable every second is sent.
                slashes = len(escaped) - len(escaped.rstrip("\\"))
                written += escaped + "\\" * slashes + f"{{{{{unknown.name}}}}}"
            return written + template.escape(last)

        settled = _with_templates(body, template_of)
        for field, text in _texts(settled, "request"):
            for unknown in self.within(text):
                raise refusal(field, unknown)
        return settled, list(variables.values())


def refusal(field: str, unknown: Unknown) -> UnreadableCode:
    """The error for an unknown value that a field would need."""
    return UnreadableCode(f"the value of `{field}` is {unknown.what}.", unknown.line)


def environment(name: str) -> tuple[str, str | None]:
    """What a variable of the environment is, and its name; a name that is none may be a key put there."""
    if not _VARIABLE.fullmatch(name):
        return "a variable of the environment", None
    return f"a variable of the environment: `{name}`", name


def _can_be_variable(name: str) -> bool:
    return template.names([f"{{{{{name}}}}}"]) == [name]


def _texts(value: Json, field: str) -> Iterator[tuple[str, str]]:
    """Every text in a value, each with the nearest field it belongs to; names of fields are texts too."""
    match value:
        case str():
            yield field, value
        case list():
            for item in value:
                yield from _texts(item, field)
        case dict():
            for name, item in value.items():
                yield field, name
                yield from _texts(item, name)


def _with_templates(body: JsonObject, text_of: Callable[[str, str], str]) -> JsonObject:
    """Return the body with each text changed that is a template to `Draft`; see `domain.content`."""

    def content(field: str, value: Json) -> Json:
        match value:
            case str():
                return text_of(field, value)
            case list():
                return [
                    {**block, "text": text_of("text", str(block["text"]))} if is_text(block) else block
                    for block in value
                ]
            case _:
                return value

    def message(value: Json) -> Json:
        if not isinstance(value, dict) or "content" not in value:
            return value
        return {**value, "content": content("content", value["content"])}

    changed = dict(body)
    if "system" in body:
        changed["system"] = content("system", body["system"])
    if isinstance(messages := body.get("messages"), list):
        changed["messages"] = [message(each) for each in messages]
    return changed
