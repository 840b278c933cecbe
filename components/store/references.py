"""What lies in the database in place of long base64 data, so that reading gives the very same again."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Final, cast

from components.domain.json_types import Json, JsonObject
from components.domain.long_data import REFERENCE, restore, shorten
from components.domain.request import encode

_WRITTEN: Final = re.compile(r'\{"' + re.escape(REFERENCE) + r'":"([0-9a-f]{64})"\}')
"""A reference as `encode` writes it. Inside a JSON string its quotes would be escaped."""


def shortened(content: Json) -> tuple[Json, dict[str, str]]:
    """The content with references in place of long data, and the data by digest.

    The content itself, and no data, where `restore` would not give the very same: somebody typed what looks
    like such a reference.
    """
    with contextlib.suppress(RecursionError):
        short, data = shorten(content)
        if data and restore(short, data) == content:
            return short, data
    return content, {}


def shortened_run(
    body_json: str, body: JsonObject, draft: JsonObject | None
) -> tuple[str, JsonObject | None, dict[str, str]]:
    """A body as text and the draft it came from, shortened, and the data by digest.

    Both as they are, and no data, where `restored_text` would not give the very same text.
    """
    short, data = shortened(cast(Json, [body, draft]))
    if data:
        short_body, short_draft = cast(list[JsonObject], short)
        with contextlib.suppress(ValueError):
            text = encode(short_body)
            if restored_text(text, data) == body_json:
                return text, short_draft, data
    return body_json, draft, {}


def restored_text(text: str, data: Mapping[str, str]) -> str:
    """The text of a body with this data put back; other references were typed and stay."""
    if not data:
        return text

    def put(match: re.Match[str]) -> str:
        known = data.get(match[1])
        return match[0] if known is None else f'"{known}"'

    return _WRITTEN.sub(put, text)
