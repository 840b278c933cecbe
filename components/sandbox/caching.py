"""The prompt cache, simulated: a prefix is written the first time and read while it lives."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.sandbox.counting import MESSAGE_TOKENS, count_block
from components.sandbox.prompt import blocks_of, messages_of
from components.sandbox.tool_calls import tools_of
from components.sandbox.validate import Asked

LIFETIMES_S: Final = {"5m": 300.0, "1h": 3_600.0}
LOOKBACK: Final = 20
"""Blocks before a breakpoint where an earlier end of a prefix is looked for; a run of tool calls or of their
results counts as one. Source: docs "Prompt caching"."""


@dataclass(slots=True)
class PromptCache:
    """Remembers hashes of prefixes, the latest `most` of them. Any thread may use it."""

    now: Callable[[], float] = time.monotonic
    most: int = 1_000
    _ends: OrderedDict[str, float] = field(default_factory=OrderedDict)
    """When each prefix is forgotten."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def use(self, asked: Asked) -> JsonObject:
        """Read and write what the request marks; return the usage fields for its input."""
        places = _places(asked)
        shortest = asked.model.cache_minimum or 0
        marks = [i for i, place in enumerate(places) if place.ttl and place.tokens >= shortest]
        written = {"5m": 0, "1h": 0}
        with self._lock:
            read = max((self._found(places, mark) for mark in marks), default=0)
            before = read
            for place in (places[mark] for mark in marks):
                if place.tokens > before:
                    written[place.ttl] += place.tokens - before
                    before = place.tokens
                self._keep(place.key, place.ttl)
        return {
            "input_tokens": asked.input_tokens - before,
            "cache_creation_input_tokens": before - read,
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
        }

    def _found(self, places: list[_Place], mark: int) -> int:
        """Tokens of the longest living prefix that ends at this breakpoint or shortly before it."""
        now, nearest = self.now(), places[mark].number
        for place in reversed(places[: mark + 1]):
            if nearest - place.number > LOOKBACK:
                break
            if self._ends.get(place.key, 0) > now:
                self._keep(place.key, places[mark].ttl)
                return place.tokens
        return 0

    def _keep(self, key: str, ttl: str) -> None:
        """Keep a prefix for its time from now on; what was to live longer does."""
        self._ends[key] = max(self._ends.get(key, 0), self.now() + LIFETIMES_S[ttl])
        self._ends.move_to_end(key)
        while len(self._ends) > self.most:
            self._ends.popitem(last=False)


@dataclass(slots=True)
class _Place:
    """The end of one block of the prompt."""

    key: str
    """Stands for everything up to here."""
    tokens: int
    """Length of the prefix up to here."""
    number: int
    """Its place in the count of the lookback."""
    ttl: str
    """How long a breakpoint here keeps the prefix; empty: no breakpoint."""


def _places(asked: Asked) -> list[_Place]:
    """The ends of all blocks in order; none when nothing is marked. The automatic mark is the last block."""
    body = asked.body
    blocks = list(_prefix(body))
    automatic = body.get("cache_control")
    if not isinstance(automatic, dict) and not any(_control(block) for block, _ in blocks):
        return []
    settings = {name: body.get(name) for name in ("model", "speed", "thinking", "output_config")}
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    places: list[_Place] = []
    tokens = number = 0
    kind_before: Json = None
    for block, opens in blocks:
        plain = _unmarked(block)
        digest.update(json.dumps(plain, sort_keys=True).encode())
        tokens += count_block(_bare(plain), asked.model) + (MESSAGE_TOKENS if opens else 0)
        kind = block.get("type")
        number += kind not in ("tool_use", "tool_result") or kind != kind_before
        kind_before = kind
        control = _control(block)
        places.append(_Place(digest.hexdigest(), tokens, number, _ttl(control) if control else ""))
    if isinstance(automatic, dict) and places:
        places[-1].ttl = places[-1].ttl or _ttl(automatic)
    return places


def _prefix(body: JsonObject) -> Iterator[tuple[JsonObject, bool]]:
    """Every block in the order in which the cache sees it, and whether it opens a message."""
    for tool in tools_of(body):
        yield tool, False
    for block in blocks_of(body.get("system")):
        yield block, False
    for message in messages_of(body):
        for number, block in enumerate(blocks_of(message.get("content"))):
            yield {_ROLE: message.get("role"), **block}, number == 0


_ROLE: Final = " role"
"""Tells who said a block; no field of the API begins with a blank."""


def _bare(block: JsonObject) -> JsonObject:
    return {key: value for key, value in block.items() if key != _ROLE}


def _inner(block: JsonObject) -> list[JsonObject]:
    """What a tool result consists of; a breakpoint in there counts as one at its end."""
    return blocks_of(block.get("content")) if block.get("type") == "tool_result" else []


def _unmarked(block: JsonObject) -> JsonObject:
    """The block without breakpoints."""
    plain = {name: value for name, value in block.items() if name != "cache_control"}
    inner = _inner(block)
    return {**plain, "content": [_unmarked(each) for each in inner]} if inner else plain


def _control(block: JsonObject) -> JsonObject | None:
    marks = [each.get("cache_control") for each in (*_inner(block), block)]
    return next((mark for mark in reversed(marks) if isinstance(mark, dict)), None)


def _ttl(control: JsonObject) -> str:
    """A lifetime that only an unknown beta can have let through counts as the shorter one."""
    return "1h" if control.get("ttl") == "1h" else "5m"
