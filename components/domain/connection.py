"""A connection: where requests go and how they authenticate. Never the secret itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from components.domain.request import VERSION_2023

Auth = Literal["x-api-key", "bearer"]
AUTHS: tuple[Auth, ...] = ("x-api-key", "bearer")
SERVICE_URL = "https://api.anthropic.com"
SANDBOX_ID = "sandbox"
ENVIRONMENT_ID = "environment"


@dataclass(frozen=True, slots=True)
class Connection:
    """One server that speaks the Messages API."""

    id: str
    """`sandbox`, `environment`, or the id of one the user added."""
    name: str
    base_url: str
    """`/v1/messages` is appended; may carry a path, ends without a slash."""
    anthropic_version: str = VERSION_2023
    auth: Auth = "x-api-key"

    @property
    def simulated(self) -> bool:
        return self.id == SANDBOX_ID

    @property
    def is_service(self) -> bool:
        """Whether this is Anthropic's own service, whose models the local table knows."""
        return self.base_url.rstrip("/") == SERVICE_URL


class InvalidAddress(ValueError):
    """What was typed is no base URL; the message says what to type instead."""


def tidy_base_url(typed: str) -> str:
    """Return a base URL as connections keep it: no slash at the end, no `/v1` or `/v1/messages`.

    Raises `InvalidAddress` for what cannot be one.
    """
    url = typed.strip()
    if not url:
        raise InvalidAddress("Type the server's base URL, such as http://localhost:11434.")
    if "://" not in url:
        url = (
            "http://" if url.split(":")[0].split("/")[0] in {"localhost", "127.0.0.1"} else "https://"
        ) + url
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as cause:
        raise InvalidAddress(f"“{typed.strip()}” is not a web address: {cause}.") from cause
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(c.isspace() for c in url):
        raise InvalidAddress("A base URL begins with http:// or https:// and names a host.")
    if parts.username or parts.password:
        raise InvalidAddress(
            "Leave user name and password out of the address; the key has a field of its own."
        )
    if parts.query or parts.fragment:
        raise InvalidAddress("A base URL has no “?” or “#” part.")
    path = parts.path.rstrip("/")
    for ending in ("/v1/messages", "/v1"):
        path = path.removesuffix(ending)
    return f"{parts.scheme}://{parts.netloc}{path}"
