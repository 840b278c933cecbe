"""A loopback server that answers like the Messages API and remembers what it was sent."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from components.domain.json_types import JsonObject
from components.services.verification import answers
from components.services.verification.answers import ANSWER, Answer

__all__ = ["ANSWER", "MESSAGES", "Received", "Recorder", "recording"]

MESSAGES: Final = "/v1/messages"
COUNT_TOKENS: Final = "/v1/messages/count_tokens"

_LARGEST_BODY: Final = 64 * 1024 * 1024
"""Bytes. Twice what the service takes. Source: reference 1.1."""
_LONGEST_LINE: Final = 4096
"""Bytes of the line in front of a chunk."""
_MOST_CONNECTIONS: Final = 256
_SILENCE_S: Final = 30.0
"""For so long a client may say nothing."""
_POLL_S: Final = 0.05


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    """With its query, without what stands before it in the base URL."""
    headers: dict[str, str]
    """Names in lower case; what was sent twice is joined by a comma."""
    raw: bytes

    @property
    def body(self) -> Any:
        """The parsed body. Raises `ValueError` for what is not JSON or names a field twice."""
        return parsed(self.raw)


def parsed(raw: bytes) -> Any:
    """Return the JSON value of a body. Raises `ValueError` for what is not JSON or names a field twice."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_constant)
    except RecursionError as cause:
        raise ValueError("the body is nested too deeply") from cause


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"a field is there twice: {next(n for n in names if names.count(n) > 1)!r}")
    return fields


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


@dataclass
class Recorder:
    """Base URLs to send to, and what arrived there."""

    root: str
    """Holds a word that nobody can guess: what else runs on this machine cannot send here."""
    mailboxes: dict[str, list[Received]] = field(default_factory=lambda: defaultdict(list))
    _answers: dict[str, Sequence[Answer]] = field(default_factory=dict)

    def base_url(self, mailbox: str, answers: Sequence[Answer] = ("text",)) -> str:
        """A base URL with a path; what is sent to it is found under `mailboxes[mailbox]`.

        The first request gets the first of the `answers`, and so on; what comes later gets the last.
        """
        self._answers[mailbox] = answers
        return f"{self.root}/{mailbox}"

    def answer(self, mailbox: str, number: int) -> Answer:
        """The kind of answer for a request of this mailbox, counted from 0."""
        of_mailbox = self._answers.get(mailbox, ("text",))
        return of_mailbox[min(number, len(of_mailbox) - 1)]


@contextmanager
def recording(most_requests: int = 100) -> Iterator[Recorder]:
    """Serve on a free port of 127.0.0.1 until the block ends, which cuts the connections that are open.

    Requests beyond `most_requests` are refused and not kept.
    """
    token = secrets.token_urlsafe(16)
    server = _Server(token, most_requests)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="recorder", daemon=True)
    thread.start()
    try:
        yield server.recorder
    finally:
        server.shutdown()
        server.server_close()
        server.cut()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, token: str, most_requests: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.token = token
        self.recorder = Recorder(f"http://127.0.0.1:{self.server_address[1]}/{token}")
        self._lock = threading.Lock()
        self._left = most_requests
        self._open: set[socket.socket] = set()

    def keep(self, mailbox: str, received: Received) -> int | None:
        """Remember a request and return how many this mailbox had before; None when there is no room."""
        with self._lock:
            if self._left == 0:
                return None
            self._left -= 1
            before = self.recorder.mailboxes[mailbox]
            before.append(received)
            return len(before) - 1

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - its signature
        with self._lock:
            room = len(self._open) < _MOST_CONNECTIONS
            if room:
                self._open.add(request)
        return room

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a program that hangs up has its reasons."""

    def cut(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Refused(Exception):
    def __init__(self, status: int, kind: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.body = answers.error(kind, text)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SILENCE_S
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        token, _, rest = self.path.removeprefix("/").partition("/")
        mailbox, _, path = rest.partition("/")
        try:
            if not secrets.compare_digest(token.encode(), self.server.token.encode()):
                raise _Refused(404, *_NOT_FOUND)
            raw = self._read_body()
        except (_Refused, ValueError) as problem:
            self.close_connection = True  # There may be more of the body.
            refused = problem if isinstance(problem, _Refused) else _Refused(400, *_NO_BODY)
            self._send_json(refused.status, refused.body)
            return
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            name = name.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        received = Received(self.command, f"/{path}", headers, raw)
        number = self.server.keep(mailbox, received)
        try:
            if number is None:
                raise _Refused(429, "rate_limit_error", "More requests than are recorded.")
            self._answer(received, self.server.recorder.answer(mailbox, number))
        except _Refused as refused:
            self._send_json(refused.status, refused.body)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - the names http.server looks for

    def _answer(self, received: Received, kind: Answer) -> None:
        path = urlsplit(received.path).path
        if path not in (MESSAGES, COUNT_TOKENS):
            raise _Refused(404, *_NOT_FOUND)
        if received.method != "POST":
            raise _Refused(405, "invalid_request_error", "Method Not Allowed")
        key = received.headers.get("x-api-key") or received.headers.get("authorization", "")
        if key.removeprefix("Bearer ") in ("", "refused"):
            raise _Refused(401, "authentication_error", "invalid x-api-key")
        try:
            body = received.body
        except ValueError:
            body = None
        if path == COUNT_TOKENS:
            self._send_json(200, {"input_tokens": answers.INPUT_TOKENS})
            return
        whole = answers.message(kind, body)
        if isinstance(body, dict) and body.get("stream") is True:
            self._send(200, "text/event-stream; charset=utf-8", answers.events(whole))
        else:
            self._send_json(200, whole)

    def _read_body(self) -> bytes:
        """Raises `_Refused`, and `ValueError` for lengths that are none."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return b"".join(self._chunks())
        length = int(self.headers.get("content-length", 0))
        if length < 0:
            raise ValueError
        if length > _LARGEST_BODY:
            raise _Refused(413, *_TOO_LARGE)
        return self._exactly(length)

    def _chunks(self) -> Iterator[bytes]:
        read = 0
        while size := int(self._line().partition(b";")[0], 16):
            if size < 0:
                raise ValueError
            read += size
            if read > _LARGEST_BODY:
                raise _Refused(413, *_TOO_LARGE)
            yield self._exactly(size)
            self._line()
        while self._line().strip():
            """Trailers, of which there is no need."""

    def _line(self) -> bytes:
        line = self.rfile.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ValueError
        return line

    def _exactly(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) != size:
            raise ConnectionAbortedError
        return data

    def _send_json(self, status: int, body: JsonObject) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("request-id", "req_01")
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing: what arrived is for whoever asked, not for a log."""


_NOT_FOUND: Final = ("not_found_error", "Not found")
_TOO_LARGE: Final = ("request_too_large", "Request exceeds the maximum size")
_NO_BODY: Final = ("invalid_request_error", "The body has no length that can be read.")
