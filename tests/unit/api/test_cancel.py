"""Cancelling from another thread, in every phase of a call."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from urllib3.util import connection as urllib3_connection
from wire import FRAMINGS, Exchange, WireServer, answer_events, framed, plays, record, streams

from components.api import errors
from components.api.client import CancelToken, Client, RetryPolicy
from components.api.stream import Stream
from components.domain.json_types import JsonObject

Connect = Callable[..., tuple[Client, WireServer]]
BODY: JsonObject = {"model": "m"}
EVENTS = answer_events("Vi", "er")
AT_MOST_S = 0.2


class Reading(threading.Thread):
    """Reads a stream, or makes a call, in a thread of its own; keeps when and how it ended."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.error: BaseException | None = None
        self.ended_at = 0.0
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self.error = error
        self.ended_at = time.monotonic()

    def ends_within(self, cancel: Callable[[], None], seconds: float = AT_MOST_S) -> None:
        """Cancel, and see that the thread ends with `Cancelled` in time."""
        start = time.monotonic()
        cancel()
        self.join(10)
        assert isinstance(self.error, errors.Cancelled)
        assert self.ended_at - start < seconds


def exhaust(stream: Stream) -> None:
    for _ in stream:
        pass


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@contextmanager
def silent_listener() -> Iterator[tuple[str, threading.Event]]:
    """A server that accepts and never says a word: its address, and whether something was accepted."""
    accepted = threading.Event()
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            connection, _ = listener.accept()
            kept.append(connection)
            connection.recv(1)
            accepted.set()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", accepted
        thread.join(10)
        for connection in kept:
            connection.close()


@pytest.mark.parametrize("framing", FRAMINGS)
def test_cancel_ends_a_silent_stream_at_once_and_the_server_sees_it(connect: Connect, framing: str) -> None:
    gone = threading.Event()

    def script(exchange: Exchange) -> None:
        for data in framed([record(event) for event in EVENTS], framing)[:4]:
            exchange.send(data)
        if exchange.gone(10):
            gone.set()

    client, server = connect(script)
    stream = client.stream(BODY)
    reading = Reading(lambda: exhaust(stream))
    until(lambda: stream.version == 3)
    reading.ends_within(stream.cancel)
    assert gone.wait(AT_MOST_S)
    error = reading.error
    assert isinstance(error, errors.Cancelled)
    assert error.partial == stream.message
    assert error.partial is not None
    assert error.partial["content"] == [{"type": "text", "text": "Vi"}]
    assert error.request_id == "req_wire"
    assert server.connections == 1


def test_cancel_ends_the_wait_for_headers(connect: Connect) -> None:
    client, server = connect(lambda exchange: exchange.pause(30), retry=RetryPolicy())
    stream = client.stream(BODY)
    reading = Reading(lambda: exhaust(stream))
    until(lambda: len(server.received) == 1)
    reading.ends_within(stream.cancel)
    assert len(server.received) == 1


def test_cancel_ends_the_wait_for_headers_on_a_connection_that_was_used_before(connect: Connect) -> None:
    client, server = connect(streams(EVENTS), lambda exchange: exchange.pause(30))
    exhaust(client.stream(BODY))
    stream = client.stream(BODY)
    reading = Reading(lambda: exhaust(stream))
    until(lambda: len(server.received) == 2)
    reading.ends_within(stream.cancel)
    assert server.connections == 1


def test_cancel_ends_the_wait_before_another_attempt(connect: Connect) -> None:
    client, server = connect(lambda exchange: exchange.reply(b"", 429, retry_after="60"))
    waiting = threading.Event()
    stream = client.stream(BODY, on_wait=lambda _: waiting.set())
    reading = Reading(lambda: exhaust(stream))
    assert waiting.wait(10)
    reading.ends_within(stream.cancel)
    assert len(server.received) == 1


