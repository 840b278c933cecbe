"""What comes of reading a pasted text, and how a text is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from components.domain.json_types import JsonObject

Source: TypeAlias = Literal["json", "curl", "python", "typescript"]
"""What the text was written in; JavaScript counts as TypeScript."""


class UnreadableCode(ValueError):
    """Why no request could be read. `str(error)` is a sentence for the screen; it never quotes a value."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        where = f"Line {line}: " if line else ""
        super().__init__(where + (reason if where else reason[:1].upper() + reason[1:]))
        self.reason = reason
        """The sentence without the line."""
        self.line = line
        """Counted from 1 in the pasted text, where one is to blame."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One request, as the pasted text would send it. Keys and other credentials are not part of it."""

    body: JsonObject
    """With `"stream": true` where the code streams. A template body if there are `variables`."""
    anthropic_version: str | None
    """None where the text does not say."""
    betas: tuple[str, ...]
    base_url: str | None
    """Without a slash at its end; None for the service's own and where the text does not say."""
    source: Source
    notes: tuple[str, ...] = ()
    """Sentences about what was left out, taken from several, or turned into variables."""
    variables: tuple[str, ...] = ()
    """Names without a value in the text, which stand as `{{name}}` in the body's texts.

    Where there are any, braces of the text itself are escaped, so that the body is read by
    `Draft.of_body(body, betas, filled=not variables)` in either case.
    """
