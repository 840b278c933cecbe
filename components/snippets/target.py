"""What a snippet target is, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from components.snippets.form import EVERYWHERE, FormName
from components.snippets.request_parts import RequestParts


@dataclass(frozen=True, slots=True)
class Target:
    """A language, or a library in one, that a request can be written in."""

    key: str
    title: str
    """The name in the menu."""
    language: str
    """The name under which highlighters know the language."""
    suffix: str
    """Of a file that holds the snippet, with the dot."""
    render: Callable[[RequestParts], str]
    """Return a program that sends the request, ending in a newline. Pure.

    Raises `UnavailableForm` where the form cannot send this very request.
    """
    command: str
    """How a snippet named `{file}` is run, for people to read."""
    needs: str
    """What must be installed where it runs, for people to read."""
    forms: frozenset[FormName] = EVERYWHERE
    """The forms it can be written in, besides streaming or not."""
    stem: str = "request"
    """Of the file's name."""

    @property
    def file_name(self) -> str:
        return self.stem + self.suffix


@dataclass(frozen=True, slots=True)
class Snippet:
    """A program, and the files it reads."""

    source: str
    file_name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """By their names, to stand in the folder the program is run in."""
