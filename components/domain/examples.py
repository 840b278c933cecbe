"""The examples box: pairs of input and ideal output, sent as one text before the first user turn.

The old Workbench kept examples apart from the prompt and sent them at the start of the first user turn, in
these tags. Source: docs "Console prompting tools", July 2026; the exact layout is our own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Example:
    """One pair; sent literally, braces included."""

    input: str = ""
    output: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.input.strip() and not self.output.strip()


_OPEN, _CLOSE = "<examples>\n", "\n</examples>"
_PAIR = re.compile(
    r"<example>\n<input>\n(.*?)\n</input>\n<ideal_output>\n(.*?)\n</ideal_output>\n</example>", re.DOTALL
)


def written(examples: Sequence[Example]) -> str:
    """The text that is sent; "" when no example holds anything."""
    pairs = [
        f"<example>\n<input>\n{each.input}\n</input>\n<ideal_output>\n{each.output}\n</ideal_output>\n</example>"
        for each in examples
        if not each.is_blank
    ]
    return _OPEN + "\n".join(pairs) + _CLOSE if pairs else ""


def parse(text: str) -> list[Example] | None:
    """The examples of a text that `written` made; None for any other text."""
    if not (text.startswith(_OPEN) and text.endswith(_CLOSE)):
        return None
    found = [Example(match[1], match[2]) for match in _PAIR.finditer(text)]
    return found if written(found) == text else None
