"""Serves an ASGI application over real HTTP on this machine, for the time of a test."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

START_WITHIN_S = 10.0


@contextmanager
def serve(app: Any, *, lifespan: str = "off", grace_s: int = 1) -> Iterator[str]:
    """Run the application on a free port of 127.0.0.1 and yield its base URL, without a trailing slash.

    Ends within `grace_s` seconds of the block's end, connections still open included.
    """
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_level="critical",
        lifespan=lifespan,  # type: ignore[arg-type]
        timeout_graceful_shutdown=grace_s,
        ws="none",
        access_log=False,
    )
    server = uvicorn.Server(config)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(server.serve(sockets=[listener]))
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, name="loopback", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_WITHIN_S
        while not server.started:
            if failures or time.monotonic() > deadline:
                raise RuntimeError("the loopback server did not start") from (failures or [None])[0]
            time.sleep(0.002)
        host, port = listener.getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=grace_s + 10)
        listener.close()
