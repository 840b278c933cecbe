"""A server that plays scripted bytes: for framings and faults that an ASGI server cannot make."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

FRAMINGS = ("chunked", "gzip", "content-length", "close")


@dataclass
class Received:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


class _HangUp(Exception): ...


class Exchange:
    """One request and the socket to answer on."""

    def __init__(self, server: WireServer, connection: socket.socket, request: Received) -> None:
        self._server, self.connection = server, connection
        self.request = request

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def reply(self, body: bytes | object, status: int = 200, **headers: str) -> None:
        """A whole answer, kept alive; what is not bytes goes as JSON. Header names: `_` stands for `-`."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} Status", f"content-length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if "content_type" not in headers:
            lines.append("content-type: application/json")
        self.send("\r\n".join([*lines, "", ""]).encode() + data)

    def pause(self, seconds: float) -> None:
        """Do nothing for that long, or until the server stops."""
        self._server.stopping.wait(seconds)

    def gone(self, seconds: float) -> bool:
        """Wait for the client to end the connection; whether it did."""
        self.connection.settimeout(seconds)
        try:
            return self.connection.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def hang_up(self) -> NoReturn:
        """Close the connection and end the script."""
        raise _HangUp

    def reset(self) -> NoReturn:
        """The same with a TCP reset instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _HangUp


Script = Callable[[Exchange], None]


@dataclass
class WireServer:
    base_url: str
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    """How many were opened."""
    stopping: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def serve(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[WireServer]:
    """Play `scripts[n]` for request number n, the last one for all further requests."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = WireServer(f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}")
    open_connections: set[socket.socket] = set()
    lock = threading.Lock()

    def talk(connection: socket.socket) -> None:
        if tls:
            with contextlib.suppress(OSError):
                connection = tls.wrap_socket(connection, server_side=True)
        with (
            connection,
            contextlib.suppress(_HangUp, OSError, ValueError),
            connection.makefile("rb") as stream,
        ):
            while (request := _read_request(stream)) is not None:
                with lock:
                    script = scripts[min(len(server.received), len(scripts) - 1)]
                    server.received.append(request)
                script(Exchange(server, connection, request))

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server.connections += 1
                open_connections.add(connection)
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        server.stopping.set()
        for each in [listener, *open_connections]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _read_request(stream: Iterable[bytes]) -> Received | None:
    lines = iter(stream.readline, b"")  # type: ignore[attr-defined]
    first = next(lines, None)
    if first is None:
        return None
    method, path, _ = first.decode().split(" ", 2)
    headers = {}
    for line in lines:
        if line == b"\r\n":
            break
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", 0))
    return Received(method, path, headers, stream.read(length))  # type: ignore[attr-defined]


def framed(pieces: list[bytes], framing: str, content_type: str = "text/event-stream") -> list[bytes]:
    """The bytes to write, one write per piece, with the head before the first and the end after the last.

    Only "close" needs the connection closed afterwards.
    """
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nrequest-id: req_wire\r\n"
    if framing == "close":
        return [head.encode() + b"connection: close\r\n\r\n", *pieces]
    if framing == "content-length":
        return [head.encode() + b"content-length: %d\r\n\r\n" % sum(map(len, pieces)), *pieces]
    if framing == "gzip":
        packer = zlib.compressobj(wbits=31)
        pieces = [packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH) for piece in pieces]
        pieces.append(packer.flush())
        head += "content-encoding: gzip\r\n"
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece]
    return [head.encode() + b"transfer-encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n"]


def record(event: dict[str, object]) -> bytes:
    """One event as the API writes it."""
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {data}\n\n".encode()


def answer_events(*texts: str) -> list[dict[str, object]]:
    """The events of a plain text answer, one delta per text."""
    usage: dict[str, object] = {"input_tokens": 21, "output_tokens": 1}
    message: dict[str, object] = {
        "id": "msg_wire", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
        "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    return [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
            for text in texts
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": len(texts)},
        },
        {"type": "message_stop"},
    ]


def plays(*writes: bytes, close: bool = False) -> Script:
    """A script that writes these bytes, each in one send."""

    def script(exchange: Exchange) -> None:
        for data in writes:
            exchange.send(data)
        if close:
            exchange.hang_up()

    return script


def streams(events: list[dict[str, object]], framing: str = "chunked") -> Script:
    """A script that streams events in a framing, one write per event."""
    return plays(*framed([record(event) for event in events], framing), close=framing == "close")
