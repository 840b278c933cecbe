from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from wire import Script, WireServer, serve

from components.api.client import Client

KEY = "sk-ant-wire-secret"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NETRC",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def connect() -> Iterator[Callable[..., tuple[Client, WireServer]]]:
    """Return a function: scripts and client options → a client of a server that plays the scripts."""
    with ExitStack() as stack:

        def start(*scripts: Script, path: str = "", **options: Any) -> tuple[Client, WireServer]:
            server = stack.enter_context(serve(*scripts))
            client = Client(server.base_url + path, options.pop("api_key", KEY), **options)
            stack.callback(client.close)
            return client, server

        yield start
