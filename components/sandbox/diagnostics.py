"""Why the prompt cache could not reuse an earlier request: `diagnostics.cache_miss_reason`.

Only requests that carry `diagnostics` are remembered. Source: Python SDK 2.12.0 `Diagnostics`,
`CacheMissReason`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.sandbox.prompt import messages_of

_COMPARED: Final = ("model", "system", "tools", "messages")
_IGNORED: Final = frozenset(
    {
        *_COMPARED,
        "speed",
        "diagnostics",
        "stream",
        "max_tokens",
        "metadata",
        "stop_sequences",
        "cache_control",
    }
)
"""Fields that do not touch the prompt, or that are compared on their own."""


@dataclass(frozen=True, slots=True)
class _Print:
    """A request in hashes."""

    parts: Mapping[str, str]
    """`model` (with the speed), `system`, `tools` and the rest that shapes the prompt."""
    messages: tuple[str, ...]
    cached_tokens: int


@dataclass(slots=True)
class Diagnoses:
    """Remembers the latest `most` requests by the id of their answer. Any thread may use it."""

    most: int = 1_000
    _prints: OrderedDict[str, _Print] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def diagnose(self, body: JsonObject, message_id: str, usage: JsonObject) -> JsonObject | None:
        """The `diagnostics` of the answer to a request; None when it asks for none or nothing differs."""
        asked = body.get("diagnostics")
        if not isinstance(asked, dict):
            return None
        cached = sum(
            count
            for name in ("cache_read_input_tokens", "cache_creation_input_tokens")
            if isinstance(count := usage.get(name), int)
        )
        now = _print(body, cached)
        previous_id = asked.get("previous_message_id")
        with self._lock:
            previous = self._prints.get(str(previous_id))
            self._prints[message_id] = now
            self._prints.move_to_end(message_id)
            while len(self._prints) > self.most:
                self._prints.popitem(last=False)
        if previous_id is None:
            return None
        reason = "previous_message_not_found" if previous is None else _difference(previous, now)
        if reason is None:
            return None
        why: JsonObject = {"type": reason}
        if previous is not None and reason != "unavailable":
            why["cache_missed_input_tokens"] = previous.cached_tokens
        return {"cache_miss_reason": why}


def _difference(previous: _Print, now: _Print) -> str | None:
    for name in ("model", "system", "tools"):
        if previous.parts[name] != now.parts[name]:
            return f"{name}_changed"
    if now.messages[: len(previous.messages)] != previous.messages:
        return "messages_changed"
    return "unavailable" if previous.parts["rest"] != now.parts["rest"] else None


def _print(body: JsonObject, cached_tokens: int) -> _Print:
    parts: dict[str, Json] = {
        "model": [body.get("model"), body.get("speed")],
        "system": body.get("system"),
        "tools": body.get("tools"),
        "rest": {name: value for name, value in body.items() if name not in _IGNORED},
    }
    return _Print(
        {name: _hash(value) for name, value in parts.items()},
        tuple(_hash(message) for message in messages_of(body)),
        cached_tokens,
    )


def _hash(value: Json) -> str:
    """The same for values that differ in nothing but breakpoints and the short form of a text."""
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        plain = {name: _plain(item) for name, item in value.items() if name != "cache_control"}
        content = plain.get("content")
        if "role" in plain and isinstance(content, str):
            plain["content"] = [{"type": "text", "text": content}]
        return plain
    return [_plain(item) for item in value] if isinstance(value, list) else value
