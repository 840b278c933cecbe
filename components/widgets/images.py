"""Images within an answer: drawn from base64, named when they are elsewhere. Nothing is loaded from a URL."""

from __future__ import annotations

import base64

from streamlit.delta_generator import DeltaGenerator

from components.domain.json_types import Json
from components.media import READER
from components.widgets.links import link
from components.widgets.safe_markdown import literal
from components.widgets.value_views import draw_line

_MOST_BASE64 = 14_000_000
"""Characters: the largest image the API takes, and some."""
_MOST_PIXELS = 40_000_000
_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def draw_image(place: DeltaGenerator, source: Json) -> None:
    """Draw the `source` of an image block, or say in words what it is."""
    told = source if isinstance(source, dict) else {}
    data, url = told.get("data"), told.get("url")
    if isinstance(data, str):
        picture = _decoded(data)
        problem = "Too large to be shown here." if len(data) > _MOST_BASE64 else "It cannot be shown here."
        if picture is not None:
            try:
                place.image(picture, width="content", alt="Image of the answer")
            except Exception:  # A damaged picture: its decoder raises whatever it meets.
                picture = None
        kind = literal(str(told.get("media_type") or "an unnamed kind"))
        place.caption(f"Image of {kind}{'' if picture is not None else f'. {problem}'}")
    elif isinstance(url, str):
        draw_line(place, f":material/image: Image at {link('', url)}")
    else:
        file = told.get("file_id")
        where = f"Image in the file {file}" if file else "Image, which did not come along"
        place.caption(f":material/image: {literal(where)}")


def _decoded(data: str) -> bytes | None:
    """The file, when it is an image of a size and kind that is safe to draw."""
    facts = READER.image(data) if len(data) <= _MOST_BASE64 else None
    if facts is None or facts.media_type not in _TYPES or facts.width * facts.height > _MOST_PIXELS:
        return None
    return base64.b64decode(data)
