"""Commands of a POSIX shell as their words, without running anything.

`shlex` would do for most commands. It does not know `$'…'`, here-documents and line continuations between
double quotes, it keeps the backslash of `\\$` between them, and it cannot say in which line a word stood.
Source: POSIX.1-2024, Shell Command Language, 2.2 to 2.7; `$'…'` and `<<<` as Bash 5 has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from components.snippets.reading.ansi_c_quoting import ansi_c
from components.snippets.reading.context import Context
from components.snippets.reading.imported import UnreadableCode

_BLANK: Final = re.compile(r"(?:[ \t]|\\\n)+")
_PLAIN: Final = re.compile(r"[^ \t\n'\"\\;|&<>()$`]+")
_SINGLE: Final = re.compile(r"'([^']*)'")
_ANSI: Final = re.compile(r"\$'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL)
_IN_DOUBLE: Final = re.compile(r"[^\"\\$`]+")
_IN_DOCUMENT: Final = re.compile(r"[^\\$`]+")
_PARAMETER: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}'\"`$\\]*))?\})", re.ASCII)
_OTHER_PARAMETER: Final = re.compile(r"\$(?:\{[^}\n]{0,200}\}|[@*#?!$-])")
_DOCUMENT: Final = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|(\\?)([^ \t\n'\"\\;|&<>()]+))")
_REDIRECT: Final = re.compile(r"[0-9]*(?:>>|>\||>&|<>|<&|>|<)|&>>?")
_SEPARATOR: Final = re.compile(r"&&|\|\||;;|[;&|()\n]")
_CAT_DOCUMENT: Final = re.compile(r"\$\([ \t\n]*cat[ \t]*(?=<<[^<])")
_AFTER_DOCUMENT: Final = re.compile(r"[ \t\n]*\)")
_QUOTED_OR_BRACKET: Final = re.compile(r"'[^']*'|\"[^\"\\]*(?:\\.[^\"\\]*)*\"|\\.|[()]", re.DOTALL)
_ASSIGNMENT: Final = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL | re.ASCII)
_DECLARES: Final = {"export", "local", "readonly", "declare"}
_STEPS: Final = 12
"""What a command, or a piece of a word, costs."""
_WINDOWS: Final = "this is a command for {}. Copy it for bash, or paste the JSON body alone."


@dataclass(frozen=True, slots=True)
class Word:
    """A word after quoting and expansion."""

    text: str
    line: int


@dataclass(slots=True)
class Command:
    """A simple command."""

    words: list[Word] = field(default_factory=list)
    stdin: str | None = None
    """What a here-document or a here-string puts into it."""
    input: str | None = None
    """The file its input comes from."""
    output: str | None = None
    """The file its output goes to."""
    is_piped: bool = False
    """Whether its input comes from the command before."""


@dataclass(slots=True)
class _Document:
    """A here-document that begins in the next line."""

    delimiter: str
    is_literal: bool
    strips_tabs: bool
    command: Command


class Shell:
    """Splits a text into commands. Assignments count from where they stand."""

    def __init__(self, text: str, context: Context, first_line: int = 1) -> None:
        self._text = text
        self._context = context
        self._at = 0
        self._line = first_line
        self._counted = 0
        self._variables: dict[str, str] = {}
        self._documents: list[_Document] = []
        self.substitutions: list[tuple[str, int]] = []
        """What stood in `$(…)`, and in which line."""

    def commands(self) -> Iterator[Command]:
        """Yield the simple commands. Raises `UnreadableCode` where the text is not a shell's."""
        command = Command()
        while self._at < len(self._text):
            if self._take(_BLANK) or self._redirection(command):
                continue
            if separator := self._take(_SEPARATOR):
                if separator[0] == "\n":
                    self._read_documents()
                yield from self._ended(command)
                command = Command(is_piped=separator[0] == "|")
            elif self._text[self._at] == "#":
                self._at = self._end_of_line()
            else:
                command.words.append(self._word())
        self._read_documents()
        yield from self._ended(command)

    def _ended(self, command: Command) -> Iterator[Command]:
        self._context.step(_STEPS)
        names = [word.text for word in command.words]
        rest = names[1:] if names and names[0] in _DECLARES else names
        assignments = [_ASSIGNMENT.fullmatch(name) for name in rest]
        if rest and all(assignments):
            self._variables |= {match[1]: match[2] for match in assignments if match}
        elif names:
            yield command

    # Words ----------------------------------------------------------------------------------------------

    def _word(self) -> Word:
        line = self._line_here()
        pieces: list[str] = []
        while (piece := self._piece()) is not None:
            self._context.step(_STEPS)
            pieces.append(piece)
        if self._text[self._at - 1 : self._at + 1] == "^\n":
            raise UnreadableCode(_WINDOWS.format("the Windows command line"), self._line_here())
        return Word("".join(pieces), line)

    def _piece(self) -> str | None:
        """The next part of a word; None at its end."""
        if match := self._take(_PLAIN) or self._take(_SINGLE):
            return match[match.lastindex or 0]
        match self._text[self._at : self._at + 1]:
            case "'":
                line = self._line_here()
                raise UnreadableCode("a text in single quotes begins here and does not end.", line)
            case '"':
                return self._double()
            case "\\":
                self._at += 2
                escaped = self._text[self._at - 1 : self._at]
                return "" if escaped == "\n" else escaped
            case "$":
                if self._text.startswith('$"', self._at):
                    self._at += 1
                    return self._double()
                return self._ansi() if self._text.startswith("$'", self._at) else self._dollar()
            case "`":
                return self._backquoted()
            case _:
                return None

    def _ansi(self) -> str:
        line = self._line_here()
        match = self._take(_ANSI)
        if match is None:
            raise UnreadableCode("a text in $'…' begins here and does not end.", line)
        try:
            return ansi_c(match[1])
        except ValueError:
            raise UnreadableCode("a text in $'…' holds an escape that makes no character.", line) from None

    def _double(self) -> str:
        line = self._line_here()
        self._at += 1
        text = self._expanded(_IN_DOUBLE, '$`"\\')
        if not self._text.startswith('"', self._at):
            raise UnreadableCode("a text in double quotes begins here and does not end.", line)
        self._at += 1
        return text

    def _expanded(self, plain: re.Pattern[str], escapes: str) -> str:
        """Read on, expanding what a shell expands, to a bare `"` or the end; a document has no bare one."""
        pieces: list[str] = []
        while self._at < len(self._text):
            if match := self._take(plain):
                pieces.append(match[0])
                continue
            match self._text[self._at]:
                case '"':
                    break
                case "$":
                    self._context.step(_STEPS)
                    pieces.append(self._dollar())
                case "`":
                    pieces.append(self._backquoted())
                case _:
                    escaped = self._text[self._at + 1 : self._at + 2]
                    kept = escaped if escaped and escaped in escapes else f"\\{escaped}"
                    pieces.append("" if escaped == "\n" else kept)
                    self._at += 2
        return "".join(pieces)

    # Expansions -----------------------------------------------------------------------------------------

    def _dollar(self) -> str:
        line = self._line_here()
        if match := self._take(_PARAMETER):
            name = match[1] or match[2]
            value = self._variables.get(name) or match[3]
            if value is None:
                what = f"a variable of the shell that is not in the pasted text: `{name}`"
                value = self._unknown(what, line, name)
            self._context.spend(len(value))
            return value
        if self._take(_CAT_DOCUMENT):
            return self._cat(line)
        if self._text.startswith("$(", self._at):
            start = self._at + 2
            self._at = self._end_of_substitution(start, line)
            self.substitutions.append((self._text[start : self._at - 1], line))
            return self._unknown("the result of a command, and nothing is run here", line)
        if self._take(_OTHER_PARAMETER):
            return self._unknown("made by the shell", line)
        self._at += 1
        return "$"

    def _unknown(self, what: str, line: int, name: str | None = None) -> str:
        return self._context.unknowns.mark(line, what, name)

    def _backquoted(self) -> str:
        line = self._line_here()
        end = self._text.find("`", self._at + 1)
        if self._text.startswith("`\n", self._at) or end < 0:
            raise UnreadableCode(_WINDOWS.format("PowerShell"), line)
        self._at = end + 1
        return self._unknown("the result of a command, and nothing is run here", line)

    def _end_of_substitution(self, start: int, line: int) -> int:
        depth = 1
        for match in _QUOTED_OR_BRACKET.finditer(self._text, start):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                return match.end()
        raise UnreadableCode("a command in $(…) begins here and does not end.", line)

    def _cat(self, line: int) -> str:
        """`$(cat <<'EOF' …)`: the document itself."""
        command = Command()
        if self._redirection(command) and self._text.startswith("\n", self._at):
            before, self._documents = self._documents[:-1], self._documents[-1:]
            self._at += 1
            self._read_documents()
            self._documents = before
            if self._take(_AFTER_DOCUMENT):
                return (command.stdin or "").rstrip("\n")
        raise UnreadableCode("a command in $(…) begins here that is not read.", line)

    # Input and output -----------------------------------------------------------------------------------

    def _redirection(self, command: Command) -> bool:
        if self._text.startswith("<<<", self._at):
            self._at += 3
            command.stdin = f"{self._target()}\n"
            return True
        if document := self._take(_DOCUMENT):
            tabs, single, double, backslash, plain = document.groups()
            delimiter = next(word for word in (single, double, plain) if word is not None)
            is_literal = plain is None or bool(backslash)
            self._documents.append(_Document(delimiter, is_literal, bool(tabs), command))
            return True
        operator = self._take(_REDIRECT)
        if operator is None:
            return False
        target = self._target()
        match operator[0]:
            case "<" | "0<":
                command.input = target
            case ">" | "1>" | ">|":
                command.output = target
        return True

    def _target(self) -> str:
        while self._text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1
        return self._word().text

    def _read_documents(self) -> None:
        """Read the here-documents that begin here."""
        for document in self._documents:
            line = self._line_here()
            lines: list[str] = []
            while self._at < len(self._text):
                end = self._end_of_line()
                text = self._text[self._at : end]
                self._at = min(end + 1, len(self._text))
                text = text.lstrip("\t") if document.strips_tabs else text
                if text == document.delimiter:
                    break
                lines.append(f"{text}\n")
            text = "".join(lines)
            if not document.is_literal:
                inner = Shell(text, self._context, line)
                inner._variables = self._variables
                text = inner._document()
            document.command.stdin = text
        self._documents = []

    def _document(self) -> str:
        """All of the text as a here-document whose delimiter is not quoted."""
        return self._expanded(_IN_DOCUMENT, "$`\\")

    # Places ---------------------------------------------------------------------------------------------

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return match

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
