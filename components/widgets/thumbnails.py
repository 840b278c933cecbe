"""Small pictures of attached images, made once."""

from __future__ import annotations

import base64
from typing import Final

from components.media import READER, Unscalable, scale_down

EDGE_PX: Final = 96
"""Of the longer edge: twice what is drawn, for fine screens."""
_MOST_PIXELS: Final = 64_000_000
"""The largest image the API takes; a larger one is refused anyway, and opening it takes much memory."""
_KEPT: Final = 256

_made: dict[tuple[int, int], bytes | None] = {}


def thumbnail(data_b64: str) -> bytes | None:
    """An image file of at most `EDGE_PX`; None for data that is no image, or one too large to open."""
    key = (len(data_b64), hash(data_b64))  # A string computes its hash once; the data itself is not kept.
    if key not in _made:
        if len(_made) >= _KEPT:
            _made.clear()
        _made[key] = _scaled(data_b64)
    return _made[key]


def _scaled(data_b64: str) -> bytes | None:
    facts = READER.image(data_b64)
    if facts is None or facts.width * facts.height > _MOST_PIXELS:
        return None
    try:
        return base64.b64decode(scale_down(data_b64, EDGE_PX)[1])
    except Unscalable:
        return None
