"""What every target needs to know of one request, checked and put in reading order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from components.domain.json_types import Json, JsonObject
from components.domain.request import encode

Auth: TypeAlias = Literal["x-api-key", "bearer"]

DEFAULT_BASE_URL: Final = "https://api.anthropic.com"
PATH: Final = "/v1/messages"

_FIRST: Final = (
    "model",
    "max_tokens",
    "stream",
    "system",
    "thinking",
    "output_config",
    "tools",
    "tool_choice",
    "stop_sequences",
)
_LAST: Final = "messages"

_HEADER_WORD: Final = re.compile(r"[!-+\--~]+")
_BASE_URL: Final = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class RequestParts:
    """One `POST {base_url}/v1/messages`."""

    body: JsonObject
    """Without `stream`; the model first, the messages last, as the official examples have it."""
    stream: bool
    anthropic_version: str
    betas: tuple[str, ...]
    base_url: str
    """Without a slash at its end."""
    auth: Auth

    @property
    def wire_body(self) -> JsonObject:
        """What arrives at the service: the body, with `stream` where it streams."""
        if not self.stream:
            return self.body
        return _in_reading_order({**self.body, "stream": True})

    @property
    def headers(self) -> dict[str, str]:
        """The headers that choose how the service reads the body. The key is not among them."""
        headers = {"anthropic-version": self.anthropic_version}
        if self.betas:
            headers["anthropic-beta"] = ",".join(self.betas)
        return headers

    @property
    def own_base_url(self) -> str | None:
        """The base URL where it is not the one that SDKs use by themselves."""
        return None if self.base_url == DEFAULT_BASE_URL else self.base_url


def request_parts(
    body: Mapping[str, Json],
    *,
    anthropic_version: str,
    betas: Sequence[str] = (),
    base_url: str = DEFAULT_BASE_URL,
    stream: bool = False,
    auth: Auth = "x-api-key",
) -> RequestParts:
    """Check a request and put its fields in reading order.

    Raises `ValueError`, with a sentence for the screen, for what no request can carry: NaN and infinities,
    lone surrogates, header values with spaces or control characters, a base URL that is not http(s).
    """
    encode(body)
    for name in (anthropic_version, *betas):
        if not _HEADER_WORD.fullmatch(name):
            raise ValueError(
                f"{name!r} cannot stand in a header: use visible ASCII without spaces or commas."
            )
    if not _BASE_URL.fullmatch(base_url):
        raise ValueError(f"{base_url!r} is not a base URL: it must start with http:// or https://.")
    return RequestParts(
        body=_in_reading_order({name: value for name, value in body.items() if name != "stream"}),
        stream=stream or body.get("stream") is True,
        anthropic_version=anthropic_version,
        betas=tuple(betas),
        base_url=base_url.rstrip("/"),
        auth=auth,
    )


def _in_reading_order(body: Mapping[str, Json]) -> JsonObject:
    middle = [name for name in body if name not in _FIRST and name != _LAST]
    return {name: body[name] for name in (*_FIRST, *middle, _LAST) if name in body}
