"""From bytes to a request the sandbox may answer, or to the refusal the service would give."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from components.domain import shape
from components.domain.catalogue import find
from components.domain.checks import MOST_BYTES, prompt_too_long, refusals
from components.domain.findings import Finding
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.media import READER
from components.sandbox.counting import count_input
from components.sandbox.errors import Refusal

__all__ = ["MOST_BYTES", "Asked", "examine"]


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
    found = refusals(
        body,
        endpoint=endpoint,
        anthropic_version=version,
        betas=betas,
        today=today,
        media=READER,
        size_bytes=len(raw),
    )
    for finding in found:
        if finding.severity == "error":
            raise _refusal(finding)
    name = str(body["model"])
    model = find(name)
    if model is None:
        raise Refusal(404, f"model: {name}")
    tokens = count_input(body, model)
    if (too_long := prompt_too_long(tokens, model)) is not None:
        raise _refusal(too_long)
    return Asked(body, model, version, tuple(betas), tokens)


def _refusal(finding: Finding) -> Refusal:
    return Refusal(
        finding.status,
        finding.message,
        error_type=finding.error_type,
        error_code=finding.error_code,
        details=finding.error_details,
    )


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
