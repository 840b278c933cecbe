"""Names of arguments: `{{first name}}` as an identifier of a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

_NO_LETTER: Final = re.compile(r"[^0-9A-Za-z]+")


def identifiers(
    names: Iterable[str], style: Callable[[list[str]], str], reserved: frozenset[str]
) -> Mapping[str, str]:
    """Return an identifier for each name, all different, none of them reserved.

    Letters beyond ASCII are left out: not every language takes them. `style` joins the words of a name, which
    are ASCII letters and digits as they were typed; a name without any is called "value".
    """
    found: dict[str, str] = {}
    taken = set(reserved)
    for name in names:
        words = [word for word in _NO_LETTER.split(name) if word] or ["value"]
        if words[0][0].isdigit():
            words.insert(0, "value")
        wanted = style(words)
        chosen, number = wanted, 1
        while chosen in taken:
            number += 1
            chosen = f"{wanted}_{number}"
        taken.add(chosen)
        found[name] = chosen
    return found


def snake(words: list[str]) -> str:
    """`first_name`"""
    return "_".join(words).lower()


def screaming(words: list[str]) -> str:
    """`FIRST_NAME`"""
    return "_".join(words).upper()


def camel(words: list[str]) -> str:
    """`firstName`"""
    first, *rest = words
    return first[0].lower() + first[1:] + "".join(word[0].upper() + word[1:] for word in rest)
