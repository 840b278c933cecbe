"""A Messages API in this very process: honest validation, simulated answers.

It checks requests as the service does (headers, shape, the rules of `components.domain.rules`), answers in
its shapes, streams its events, and says in every answer that it is simulated. Failures come on demand, by a
directive in the last user turn or the system prompt; `DIRECTIVES` lists what there is:

    [sandbox:rate-limit retry-after=1 times=2]   two 429s, then the answer
    [sandbox:overloaded]                         529, then the answer
    [sandbox:stream-error after=20]              an error event amid the stream
    [sandbox:cut after=20]                       the connection drops
    [sandbox:slow tokens_per_s=5]                a slow stream
    [sandbox:echo]Any text                       exactly that text as the answer
    [sandbox:calls count=3]                      three tool calls at once
    [sandbox:tool-error code=max_uses_exceeded]  the service's own tools fail
    [sandbox:blocks kinds=stable]                one block of every kind

Tools that the service runs (web search, web fetch, code execution, tool search) are used once each when they
are offered; nothing is loaded or run. Any key is taken but one that contains `invalid` (401) or `forbidden`
(403). Token counts are approximate.
Mount `app` wherever `/v1/…` is to be found: `Mount("/sandbox", app=sandbox.app)`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_lock = threading.Lock()
_app: ASGIApp | None = None


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The sandbox that the Workbench mounts; made at the first request: the first page needs none of it."""
    await (await run_in_threadpool(_made))(scope, receive, send)


def _made() -> ASGIApp:
    global _app
    with _lock:
        if _app is None:
            from components.sandbox.server import create_app

            _app = create_app()
        return _app
