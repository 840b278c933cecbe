"""A loopback server that says what a test tells it to: errors, events in pieces, broken answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Reply:
    """One answer, in chunks."""

    pieces: tuple[bytes, ...]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: threading.Event | None = None
    """What the server waits for after the first piece."""
    cut: bool = False
    """Whether the connection ends in the middle of the answer."""


@contextmanager
def replying(replies: Mapping[str, Reply]) -> Iterator[tuple[str, list[str]]]:
    """Serve `replies[name]` under `{url}/{name}/…`; yield the URL and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            reply = replies[self.path.split("/")[1]]
            self.send_response(reply.status)
            for name, value in {**reply.headers, "transfer-encoding": "chunked"}.items():
                self.send_header(name, value)
            self.end_headers()
            for number, piece in enumerate(reply.pieces):
                if number == 1 and reply.pause:
                    assert reply.pause.wait(PATIENCE_S)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            if reply.cut:
                self.close_connection = True
            else:
                self.wfile.write(b"0\r\n\r\n")

        do_GET = do_POST  # noqa: N815 - a name that http.server looks for

        def log_message(self, *args: object) -> None:
            """Nothing: the tests' output stays clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        for reply in replies.values():
            if reply.pause:
                reply.pause.set()
        server.shutdown()
        server.server_close()
        thread.join()
