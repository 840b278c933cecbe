"""Literals and expressions of Python."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from components.snippets.layout import Layout, bare, bare_lines, preferred_quote
from components.snippets.spliced import Argument, FileContent, Part, Spliced

_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


class PythonLayout(Layout):
    """Python as `ruff format` and Black leave it; it runs from 3.9 on."""

    width = 88
    step = "    "
    words: ClassVar = {None: "None", True: "True", False: "False"}

    def __init__(self, names: Mapping[str, str] = _NO_NAMES) -> None:
        self.names = names
        """The identifiers of the arguments, by the names of the variables."""

    def quote(self, text: str) -> str:
        mark = preferred_quote(text)
        return mark + bare(text).replace(mark, f"\\{mark}") + mark

    def block(self, text: str) -> str:
        core = text.rstrip('"')
        inside = bare_lines(core).replace('"""', r"\"\"\"") + r"\"" * (len(text) - len(core))
        return f'"""\\\n{inside}"""'

    def spliced(self, text: Spliced) -> str:
        match text.parts:
            case (Argument(name),):
                return self.names[name]
            case (FileContent() as file,):
                content = f"base64.b64encode({_bytes(file)})" if _is_base64(file) else _bytes(file)
                return f"{content}.decode()"
        mark = preferred_quote("".join(part for part in text.parts if isinstance(part, str)))
        inside = "".join(
            _doubled(bare(part)).replace(mark, f"\\{mark}") if isinstance(part, str) else self._hole(part)
            for part in text.parts
        )
        return f"f{mark}{inside}{mark}"

    def spliced_block(self, text: Spliced, indent: str, used: int) -> str:
        match text.parts:
            case (FileContent() as file,):
                return self._broken_file(file, indent, used)
        if any(isinstance(part, str) and "\n" in part for part in text.parts):
            return self._spliced_lines(text)
        return self.spliced(text)

    def number(self, number: float) -> str:
        return repr(number).replace("e+", "e")

    def _hole(self, part: Part) -> str:
        assert isinstance(part, Argument)  # files are never part of a longer text
        return f"{{{self.names[part.name]}}}"

    def _spliced_lines(self, text: Spliced) -> str:
        *parts, last = text.parts
        lines = [
            # The letter at the end keeps a space before an argument from being one at the end of a line.
            _doubled(bare_lines(f"{part}x")[:-1]).replace('"""', r"\"\"\"")
            if isinstance(part, str)
            else self._hole(part)
            for part in parts
        ]
        opening = '"""\\\n'
        end = (
            _doubled(self.block(last)[len(opening) :]) if isinstance(last, str) else self._hole(last) + '"""'
        )
        return f"f{opening}{''.join(lines)}{end}"

    def _broken_file(self, file: FileContent, indent: str, used: int) -> str:
        inner = indent + self.step
        if not _is_base64(file):
            path = _path(file)
            if used + len(path) > self.width:
                path = f"Path(\n{inner}{self.quote(file.name)}\n{indent})"
            return f"{path}\n{indent}.read_bytes()\n{indent}.decode()"
        content = _bytes(file)
        if len(inner + content) > self.width:
            content = f"Path(\n{inner}{self.step}{self.quote(file.name)}\n{inner}).read_bytes()"
        return f"base64.b64encode(\n{inner}{content}\n{indent}).decode()"


def _is_base64(file: FileContent) -> bool:
    return file.encoding == "base64"


def _path(file: FileContent) -> str:
    return f'Path("{file.name}")'


def _bytes(file: FileContent) -> str:
    return f"{_path(file)}.read_bytes()"


def _doubled(text: str) -> str:
    """Text of an f-string: braces stand for themselves when they stand twice."""
    return text.replace("{", "{{").replace("}", "}}")
