"""JavaScript and TypeScript source, as Prettier leaves it: literals, and what programs are made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from components.domain.json_types import Json
from components.snippets.layout import Layout, bare, bare_lines, columns, preferred_quote
from components.snippets.request_parts import RequestParts
from components.snippets.spliced import Argument, FileContent, Spliced
from components.snippets.variables import camel, identifiers

LARGEST_EXACT: Final = 2**53 - 1
"""`Number.MAX_SAFE_INTEGER`."""

NODE_WAITS: Final = "// Node's fetch waits five minutes for an answer to begin: stream longer ones."
"""Measured with Node 20: `UND_ERR_HEADERS_TIMEOUT` after 303 s. No option of `fetch` changes it."""

_ASCII_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_FIRST_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_LETTERS: Final = _FIRST_LETTERS | {"Mn", "Mc", "Nd", "Pc"}
"""What names are made of. Source: ECMAScript 5.1, 7.6; looked up in Unicode 3.2, which every engine knows."""
_NUMERIC: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,5}[1-9])?")
_SHORT_LABEL: Final = len("text: ")
_ESCAPE: Final = re.compile(r"\\(?:U([0-9a-f]{8})|.)")
_LONGEST_NAME: Final = 40
_KEYWORDS: Final = frozenset(
    {
        "arguments", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
        "default", "delete", "do", "else", "enum", "eval", "export", "exports", "extends", "false",
        "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "interface", "let",
        "module", "new", "null", "package", "private", "protected", "public", "require", "return", "static",
        "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void", "while",
        "with", "yield",
    }
)  # fmt: skip
"""What no argument and no function may be called, in a module or in a CommonJS file."""


class Name(Spliced):
    """An identifier of the program, in the place of a value."""

    __slots__ = ()


class JavaScriptLayout(Layout):
    """Literals; arguments stand in template literals, files are read where they belong."""

    width = 80
    step = "  "
    pad = " "
    words: ClassVar = {None: "null", True: "true", False: "false"}

    def __init__(
        self, names: Mapping[str, str] = MappingProxyType({}), *, numeric_keys: bool = False
    ) -> None:
        self.names = names
        """Identifiers by the names of arguments."""
        self.numeric_keys = numeric_keys
        """Whether Prettier takes the quotation marks off numbers, as it does in JavaScript."""

    def quote(self, text: str) -> str:
        mark = preferred_quote(text)
        return mark + _javascript(bare(text)).replace(mark, f"\\{mark}") + mark

    def block(self, text: str) -> str:
        return f"`{_in_template(bare_lines(text))}`"

    def spliced(self, text: Spliced) -> str:
        if isinstance(text, Name):
            return str(text)
        if len(text.parts) == 1 and not isinstance(text.parts[0], str):
            return self._hole(text.parts[0])
        return self._template(text.parts, bare)

    def spliced_block(self, text: Spliced, indent: str, used: int) -> str:
        match text.parts:
            case (FileContent() as file,):
                return self.call("readFileSync", _reading(file), indent, used)
            case (Argument(),) | ():
                return self.spliced(text)
            case _:
                return self._template(text.parts, _bare_lines_inside)

    def json_text(self, parts: Iterable[str | Argument | FileContent]) -> str:
        """A template literal of JSON text in parts (see `json_parts`). See `calls_in_json`."""

        def hole(part: Argument | FileContent) -> str:
            is_json = isinstance(part, FileContent) and part.encoding == "base64"
            return self._hole(part) if is_json else f"inJson({self._hole(part)})"

        inside = (
            _in_template(_bare_lines_inside(part)) if isinstance(part, str) else f"${{{hole(part)}}}"
            for part in parts
        )
        return f"`{''.join(inside)}`"

    def number(self, number: float) -> str:
        if float(number).is_integer() and abs(number) <= LARGEST_EXACT:
            return str(int(number))
        return re.sub(r"e(-?)\+?0*", r"e\1", repr(number))

    def key(self, name: str) -> str:
        if name == "__proto__":  # uncomputed, it would set the prototype and not be sent
            return '["__proto__"]'
        bare_name = _is_identifier(name) or (self.numeric_keys and _NUMERIC.fullmatch(name))
        return name if bare_name else self.quote(name)

    def must_break(self, items: list[Json]) -> bool:
        return len(items) > 1 and (
            all(isinstance(item, dict) and len(item) > 1 for item in items)
            or all(isinstance(item, list) and len(item) > 1 for item in items)
        )

    def value(self, value: Json, indent: str, used: int) -> str:
        empty = isinstance(value, dict | list) and not value
        return self.one_line(value) if empty else super().value(value, indent, used)

    def field(self, label: str, value: Json, indent: str) -> str:
        if columns(label) > _SHORT_LABEL and self._moves_down(value, columns(indent + label)):
            inner = indent + self.step
            return f"{indent}{label.rstrip()}\n{inner}{self.value(value, inner, len(inner))},"
        return super().field(label, value, indent)

    def _moves_down(self, value: Json, used: int) -> bool:
        """Whether a value begins on the line after its label, which takes `used` columns."""
        match value:
            case Spliced():
                return False
            case str():
                return "\n" not in value and self._flat(value, self.width - used - 1) is None
            case dict() | list():
                return used + (1 if value else len("{},")) > self.width
            case None:
                return used + len("null,") > self.width
            case _:
                return False

    def constant(self, name: str, value: Json) -> str:
        """A statement on the outermost level."""
        return self.field(f"const {name} = ", value, "")[:-1] + ";\n"

    def call(self, function: str, arguments: list[str], indent: str = "", used: int = 0) -> str:
        """Return a call with strings, which are broken over lines where they are too wide for one.

        The last two arguments are those of `value`.
        """
        room = self.width - used - len(function) - len("();")
        if sum(len(each) for each in arguments) <= room:
            flat = ", ".join(map(self.one_line, arguments))
            if columns(flat) <= room:
                return f"{function}({flat})"
        inner = indent + self.step
        lines = [f"{inner}{self.value(each, inner, len(inner))}," for each in arguments]
        return "\n".join([f"{function}(", *lines, f"{indent})"])

    def signature(self, start: str, parameters: Iterable[str], end: str) -> str:
        """The first line of a function, or its first lines."""
        every = list(parameters)
        flat = f"{start}({', '.join(every)}){end}"
        if len(flat) <= self.width:
            return flat
        return "\n".join([f"{start}(", *(f"{self.step}{each}," for each in every), f"){end}"])

    def _template(self, parts: Iterable[str | Argument | FileContent], escaped: Callable[[str], str]) -> str:
        inside = (
            _in_template(escaped(part)) if isinstance(part, str) else f"${{{self._hole(part)}}}"
            for part in parts
        )
        return f"`{''.join(inside)}`"

    def _hole(self, part: Argument | FileContent) -> str:
        if isinstance(part, Argument):
            return self.names[part.name]
        return f"readFileSync({', '.join(map(self.one_line, _reading(part)))})"

    def _items(self, items: list[Json], indent: str) -> list[str]:
        if len(items) > 1 and all(type(item) in (int, float) for item in items):
            return self._filled(items, indent)
        return super()._items(items, indent)

    def _filled(self, numbers: list[Json], indent: str) -> list[str]:
        lines: list[str] = []
        line = indent
        for number in [self._scalar(each) for each in numbers]:
            if line != indent and len(f"{line} {number},") > self.width:
                lines.append(line)
                line = indent
            line += f"{number}," if line == indent else f" {number},"
        return [*lines, line]


def calls_in_json(parts: RequestParts) -> bool:
    """Whether the JSON text of a body calls `inJson`, which gives the inside of a JSON string."""
    return bool(parts.arguments) or any(file.encoding == "text" for file in parts.files)


def names_for(words: Iterable[str], reserved: Iterable[str]) -> Mapping[str, str]:
    """An identifier in camel case for each of these words, of a length that lines can take."""
    return identifiers(words, lambda parts: camel(parts)[:_LONGEST_NAME], _KEYWORDS | frozenset(reserved))


def _reading(file: FileContent) -> list[str]:
    return [file.name, "utf8" if file.encoding == "text" else "base64"]


def _is_identifier(name: str) -> bool:
    if name.isascii():
        return bool(_ASCII_IDENTIFIER.fullmatch(name))
    kinds = ["Lu" if c in "$_" else unicodedata.ucd_3_2_0.category(c) for c in name]
    return kinds[0] in _FIRST_LETTERS and all(kind in _LETTERS for kind in kinds) and max(name) <= "\uffff"


def _in_template(escapes: str) -> str:
    return _javascript(escapes).replace("`", "\\`").replace("${", "\\${")


def _javascript(escapes: str) -> str:
    """Turn Python's escapes into JavaScript's: they differ beyond the basic plane alone."""
    if "\\U" not in escapes:
        return escapes
    return _ESCAPE.sub(lambda m: f"\\u{{{int(m[1], 16):x}}}" if m[1] else m[0], escapes)


def _bare_lines_inside(text: str) -> str:
    """`bare_lines` of a text that goes on: what ends it is not the end of a line."""
    lines, line_end, rest = text.rpartition("\n")
    return bare_lines(lines) + line_end + bare(rest)
