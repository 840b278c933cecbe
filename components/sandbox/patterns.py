"""Texts that match a simple regular expression."""

from __future__ import annotations

import re
import string
from random import Random
from typing import Final

_CLASSES: Final = {
    "d": string.digits,
    "w": string.ascii_lowercase + string.digits,
    "s": " ",
    "D": string.ascii_lowercase,
    "W": "-",
    "S": string.ascii_lowercase,
}
_PRINTABLE: Final = string.ascii_letters + string.digits + "-_ .,:;!?@#/+*=&%$()"
_MOST: Final = 1_000
_MORE: Final = 3
"""Repetitions at most where the expression sets no end."""


def text_for(pattern: str, random: Random, least: int = 0) -> str | None:
    """A text of at least that length in which the pattern is found; None when none was found."""
    for extra in (0, 0, least):
        try:
            text, end = _Reader(pattern, random, extra).alternatives(0)
        except (IndexError, ValueError, RecursionError):
            return None
        try:
            if end == len(pattern) and len(text) >= least and re.search(pattern, text):
                return text
        except re.error:
            return None
    return None


class _Reader:
    """Reads literals, classes, groups, alternatives and repetitions; anchors are passed over."""

    def __init__(self, pattern: str, random: Random, extra: int) -> None:
        self.pattern, self.random, self.extra = pattern, random, extra

    def alternatives(self, i: int) -> tuple[str, int]:
        branches: list[str] = []
        while True:
            text, i = self._sequence(i)
            branches.append(text)
            if self.pattern[i : i + 1] != "|":
                return self.random.choice(branches), i
            i += 1

    def _sequence(self, i: int) -> tuple[str, int]:
        made = ""
        while i < len(self.pattern) and self.pattern[i] not in "|)":
            start = i
            text, i = self._atom(start)
            low, high, i = self._repetition(i)
            for n in range(self.random.randint(low, high)):
                made += self._atom(start)[0] if n else text
        return made, i

    def _atom(self, i: int) -> tuple[str, int]:
        char = self.pattern[i]
        if char in "^$":
            return "", i + 1
        if char == ".":
            return self.random.choice(string.ascii_lowercase), i + 1
        if char == "\\":
            code = self.pattern[i + 1]
            if code in "bB":
                return "", i + 2
            return self.random.choice(_CLASSES.get(code, code)), i + 2
        if char == "[":
            return self._class(i + 1)
        if char == "(":
            i += 1
            if self.pattern[i] == "?":
                if self.pattern[i + 1] != ":":
                    raise ValueError("look-around and named groups are not read")
                i += 2
            text, i = self.alternatives(i)
            return text, i + 1
        return char, i + 1

    def _class(self, i: int) -> tuple[str, int]:
        negated = self.pattern[i] == "^"
        i += negated
        members = ""
        first = True
        while self.pattern[i] != "]" or first:
            first = False
            if self.pattern[i] == "\\":
                members += _CLASSES.get(self.pattern[i + 1], self.pattern[i + 1])
                i += 2
            elif self.pattern[i + 1] == "-" and self.pattern[i + 2] != "]":
                members += "".join(map(chr, range(ord(self.pattern[i]), ord(self.pattern[i + 2]) + 1)))
                i += 3
            else:
                members += self.pattern[i]
                i += 1
        if negated:
            members = "".join(char for char in _PRINTABLE if char not in members)
        return self.random.choice(members), i + 1

    def _repetition(self, i: int) -> tuple[int, int, int]:
        rest = self.pattern[i:]
        counted = re.match(r"\{(\d+)(,(\d*))?\}", rest)
        if counted:
            low = int(counted[1])
            high = low if counted[2] is None else int(counted[3]) if counted[3] else low + _MORE
            if high > _MOST:
                raise ValueError("too many repetitions")
            i += counted.end()
        elif rest[:1] in ("*", "+", "?"):
            low = self.extra if rest[0] != "?" else 0
            low = max(low, 1) if rest[0] == "+" else low
            high = 1 if rest[0] == "?" else low + _MORE
            i += 1
        else:
            return 1, 1, i
        return low, high, i + (self.pattern[i : i + 1] == "?")