def test_cancel_ends_a_lookup_that_takes_long_and_its_late_socket_is_closed(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, server = connect(streams(EVENTS))
    looking, go_on, late = threading.Event(), threading.Event(), []
    real = urllib3_connection.create_connection

    def slow(*args: object, **kwargs: object) -> socket.socket:
        looking.set()
        go_on.wait(10)
        late.append(real(*args, **kwargs))  # type: ignore[arg-type]
        return late[0]

    monkeypatch.setattr(urllib3_connection, "create_connection", slow)
    stream = client.stream(BODY)
    reading = Reading(lambda: exhaust(stream))
    assert looking.wait(10)
    reading.ends_within(stream.cancel)
    go_on.set()
    until(lambda: bool(late) and late[0].fileno() == -1)
    assert server.received == []


def test_cancel_ends_a_tls_handshake() -> None:
    with silent_listener() as (address, accepted):
        client = Client(f"https://{address}", "k")
        stream = client.stream(BODY)
        reading = Reading(lambda: exhaust(stream))
        assert accepted.wait(10)
        reading.ends_within(stream.cancel)
        client.close()


def test_cancel_ends_the_sending_of_a_large_body() -> None:
    with silent_listener() as (address, accepted):
        client = Client(f"http://{address}", "k")
        stream = client.stream({"text": "x" * 30_000_000})
        reading = Reading(lambda: exhaust(stream))
        assert accepted.wait(10)
        reading.ends_within(stream.cancel)
        client.close()


def test_cancel_between_two_events_comes_at_the_next(connect: Connect) -> None:
    client, _ = connect(streams(EVENTS))
    stream = client.stream(BODY)
    next(stream)
    stream.cancel()
    with pytest.raises(errors.Cancelled):
        next(stream)
    assert next(stream, None) is None


def test_a_stream_cancelled_before_it_began_sends_nothing(connect: Connect) -> None:
    client, server = connect(streams(EVENTS))
    stream = client.stream(BODY)
    stream.cancel()
    with pytest.raises(errors.Cancelled) as caught:
        next(stream)
    assert caught.value.partial is None
    assert server.received == []


def test_a_cancelled_connection_is_not_used_again_and_others_go_on(connect: Connect) -> None:
    def half(exchange: Exchange) -> None:
        exchange.send(framed([record(EVENTS[0])], "chunked")[0])
        exchange.gone(10)

    client, server = connect(half, streams(EVENTS))
    stream = client.stream(BODY)
    reading = Reading(lambda: exhaust(stream))
    until(lambda: stream.request_id is not None)
    reading.ends_within(stream.cancel)
    assert [*client.stream(BODY)] == EVENTS
    assert server.connections == 2


def test_cancelling_a_finished_stream_does_not_harm_the_connection(connect: Connect) -> None:
    client, server = connect(streams(EVENTS))
    stream = client.stream(BODY)
    exhaust(stream)
    stream.cancel()
    stream.close()
    assert [*client.stream(BODY)] == EVENTS
    assert server.connections == 1


def test_leaving_a_stream_early_ends_its_connection(connect: Connect) -> None:
    gone = threading.Event()

    def script(exchange: Exchange) -> None:
        for data in framed([record(event) for event in EVENTS], "chunked")[:3]:
            exchange.send(data)
        if exchange.gone(10):
            gone.set()

    client, _ = connect(script)
    with client.stream(BODY) as stream:
        next(stream)
    assert gone.wait(2)
    assert next(stream, None) is None


def test_closing_from_another_thread_cancels(connect: Connect) -> None:
    client, server = connect(lambda exchange: exchange.pause(30))
    stream = client.stream(BODY)
    reading = Reading(lambda: exhaust(stream))
    until(lambda: len(server.received) == 1)
    reading.ends_within(stream.close)


def test_one_token_ends_many_calls_and_those_that_come_later(connect: Connect) -> None:
    client, server = connect(lambda exchange: exchange.pause(30))
    token = CancelToken()
    calls = [Reading(lambda: client.create(BODY, cancel=token)) for _ in range(5)]
    until(lambda: len(server.received) == 5)
    token.cancel()
    for call in calls:
        call.ends_within(lambda: None, 1)
    with pytest.raises(errors.Cancelled):
        client.create(BODY, cancel=token)
    assert len(server.received) == 5


def test_a_token_leaves_finished_calls_alone(connect: Connect) -> None:
    message = {"content": [], "type": "message"}
    client, server = connect(lambda exchange: exchange.reply(message))
    token = CancelToken()
    assert client.create(BODY, cancel=token) == message
    token.cancel()
    assert client.create(BODY) == message
    assert server.connections == 1


def test_cancels_at_random_moments_leave_whole_answers_or_cancelled_ones(connect: Connect) -> None:
    client, _ = connect(plays(*framed([record(event) for event in answer_events(*["x"] * 200)], "chunked")))
    for after_events in range(0, 200, 4):
        _cancel_after(client.stream(BODY), after_events)


def _cancel_after(stream: Stream, events: int) -> None:
    reading = Reading(lambda: exhaust(stream))
    until(lambda: stream.version >= events or not reading.is_alive())
    stream.cancel()
    reading.join(10)
    assert not reading.is_alive()
    assert reading.error is None or isinstance(reading.error, errors.Cancelled)
