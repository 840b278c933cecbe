"""Reading whole bodies: the JSON object they hold, or a clear word on what they are instead."""

from __future__ import annotations

import json
from typing import cast
from urllib.parse import urlsplit

from components.api.accumulator import Accumulator
from components.api.errors import NotAMessagesApi, StreamInterrupted
from components.api.refusals import facts_of, quotable, status_error, stream_error
from components.api.sse import ServerSentEvent, SseParser
from components.api.surrogates import mended
from components.api.transport import Reply
from components.domain.json_types import Json, JsonObject

KNOWN_EVENTS = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "error",
    }
)
"""Others (`ping`, and what newer servers send) are passed over.

Source: streaming documentation, November 2026.
"""

_scan = json.JSONDecoder().raw_decode


def event_of(record: ServerSentEvent) -> JsonObject | None:
    """Return the record's JSON object with its `type`; None for what is to be passed over.

    Either `event:` or `type` may be missing. Raises `StreamInterrupted` when the data is not JSON.
    """
    name, data = record
    try:
        event: Json
        event, end = _scan(data)
        if end != len(data):
            event = json.loads(data)
    except (ValueError, RecursionError) as cause:
        if name == "error" and data:
            return {"type": "error", "error": {"message": data}}
        if data in {"", "[DONE]"} or (name and name not in KNOWN_EVENTS):
            return None
        raise StreamInterrupted(
            "The server sent an event that is not JSON, so the rest of the answer cannot be read. "
            "The part received is kept; run again for a whole answer."
        ) from cause
    if not isinstance(event, dict):
        return None
    kind = event.get("type")
    if not isinstance(kind, str):
        kind = "error" if "error" in event else name
        event["type"] = kind
    return event if kind in KNOWN_EVENTS else None


class Reader:
    """Reads the answers of one server; takes the key out of whatever the server says."""

    def __init__(self, host: str, secret: str | None) -> None:
        self._host = host
        self.secret = secret

    def object(self, body: bytes, reply: Reply, *, path: str) -> JsonObject:
        """Return the JSON object that a body holds.

        Raises `NotAMessagesApi`, and `StatusError` when the object reports an error.
        """
        text = body.decode("utf-8-sig", "replace").strip()
        if not text:
            raise self.not_this_api("answered with nothing", reply)
        if text.startswith("<"):
            raise self.not_this_api("answered with a web page", reply)
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError) as cause:
            raise self.not_this_api("answered with something that is not JSON", reply) from cause
        if "\\ud" in text or "\\uD" in text:
            value = mended(value)
        if not isinstance(value, dict):
            raise self.not_this_api("answered with JSON of another shape", reply)
        if value.get("type") == "error" or (value.get("error") and "content" not in value):
            raise status_error(
                reply.status,
                facts_of(value),
                host=self._host,
                path=path,
                secret=self.secret,
                request_id=reply.request_id,
                headers=reply.headers,
            )
        return value

    def message(self, body: bytes, reply: Reply, *, path: str) -> JsonObject:
        """Return the Message that a body holds, also when it came as a stream. Raises as `object` does."""
        if body.lstrip()[:6] in {b"event:", b"data: "} or body.lstrip()[:5] == b"data:":
            return self._folded(body, reply)
        value = self.object(body, reply, path=path)
        if not isinstance(value.get("content"), list):
            other = (
                "in the format of another API (OpenAI's)"
                if "choices" in value
                else "with JSON of another shape"
            )
            raise self.not_this_api(f"answered {other}", reply)
        return value

    def not_this_api(self, what: str, reply: Reply) -> NotAMessagesApi:
        return NotAMessagesApi(
            f"{self._host} {what} ({reply.status}), not as a Messages API does: check the base URL of this "
            "connection, and whether a proxy or a login page is in between.",
            status=reply.status,
            request_id=reply.request_id,
            headers=reply.headers,
        )

    def redirect(self, reply: Reply) -> NotAMessagesApi:
        """The error for any 3xx; the key does not follow."""
        target = urlsplit(reply.headers.get("location", ""))
        to = (
            quotable(f"{target.scheme}://{target.hostname}", self.secret)
            if target.hostname
            else "another path"
        )
        return NotAMessagesApi(
            f"{self._host} redirects to {to} ({reply.status}). The key was not sent there: if you trust that "
            "address, enter it as the base URL.",
            status=reply.status,
            request_id=reply.request_id,
            headers=reply.headers,
        )

    def _folded(self, body: bytes, reply: Reply) -> JsonObject:
        parser, answer = SseParser(), Accumulator()
        for record in [*parser.feed(body), *parser.finish()]:
            try:
                event = event_of(record)
            except StreamInterrupted:
                continue
            if event is not None and event["type"] == "error":
                raise stream_error(event, secret=self.secret, request_id=reply.request_id)
            if event is not None:
                answer.add(event)
        if not answer.complete:
            raise self.not_this_api("answered with a stream that has no end", reply)
        return cast(JsonObject, answer.snapshot())
