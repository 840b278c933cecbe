"""What a client is set up with: checked once, with sentences for what cannot work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from components.api.errors import BadSettings

Auth = Literal["x-api-key", "bearer"]

USER_AGENT = "workbench/1"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. Source of the defaults: the official SDKs, November 2026."""

    connect_s: float = 5.0
    silence_s: float = 600.0
    """The longest time without a byte from the server, before the answer and within it."""


def clean_base_url(text: str) -> str:
    """Return the part before `/v1`, without a trailing slash. Raises `BadSettings`.

    `…/v1` and `…/v1/messages`, which people copy from documentation, mean the same.
    """
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError as cause:  # Of which UnicodeError is one.
        raise BadSettings("The base URL cannot be read: check its host and its port.") from cause
    if parts.scheme not in {"http", "https"}:
        raise BadSettings(
            "The base URL has to begin with http:// or https://, as in https://api.anthropic.com."
        )
    if not host:
        raise BadSettings("The base URL names no host: it should look like https://api.anthropic.com.")
    if parts.username is not None or parts.password is not None:
        raise BadSettings(
            "The base URL holds a user name or password: take it out; the key goes in its own field."
        )
    if "?" in url or "#" in url:
        raise BadSettings(
            "The base URL must not hold a question mark or a hash sign: give only the part before /v1."
        )
    if any(character.isspace() or not character.isprintable() for character in url):
        raise BadSettings("The base URL holds a space or a line break: take it out.")
    path = parts.path.rstrip("/").removesuffix("/messages").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc}{path}".rstrip("/")


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
