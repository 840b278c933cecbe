"""A loopback server that answers like the Messages API and remembers what it was sent."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "Hello from the recorder."


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    """With its query, without the mailbox."""
    headers: dict[str, str]
    """Names in lower case."""
    raw: bytes

    @property
    def body(self) -> Any:
        """The parsed body. Raises `ValueError` for what is not JSON or names a field twice."""
        return json.loads(self.raw.decode("utf-8"), object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError(f"a field is there twice: {[name for name, _ in pairs]}")
    return fields


@dataclass
class Recorder:
    """Base URLs to send to, and what arrived there."""

    root: str
    mailboxes: dict[str, list[Received]] = field(default_factory=lambda: defaultdict(list))

    def base_url(self, mailbox: str) -> str:
        """A base URL with a path; what is sent to it is found under `mailboxes[mailbox]`."""
        return f"{self.root}/{mailbox}"


@contextmanager
def recording() -> Iterator[Recorder]:
    """Serve on a free loopback port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            mailbox, _, path = self.path.removeprefix("/").partition("/")
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(self.command, f"/{path}", headers, raw)
            recorder.mailboxes[mailbox].append(received)
            self._answer(received)

        def _answer(self, received: Received) -> None:
            try:
                streams = received.body.get("stream") is True
            except (ValueError, AttributeError):
                streams = False
            kind, answer = ("text/event-stream", _EVENTS) if streams else ("application/json", _MESSAGE)
            if received.headers.get("authorization") == "Bearer refused":
                self.send_response(401)
            else:
                self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Nothing: the tests' output stays clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    recorder = Recorder(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _message(content: list[dict[str, Any]], stop_reason: str | None) -> dict[str, Any]:
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": "claude-recorded",
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 5},
    }


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


_THINKING = {"type": "thinking", "thinking": "", "signature": "c2ln"}
_MESSAGE = json.dumps(_message([_THINKING, {"type": "text", "text": ANSWER}], "end_turn")).encode()
_EVENTS = b"".join(
    [
        _event("message_start", message=_message([], None)),
        _event("content_block_start", index=0, content_block={**_THINKING, "signature": ""}),
        _event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "c2ln"}),
        _event("content_block_stop", index=0),
        _event("content_block_start", index=1, content_block={"type": "text", "text": ""}),
        *(
            _event("content_block_delta", index=1, delta={"type": "text_delta", "text": piece})
            for piece in (ANSWER[:7], ANSWER[7:])
        ),
        _event("content_block_stop", index=1),
        _event(
            "message_delta",
            delta={"stop_reason": "end_turn", "stop_sequence": None},
            usage={"output_tokens": 5},
        ),
        _event("message_stop"),
    ]
)
