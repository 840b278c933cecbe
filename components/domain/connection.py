"""A connection: where requests go and how they authenticate. Never the secret itself."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
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
        parts = urlsplit(self.base_url)
        service = urlsplit(SERVICE_URL)
        return (parts.scheme, parts.hostname, parts.port or 443, parts.path.strip("/")) == (
            service.scheme,
            service.hostname,
            443,
            "",
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class InvalidAddress(ValueError):
    """What was typed is no base URL; the message says what to type instead."""


def clean_base_url(text: str) -> str:
    """Return the part before `/v1`, without a slash at the end. Raises `InvalidAddress`.

    `…/v1` and `…/v1/messages`, which people copy from documentation, mean the same.
    """
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError as cause:  # Of which UnicodeError is one.
        raise InvalidAddress("The base URL cannot be read: check its host and its port.") from cause
    if parts.scheme not in {"http", "https"}:
        raise InvalidAddress(
            "The base URL has to begin with http:// or https://, as in https://api.anthropic.com."
        )
    if not host:
        raise InvalidAddress("The base URL names no host: it should look like https://api.anthropic.com.")
    if parts.username is not None or parts.password is not None:
        raise InvalidAddress(
            "The base URL holds a user name or password: take it out; the key has its own field."
        )
    if "?" in url or "#" in url:
        raise InvalidAddress(
            "The base URL must not hold a question mark or a hash sign: give the part before /v1."
        )
    if any(character.isspace() or not character.isprintable() for character in url):
        raise InvalidAddress("The base URL holds a space or a line break: take it out.")
    path = parts.path.rstrip("/").removesuffix("/messages").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc}{path}".rstrip("/")


def base_url_of(typed: str) -> str:
    """Return a base URL for what a person typed, who may leave the scheme out. Raises `InvalidAddress`."""
    url = typed.strip()
    if not url:
        raise InvalidAddress("Type the server's base URL, such as http://localhost:11434.")
    if "://" not in url:
        local = is_loopback(url.split("/")[0].split(":")[0])
        url = ("http://" if local else "https://") + url
    return clean_base_url(url)
