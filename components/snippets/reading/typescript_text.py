"""Strings and numbers of JavaScript, as ECMAScript 2024 defines their values."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\n\r\u2028\u2029])|(0)(?![0-9])"
    r"|(?![0-9ux])(.))",
    re.DOTALL,
)
_SINGLE: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LAST: Final = 0x10FFFF
_DIGITS_OF_LAST: Final = 6

_SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""WhiteSpace and LineTerminator: what `trim` takes away."""

_JSON_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PLAIN_BELOW: Final = 1e21
"""`Number::toString` writes integers below it without an exponent."""


def unescaped(raw: str) -> str:
    """The value of what stands between quotation marks. Raises `ValueError` for what is no escape."""
    if "\\" not in raw:
        return raw

    def value(match: re.Match[str]) -> str:
        long, short, byte, line_end, zero, single = match.groups()
        if line_end:
            return ""
        if zero:
            return "\0"
        if single:
            return _SINGLE.get(single, single)
        digits = (long or short or byte).lstrip("0")
        if len(digits) > _DIGITS_OF_LAST or int(digits or "0", 16) > _LAST:
            raise ValueError("there is no such character")
        return chr(int(digits or "0", 16))

    pieces: list[str] = []
    at = 0
    while (backslash := raw.find("\\", at)) >= 0:
        match = _ESCAPE.match(raw, backslash)
        if match is None:
            raise ValueError("not an escape")
        pieces += raw[at:backslash], value(match)
        at = match.end()
    return "".join([*pieces, raw[at:]])


def unescaped_template(raw: str) -> str:
    """The same between backticks, where a line end is `\\n` however it is written."""
    return unescaped(raw.replace("\r\n", "\n").replace("\r", "\n"))


def trimmed(text: str, *, start: bool = True, end: bool = True) -> str:
    """`trim`, `trimStart` and `trimEnd`."""
    text = text.lstrip(_SPACE) if start else text
    return text.rstrip(_SPACE) if end else text


def number(raw: str, *, as_json: bool) -> int | float:
    """The value of a numeric literal, as `JSON.stringify` would send it.

    With `as_json`, what is a number of JSON keeps all its digits. Raises `ValueError` and `OverflowError`.
    """
    if as_json and _JSON_NUMBER.fullmatch(raw):
        return json.loads(raw)  # type: ignore[no-any-return]
    digits = raw.replace("_", "").lower()
    if digits.startswith(("0x", "0o", "0b")):
        return as_sent(float(int(digits, 0)))
    if re.fullmatch("0[0-9]+", digits):
        raise ValueError("an octal number of old")
    return as_sent(float(digits))


def as_sent(value: float) -> int | float:
    """What a double becomes in JSON: 1.0 is 1, and 2**70 is 1180591620717411300000."""
    if value.is_integer() and abs(value) < _PLAIN_BELOW:
        return int(Decimal(repr(value)))
    return value
