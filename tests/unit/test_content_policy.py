from __future__ import annotations

import asyncio

import pytest
import requests
from loopback import serve
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from components.content_policy import POLICY, ContentPolicy


async def plain(request: object) -> Response:
    return PlainTextResponse("hello")


async def own_policy(request: object) -> Response:
    return PlainTextResponse("hello", headers={"Content-Security-Policy": "default-src 'none'"})


APP = ContentPolicy(Starlette(routes=[Route("/", plain), Route("/own", own_policy)]))


@pytest.mark.parametrize("path", ["/", "/no-such-page"])
def test_every_answer_carries_the_policy(path: str) -> None:
    with serve(APP) as url:
        headers = requests.get(url + path, timeout=5).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_stricter_policy_stands() -> None:
    with serve(APP) as url:
        headers = requests.get(f"{url}/own", timeout=5).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'"


def test_nothing_is_loaded_from_elsewhere() -> None:
    directives = {part.split()[0]: part.split()[1:] for part in POLICY.split(";")}
    for kind in ("img-src", "media-src", "font-src", "frame-src"):
        assert set(directives[kind]) <= {"'self'", "data:", "blob:"}
    assert directives["object-src"] == ["'none'"]


def test_what_is_no_http_passes_untouched() -> None:
    seen: list[object] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope, receive, send))

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        return

    asyncio.run(ContentPolicy(inner)({"type": "websocket"}, receive, send))
    assert seen == [({"type": "websocket"}, receive, send)]
