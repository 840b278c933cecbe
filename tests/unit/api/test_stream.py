"""Streams over real HTTP: every framing, every cut, every way to break."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import cast

import pytest
from wire import FRAMINGS, Exchange, WireServer, answer_events, framed, plays, record, streams

from components.api import errors
from components.api.client import Client, RetryPolicy, Timeouts, Wait
from components.api.stream import Stream
from components.domain.json_types import JsonObject
from components.domain.request import Request

Connect = Callable[..., tuple[Client, WireServer]]
BODY: JsonObject = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}
EVENTS = answer_events("Vi", "er. é", "😀", "\u2028\r\n")
TEXT = "Vier. é😀\u2028\r\n"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_1\r\n"
AT_ONCE = RetryPolicy(pause=lambda _token, _seconds: False)


def text_of(stream: Stream) -> str:
    message = stream.message
    assert message is not None
    return "".join(str(block.get("text")) for block in cast(list[JsonObject], message["content"]))


def read(stream: Stream) -> tuple[list[JsonObject], errors.ApiError | None]:
    """The events, and the error that ended them."""
    events: list[JsonObject] = []
    try:
        events.extend(event for event in stream)
    except errors.ApiError as error:
        return events, error
    return events, None


def stream_of(connect: Connect, *writes: bytes, close: bool = True) -> Stream:
    client, _ = connect(plays(*writes, close=close), retry=AT_ONCE)
    return client.stream(BODY)


# What is sent


def test_stream_asks_for_a_stream_and_sends_nothing_before_the_first_event_is_wanted(
    connect: Connect,
) -> None:
    client, server = connect(streams(EVENTS))
    stream = client.stream(BODY, betas=["b"])
    assert (stream.message, stream.version, stream.request_id, dict(stream.headers)) == (None, 0, None, {})
    assert server.received == []
    next(stream)
    assert server.received[0].json == {**BODY, "stream": True}
    assert server.received[0].headers["anthropic-beta"] == "b"
    assert server.received[0].headers["accept-encoding"] == "identity"
    assert stream.request_id == "req_wire"
    assert stream.headers["Content-Type"] == "text/event-stream"
    stream.close()


def test_a_request_is_streamed_byte_for_byte(connect: Connect) -> None:
    client, server = connect(streams(EVENTS))
    request = Request('{"stream": true, "model":"é"}', "2026-10-21", ("a", "b"))
    assert [*client.stream_request(request)] == EVENTS
    assert server.received[0].body == request.body_json.encode()
    assert server.received[0].headers["anthropic-version"] == "2026-10-21"
    assert server.received[0].headers["anthropic-beta"] == "a,b"


def test_a_request_that_asks_for_no_stream_is_not_streamed(connect: Connect) -> None:
    client, _ = connect(streams(EVENTS))
    with pytest.raises(errors.UnsendableRequest, match="stream"):
        client.stream_request(Request('{"model":"m"}'))


# Framings and cuts


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_a_stream_is_read_in_every_framing_wherever_it_is_cut(
    connect: Connect, framing: str, size: int, line_end: bytes
) -> None:
    data = b"".join(record(event) for event in EVENTS).replace(b"\n", line_end)
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    writes = framed(pieces, framing)
    client, _ = connect(plays(writes[0], b"".join(writes[1:]), close=framing == "close"))
    stream = client.stream(BODY)
    assert [*stream] == EVENTS
    assert text_of(stream) == TEXT


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11])
def test_chunked_framing_itself_may_be_cut_anywhere(connect: Connect, size: int) -> None:
    whole = b"".join(framed([record(event) for event in EVENTS], "chunked"))
    client, server = connect(plays(*(whole[i : i + size] for i in range(0, len(whole), size))))
    assert [*client.stream(BODY)] == EVENTS
    assert [*client.stream(BODY)] == EVENTS
    assert server.connections == 1


def test_chunk_extensions_and_trailers_are_passed_over(connect: Connect) -> None:
    data = [b"%x;name=value\r\n%s\r\n" % (len(each), each) for each in map(record, EVENTS)]
    head = HEAD + b"transfer-encoding: chunked\r\n\r\n"
    client, server = connect(plays(head + b"".join(data) + b"0\r\nx-trailer: 1\r\n\r\n"))
    assert [*client.stream(BODY)] == [*client.stream(BODY)] == EVENTS
    assert server.connections == 1


@pytest.mark.parametrize("framing", FRAMINGS)
def test_an_event_is_handed_on_the_moment_its_bytes_are_there(connect: Connect, framing: str) -> None:
    taken = threading.Semaphore(0)

    def one_by_one(exchange: Exchange) -> None:
        head, *pieces = framed([record(event) for event in EVENTS], framing)
        exchange.send(head)
        for piece in pieces:
            exchange.send(piece)
            # The last pieces are framing only, and nobody takes them.
            if not taken.acquire(timeout=5 if piece in pieces[: len(EVENTS)] else 0):
                break
        if framing == "close":
            exchange.hang_up()

    client, _ = connect(one_by_one, timeouts=Timeouts(silence_s=3))
    seen = 0
    for event in client.stream(BODY):
        assert event == EVENTS[seen]
        seen += 1
        taken.release()
    assert seen == len(EVENTS)


def test_many_events_in_one_chunk_come_one_by_one_and_the_connection_is_kept(connect: Connect) -> None:
    data = b"".join(record(event) for event in EVENTS)
    client, server = connect(plays(b"".join(framed([data], "chunked"))))
    for _ in range(3):
        stream = client.stream(BODY)
        versions = [stream.version for _ in stream]
        assert versions == list(range(1, len(EVENTS) + 1))
    assert server.connections == 1


def test_a_server_that_does_not_end_the_body_after_message_stop_does_not_hold_the_caller(
    connect: Connect,
) -> None:
    writes = framed([record(event) for event in EVENTS], "chunked")[:-1]
    client, server = connect(plays(*writes))
    assert [*client.stream(BODY)] == [*client.stream(BODY)] == EVENTS
    assert server.connections == 2


# What real servers send


def test_pings_comments_done_and_unknown_events_are_passed_over(connect: Connect) -> None:
    noise = [
        b": keep-alive\n\n",
        b'event: ping\ndata: {"type":"ping"}\n\n',
        b'event: usage_forecast\ndata: {"type":"usage_forecast"}\n\n',
        b"data: 17\n\n",
        b"event: ping\ndata:\n\n",
        b"event: heartbeat\ndata: 12:30\n\n",
    ]
    pieces = [each for event in EVENTS for each in (*noise, record(event))]
    stream = stream_of(connect, *framed([*pieces, b"data: [DONE]\n\n"], "close"))
    assert [*stream] == EVENTS
    assert text_of(stream) == TEXT


def test_data_without_event_lines_and_events_without_types_are_read(connect: Connect) -> None:
    bare = [record(event).partition(b"\n")[2] for event in EVENTS[:3]]
    renamed = [b"event: message\n" + each for each in bare[:2]]
    untyped = [
        "event: {}\ndata: {}\n\n".format(
            event["type"], json.dumps({k: v for k, v in event.items() if k != "type"})
        ).encode()
        for event in EVENTS[3:]
    ]
    stream = stream_of(connect, *framed([*renamed, bare[2], *untyped], "chunked"))
    assert [dict(sorted(event.items())) for event in stream] == [
        dict(sorted(event.items())) for event in EVENTS
    ]
    assert text_of(stream) == TEXT


def test_a_missing_message_start_is_no_hindrance(connect: Connect) -> None:
    stream = stream_of(connect, *framed([record(event) for event in EVENTS[1:]], "chunked"))
    assert [*stream] == EVENTS[1:]
    assert text_of(stream) == TEXT


@pytest.mark.parametrize("rest", [b"", b"\n"])
@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_last_event_without_its_blank_line_counts_when_it_is_whole(
    connect: Connect, rest: bytes, framing: str
) -> None:
    data = b"".join(record(event) for event in EVENTS).rstrip(b"\n") + rest
    stream = stream_of(connect, *framed([data], framing))
    assert [*stream] == EVENTS


def test_the_same_holds_when_the_connection_breaks_right_after_it(connect: Connect) -> None:
    data = b"".join(record(event) for event in EVENTS).rstrip(b"\n")
    stream = stream_of(connect, framed([data], "chunked")[0], b"%x\r\n%s" % (len(data), data))
    assert [*stream] == EVENTS


def test_json_instead_of_a_stream_is_told_as_events(connect: Connect) -> None:
    message: JsonObject = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "text", "text": "Vier é"},
            {"type": "tool_use", "id": "t", "name": "n", "input": {"a": 1}},
            {"type": "redacted_thinking", "data": "x"},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 2},
    }
    data = json.dumps(message, ensure_ascii=False).encode()
    for content_type in ("application/json", "text/event-stream", "text/plain"):
        client, _ = connect(*[plays(*framed([data[:9], data[9:]], "chunked", content_type))])
        stream = client.stream(BODY)
        events = [*stream]
        assert [event["type"] for event in events[:3]] == [
            "message_start",
            "content_block_start",
            "content_block_delta",
        ]
        assert events[-1] == {"type": "message_stop"}
        assert stream.message == message


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"", "text/event-stream", "nothing"),
        (b"\r\n", "text/plain", "nothing"),
        (b"<html>Sign in</html>", "text/html", "web page"),
        (b"\xef\xbb\xbf<html>", "text/event-stream", "web page"),
        (b'{"choices": []}', "application/json", "OpenAI"),
        (b"{broken", "application/json", "not JSON"),
        (b"Bad Gateway", "text/plain", "no events"),
        (
            b'data: {"object":"chat.completion.chunk","choices":[]}\n\ndata: [DONE]\n\n',
            "text/event-stream",
            "no events",
        ),
    ],
)
def test_what_is_no_answer_of_this_api_is_named_for_what_it_is(
    connect: Connect, body: bytes, content_type: str, words: str
) -> None:
    events, error = read(stream_of(connect, *framed([body], "close", content_type)))
    assert events == []
    assert isinstance(error, errors.NotAMessagesApi)
    assert words in str(error)
    assert (error.status, error.request_id, error.partial) == (200, "req_wire", None)


# How it breaks


def partial_text(error: errors.ApiError | None) -> object:
    assert error is not None
    assert error.partial is not None
    return error.partial["content"]


@pytest.mark.parametrize("framing", FRAMINGS)
def test_an_early_end_is_an_error_that_keeps_the_part_received(connect: Connect, framing: str) -> None:
    stream = stream_of(connect, *framed([record(event) for event in EVENTS[:4]], framing))
    events, error = read(stream)
    assert events == EVENTS[:4]
    assert isinstance(error, errors.StreamInterrupted)
    assert partial_text(error) == [{"type": "text", "text": "Vier. é"}]
    assert (error.status, error.request_id) == (200, "req_wire")
    assert error.partial == stream.message
    assert next(stream, None) is None


@pytest.mark.parametrize("framing", ["chunked", "gzip", "content-length"])
def test_a_connection_that_ends_in_the_middle_of_a_body_is_an_error(connect: Connect, framing: str) -> None:
    writes = framed([record(event) for event in EVENTS], framing)
    events, error = read(stream_of(connect, *writes[:4], writes[4][:9]))
    assert events == EVENTS[:3]
    assert isinstance(error, errors.StreamInterrupted)
    assert partial_text(error) == [{"type": "text", "text": "Vi"}]


def test_a_reset_is_an_error_that_keeps_the_part_received(connect: Connect) -> None:
    taken = threading.Event()

    def script(exchange: Exchange) -> None:
        for data in framed([record(event) for event in EVENTS[:3]], "chunked")[:-1]:
            exchange.send(data)
        taken.wait(5)
        exchange.reset()

    client, server = connect(script, retry=AT_ONCE)
    stream = client.stream(BODY)
    for _ in range(3):
        next(stream)
    taken.set()
    _, error = read(stream)
    assert isinstance(error, errors.StreamInterrupted)
    assert partial_text(error) == [{"type": "text", "text": "Vi"}]
    assert len(server.received) == 1


def test_silence_is_an_error_and_the_request_is_not_sent_again(connect: Connect) -> None:
    def script(exchange: Exchange) -> None:
        for data in framed([record(event) for event in EVENTS[:3]], "chunked")[:-1]:
            exchange.send(data)
        exchange.pause(30)

    client, server = connect(script, retry=AT_ONCE, timeouts=Timeouts(silence_s=0.2))
    _, error = read(client.stream(BODY))
    assert isinstance(error, errors.StreamInterrupted)
    assert "nothing for 0.2 s" in str(error)
    assert partial_text(error) == [{"type": "text", "text": "Vi"}]
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "broken",
    [b"zz\r\nnot chunked\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello", b"ffffffffffffffffff\r\n"],
)
def test_broken_chunks_are_an_error(connect: Connect, broken: bytes) -> None:
    head, *chunks = framed([record(event) for event in EVENTS[:3]], "chunked")
    events, error = read(stream_of(connect, head, *chunks[:-1], broken))
    assert events == EVENTS[:3]
    assert isinstance(error, errors.StreamInterrupted)


def test_broken_gzip_is_an_error(connect: Connect) -> None:
    head = HEAD + b"content-encoding: gzip\r\nconnection: close\r\n\r\n"
    _, error = read(stream_of(connect, head, b"no gzip at all"))
    assert isinstance(error, errors.StreamInterrupted)
    assert "compressed" in str(error)


def test_an_event_that_is_no_json_is_an_error_that_keeps_the_part_received(connect: Connect) -> None:
    pieces = [
        *(record(event) for event in EVENTS[:3]),
        b"data: {oops\n\n",
        *(record(event) for event in EVENTS[3:]),
    ]
    _, error = read(stream_of(connect, *framed(pieces, "chunked")))
    assert isinstance(error, errors.StreamInterrupted)
    assert "not JSON" in str(error)
    assert partial_text(error) == [{"type": "text", "text": "Vi"}]


@pytest.mark.parametrize(
    ("data", "type_", "words"),
    [
        (
            b'event: error\ndata: {"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
            "overloaded_error",
            "overloaded",
        ),
        (
            b'data: {"error":{"code":500,"type":"server_error","message":"slot lost"}}\n\n',
            "server_error",
            "slot lost",
        ),
        (b'data: {"error":"out of memory"}\n\n', None, "out of memory"),
        (b"event: error\ndata: plain words\n\n", None, "plain words"),
        (b'event: error\ndata: {"type":"error","error":{"message":"sk-ant-wire-secret"}}\n\n', None, "[key]"),
    ],
)
def test_an_error_event_ends_the_stream_and_keeps_the_part_received(
    connect: Connect, data: bytes, type_: str | None, words: str
) -> None:
    pieces = [*(record(event) for event in EVENTS[:3]), data]
    client, server = connect(plays(*framed(pieces, "chunked")), retry=AT_ONCE)
    events, error = read(client.stream(BODY))
    assert events == EVENTS[:3]
    assert isinstance(error, errors.StreamErrorEvent)
    assert (error.type, error.status, error.request_id) == (type_, 200, "req_wire")
    assert error.headers["request-id"] == "req_wire"
    assert words in str(error)
    assert "secret" not in str(error)
    assert partial_text(error) == [{"type": "text", "text": "Vi"}]
    assert len(server.received) == 1


def test_before_the_stream_begins_a_refusal_is_tried_again(connect: Connect) -> None:
    client, server = connect(lambda exchange: exchange.reply(b"", 529), streams(EVENTS), retry=AT_ONCE)
    waits: list[Wait] = []
    assert [*client.stream(BODY, on_wait=waits.append)] == EVENTS
    assert isinstance(waits[0].error, errors.Overloaded)
    assert len(server.received) == 2


def test_a_refusal_is_raised_at_the_first_event(connect: Connect) -> None:
    client, _ = connect(lambda exchange: exchange.reply({"error": {"type": "t", "message": "m"}}, 400))
    stream = client.stream(BODY)
    with pytest.raises(errors.InvalidRequest) as caught:
        next(stream)
    assert caught.value.partial is None
