"""`$'…'` of Bash and zsh, as browsers write it when they copy a request "as cURL"."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.)|([abeEfnrtv\\'\"?]))|((?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3})+)",
    re.DOTALL,
)
_BYTE: Final = re.compile(r"\\x([0-9a-fA-F]{1,2})|\\([0-7]{1,3})")
_LETTERS: Final = {
    **dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True)),
    **{sign: sign for sign in "\\'\"?"},
}


def ansi_c(raw: str) -> str:
    """The value of what stands between `$'` and `'`. A backslash before any other character stays.

    Raises `ValueError` for bytes that are not UTF-8, for NUL, and for what is no character.
    """

    def value(match: re.Match[str]) -> str:
        short, long, control, letter, several = match.groups()
        if letter:
            return _LETTERS[letter]
        if several:
            octets = bytes(int(h, 16) if h else int(o, 8) & 0xFF for h, o in _BYTE.findall(several))
            text = octets.decode()
        else:
            text = chr(ord(control) & 0x1F if control else int(short or long, 16))
        if "\0" in text:
            raise ValueError("a shell ends the text here")
        return text

    try:
        return _ESCAPE.sub(value, raw)
    except OverflowError as cause:
        raise ValueError("there is no such character") from cause
