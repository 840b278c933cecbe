"""The loopback server of the client's benchmarks, run as a process of its own. Prints its base URL.

The path's first part says what it answers: `/stream-N/…` N text events, `/wait-MS/…` a Message after that
time, `/paced-FRAMING/…` events with the time they were written in their text.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from wire import Exchange, answer_events, framed, record, serve

PACED_EVENTS = 60
PACE_S = 0.01

MESSAGE = {
    "id": "msg_wire", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
    "content": [{"type": "text", "text": "Four."}], "stop_reason": "end_turn", "stop_sequence": None,
    "usage": {"input_tokens": 21, "output_tokens": 34},
}  # fmt: skip


@cache
def _stream(events: int) -> list[bytes]:
    return framed([record(event) for event in answer_events(*["some words "] * events)], "chunked")


def play(exchange: Exchange) -> None:
    kind, _, argument = exchange.request.path.split("/")[1].partition("-")
    if kind == "stream":
        for data in _stream(int(argument)):
            exchange.send(data)
    elif kind == "wait":
        exchange.pause(int(argument) / 1000)
        exchange.reply(MESSAGE)
    elif kind == "paced":
        _paced(exchange, argument)


def _paced(exchange: Exchange, framing: str) -> None:
    """Events are framed beforehand: between time stamp and writing lies nothing but `send`."""
    stamp = "0" * 20
    pieces = [record(event) for event in answer_events(*[stamp] * PACED_EVENTS)]
    if framing == "gzip":
        _paced_gzip(exchange, pieces, stamp)
        return
    for data in framed(pieces, framing):
        exchange.pause(PACE_S)
        exchange.send(data.replace(stamp.encode(), b"%020d" % time.monotonic_ns()))
    if framing == "close":
        exchange.hang_up()


def _paced_gzip(exchange: Exchange, pieces: list[bytes], stamp: str) -> None:
    packer = zlib.compressobj(wbits=31)
    exchange.send(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    for piece in pieces:
        exchange.pause(PACE_S)
        stamped = piece.replace(stamp.encode(), b"%020d" % time.monotonic_ns())
        data = packer.compress(stamped) + packer.flush(zlib.Z_SYNC_FLUSH)
        exchange.send(b"%x\r\n%s\r\n" % (len(data), data))
    exchange.pause(PACE_S)
    data = packer.flush()
    exchange.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start the server; yield its base URL."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    with serve(play) as server:
        print(server.base_url, flush=True)
        sys.stdin.read()
