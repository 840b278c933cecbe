"""What a client is set up with: checked once, with sentences for what cannot work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.api.errors import BadSettings
from components.domain.connection import Auth

USER_AGENT = "workbench/1"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. Source of the defaults: the official SDKs, November 2026."""

    connect_s: float = 5.0
    silence_s: float = 600.0
    """The longest time without a byte from the server, before the answer and within it."""


def headers_for(api_key: str | None, auth: Auth) -> dict[str, str]:
    """Return the headers of every request. Raises `BadSettings`, in words that do not hold the key."""
    headers = {
        "accept": "application/json",
        "accept-encoding": "gzip",
        "content-type": "application/json",
        "user-agent": USER_AGENT,
    }
    if api_key:
        if not (api_key.isascii() and api_key.isprintable()) or " " in api_key:
            raise BadSettings(
                "The key holds a character that no key has (a space, a line break or a letter outside "
                "ASCII): copy it again, without what stands around it."
            )
        name, value = ("authorization", f"Bearer {api_key}") if auth == "bearer" else ("x-api-key", api_key)
        headers[name] = value
    return headers


def version_headers(anthropic_version: str, betas: Sequence[str]) -> dict[str, str]:
    """`anthropic-version`, and `anthropic-beta` when there are betas. Raises `BadSettings`."""
    headers = {"anthropic-version": anthropic_version}
    if betas:
        headers["anthropic-beta"] = ",".join(betas)
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise BadSettings(f"{name} holds a character that a header cannot carry: {value!r}.")
    return headers
