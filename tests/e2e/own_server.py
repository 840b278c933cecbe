"""A server for journeys beyond the built-in sandbox: it waits for them, and never repeats itself."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from typing import Any

from components.sandbox.server import create_app

UNHURRIED = "UNHURRIED"
"""In a prompt whose answer is under way until the journey lets it go, however slow the machine is."""
PAUSE_S = 0.2


class OwnServer:
    """A sandbox in which an answer lasts as long as the journey needs, and NUMBER in a prompt is another
    number each time.
    """

    def __init__(self) -> None:
        self._sandbox = create_app(0)
        self._numbers = itertools.count(1)
        self._free = threading.Event()

    def hold(self) -> None:
        """From now on answers to unhurried prompts come piece by piece."""
        self._free.clear()

    def let_go(self) -> None:
        """What is left of every answer comes at once."""
        self._free.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        number = str(next(self._numbers)).encode()
        unhurried = False

        async def numbered() -> Any:
            nonlocal unhurried
            message = await receive()
            if message["type"] == "http.request":
                unhurried = unhurried or UNHURRIED.encode() in message["body"]
                message["body"] = message["body"].replace(b"NUMBER", number)
            return message

        async def slowly(message: Any) -> None:
            await send(message)
            if unhurried and b"content_block_delta" in message.get("body", b""):
                until = time.monotonic() + PAUSE_S
                while not self._free.is_set() and time.monotonic() < until:
                    await asyncio.sleep(0.02)

        await self._sandbox(scope, numbered, slowly)
