"""Rules about images and PDFs. Those about pixels, pages and what the data is need a `MediaReader`.

Source of the limits: docs "Vision" and "PDF support". Images by URL or file id count, unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import Edit, Fix, Path, Scale, dotted, place
from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import ImageFacts, image_limits, seen_size
from components.domain.rule import Case, Hit, Rule, service_place

LONG_CONTEXT: Final = 1_000_000
"""Tokens of context from which a model takes many images and pages."""
MOST_IMAGE_BYTES: Final = 10 * 1024 * 1024
"""Of one image's base64. The docs say 10 MB; that it means this many is seen by users (?)."""
LONGEST_PX: Final = 8_000
MANY_IMAGES: Final = 20
"""With more of them in a request, the next limit holds for each."""
LONGEST_OF_MANY_PX: Final = 2_000

Block = tuple[Path, JsonObject]


def most_media(case: Case) -> int:
    """How many images a request may have; as many pages its PDFs."""
    return 600 if case.model.context is None or case.model.context >= LONG_CONTEXT else 100


def _images(case: Case) -> list[Block]:
    return [(path, block) for path, block in case.all_blocks() if block.get("type") == "image"]


def _base64(case: Case, path: Path) -> str | None:
    """The data of an image or document that is in the request itself."""
    data = case.at(*path, "source", "data")
    return data if case.at(*path, "source", "type") == "base64" and isinstance(data, str) else None


def _read(case: Case) -> list[tuple[Path, ImageFacts]]:
    """The images that can be read."""
    found = []
    for path, _ in _images(case) if case.media is not None else ():
        data = _base64(case, path)
        if case.media is not None and data is not None and (facts := case.media.image(data)) is not None:
            found.append((path, facts))
    return found


def _remove(case: Case, path: Path) -> Fix | None:
    return case.drop(path, "Remove it")


def _smaller(case: Case, scales: list[tuple[Path, int]]) -> Fix:
    """Scale images down, never above what the model looks at anyway."""
    seen_px = image_limits(case.model).longest_px
    one = "the image" if len(scales) == 1 else f"the {len(scales)} images"
    return Fix(f"Make {one} smaller", (), scale=tuple(Scale(path, min(px, seen_px)) for path, px in scales))


def _image_unsupported(case: Case) -> Iterator[Hit]:
    images = [path for path, _ in _images(case)]
    if images and case.model.image_input is False:
        fix = case.without(images, "Remove the images")
        yield Hit(images[0], f"{case.model.name} takes no images. Remove them.", fix, _named(case, images[0]))


def _named(case: Case, path: Path) -> dict[str, object]:
    return {"path": service_place(path), "model": case.at("model")}


def _image_unreadable(case: Case) -> Iterator[Hit]:
    for path, _ in _images(case) if case.media is not None else ():
        data = _base64(case, path)
        if case.media is not None and data is not None and case.media.image(data) is None:
            sentence = (
                f"The image in {place(path)} cannot be read: it is no PNG, JPEG, GIF or WebP. Remove it."
            )
            yield Hit(path, sentence, _remove(case, path), _named(case, path))


def _image_media_type(case: Case) -> Iterator[Hit]:
    for path, facts in _read(case):
        said = case.at(*path, "source", "media_type")
        if isinstance(said, str) and said != facts.media_type:
            edit = Edit((*path, "source", "media_type"), facts.media_type)
            sentence = f"The image in {place(path)} is called {said}, but it is {facts.media_type}."
            words = {**_named(case, path), "said": said, "is": facts.media_type}
            yield Hit(edit.path, sentence, Fix(f"Call it {facts.media_type}", (edit,)), words)


def _image_bytes(case: Case) -> Iterator[Hit]:
    """Counted on the base64 text, as users have seen the service do it."""
    for path, _ in _images(case):
        data = _base64(case, path)
        if data is not None and len(data) > MOST_IMAGE_BYTES:
            facts = case.media.image(data) if case.media is not None else None
            fix = _smaller(case, [(path, max(facts.width, facts.height))]) if facts else _remove(case, path)
            size = f"{len(data) / 1_048_576:.1f} MB"
            sentence = f"The image in {place(path)} is {size} as it is sent; 10 MB is the most."
            words = {**_named(case, path), "bytes": len(data), "most": MOST_IMAGE_BYTES}
            yield Hit(path, sentence, fix, words)


