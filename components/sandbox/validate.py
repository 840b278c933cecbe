"""From bytes to a request the sandbox may answer, or to the refusal the service would give."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn, cast

from components.domain import rules, shape
from components.domain.catalogue import find
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.sandbox.counting import count_input
from components.sandbox.errors import Refusal

MOST_BYTES: Final = 32_000_000
"""Source: docs "API overview": 32 MB."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed every check."""

    body: JsonObject
    model: Model
    version: str
    betas: tuple[str, ...]
    input_tokens: int


def examine(
    raw: bytes, *, endpoint: shape.Endpoint, version: str, betas: Sequence[str], today: date
) -> Asked:
    """Check a body as the service does: JSON, shape, model, rules, length. Raises `Refusal`."""
    body = _parse(raw)
    for fault in shape.check(body, endpoint=endpoint, betas=betas):
        raise Refusal(400, fault.message)
    name = cast(str, body["model"])
    model = find(name)
    if model is None:
        raise Refusal(404, f"model: {name}")
    for finding in rules.check(body, anthropic_version=version, betas=betas, model=model, today=today):
        if finding.severity == "error":
            raise Refusal(finding.status, finding.message, error_type=finding.error_type)
    tokens = count_input(body, model)
    if model.context is not None and tokens > model.context:
        raise Refusal(400, f"prompt is too long: {tokens} tokens > {model.context} maximum")
    return Asked(body, model, version, tuple(betas), tokens)


def _parse(raw: bytes) -> JsonObject:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise Refusal(
            400, "The request body is not valid UTF-8.", error_code="request_body_encoding_invalid"
        ) from cause
    try:
        body: Json = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:
            json.dumps(body, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as cause:
        raise Refusal(400, "The request body is not valid JSON: no low surrogate in string") from cause
    except (ValueError, RecursionError) as cause:
        why = "nested too deeply" if isinstance(cause, RecursionError) else cause
        raise Refusal(400, f"The request body is not valid JSON: {why}") from cause
    if not isinstance(body, dict):
        raise Refusal(400, "Input should be a valid dictionary")
    return body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
