"""From a file or an address to a content block, and from a block to what can be said of it."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from components.domain.estimate import rough_page_tokens, rough_tokens
from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import image_tokens
from components.domain.model import Model
from components.media.image_header import media_type_of, size_of
from components.media.reader import READER, is_pdf

PDF: Final = "application/pdf"

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS: Final = {
    "image": ("avif", "bmp", "heic", "heif", "ico", "jp2", "psd", "tif", "tiff"),
    "document": (
        "doc",
        "docx",
        "epub",
        "key",
        "numbers",
        "odp",
        "ods",
        "odt",
        "pages",
        "ppt",
        "pptx",
        "xls",
        "xlsx",
    ),
}


_NOT_TEXT: Final = ("png", "jpg", "jpeg", "gif", "webp", "pdf")
"""Endings that promise something else than text."""


class UnsupportedFile(ValueError):
    """A file or an address of which no block can be made; `str()` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Attachment:
    block: JsonObject
    note: str | None = None
    """A sentence to show when something about the file was guessed."""


def block_of_file(name: str, data: bytes) -> Attachment:
    """An image or document block of an uploaded file; what it is, its bytes tell and not its name.

    PNG, JPEG, GIF and WebP become an image, PDF a document titled with the name, any text a document of plain
    text. Text is UTF-8, or what its byte order mark says; else it is read as Latin-1 in the form of Windows,
    and a note says so. Raises `UnsupportedFile`.
    """
    if not data:
        raise UnsupportedFile(f"“{name}” is empty.")
    if media_type := media_type_of(data):
        if size_of(data) is None:
            raise UnsupportedFile(f"“{name}” is damaged. Attach another copy.")
        return Attachment({"type": "image", "source": _base64(media_type, data)})
    if is_pdf(data):
        return Attachment({"type": "document", "source": _base64(PDF, data), "title": name})
    text, note = _text_of(name, data)
    if note is None and (suffix := name.rpartition(".")[2].lower()) in _NOT_TEXT:
        note = f"“{name}” is no {suffix.upper()} but text, and is attached as that."
    if not text.strip():
        raise UnsupportedFile(f"“{name}” holds no text.")
    source: JsonObject = {"type": "text", "media_type": "text/plain", "data": text}
    return Attachment({"type": "document", "source": source, "title": name}, note)


def block_of_url(url: str, kind: Literal["image", "document"] | None = None) -> JsonObject:
    """A block that lets the service fetch the image or PDF.

    Without a kind, an address whose path ends in `.pdf` is a document and any other an image. Raises
    `UnsupportedFile` for what is no web address.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or any(character.isspace() for character in url):
        raise UnsupportedFile("This is no web address: it begins with https:// and holds no spaces.")
    ends_as_pdf = parts.path.lower().endswith(".pdf")
    return {
        "type": kind or ("document" if ends_as_pdf else "image"),
        "source": {"type": "url", "url": url},
    }


@dataclass(frozen=True, slots=True)
class Described:
    """What can be said of an attachment without asking anybody. None: not known here."""

    kind: Literal["image", "PDF", "text", "document"]
    """A document is of unknown kind (a file of the Files API) or made of blocks."""
    name: str
    """Title, file name or id; "" when it has none."""
    bytes: int | None = None
    """Size of the file, not of its base64."""
    width: int | None = None
    """Pixels."""
    height: int | None = None
    pages: int | None = None
    tokens: int | None = None
    """Roughly what it costs as input; None too when no model was given."""


def describe(block: Json, model: Model | None = None) -> Described | None:
    """What is known of an image or document block; None for other blocks and odd shapes."""
    if not isinstance(block, dict) or block.get("type") not in ("image", "document"):
        return None
    source = block.get("source")
    if not isinstance(source, dict):
        return None
    title = block.get("title")
    name = title if isinstance(title, str) and title else _name_of(source)
    data = source.get("data")
    if source.get("type") == "base64" and isinstance(data, str):
        described = _image(name, data, model) if block["type"] == "image" else _pdf(name, data, model)
    elif source.get("type") == "text" and isinstance(data, str):
        described = _text(name, data, model)
    elif source.get("type") == "content":
        described = _content(name, source.get("content"), model)
    elif block["type"] == "image":
        described = Described("image", name)
    else:
        described = Described("PDF" if source.get("type") == "url" else "document", name)
    return described


def _image(name: str, data: str, model: Model | None) -> Described:
    facts = READER.image(data)
    if facts is None:
        return Described("image", name)
    tokens = image_tokens(facts.width, facts.height, model) if model else None
    return Described("image", name, facts.bytes, facts.width, facts.height, tokens=tokens)


def _pdf(name: str, data: str, model: Model | None) -> Described:
    facts = READER.pdf(data)
    if facts is None:
        return Described("PDF", name)
    tokens = rough_page_tokens(facts.pages, model) if model and facts.pages else None
    return Described("PDF", name, facts.bytes, pages=facts.pages, tokens=tokens)


def _text(name: str, text: str, model: Model | None) -> Described:
    tokens = rough_tokens(text, model) if model else None
    return Described("text", name, len(text.encode("utf-8", "replace")), tokens=tokens)


def _content(name: str, content: Json, model: Model | None) -> Described:
    """A document made of text and image blocks: the sum of what is known of them."""
    blocks: list[Json] = content if isinstance(content, list) else [{"type": "text", "text": content}]
    parts: list[Described] = []
    for block in blocks:
        text = block.get("text") if isinstance(block, dict) else None
        part = _text("", text, model) if isinstance(text, str) else describe(block, model)
        parts += [part] if part else []
    sizes, tokens = [part.bytes for part in parts], [part.tokens for part in parts]
    return Described("document", name, _sum(sizes), tokens=_sum(tokens))


def _sum(figures: list[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def _name_of(source: Mapping[str, Json]) -> str:
    if isinstance(source.get("file_id"), str):
        return str(source["file_id"])
    url = source.get("url")
    if not isinstance(url, str):
        return ""
    try:
        return unquote(urlsplit(url).path.rpartition("/")[2]) or url
    except ValueError:
        return url


def _base64(media_type: str, data: bytes) -> JsonObject:
    return {"type": "base64", "media_type": media_type, "data": base64.b64encode(data).decode()}


def _text_of(name: str, data: bytes) -> tuple[str, str | None]:
    """The text of a file, and a note when the encoding is a guess. Raises `UnsupportedFile`."""
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    note = None
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeDecodeError:
        note = f"“{name}” is not UTF-8: it was read as Latin-1. Look whether its letters are right."
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    if any(character in text for character in _NOT_IN_TEXT):
        raise UnsupportedFile(_refusal(name))
    return text, note


_NOT_IN_TEXT: Final = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\f\v\b\x1b"]
"""Control characters that programs write and people do not; backspace and escape stand in terminal logs."""


def _refusal(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    if suffix in _SAVE_AS["image"]:
        return f"The API does not take {suffix.upper()} images. Save “{name}” as PNG or JPEG and attach that."
    if suffix in _SAVE_AS["document"]:
        return (
            f"The API does not take {suffix.upper()} files. Save “{name}” as PDF or as text and attach that."
        )
    return f"“{name}” is neither an image (PNG, JPEG, GIF, WebP) nor a PDF nor text."
