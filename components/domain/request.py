"""The request: exactly what goes over the wire, and nothing that could change afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from components.domain.json_types import Json, JsonObject

VERSION_2023 = "2023-06-01"
VERSION_2026 = "2026-10-21"
API_VERSIONS = (VERSION_2023, VERSION_2026)
"""The `anthropic-version` values the service takes, oldest first. Source: API overview, October 2026."""

COUNTED_FIELDS: Final = frozenset(
    {
        "model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control",
        "speed", "mcp_servers", "context_management", "compaction", "billing_policy",
    }
)  # fmt: skip
"""What count_tokens takes. Source: `MessageCountTokensParams`, plain and beta, of the Python SDK 2.12.0."""


def counted(body: Mapping[str, Json]) -> JsonObject:
    """The part of a Messages body that count_tokens takes."""
    return {name: value for name, value in body.items() if name in COUNTED_FIELDS}


def encode(body: Mapping[str, Json]) -> str:
    """Return the one JSON text of a body that is sent, shown and stored.

    Raises `ValueError` for what JSON cannot carry: NaN, infinities, lone surrogates.
    """
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as cause:
        raise ValueError(
            "The text holds half of a character (a lone surrogate), which UTF-8 cannot carry."
        ) from cause
    return text


@dataclass(frozen=True)
class Request:
    """One `POST /v1/messages`, immutable."""

    body_json: str
    """The body as text; its UTF-8 bytes are the bytes on the wire."""
    anthropic_version: str = VERSION_2023
    betas: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, body: Mapping[str, Json], *, anthropic_version: str = VERSION_2023, betas: Sequence[str] = ()
    ) -> Request:
        """Freeze a body. Raises `ValueError` for what JSON cannot carry."""
        return cls(encode(body), anthropic_version, tuple(betas))

    @property
    def body(self) -> JsonObject:
        """A fresh copy of the body."""
        return cast(JsonObject, json.loads(self.body_json))

    @cached_property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @cached_property
    def stream(self) -> bool:
        return self.body.get("stream") is True

    @cached_property
    def fingerprint(self) -> str:
        """Hex SHA-256 over body, version and betas: equal for requests the service cannot tell apart.

        The order of object keys does not matter; the order of list items does.
        """
        canonical = json.dumps(
            [self.body, self.anthropic_version, sorted(self.betas)], sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()
