"""Who asks, with which version, and the headers that go back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components.domain.request import API_VERSIONS
from components.sandbox.errors import Refusal

ORGANIZATION: Final = "00000000-0000-4000-8000-00005a6db0c5"
WORKSPACE: Final = "wrkspc_sandbox000000000000000"

BASE_HEADERS: Final = {"x-sandbox": "simulated", "anthropic-organization-id": ORGANIZATION}


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


def workspace(headers: Mapping[str, str]) -> str:
    """The workspace of a request: the one it names, or the sandbox's own."""
    named = headers.get("anthropic-workspace-id", "").strip()
    return named if named.startswith("wrkspc_") else WORKSPACE
