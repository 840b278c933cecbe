"""One streamed answer: an iterator of events for one thread, and a view on the answer so far for all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Mapping
from types import TracebackType
from typing import Self

from components.api.accumulator import Accumulator
from components.api.answers import Reader, event_of
from components.api.cancel import CancelToken
from components.api.errors import ApiError, StreamInterrupted, lower_case
from components.api.refusals import stream_error
from components.api.replay import events_of
from components.api.sse import SseParser
from components.api.transport import Reply
from components.domain.json_types import JsonObject

_MARGIN = b"\xef\xbb\xbf \t\r\n"
"""What may stand before the first event: a byte order mark, white space."""

_NO_EVENTS = frozenset({b"{", b"[", b"<", b""})
"""First bytes that no event stream has: JSON, a web page, nothing."""


_ENDED_EARLY = (
    "The server ended the answer before it was complete. "
    "The part received is kept; run again for a whole answer."
)


class Stream(Iterator[JsonObject]):
    """Yields the events of the API as JSON objects, pings and unknown ones left out.

    Nothing is sent before the first `next()`.
    Ends only after `message_stop`; otherwise raises `StreamInterrupted`, `StreamErrorEvent` or `Cancelled`,
    each with the part received in `.partial`, or what kept the answer from beginning.
    One thread iterates; everything else may be used from any thread.
    """

    def __init__(self, open_: Callable[[CancelToken], Reply], reader: Reader, path: str) -> None:
        self._open = open_
        self._reader = reader
        self._path = path
        self._token = CancelToken()
        self._answer = Accumulator()
        self._reply: Reply | None = None
        self._events = self._run()

    def __next__(self) -> JsonObject:
        return next(self._events)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def cancel(self) -> None:
        """End the stream at once, whatever it waits for; the reading thread gets `Cancelled`."""
        self._token.cancel()

    def close(self) -> None:
        """End the stream and let the connection go. Does nothing after the end."""
        self._token.cancel()
        # Another thread is inside the generator: the cancelled read ends it there.
        with contextlib.suppress(ValueError):
            self._events.close()

    @property
    def message(self) -> JsonObject | None:
        """The Message folded so far, the caller's own copy; see `Accumulator.snapshot`."""
        return self._answer.snapshot()

    @property
    def version(self) -> int:
        """Grows with each event: whoever watches can see cheaply that nothing is new."""
        return self._answer.version

    @property
    def request_id(self) -> str | None:
        """The service's id of this request, once the answer has begun."""
        return self._reply.request_id if self._reply else None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer, names in any case; empty before it has begun."""
        return self._reply.headers if self._reply else {}

    def _run(self) -> Generator[JsonObject, None, None]:
        token, answer = self._token, self._answer
        try:
            token.check()
            reply = self._reply = self._open(token)
            with contextlib.closing(reply):
                for event in self._read(reply):
                    if token.cancelled:
                        token.check()
                    if event["type"] == "error":
                        raise stream_error(event, secret=self._reader.secret, request_id=reply.request_id)
                    answer.add(event)
                    yield event
                    if answer.complete:
                        reply.finish()
                        return
        except ApiError as error:
            error.partial = answer.snapshot()
            if self._reply:
                error.status = error.status or self._reply.status
                error.request_id = error.request_id or self._reply.request_id
                error.headers = error.headers or lower_case(self._reply.headers)
            raise

    def _read(self, reply: Reply) -> Iterator[JsonObject]:
        """The events of the body, whatever form it has. Never ends by itself: raises when the body ends."""
        start = b""
        while not start and (piece := reply.read_some()):
            start = piece.lstrip(_MARGIN)
        if start[:1] in _NO_EVENTS:
            yield from events_of(self._reader.message(start + reply.read_all(), reply, path=self._path))
            raise StreamInterrupted(_ENDED_EARLY)
        parser = SseParser()
        broken: StreamInterrupted | None = None
        foreign = False
        chunk = start
        while chunk:
            for record in parser.feed(chunk):
                event = event_of(record)
                if event is not None:
                    yield event
                else:
                    foreign = foreign or record[0] != "ping"
            try:
                chunk = reply.read_some()
            except StreamInterrupted as error:
                broken, chunk = error, b""
        for record in parser.finish():
            with contextlib.suppress(StreamInterrupted):
                event = event_of(record)
                if event is not None:
                    yield event
        if broken:
            raise broken
        if self._answer.version == 0 and (
            foreign or "event-stream" not in reply.headers.get("content-type", "")
        ):
            raise self._reader.not_this_api("answered with text that holds no events of this API", reply)
        raise StreamInterrupted(_ENDED_EARLY)
