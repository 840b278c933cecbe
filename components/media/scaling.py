"""Making images smaller, in pixels and in bytes."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from components.domain.findings import Edit, Fix, Path, value_at
from components.domain.json_types import Json
from components.media.image_header import GIF, JPEG, PNG, WEBP, media_type_of, size_of
from components.media.reader import decoded

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BASE64_BYTES: Final = 10_000_000
"""What an image may be in the request, when "10 MB" is read strictly. Source: Vision, October 2026."""
_MOST_PIXELS: Final = 178_000_000
"""More would take a gigabyte of memory to open, and Pillow opens no larger WebP. A JPEG can be opened at a
part of its size."""
_QUALITIES: Final = (90, 75)
_SHRINK: Final = 0.75


class Unscalable(ValueError):
    """An image that cannot be made smaller here; `str()` says why and what to do."""


def scale_down(data_b64: str, longest_px: int) -> tuple[str, str]:
    """Return (media type, base64) of the image with no edge longer than that, and at most 10 MB of base64.

    Data that keeps to both already is returned as it is. PNG, JPEG and WebP stay what they are; a PNG that is
    too many bytes becomes a JPEG, or a WebP where parts of it are transparent. Of an animation the first
    frame remains, which is all that a model sees of it (?); a GIF becomes a PNG. Rotation told by EXIF is
    carried out; other metadata is dropped but for the colour profile. Raises `Unscalable`.
    """
    data = decoded(data_b64)
    media_type, size = media_type_of(data), size_of(data)
    if media_type is None:
        raise Unscalable(
            "This is not a PNG, JPEG, GIF or WebP image. Save it as one of these and attach it again."
        )
    if size and max(size) <= longest_px and len(data_b64) <= MOST_BASE64_BYTES:
        return media_type, data_b64
    if size and media_type != JPEG:
        _refuse_huge(size)
    try:
        return _scaled(_opened(data, media_type), media_type, longest_px)
    except Unscalable:
        raise
    except Exception as cause:
        # A damaged file can make a decoder raise nearly anything.
        raise Unscalable("This image is damaged and cannot be made smaller. Attach another copy.") from cause


def resolve(fix: Fix, body: Mapping[str, Json]) -> Fix:
    """Return the fix with edits, made first, in place of the images it wants smaller.

    `body` is the body that the fix was proposed for. Raises `Unscalable`.
    """
    edits: list[Edit] = []
    for scale in fix.scale:
        media_type, data = scale_down(_data_at(body, scale.path), scale.longest_px)
        source = (*scale.path, "source")
        edits += [Edit((*source, "media_type"), media_type), Edit((*source, "data"), data)]
    return replace(fix, edits=(*edits, *fix.edits), scale=())


def _data_at(body: Mapping[str, Json], path: Path) -> str:
    data = value_at(body, (*path, "source", "data"))
    if not isinstance(data, str):
        raise Unscalable("This image's data is not in the request: make it smaller where it lies.")
    return data


def _opened(data: bytes, media_type: str) -> Image:
    # By kind and not by `Image.open`, which refuses images for their number of pixels alone.
    from PIL.GifImagePlugin import GifImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    opens: dict[str, Callable[[io.BytesIO], Image]] = {
        PNG: PngImageFile,
        JPEG: JpegImageFile,
        GIF: GifImageFile,
        WEBP: WebPImageFile,
    }
    return opens[media_type](io.BytesIO(data))


def _scaled(image: Image, media_type: str, longest_px: int) -> tuple[str, str]:
    from PIL import ImageOps
    from PIL.Image import Resampling

    # A JPEG can be decoded at a half, quarter or eighth of its size.
    enough = 2 * longest_px / max(image.size)
    image.draft(None, (int(image.width * enough), int(image.height * enough)))
    _refuse_huge(image.size)
    image = _in_plain_mode(image)
    while True:
        image.thumbnail((longest_px, longest_px), Resampling.LANCZOS, reducing_gap=3.0)
        upright = ImageOps.exif_transpose(image)
        for encoded_type, data in _encodings(upright, media_type):
            if len(data) <= MOST_BASE64_BYTES:
                return encoded_type, data
        longest_px = int(max(image.size) * _SHRINK)


def _refuse_huge(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > _MOST_PIXELS:
        raise Unscalable(
            f"This image has {width:,} × {height:,} pixels: too many to be made smaller here. "
            "Do it in an image program and attach it again."
        )


def _in_plain_mode(image: Image) -> Image:
    """A copy in 8-bit grey or colour, with transparency if there is any."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        # Sixteen bits a pixel; `convert` alone would cut off what is above 255.
        plain = image.convert("F").point(lambda value: value * (255 / 65535)).convert("L")
    elif image.has_transparency_data:
        plain = image.convert("RGBA")
    elif image.mode in ("1", "L"):
        plain = image.convert("L")
    else:
        plain = image.convert("RGB")
        profile = None if image.mode in ("CMYK", "YCCK", "LAB") else profile
    plain.info["icc_profile"] = profile
    return plain


def _encodings(image: Image, media_type: str) -> Iterator[tuple[str, str]]:
    """The image in ways that take fewer and fewer bytes, the kind it had first."""
    if media_type in (PNG, GIF):
        yield PNG, _encoded(image, "PNG")
    lossy = WEBP if media_type == WEBP or image.mode == "RGBA" else JPEG
    for quality in _QUALITIES:
        yield lossy, _encoded(image, "WEBP" if lossy == WEBP else "JPEG", quality=quality)


def _encoded(image: Image, form: str, **options: int) -> str:
    file = io.BytesIO()
    image.save(file, form, icc_profile=image.info.get("icc_profile"), **options)
    return base64.b64encode(file.getvalue()).decode()
