"""Links to addresses that a model or a server named: http and https only, with the host to be seen."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from components.widgets.safe_markdown import literal

_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f\\]")
"""Characters that browsers and Python read differently within an address."""
_KEPT = "!#%'*+,-./:;=?@[]_~&"
_SHORT = 160
"""Characters of a title or address on a line."""


def shortened(text: str, most: int = _SHORT) -> str:
    """At most so many characters of a text on one line."""
    folded = " ".join(text[: most * 4].split())
    return folded if len(folded) <= most and len(text) <= most * 4 else folded[: most - 1].rstrip() + "…"


def host_of(url: str) -> str | None:
    """Where a click would lead, in ASCII; None for what is no web address."""
    if _UNSPEAKABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        told = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not told:
        return None
    told = f"[{told}]" if ":" in told else told
    return told if port is None else f"{told}:{port}"


def link(title: str, url: str) -> str:
    """Markdown: the title as a link and its host; plain text when the address is none of the web."""
    host = host_of(url)
    if host is None:
        told = " · ".join(dict.fromkeys(part for part in (title, url) if part))
        return literal(shortened(told))
    return f"[{literal(shortened(title or url))}]({_destination(url)}) ({literal(host)})"


def _destination(url: str) -> str:
    """The same address in characters that mean nothing to Markdown, nor to what Streamlit adds to it."""
    return quote(url, safe=_KEPT).replace("&", "&amp;").replace(":material", "%3Amaterial")