def _too_large(case: Case, longest_px: int, most: str) -> Iterator[Hit]:
    large = [(path, facts) for path, facts in _read(case) if max(facts.width, facts.height) > longest_px]
    paths: list[Json] = [dotted(path) for path, _ in large]
    fix = _smaller(case, [(path, longest_px) for path, _ in large]) if large else None
    for path, facts in large:
        sentence = f"The image in {place(path)} has {facts.width:,} × {facts.height:,} pixels; {most}."
        details: JsonObject = {"max_side_length_pixels": longest_px, "paths": paths}
        yield Hit(path, sentence, fix, _named(case, path), details)


def _image_dimensions(case: Case) -> Iterator[Hit]:
    if not _many(case):
        yield from _too_large(case, LONGEST_PX, f"{LONGEST_PX:,} on a side is the most")


def _image_dimensions_many(case: Case) -> Iterator[Hit]:
    if _many(case):
        most = f"with more than {MANY_IMAGES} images, {LONGEST_OF_MANY_PX:,} on a side is the most"
        yield from _too_large(case, LONGEST_OF_MANY_PX, most)


def _many(case: Case) -> bool:
    return len(_images(case)) > MANY_IMAGES


def _image_oversized(case: Case) -> Iterator[Hit]:
    """`downsize` is the default, so that it lifts none of the limits above; `error` adds this one."""
    for path, facts in _read(case):
        seen = seen_size(facts.width, facts.height, case.model)
        if case.at(*path, "transformations", "oversized_image") == "error" and seen != (
            facts.width,
            facts.height,
        ):
            sentence = (
                f"The image in {place(path)} has {facts.width:,} × {facts.height:,} pixels and may not be "
                f"scaled down by the service; {case.model.name} sees {seen[0]:,} × {seen[1]:,} at most."
            )
            words = {**_named(case, path), "w": facts.width, "h": facts.height, "mw": seen[0], "mh": seen[1]}
            yield Hit(path, sentence, _smaller(case, [(path, max(seen))]), words)


def _images_too_many(case: Case) -> Iterator[Hit]:
    images, most = [path for path, _ in _images(case)], most_media(case)
    if len(images) > most:
        over = images[most:]
        sentence = f"There are {len(images)} images; {case.model.name} takes {most} at most."
        fix = case.without(over, f"Remove the last {len(over)}")
        yield Hit(over[0], sentence, fix, {"count": len(images), "most": most})


def _documents(case: Case) -> list[Block]:
    return [(path, block) for path, block in case.all_blocks() if block.get("type") == "document"]


def _is_pdf(case: Case, path: Path) -> bool:
    """PDFs in the request and those by URL; what a file id stands for cannot be known here."""
    return case.at(*path, "source", "type") in ("base64", "url")


def _pdf_unsupported(case: Case) -> Iterator[Hit]:
    pdfs = [path for path, _ in _documents(case) if _is_pdf(case, path)]
    if pdfs and case.model.pdf_input is False:
        fix = case.without(pdfs, "Remove the PDFs")
        yield Hit(pdfs[0], f"{case.model.name} takes no PDFs. Remove them.", fix, _named(case, pdfs[0]))


def _pdf_unreadable(case: Case) -> Iterator[Hit]:
    for path, _ in _documents(case) if case.media is not None else ():
        data = _base64(case, path)
        if case.media is not None and data is not None and case.media.pdf(data) is None:
            sentence = f"The document in {place(path)} is no PDF. Remove it."
            yield Hit(path, sentence, _remove(case, path), _named(case, path))


def _pages(case: Case) -> list[tuple[Path, int | None]]:
    """The PDFs that can be read, with their pages as far as they can be counted."""
    pages = []
    for path, _ in _documents(case) if case.media is not None else ():
        data = _base64(case, path)
        if case.media is not None and data is not None and (facts := case.media.pdf(data)) is not None:
            pages.append((path, facts.pages))
    return pages


def _pdf_pages(case: Case) -> Iterator[Hit]:
    most, total = most_media(case), 0
    for path, pages in _pages(case):
        total += pages or 0
        if total > most:
            count = f"has {pages:,} pages" if pages == total else f"makes {total:,} pages together"
            sentence = f"The PDF in {place(path)} {count}; {case.model.name} takes {most} in a request."
            yield Hit(path, sentence, _remove(case, path), {**_named(case, path), "most": most})
            return


