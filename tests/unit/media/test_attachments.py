from __future__ import annotations

import base64
import io
import zipfile

import pytest
from PIL import Image
from unit.media.images import a_pdf, an_image, b64, file_of

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.media.attachments import (
    Described,
    UnsupportedFile,
    block_of_file,
    block_of_url,
    describe,
)

OLDER, NEWER = Model("older"), Model("newer", token_factor=1.3)


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<xml/>")
    return file.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("name", ["photo.png", "photo.JPG", "notes.txt", "photo"])
def test_an_image_is_told_by_its_bytes_and_not_by_its_name(form: str, name: str) -> None:
    data = an_image(form)
    source: JsonObject = {"type": "base64", "media_type": f"image/{form.lower()}", "data": data}
    made = block_of_file(name, base64.b64decode(data))
    assert (made.block, made.note) == ({"type": "image", "source": source}, None)


def test_a_pdf_becomes_a_document_with_its_name() -> None:
    data = a_pdf()
    source: JsonObject = {"type": "base64", "media_type": "application/pdf", "data": b64(data)}
    assert block_of_file("Report.bin", data).block == {
        "type": "document",
        "source": source,
        "title": "Report.bin",
    }


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Größe, 漢字, 😀\n\ttab\r\n".encode(), "Größe, 漢字, 😀\n\ttab\r\n"),
        ("Größe".encode("utf-8-sig"), "Größe"),
        ("Größe 😀".encode("utf-16"), "Größe 😀"),
        ("Größe 😀".encode("utf-32"), "Größe 😀"),
        (b"\xfe\xff" + "Größe".encode("utf-16-be"), "Größe"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        (b"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
    ],
)
def test_text_becomes_a_document_exactly_as_it_reads(data: bytes, text: str) -> None:
    made = block_of_file("notes.md", data)
    source: JsonObject = {"type": "text", "media_type": "text/plain", "data": text}
    assert made.block == {"type": "document", "source": source, "title": "notes.md"}
    assert made.note is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Größe".encode("latin-1"), "Größe"),
        ("“Größe” – 5 €".encode("cp1252"), "“Größe” – 5 €"),
        (b"caf\xe9 \x81", "café \x81"),
    ],
)
def test_other_text_is_read_as_latin_1_and_that_is_told(data: bytes, text: str) -> None:
    made = block_of_file("old.txt", data)
    assert made.block["source"]["data"] == text  # type: ignore[index,call-overload]
    assert made.note == "“old.txt” is not UTF-8: it was read as Latin-1. Look whether its letters are right."


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", "“a.txt” is empty"),
        ("a.txt", b" \n\t ", "holds no text"),
        ("a.bin", bytes(range(256)), "neither an image .PNG, JPEG, GIF, WebP. nor a PDF nor text"),
        ("a.txt", "Größe".encode("utf-16-le"), "nor text"),
        ("letter.docx", a_zip(), "does not take DOCX files. Save “letter.docx” as PDF or as text"),
        ("sheet.XLSX", a_zip(), "XLSX"),
        ("scan.tiff", file_of(Image.new("RGB", (9, 9)), "TIFF"), "does not take TIFF images.*as PNG or JPEG"),
        ("old.bmp", file_of(Image.new("RGB", (9, 9)), "BMP"), "BMP images"),
        ("cut.png", b"\x89PNG\r\n\x1a\n", "“cut.png” is damaged"),
        ("archive", a_zip(), "neither"),
    ],
)
def test_any_other_file_is_refused_with_what_to_do(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedFile, match=words):
        block_of_file(name, data)


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("https://x.example/a.png", None, "image"),
        ("https://x.example/a.PDF?page=2#top", None, "document"),
        ("https://x.example/report", "document", "document"),
        ("https://x.example/report", None, "image"),
        ("http://x.example/a.pdf", "image", "image"),
        ("https://x.example/a?b=c.pdf", None, "image"),
    ],
)
def test_an_address_becomes_an_image_or_a_document(url: str, kind: str | None, expected: str) -> None:
    block = block_of_url(f" {url}\n", kind)  # type: ignore[arg-type]
    assert block == {"type": expected, "source": {"type": "url", "url": url}}


