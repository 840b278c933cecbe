"""Who asks, with which version, and the headers that go back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from components.domain.request import API_VERSIONS
from components.sandbox.errors import Refusal

ORGANIZATION: Final = "00000000-0000-4000-8000-00005a6db0c5"
WORKSPACE: Final = "wrkspc_sandbox000000000000000"

BASE_HEADERS: Final = {"x-sandbox": "simulated", "anthropic-organization-id": ORGANIZATION}
WORKSPACE_HEADER: Final = {"anthropic-workspace-id": WORKSPACE}

REQUESTS_PER_MINUTE: Final = 1_000
INPUT_TOKENS_PER_MINUTE: Final = 2_000_000
OUTPUT_TOKENS_PER_MINUTE: Final = 400_000
"""The Start tier. Source: docs "Rate limits", August 2026. Told in headers, not enforced."""


def authenticate(headers: Mapping[str, str]) -> None:
    """Take any key but one that contains `invalid` (401) or `forbidden` (403). Raises `Refusal`."""
    key = headers.get("x-api-key", "").strip()
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if not key and not scheme:
        raise Refusal(401, "x-api-key header is required")
    wrong = "invalid x-api-key" if key else "Invalid bearer token"
    secret = key or (token.strip() if scheme.lower() == "bearer" else "")
    if not secret or "invalid" in secret:
        raise Refusal(401, wrong)
    if "forbidden" in secret:
        raise Refusal(403, "Your API key does not have permission to use the specified resource.")


def read_version(headers: Mapping[str, str]) -> str:
    """The `anthropic-version` of a request. Raises `Refusal`."""
    version = headers.get("anthropic-version", "").strip()
    if not version:
        raise Refusal(400, "anthropic-version: header is required")
    if version not in API_VERSIONS:
        raise Refusal(400, f'anthropic-version: "{version}" is not a valid version')
    return version


def read_betas(headers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for part in headers.get("anthropic-beta", "").split(",") if (name := part.strip()))


@dataclass(slots=True)
class Meter:
    """What was used of this minute's rate limits."""

    now: Callable[[], float] = time.time
    _minute: int = field(default=0, init=False)
    _used: tuple[int, int, int] = field(default=(0, 0, 0), init=False)

    def headers(self, input_tokens: int, output_tokens: int) -> dict[str, str]:
        """Count one request and return the rate-limit headers after it."""
        minute = int(self.now() // 60)
        requests, inputs, outputs = self._used if minute == self._minute else (0, 0, 0)
        self._minute = minute
        self._used = (requests + 1, inputs + input_tokens, outputs + output_tokens)
        reset = datetime.fromtimestamp((minute + 1) * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        limits = (REQUESTS_PER_MINUTE, INPUT_TOKENS_PER_MINUTE, OUTPUT_TOKENS_PER_MINUTE)
        left = [max(0, limit - used) for limit, used in zip(limits, self._used, strict=True)]
        rows = {
            "requests": (limits[0], left[0]),
            "input-tokens": (limits[1], round(left[1], -3)),
            "output-tokens": (limits[2], round(left[2], -3)),
            "tokens": (limits[1] + limits[2], round(left[1] + left[2], -3)),
        }
        return {
            f"anthropic-ratelimit-{name}-{what}": str(value)
            for name, (limit, remaining) in rows.items()
            for what, value in (("limit", limit), ("remaining", remaining), ("reset", reset))
        }
