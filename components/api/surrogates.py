"""Mending characters that a server has cut in two.

JSON can carry half of a character (`"\\ud83d"`), and a server that slices UTF-16 sends an emoji as two such
halves in two deltas. Half a character cannot be stored or sent again.
"""

from __future__ import annotations

from components.domain.json_types import Json


def mend(text: str) -> str:
    """Join halves that stand side by side; a half that stays alone becomes U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def mended(value: Json) -> Json:
    """A deep copy of a JSON value with every string mended."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mend(key): mended(item) for key, item in value.items()}
    return value
