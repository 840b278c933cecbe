r"""Stop sequences as typed: one per line, with `\n`, `\t` and `\\` for what a line cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
_WRITTEN = {value: f"\\{key}" for key, value in _ESCAPES.items()}


def parse(typed: str) -> list[str]:
    """Return the sequences; empty lines do not count, other backslashes stay as they are."""
    lines = typed.split("\n")
    return [re.sub(r"\\([nrt\\])", lambda m: _ESCAPES[m[1]], line) for line in lines if line]


def written(sequences: Iterable[str]) -> str:
    """Return the text that `parse` reads back as these sequences."""
    return "\n".join(re.sub(r"[\n\r\t\\]", lambda m: _WRITTEN[m[0]], sequence) for sequence in sequences)