def _pdf_uncounted(case: Case) -> Iterator[Hit]:
    for path, pages in _pages(case):
        if pages is None:
            sentence = (
                f"The PDF in {place(path)} is damaged or needs a password, so that the service will likely "
                "refuse it."
            )
            yield Hit(path, sentence, _remove(case, path))


_VISION: Final = 'docs "Vision"'
_PDF: Final = 'docs "PDF support"'
_SEEN: Final = "wording: reports of users to"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "image_unsupported",
        "an image for a model without image input, as GET /v1/models has it",
        "{path}: '{model}' does not support image input.",
        "remove the images",
        _image_unsupported,
        "Python SDK 2.12.0 ModelInfo; wording (?)",
        CHECKED,
    ),
    Rule(
        "image_unreadable",
        "image data that is no image",
        "{path}.image.source.base64.data: Could not process image",
        "remove it",
        _image_unreadable,
        "historical behaviour (?)",
        CHECKED,
    ),
    Rule(
        "image_media_type",
        "an image of another kind than its media_type says",
        "{path}.image.source.base64: The image was specified using the {said} media type, but the image "
        "appears to be a {is} image",
        "the kind it is",
        _image_media_type,
        f"{_SEEN} April 2026; place (?)",
        CHECKED,
    ),
    Rule(
        "image_bytes",
        "an image of more than 10 MB in base64",
        "{path}.image.source.base64: image exceeds 10 MB maximum: {bytes} bytes > {most} bytes",
        "make it smaller",
        _image_bytes,
        f"{_VISION}; {_SEEN} July 2026 for the limit of 5 MB then",
        CHECKED,
    ),
    Rule(
        "image_dimensions",
        f"an image of more than {LONGEST_PX} pixels on a side",
        f"{{path}}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: "
        f"{LONGEST_PX} pixels",
        "make them smaller",
        _image_dimensions,
        f"{_VISION}; Python SDK 2.12.0 ImageDimensionsTooLargeErrorDetails; {_SEEN} September 2026",
        CHECKED,
        error_code="image_dimensions_too_large",
    ),
    Rule(
        "image_dimensions_many",
        f"more than {MANY_IMAGES} images, and one of more than {LONGEST_OF_MANY_PX} pixels on a side",
        f"{{path}}.image.source.base64.data: At least one of the image dimensions exceed max allowed size "
        f"for many-image requests: {LONGEST_OF_MANY_PX} pixels",
        "make them smaller",
        _image_dimensions_many,
        f"{_VISION}; Python SDK 2.12.0 ImageDimensionsTooLargeErrorDetails; {_SEEN} September 2026",
        CHECKED,
        error_code="image_dimensions_too_large",
    ),
    Rule(
        "image_oversized",
        "an image larger than the model sees, which asks for an error in that case",
        "{path}.image: image dimensions {w}x{h} exceed the largest that fit, {mw}x{mh}",
        "make it smaller",
        _image_oversized,
        "Python SDK 2.12.0 ImageTransformationsParam; wording (?)",
        CHECKED,
    ),
    Rule(
        "images_too_many",
        "more images than the model takes",
        "Too much media: {count} images > {most}",
        "remove the last ones",
        _images_too_many,
        f"{_VISION}; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "pdf_unsupported",
        "a PDF for a model without PDF input, as GET /v1/models has it",
        "{path}: '{model}' does not support PDF input.",
        "remove the PDFs",
        _pdf_unsupported,
        "Python SDK 2.12.0 ModelInfo; wording (?)",
        CHECKED,
    ),
    Rule(
        "pdf_unreadable",
        "document data that is no PDF",
        "{path}.pdf.source.base64.data: The PDF specified was not valid.",
        "remove it",
        _pdf_unreadable,
        f"{_PDF}; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "pdf_pages",
        "PDFs of more pages together than the model takes",
        "{path}.pdf.source.base64.data: A maximum of {most} PDF pages may be provided.",
        "remove the one that is too many",
        _pdf_pages,
        f"{_PDF}; {_SEEN} November 2025; that it counts all PDFs together (?)",
        CHECKED,
    ),
    Rule(
        "pdf_uncounted",
        "a PDF whose pages cannot be counted",
        "",
        "remove it",
        _pdf_uncounted,
        f"{_PDF} (?)",
        CHECKED,
        severity="notice",
    ),
)
