"""A request as source text: programs that send exactly what the Workbench sends.

Every snippet runs as it stands once `ANTHROPIC_API_KEY` is set, and sends a request equal to the app's own in
method, path, JSON body, `anthropic-version` and `anthropic-beta`. How the credential travels may differ: the
official SDKs (Python 2, TypeScript 1) put the key into `Authorization: Bearer`, which the service takes too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from components.domain.json_types import Json
from components.snippets.request_parts import DEFAULT_BASE_URL, Auth, request_parts
from components.snippets.target import Target
from components.snippets.targets import curl, python, typescript

__all__ = ["DEFAULT_BASE_URL", "TARGETS", "Auth", "Target", "UnknownTarget", "render"]

TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {target.key: target for target in (curl.TARGET, python.TARGET, typescript.TARGET)}
)
"""In menu order. Menu, highlighting, download name and tests all read this table."""


class UnknownTarget(KeyError):
    """No target has the key that was asked for."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"There is no snippet target {self.key!r}. Known targets: {', '.join(TARGETS)}."


def render(
    key: str,
    body: Mapping[str, Json],
    *,
    anthropic_version: str,
    betas: Sequence[str] = (),
    base_url: str = DEFAULT_BASE_URL,
    stream: bool = False,
    auth: Auth = "x-api-key",
) -> str:
    """Return the program, in the language of `key`, that sends `body` to `{base_url}/v1/messages`.

    A `"stream": true` in the body means the same as `stream=True`. Raises `UnknownTarget`, and `ValueError`
    (its text is for the screen) for a request that cannot be sent at all.
    """
    if key not in TARGETS:
        raise UnknownTarget(key)
    try:
        parts = request_parts(
            body,
            anthropic_version=anthropic_version,
            betas=betas,
            base_url=base_url,
            stream=stream,
            auth=auth,
        )
        return TARGETS[key].render(parts)
    except RecursionError as cause:
        raise ValueError("The request is nested too deeply to be written as code.") from cause
