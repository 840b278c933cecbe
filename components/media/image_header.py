"""Kind and size of an image from the first bytes of its file, of the four kinds the API takes.

Not Pillow, because Pillow refuses to open what is very large, which is exactly what has to be said of it, and
allocates the whole picture of a WebP. Sources: PNG (W3C), GIF89a, RFC 9649 (WebP), ITU-T T.81 (JPEG).
"""

from __future__ import annotations

import struct
from typing import Final

PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
GIF: Final = "image/gif"
WEBP: Final = "image/webp"

_FRAME_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Of JPEG: the segment that holds the size; the other three are tables and an extension."""
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_DATA_BEGINS, _IMAGE_ENDS = 0xDA, 0xD9


def media_type_of(data: bytes) -> str | None:
    """The kind of image these bytes begin as; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    return None


def size_of(data: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels; None when the header is not whole or says nothing."""
    read = {PNG: _png, JPEG: _jpeg, GIF: _gif, WEBP: _webp}.get(media_type_of(data) or "")
    try:
        size = read(data) if read else None
    except (struct.error, IndexError):
        return None
    return size if size and min(size) > 0 else None


def _png(data: bytes) -> tuple[int, int] | None:
    return struct.unpack_from(">II", data, 16) if data[12:16] == b"IHDR" else None


def _gif(data: bytes) -> tuple[int, int]:
    return struct.unpack_from("<HH", data, 6)


def _webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        elif marker in (_DATA_BEGINS, _IMAGE_ENDS):
            return None
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + length
    return None
