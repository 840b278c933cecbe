"""A sandbox over real HTTP, and the official SDK's types to hold its answers against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loopback import serve
from sandbox_api import Api

from components.domain.catalogue import CHECKED
from components.sandbox.server import create_app


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with serve(create_app(0, today=lambda: CHECKED)) as url:
        yield url


@pytest.fixture
def api(base_url: str) -> Iterator[Api]:
    api = Api(base_url)
    yield api
    api.session.close()


@pytest.fixture(scope="session")
def typed() -> Callable[..., Any]:
    """Reads a message strictly as the SDK's own type, which must know all of its fields."""
    from anthropic.types import Message
    from anthropic.types.beta import BetaMessage

    def read(message: dict[str, Any], *, beta: bool = False) -> Any:
        parsed: Any = (BetaMessage if beta else Message).model_validate(message)
        assert not list(_unknown(parsed))
        return parsed

    return read


def _unknown(value: Any) -> Iterator[str]:
    """Names of fields that the types do not have."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _unknown(item)
    elif hasattr(value, "model_extra"):
        yield from value.model_extra or ()
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name))
