"""Facts about images and PDFs, read from the base64 data of a request."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Final, TypeVar

from components.domain.media_facts import ImageFacts, MediaReader, PdfFacts
from components.media import image_header

_Facts = TypeVar("_Facts", ImageFacts, PdfFacts)
_Key = tuple[int, int]

_KEPT: Final = 4_096
_PDF_BEGINS_WITHIN: Final = 1_024
"""Bytes. Readers of PDF allow that much before the header. Source: Adobe's implementation notes."""


class Reader:
    """A `MediaReader` that remembers the facts, not the data. Any thread may use it."""

    def __init__(self) -> None:
        self._images: dict[_Key, ImageFacts | None] = {}
        self._pdfs: dict[_Key, PdfFacts | None] = {}

    def image(self, data_b64: str) -> ImageFacts | None:
        return _remembered(self._images, data_b64, image_facts)

    def pdf(self, data_b64: str) -> PdfFacts | None:
        return _remembered(self._pdfs, data_b64, pdf_facts)


def _remembered(
    known: dict[_Key, _Facts | None], data_b64: str, read: Callable[[str], _Facts | None]
) -> _Facts | None:
    # A string computes its own hash once, so that a rerun asks about megabytes at no cost.
    key = (len(data_b64), hash(data_b64))
    try:
        return known[key]
    except KeyError:
        facts = read(data_b64)
    if len(known) >= _KEPT:
        known.clear()
    known[key] = facts
    return facts


READER: Final[MediaReader] = Reader()


def image_facts(data_b64: str) -> ImageFacts | None:
    """Read the header; whether the rest of the file is sound is not looked at."""
    data = decoded(data_b64)
    media_type, size = image_header.media_type_of(data), image_header.size_of(data)
    if media_type is None or size is None:
        return None
    return ImageFacts(media_type, *size, bytes=len(data), base64_bytes=len(data_b64))


def pdf_facts(data_b64: str) -> PdfFacts | None:
    data = decoded(data_b64)
    return PdfFacts(_pages(data), len(data)) if is_pdf(data) else None


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:_PDF_BEGINS_WITHIN]


def decoded(data_b64: str) -> bytes:
    """The bytes; none when the text is not base64."""
    try:
        return base64.b64decode(data_b64, validate=True)
    except ValueError:
        return b""


def _pages(data: bytes) -> int | None:
    import logging

    import pypdf

    # It reports every oddity of a file, and what can be read is read all the same.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return len(pypdf.PdfReader(io.BytesIO(data)).pages)
    except Exception:
        # A damaged file can make it raise nearly anything.
        return None