@pytest.mark.parametrize(
    "url",
    ["", "a.png", "file:///etc/passwd", "ftp://x/a.png", "https://", "https://a b", "http://[x", "data:,x"],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UnsupportedFile, match="no web address"):
        block_of_url(url)


# Descriptions ------------------------------------------------------------------------------------------


def test_an_image_is_described_with_size_pixels_and_tokens() -> None:
    data = file_of(Image.new("RGB", (3000, 100)), "PNG")
    block = block_of_file("wide.png", data).block
    assert describe(block) == Described("image", "", len(data), 3000, 100)
    assert describe(block, OLDER) == Described("image", "", len(data), 3000, 100, tokens=112)
    assert describe(block, NEWER) == Described("image", "", len(data), 3000, 100, tokens=368)


def test_a_pdf_is_described_with_its_pages() -> None:
    data = a_pdf(5)
    block = block_of_file("r.pdf", data).block
    assert describe(block, OLDER) == Described("PDF", "r.pdf", len(data), pages=5, tokens=10_000)
    assert describe(block, NEWER) == Described("PDF", "r.pdf", len(data), pages=5, tokens=13_000)
    damaged = block_of_file("r.pdf", b"%PDF-1.7 damaged").block
    assert describe(damaged, NEWER) == Described("PDF", "r.pdf", 16)


def test_a_text_is_described_with_its_size_in_bytes() -> None:
    block = block_of_file("a.txt", "Größe".encode()).block
    assert describe(block) == Described("text", "a.txt", 7)
    assert describe(block, OLDER) == Described("text", "a.txt", 7, tokens=2)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (
            {"type": "image", "source": {"type": "url", "url": "https://x/a%20b.png?c"}},
            Described("image", "a b.png"),
        ),
        ({"type": "image", "source": {"type": "url", "url": "https://x/"}}, Described("image", "https://x/")),
        ({"type": "image", "source": {"type": "url", "url": "http://[x"}}, Described("image", "http://[x")),
        ({"type": "document", "source": {"type": "url", "url": "https://x/r"}}, Described("PDF", "r")),
        ({"type": "image", "source": {"type": "file", "file_id": "file_1"}}, Described("image", "file_1")),
        (
            {"type": "document", "title": "T", "source": {"type": "file", "file_id": "file_1"}},
            Described("document", "T"),
        ),
        ({"type": "image", "source": {"type": "base64", "data": "?"}}, Described("image", "")),
        ({"type": "document", "source": {"type": "base64", "data": "QUJD"}}, Described("PDF", "")),
        ({"type": "document", "source": {}}, Described("document", "")),
        ({"type": "document", "source": None}, None),
        ({"type": "image"}, None),
        ({"type": "text", "text": "x"}, None),
        ({}, None),
        ("text", None),
        (None, None),
    ],
)
def test_sources_of_every_kind_are_described(block: Json, expected: Described | None) -> None:
    assert describe(block, OLDER) == expected


def test_a_document_made_of_blocks_is_the_sum_of_them() -> None:
    image = block_of_file("i.png", base64.b64decode(an_image("PNG", 28, 28))).block
    text: Json = {"type": "text", "text": "x" * 40}
    block: Json = {"type": "document", "title": "T", "source": {"type": "content", "content": [text, image]}}
    size = len(base64.b64decode(an_image("PNG", 28, 28)))
    assert describe(block, OLDER) == Described("document", "T", 40 + size, tokens=11)
    assert describe(block) == Described("document", "T", 40 + size)
    plain: Json = {"type": "document", "source": {"type": "content", "content": "x" * 8}}
    assert describe(plain, OLDER) == Described("document", "", 8, tokens=2)
    far: Json = {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}}
    mixed: Json = {"type": "document", "source": {"type": "content", "content": [text, far]}}
    assert describe(mixed, OLDER) == Described("document", "")
