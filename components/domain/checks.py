"""Everything the service would say to a request, in the order in which it would: size, JSON, shape, rules.

The editor and the sandbox ask the same function, so that what one stops the other refuses.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from components.domain import rules, shape
from components.domain.catalogue import find
from components.domain.findings import Finding
from components.domain.json_types import Json
from components.domain.media_facts import MediaReader
from components.domain.model import Model

MOST_BYTES: Final = 32_000_000
"""Of a request body. Source: docs "API overview": 32 MB."""
DEEPEST: Final = 200
"""Levels of lists and objects within one another that are looked into (?)."""


def refusals(
    body: Mapping[str, Json],
    *,
    endpoint: shape.Endpoint = "messages",
    anthropic_version: str,
    betas: Sequence[str] = (),
    model: Model | None = None,
    today: date | None = None,
    media: MediaReader | None = None,
    size_bytes: int | None = None,
    bindings: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What the service would refuse (errors) or handle unexpectedly (notices), the first refusal first.

    `model` is what is known about the body's model (`catalogue.merge`); left out, the table is asked. Of a
    model nothing is known about, only what makes sending impossible is said. `size_bytes` is the length of
    the body as it is sent; without it, nothing is said about its size. For the rest see `rules.check`.
    """
    name = body.get("model")
    facts = model or (find(name) if isinstance(name, str) else None)
    if (unsendable := _unsendable(body)) is not None:
        return [unsendable]
    faults = shape.check(body, endpoint=endpoint, betas=betas)
    if facts is None or facts.unknown:
        return [fault for fault in faults if fault.path == ("model",)]
    ruled = rules.check(
        body,
        anthropic_version=anthropic_version,
        betas=betas,
        model=facts,
        today=today,
        media=media,
        bindings=bindings,
    )
    size = [_too_large(size_bytes)] if size_bytes is not None and size_bytes > MOST_BYTES else []
    return [*size, *faults, *ruled]


def prompt_too_long(tokens: int, model: Model) -> Finding | None:
    """What the service says to a prompt of so many tokens, counted, when the model's context is smaller."""
    if model.context is None or tokens <= model.context:
        return None
    return Finding(
        rule="prompt_too_long",
        path=("messages",),
        message=f"prompt is too long: {tokens} tokens > {model.context} maximum",
        sentence=f"The prompt has {tokens:,} tokens; {model.name} reads {model.context:,}. Shorten it.",
    )


def _too_large(size_bytes: int) -> Finding:
    return Finding(
        rule="request_too_large",
        path=(),
        message="Request exceeds the maximum size of 32 MB",
        sentence=f"The request has {size_bytes / 1_000_000:.1f} MB, and 32 MB is the most. "
        "Attachments grow by a third on the way; remove or shrink one.",
        status=413,
        error_type="request_too_large",
    )


def _unsendable(body: Mapping[str, Json]) -> Finding | None:
    """What JSON and UTF-8 cannot carry."""
    level: list[Json] = [dict(body)]
    for _ in range(DEEPEST):
        for value in level:
            if isinstance(value, float) and not math.isfinite(value):
                return _not_json(
                    f"{value} is not a JSON value", f"The number {value} cannot be sent. Remove it."
                )
            if isinstance(value, str) and not _encodable(value):
                sentence = (
                    "A text holds half of a character (a lone surrogate), which cannot be sent. Remove it."
                )
                return _not_json("no low surrogate in string", sentence)
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return None
    return _not_json("nested too deeply", "The request has lists within lists without end. Make it flatter.")


def _inside(value: Json) -> Sequence[Json]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()


def _encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _not_json(why: str, sentence: str) -> Finding:
    return Finding("not_json", (), f"The request body is not valid JSON: {why}", sentence)
