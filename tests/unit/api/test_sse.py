from __future__ import annotations

import pytest

from components.api.sse import ServerSentEvent, SseParser

TEXT = (
    "\ufeff: a comment\n"
    'event: message_start\ndata: {"a": "é😀\u2028"}\n\n'
    "event:ping\ndata:{}\n\n"
    "data: no event line\n\n"
    "event: two\ndata: one\ndata:  two\ndata\n\n"
    "event: without data\n\n"
    "id: 7\nretry: 10\nunknown: x\ndata: last\n\n"
)
EVENTS = [
    ("message_start", '{"a": "é😀\u2028"}'),
    ("ping", "{}"),
    ("", "no event line"),
    ("two", "one\n two\n"),
    ("", "last"),
]


def parse(data: bytes, size: int) -> list[ServerSentEvent]:
    parser = SseParser()
    return [event for i in range(0, len(data), size) for event in parser.feed(data[i : i + size])]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 10_000])
@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_events_are_the_same_wherever_chunks_and_lines_end(size: int, line_end: str) -> None:
    assert parse(TEXT.replace("\n", line_end).encode(), size) == EVENTS


@pytest.mark.parametrize("end", [b"\n\n", b"\r\r", b"\r\n\r"])
def test_an_event_comes_out_with_the_first_byte_that_completes_it(end: bytes) -> None:
    parser = SseParser()
    assert parser.feed(b"data: x" + end[:-1]) == []
    assert parser.feed(end[-1:]) == [("", "x")]


def test_the_line_feed_of_a_cut_crlf_is_no_second_blank_line() -> None:
    parser = SseParser()
    assert parser.feed(b"event: a\r") == []
    assert parser.feed(b"") == []
    assert parser.feed(b"\ndata: x\r") == []
    assert parser.feed(b"\n\r") == [("a", "x")]
    assert parser.feed(b"\ndata: y\r\n\r\n") == [("", "y")]


def test_a_byte_order_mark_inside_the_stream_is_kept() -> None:
    assert parse("data: a\n\ndata: \ufeffb\n\n".encode(), 4) == [("", "a"), ("", "\ufeffb")]


def test_bytes_that_are_no_utf8_are_replaced_and_the_event_is_kept() -> None:
    assert parse(b"data: a\xffb\n\n", 100) == [("", "a\ufffdb")]


def test_an_event_left_without_its_blank_line_is_given_only_at_the_end() -> None:
    parser = SseParser()
    assert parser.feed(b"event: message_stop\ndata: {}") == []
    assert parser.finish() == [("message_stop", "{}")]
    assert parser.finish() == []


def test_a_very_long_line_in_small_chunks_takes_linear_time() -> None:
    long = b"data: " + b"x" * 4_000_000 + b"\n\n"
    ((_, data),) = parse(long, 1000)
    assert len(data) == 4_000_000
