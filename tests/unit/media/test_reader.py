from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from unit.media.images import a_pdf, a_png_that_claims, an_image, b64, file_of

from components.domain.media_facts import ImageFacts, PdfFacts
from components.media import READER, reader
from components.media.image_header import size_of

ROOT = Path(reader.__file__).parents[2]
FORMS = ["PNG", "JPEG", "GIF", "WEBP"]


@settings(deadline=None)
@given(
    st.sampled_from(
        [*[(form, {}) for form in FORMS], ("WEBP", {"lossless": True}), ("JPEG", {"progressive": True})]
    ),
    st.integers(1, 300),
    st.integers(1, 300),
    st.sampled_from(["L", "RGB", "RGBA", "P"]),
)
def test_facts_are_what_was_written(
    form: tuple[str, dict[str, object]], width: int, height: int, mode: str
) -> None:
    image = Image.new("RGB" if form[0] == "JPEG" else mode, (width, height))
    data = file_of(image, form[0], **form[1])
    expected = ImageFacts(f"image/{form[0].lower()}", width, height, len(data), len(b64(data)))
    assert READER.image(b64(data)) == expected


def test_the_size_of_a_jpeg_is_found_behind_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "x" * 60_000
    data = file_of(
        Image.new("RGB", (31, 17)), "JPEG", exif=exif, icc_profile=b"p" * 150_000, comment=b"c" * 9_000
    )
    assert size_of(data) == (31, 17)


def test_the_kind_is_what_the_bytes_are() -> None:
    facts = READER.image(an_image("WEBP"))
    assert facts
    assert facts.media_type == "image/webp"


@pytest.mark.parametrize(("width", "height"), [(8001, 20), (20_000, 20_000), (100_000, 100_000)])
def test_images_too_large_to_open_are_measured_too(width: int, height: int) -> None:
    facts = READER.image(a_png_that_claims(width, height))
    assert facts
    assert (facts.width, facts.height) == (width, height)


@pytest.mark.parametrize(
    "data_b64",
    [
        "",
        "not base64!",
        "QUJD",
        "QUJ",
        "é",
        b64(b"BM" + bytes(100)),
        b64(a_pdf()),
        b64(b"\x89PNG\r\n\x1a\n"),
        b64(b"GIF89a\1"),
        b64(b"RIFF....WEBPVP8 "),
        b64(b"RIFF....WEBPVP8?" + bytes(30)),
        b64(b"\xff\xd8\xff\xe0\xff\xff"),
        b64(b"\xff\xd8\xff\xd9"),
        b64(b"GIF89a" + bytes(20)),
        an_image("PNG") + "\n",
    ],
)
def test_what_is_no_image_has_no_facts(data_b64: str) -> None:
    assert READER.image(data_b64) is None


@given(st.sampled_from(FORMS).map(lambda form: base64.b64decode(an_image(form))), st.data())
def test_a_damaged_image_has_facts_or_none_but_never_breaks(whole: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(whole)))
    junk = data.draw(st.binary(max_size=20))
    READER.image(b64(whole[:cut] + junk))
    size = size_of(whole[:cut] + junk)
    assert size is None or min(size) > 0


@pytest.mark.parametrize("pages", [1, 3, 120])
def test_the_pages_of_a_pdf_are_counted(pages: int) -> None:
    data = a_pdf(pages)
    assert READER.pdf(b64(data)) == PdfFacts(pages, len(data))


def test_a_pdf_may_begin_late() -> None:
    data = b"\n" * 500 + a_pdf(2)
    assert READER.pdf(b64(data)) == PdfFacts(2, len(data))


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 and no more", a_pdf()[:150], a_pdf(2, password="secret"), b"%PDF-" + bytes(2_000)],
    ids=["header only", "cut", "password", "zeros"],
)
def test_a_pdf_whose_pages_cannot_be_counted_is_still_a_pdf(data: bytes) -> None:
    assert READER.pdf(b64(data)) == PdfFacts(None, len(data))


@given(st.integers(0, 900), st.binary(min_size=1, max_size=30))
def test_a_damaged_pdf_never_breaks_the_reader(at: int, junk: bytes) -> None:
    whole = a_pdf()
    facts = READER.pdf(b64(whole[:at] + junk + whole[at + len(junk) :]))
    assert facts is None or facts.pages is None or facts.pages >= 0


@pytest.mark.parametrize("data_b64", ["", "QUJD", "%PDF-1.7", an_image("PNG")])
def test_what_is_no_pdf_has_no_facts(data_b64: str) -> None:
    assert READER.pdf(data_b64) is None


def test_the_same_data_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(data_b64: str) -> bytes:
        read.append(data_b64)
        return base64.b64decode(data_b64)

    monkeypatch.setattr(reader, "decoded", noted)
    fresh, data = reader.Reader(), an_image("PNG")
    for again in (data, data, "".join(list(data))):
        assert fresh.image(again) is not None
    assert len(read) == 1
    assert fresh.pdf(data) is None
    assert len(read) == 2


def test_more_data_than_is_remembered_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_KEPT", 3)
    fresh = reader.Reader()
    images = [an_image("PNG", width) for width in range(1, 9)]
    for _ in range(2):
        found = [fresh.image(image) for image in images]
        assert [facts.width for facts in found if facts] == list(range(1, 9))


def test_importing_media_brings_no_heavy_package() -> None:
    program = (
        "import sys, components.media, components.media.attachments as a, components.media.scaling;"
        f"a.describe(a.block_of_file('x.png', __import__('base64').b64decode('{an_image('PNG')}')).block);"
        "print(*{'PIL', 'pypdf', 'streamlit'} & {name.split('.')[0] for name in sys.modules})"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "\n"
