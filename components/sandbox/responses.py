"""A response that is sent at the pace of a model, can break off, and ends when the client has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from components.sandbox.stream import CUT

PARTS_PER_TURN = 50
"""Unpaced parts sent before other work gets its turn."""


class PacedResponse(StreamingResponse):
    """Sends parts, each after the time its tokens take."""

    def __init__(
        self,
        parts: Iterable[tuple[bytes, int]],
        *,
        media_type: str,
        headers: Mapping[str, str],
        pace_tokens_per_s: float,
        delay_s: float = 0.0,
    ) -> None:
        """`parts` are bytes and their tokens; the part `CUT` drops the connection. A pace of 0 is no pace."""
        super().__init__(iter(()), media_type=media_type, headers=headers)
        self._parts, self._pace, self._delay_s = parts, pace_tokens_per_s, delay_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            outcome, _ = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(outcome, Exception) and not isinstance(outcome, OSError):
            raise outcome

    async def _send(self, send: Send) -> None:
        clock = asyncio.get_running_loop().time
        if self._delay_s:
            await asyncio.sleep(self._delay_s)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        due = clock()
        for number, (data, tokens) in enumerate(self._parts):
            if self._pace and tokens:
                due += tokens / self._pace
                await asyncio.sleep(max(0.0, due - clock()))
            elif number % PARTS_PER_TURN == 0:
                await asyncio.sleep(0)
            if data == CUT:
                # Returning with the body unfinished makes the server close the socket: a broken connection.
                return
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
