"""Images and PDFs made for tests."""

from __future__ import annotations

import base64
import io
import struct
import zlib

from PIL import Image


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def file_of(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def an_image(form: str, width: int = 30, height: int = 20, mode: str = "RGB", **options: object) -> str:
    """Base64 of an image whose upper half is dark and whose lower half is light."""
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    return b64(file_of(image, form, **options))


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """What no encoder can make small."""
    parts = [Image.effect_noise((width, height), 200) for _ in mode]
    return Image.merge(mode, parts)


def opened(data_b64: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data_b64)))


def a_png_that_claims(width: int, height: int) -> str:
    """A PNG header for so many pixels, with hardly any data behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    written = [
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    ]
    return b64(b"\x89PNG\r\n\x1a\n" + b"".join(written))


def a_pdf(pages: int = 3, password: str | None = None) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
