"""Strings of a body that a program puts together when it runs: from arguments, or from files beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Argument:
    """A variable of the prompt, which the program takes as an argument."""

    name: str
    """As between the braces of `{{name}}`: letters of any script, digits, `_`, `-`, `.`, single spaces."""
    value: str
    """What the program passes when it is run as it stands."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file beside the snippet."""

    name: str
    """Letters, digits, `.`, `_` and `-` of ASCII; never that of a program."""
    content: bytes
    encoding: Literal["base64", "text"]
    """How it stands in the body: as base64, or as the text that its UTF-8 bytes are."""


Part: TypeAlias = str | Argument | FileContent


class Spliced(str):
    """A string in a body, in parts. As an ordinary string it is what is sent when all parts are as now.

    Being a `str` it may stand wherever JSON has a string; a target looks for it before it looks for strings.
    """

    __slots__ = ("parts",)
    parts: tuple[Part, ...]
    """Never two texts in succession, never an empty text; at least one that is no text."""

    @classmethod
    def of(cls, parts: tuple[Part, ...], whole: str) -> Spliced:
        made = cls(whole)
        made.parts = parts
        return made
