"""The base URL as every program reads it: clients differ in what they make of what no URI may hold."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_BASE_URL: Final = re.compile(r"(https?://[!-.0-~]+)(/[!-~]*)?")
_NOT_IN_PATHS: Final = re.compile(r"[][\"<>\\^`{|}]")
_READ_IN_MANY_WAYS: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|/\.{1,2}(?=/|$)")


def base_url_for_all(base_url: str) -> str:
    """Return a base URL without a slash at its end, what no path can hold percent-encoded.

    `requests`, which the app's own client is made of, does the same; other clients send such characters as
    they are. Raises `ValueError`, with a sentence for the screen, for what is no base URL and for what
    clients make different paths of: `.` and `..` between slashes, a `%` without two hexadecimal digits.
    """
    found = _BASE_URL.fullmatch(base_url)
    if not found:
        raise ValueError(f"{base_url!r} is not a base URL: it must start with http:// or https://.")
    host, path = found[1], (found[2] or "").rstrip("/")
    if odd := _READ_IN_MANY_WAYS.search(path):
        raise ValueError(
            f"Programs make different addresses of “{odd[0]}” in the base URL {base_url!r}: write it out."
        )
    return host + _NOT_IN_PATHS.sub(lambda character: quote(character[0]), path)
