"""The prompt cache, simulated: a prefix is written the first time and read while it lives."""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.sandbox.counting import MESSAGE_TOKENS, count_block
from components.sandbox.validate import Asked

LIFETIMES_S: Final = {"5m": 300.0, "1h": 3_600.0}


@dataclass(slots=True)
class PromptCache:
    """Remembers hashes of prefixes, the latest `most` of them."""

    now: Callable[[], float] = time.monotonic
    most: int = 1_000
    _ends: OrderedDict[str, float] = field(default_factory=OrderedDict)
    """When each prefix is forgotten."""

    def use(self, asked: Asked) -> JsonObject:
        """Read and write what the request marks; return the usage fields for its input."""
        marks = [mark for mark in _marks(asked) if mark.tokens >= (asked.model.cache_minimum or 0)]
        now = self.now()
        read = max((mark.tokens for mark in marks if self._ends.get(mark.key, 0) > now), default=0)
        written = {"5m": 0, "1h": 0}
        before = read
        for mark in marks:
            if mark.tokens > before:
                written[mark.ttl] += mark.tokens - before
                before = mark.tokens
            self._ends[mark.key] = now + LIFETIMES_S[mark.ttl]
            self._ends.move_to_end(mark.key)
        while len(self._ends) > self.most:
            self._ends.popitem(last=False)
        return {
            "input_tokens": asked.input_tokens - before,
            "cache_creation_input_tokens": before - read,
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
        }


@dataclass(frozen=True, slots=True)
class _Mark:
    key: str
    tokens: int
    """Length of the prefix up to here."""
    ttl: str


def _marks(asked: Asked) -> list[_Mark]:
    """The breakpoints in order: tools, system, messages; the automatic one is the last block."""
    if b'"cache_control"' not in json.dumps(asked.body).encode():
        return []
    body = asked.body
    settings = {name: body.get(name) for name in ("model", "speed", "thinking", "output_config")}
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    tokens, marks = 0, []
    last = None
    for block, cost in _prefix(body, asked.model):
        control = block.get("cache_control") if isinstance(block, dict) else None
        plain = {k: v for k, v in block.items() if k != "cache_control"} if isinstance(block, dict) else block
        digest.update(json.dumps(plain, sort_keys=True).encode())
        tokens += cost
        last = digest.hexdigest()
        if isinstance(control, dict):
            marks.append(_Mark(last, tokens, str(control.get("ttl", "5m"))))
    automatic = body.get("cache_control")
    if isinstance(automatic, dict) and last is not None:
        marks.append(_Mark(last, tokens, str(automatic.get("ttl", "5m"))))
    return marks


def _prefix(body: JsonObject, model: Model) -> Iterator[tuple[Json, int]]:
    """Every cacheable block with its tokens, in the order in which the cache sees them."""
    for tool in _list(body.get("tools")):
        yield tool, count_block(tool, model)
    for block in _content(body.get("system")):
        yield block, count_block(block, model)
    for message in _list(body.get("messages")):
        if isinstance(message, dict):
            extra = MESSAGE_TOKENS
            for block in _content(message.get("content")):
                yield {"role": message.get("role"), **_object(block)}, count_block(block, model) + extra
                extra = 0


def _content(content: Json) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else _list(content)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
