"""Small pictures of attached images, made once."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final, Literal

from components.media import READER, Unscalable, scale_down
from components.media.image_header import size_of

EDGE_PX: Final = 96
"""Of the longer edge: twice what is drawn, for fine screens."""
_MOST_PIXELS: Final = 64_000_000
"""The largest image the API takes; a larger one is refused anyway, and opening it takes much memory."""
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """What `st.image` takes without converting it in each rerun."""

    image: bytes | str
    """A PNG or JPEG file; the `data:` address of another kind."""
    output_format: Literal["PNG", "JPEG", "auto"]
    width: int
    """Pixels; a photo's rotation is carried out."""
    height: int


_made: dict[tuple[int, int], Thumbnail | None] = {}


def thumbnail(data_b64: str) -> Thumbnail | None:
    """A picture of at most `EDGE_PX`; None for data that is no image, or one too large to open."""
    key = (len(data_b64), hash(data_b64))  # A string computes its hash once; the data itself is not kept.
    if key not in _made:
        if len(_made) >= _KEPT:
            _made.clear()
        _made[key] = _scaled(data_b64)
    return _made[key]


def _scaled(data_b64: str) -> Thumbnail | None:
    facts = READER.image(data_b64)
    if facts is None or facts.width * facts.height > _MOST_PIXELS:
        return None
    try:
        media_type, scaled = scale_down(data_b64, EDGE_PX)
    except Unscalable:
        return None
    file = base64.b64decode(scaled)
    width, height = size_of(file) or (EDGE_PX, EDGE_PX)
    match media_type:
        case "image/png":
            return Thumbnail(file, "PNG", width, height)
        case "image/jpeg":
            return Thumbnail(file, "JPEG", width, height)
    return Thumbnail(f"data:{media_type};base64,{scaled}", "auto", width, height)
