"""Facts about images and PDFs, and what an image costs in tokens.

Reading them from the data needs packages from outside; `components.media` brings the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from components.domain.model import Model

PATCH_PX: Final = 28
"""Edge of the square that costs one token. Source: Vision, October 2026."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    media_type: str
    """What the bytes are, whatever the block says: `image/png`, `image/jpeg`, `image/gif` or `image/webp`."""
    width: int
    """Pixels."""
    height: int
    bytes: int
    """Size of the file."""
    base64_bytes: int
    """Size as the request carries it, which is what the API limits."""


@dataclass(frozen=True, slots=True)
class PdfFacts:
    pages: int | None
    """None where they cannot be counted: the file is damaged or needs a password."""
    bytes: int


class MediaReader(Protocol):
    """Reads facts from base64 data; asking again about the same text is cheap."""

    def image(self, data_b64: str) -> ImageFacts | None:
        """None when the data is not base64, or not of an image of a kind the API takes."""

    def pdf(self, data_b64: str) -> PdfFacts | None:
        """None when the data is not base64, or not of a PDF."""


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """Beyond these the service scales an image down before it looks at it."""

    longest_px: int
    tokens: int


_FROM_OPUS_4_7: Final = ImageLimits(longest_px=2576, tokens=4784)
_BEFORE: Final = ImageLimits(longest_px=1568, tokens=1568)


def image_limits(model: Model) -> ImageLimits:
    """Source: Vision, October 2026. The tokenizer and the finer sight both came with Opus 4.7."""
    return _FROM_OPUS_4_7 if model.token_factor > 1 else _BEFORE


def image_tokens(width: int, height: int, model: Model) -> int:
    """Tokens of an image of so many pixels, after the downsizing the service does. Source: Vision.

    How the service rounds while downsizing is not documented; the figure may be off by one row of patches.
    """
    scaled = seen_size(width, height, model)
    return _patches(*scaled)


def seen_size(width: int, height: int, model: Model) -> tuple[int, int]:
    """(width, height) in pixels at which the model sees the image: the largest within its limits."""
    limits = image_limits(model)
    longest = max(width, height, 1)

    def scaled(edge: int) -> tuple[int, int]:
        return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))

    fits, too_large = 1, min(longest, limits.longest_px) + 1
    while too_large - fits > 1:
        edge = (fits + too_large) // 2
        if _patches(*scaled(edge)) <= limits.tokens:
            fits = edge
        else:
            too_large = edge
    return scaled(fits)


def _patches(width: int, height: int) -> int:
    return -(-width // PATCH_PX) * -(-height // PATCH_PX)
