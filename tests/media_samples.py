"""Images and PDFs made on the spot, as the base64 text of a request."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from functools import cache
from typing import Final

NOT_MEDIA: Final = base64.b64encode(b"This is neither an image nor a PDF.").decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def png(width: int, height: int) -> str:
    """A black image: few bytes, whatever its size in pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes((1 + (width + 7) // 8) * height), 9)
    file = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return base64.b64encode(file).decode()


@cache
def heavy_png(file_bytes: int) -> str:
    """A small image in a file of that many bytes: most of it is a chunk that nobody reads."""
    data = base64.b64decode(png(64, 64))
    file = data[:33] + _chunk(b"junK", bytes(file_bytes)) + data[33:]
    return base64.b64encode(file).decode()


@cache
def pdf(pages: int | None) -> str:
    """Empty pages; None makes a damaged file."""
    if pages is None:
        return base64.b64encode(b"%PDF-1.7 and nothing that follows").decode()
    from pypdf import PdfWriter

    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    writer.write(file)
    return base64.b64encode(file.getvalue()).decode()
