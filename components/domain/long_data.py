"""Long base64 data by its digest: in the database once per content, in texts to be read not at all.

`{"data": "iVBORw0…"}` becomes `{"data": {"$sha256": "<hex>"}}`, and back. The digest is that of the decoded
bytes; data that is not canonical base64 could not be restored from them and stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Final

from components.domain.json_types import Json

LEAST: Final = 1_024
"""Characters from which data is worth a reference."""
REFERENCE: Final = "$sha256"

_known: dict[tuple[int, int], str | None] = {}
_MOST_KNOWN: Final = 4_096


def digest(data: str) -> str | None:
    """Hex SHA-256 of the bytes that this base64 text stands for; None when it is not canonical base64.

    Asking again about the same text is cheap: Python keeps the hash of a string.
    """
    key = (len(data), hash(data))
    if key in _known:
        return _known.get(key)
    try:
        content = base64.b64decode(data, validate=True)
        canonical = base64.b64encode(content).decode() == data
        found = hashlib.sha256(content).hexdigest() if canonical else None
    except (binascii.Error, ValueError):
        found = None
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[key] = found
    return found


def shorten(content: Json) -> tuple[Json, dict[str, str]]:
    """A copy with references in place of long data, and the data by digest."""
    found: dict[str, str] = {}

    def copy(value: Json) -> Json:
        if isinstance(value, list):
            return [copy(item) for item in value]
        if not isinstance(value, dict):
            return value
        copied = {name: copy(item) for name, item in value.items()}
        data = value.get("data")
        if value.get("type") != "base64" or not isinstance(data, str) or len(data) < LEAST:
            return copied
        if (name := digest(data)) is not None:
            found[name] = data
            copied["data"] = {REFERENCE: name}
        return copied

    return copy(content), found


def encoded_size(body: Mapping[str, Json]) -> int:
    """Bytes of a body as it is sent, without encoding its long data at each asking."""
    short, found = shorten(dict(body))
    text = json.dumps(short, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode("utf-8", "surrogatepass"))
    for name, data in found.items():
        reference = json.dumps({REFERENCE: name}, separators=(",", ":"))
        size += text.count(reference) * (len(data) + 2 - len(reference))
    return size


def restore(content: Json, data: Mapping[str, str]) -> Json:
    """A copy with the data in place of its references; references to anything else stay as they are."""
    if isinstance(content, list):
        return [restore(item, data) for item in content]
    if not isinstance(content, dict):
        return content
    if len(content) == 1 and isinstance(name := content.get(REFERENCE), str) and name in data:
        return data[name]
    return {name: restore(item, data) for name, item in content.items()}
