"""Images within the report: small ones, as `data:` addresses; the rest in words."""

from __future__ import annotations

from components.domain.json_types import JsonObject
from components.media import READER, Unscalable, scale_down
from components.media.attachments import describe

_MOST_PIXELS = 64_000_000
"""Opening a larger image takes much memory."""
_MOST_BASE64 = 700_000
"""Characters. A small picture can lie in a large file, which would then stand in the report as it is."""
_SAFE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def words_of(block: JsonObject) -> str:
    """What an image or document block is: kind, name, size."""
    known = describe(block)
    if known is None:
        return f"A block of the kind {block.get('type')}"
    kind = {"image": "Image", "text": "Text file", "document": "Document"}.get(known.kind, known.kind)
    parts = [f"{kind} “{known.name}”" if known.name else kind]
    if known.width and known.height:
        parts.append(f"{known.width:,} × {known.height:,} pixels")
    if known.pages:
        parts.append(f"{known.pages:,} page{'s' if known.pages != 1 else ''}")
    if known.bytes:
        parts.append(f"{known.bytes:,} bytes")
    source = block.get("source")
    if isinstance(source, dict) and isinstance(source.get("url"), str):
        parts.append(f"at {source['url']}")
    return ", ".join(parts)


def picture_of(block: JsonObject, longest_px: int) -> str | None:
    """The `data:` address of an image block, made small; None when there is nothing that can be shown."""
    source = block.get("source")
    data = source.get("data") if isinstance(source, dict) else None
    if block.get("type") != "image" or not isinstance(data, str):
        return None
    facts = READER.image(data)
    if facts is None or facts.width * facts.height > _MOST_PIXELS:
        return None
    try:
        media_type, small = scale_down(data, longest_px)
    except Unscalable:
        return None
    fits = media_type in _SAFE and len(small) <= _MOST_BASE64
    return f"data:{media_type};base64,{small}" if fits else None
