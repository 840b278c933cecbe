"""JSON values as literals of a programming language, broken over lines as its formatter would break them."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from typing import ClassVar

from components.domain.json_types import Json, JsonObject
from components.snippets.spliced import Spliced


class Layout:
    """The literals of one language. A subclass says how its words look; this class breaks the lines.

    A value stands on one line where it fits, otherwise each item gets a line of its own and a comma after it.
    """

    width: ClassVar[int]
    """Columns the formatter allows."""
    step: ClassVar[str]
    """One level of indentation."""
    pad: ClassVar[str] = ""
    """Between the braces and the content of an object on one line."""
    words: ClassVar[Mapping[bool | None, str]]
    """How null, true and false are written."""

    def quote(self, text: str) -> str:
        """A string literal on one line."""
        raise NotImplementedError

    def block(self, text: str) -> str:
        """A string literal whose line ends are real ones."""
        raise NotImplementedError

    def spliced(self, text: Spliced) -> str:
        """An expression on one line for a string that the program puts together, however long."""
        raise NotImplementedError

    def spliced_block(self, text: Spliced, indent: str, used: int) -> str:  # noqa: ARG002
        """The same where it is too wide for its line, over several. The arguments are those of `value`."""
        return self.spliced(text)

    def number(self, number: float) -> str:
        raise NotImplementedError

    def key(self, name: str) -> str:
        """The name of a field, as it stands before the colon."""
        return self.quote(name)

    def must_break(self, items: list[Json]) -> bool:  # noqa: ARG002
        """Whether the formatter breaks a list even where it fits on a line."""
        return False

    def value(self, value: Json, indent: str, used: int) -> str:
        """Return a literal.

        `indent`: the white space its line begins with. `used`: columns taken on that line before the literal;
        one more is kept free for the comma after it.
        """
        room = self.width - used - 1
        flat = self._flat(value, room)
        if flat is not None:
            return flat
        inner = indent + self.step
        match value:
            case Spliced():
                return self.spliced_block(value, indent, used)
            case str():
                return self.block(value) if "\n" in value else self.quote(value)
            case list():
                return "\n".join(["[", *self._items(value, inner), f"{indent}]"])
            case dict():
                lines = [self.field(f"{self.key(name)}: ", item, inner) for name, item in value.items()]
                return "\n".join(["{", *lines, f"{indent}}}"])
            case _:
                return self._scalar(value)

    def one_line(self, value: Json) -> str:
        """Return a literal without line breaks, however long. For values no formatter must break."""
        text = self._flat(value, sys.maxsize)
        assert text is not None
        return text

    def field(self, label: str, value: Json, indent: str) -> str:
        """Return the line or lines of one field, the comma included; `label` is the key and its sign."""
        return f"{indent}{label}{self.value(value, indent, columns(indent + label))},"

    def _items(self, items: list[Json], indent: str) -> list[str]:
        return [f"{indent}{self.value(item, indent, len(indent))}," for item in items]

    def _flat(self, value: Json, room: int) -> str | None:
        """The literal on one line, or None where it is wider than `room`."""
        text: str | None
        match value:
            case Spliced():
                texts = sum(len(part) for part in value.parts if isinstance(part, str))
                text = self.spliced(value) if texts <= room else None
            case str():
                text = self.quote(value) if len(value) + 2 <= room else None
            case list():
                text = None if self.must_break(value) else self._flat_list(value, room)
            case dict():
                text = self._flat_object(value, room)
            case _:
                text = self._scalar(value)
        return text if text is not None and columns(text) <= room else None

    def _flat_list(self, items: list[Json], room: int) -> str | None:
        parts: list[str] = []
        for item in items:
            part = self._flat(item, room)
            if part is None:
                return None
            parts.append(part)
            room -= len(part) + 2
        return f"[{', '.join(parts)}]"

    def _flat_object(self, fields: JsonObject, room: int) -> str | None:
        parts: list[str] = []
        for name, item in fields.items():
            part = self._flat(item, room)
            if part is None:
                return None
            parts.append(f"{self.key(name)}: {part}")
            room -= len(parts[-1]) + 2
        return f"{{{self.pad}{', '.join(parts)}{self.pad}}}" if parts else "{}"

    def _scalar(self, value: Json) -> str:
        if value is None or isinstance(value, bool):
            return self.words[value]
        assert isinstance(value, int | float)
        return self.number(value)


def columns(text: str) -> int:
    """Columns a text takes, as formatters count them: wide letters and emoji two, marks none."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if character == "\ufe0f":  # turns a sign into an emoji, which is one column wider
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def preferred_quote(text: str) -> str:
    """The quotation mark that formatters choose: double, unless single ones need fewer escapes."""
    return "'" if text.count('"') > text.count("'") else '"'


def bare(text: str) -> str:
    """Return a text with every character escaped that does not print, the quotation marks left as they are.

    The escapes are those of Python's `repr`.
    """
    if text.isprintable():  # as most lines are; `repr` would escape its backslashes alone
        return text.replace("\\", "\\\\")
    # A piece without apostrophes is what `repr` writes between apostrophes, without touching either mark.
    return "'".join(repr(piece)[1:-1] for piece in text.split("'"))


def bare_lines(text: str) -> str:
    """The same with real line ends. A space before one is escaped: editors would strip it."""
    lines = map(bare, text.split("\n"))
    return "\n".join(f"{line[:-1]}\\x20" if line.endswith(" ") else line for line in lines)
