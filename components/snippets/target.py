"""What a snippet target is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    """Return a program that sends the request, ending in a newline. Pure."""
