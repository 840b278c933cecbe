"""The whole answer to a request, composed before any of it is sent.

Deterministic: the same body (`stream` aside) gives the same answer. Nothing here waits or knows HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final, cast

from components.domain.json_types import Json, JsonObject
from components.domain.model import EFFORTS, Model
from components.sandbox import tool_calls
from components.sandbox.counting import count_text, pieces
from components.sandbox.prompt import Document, Prompt, read
from components.sandbox.schema_values import make
from components.sandbox.validate import Asked
from components.sandbox.writing import Writer

THOUGHT_TOKENS: Final = {"low": 10, "medium": 40, "high": 80, "xhigh": 160, "max": 320}
"""How long the simulated thinking is at each effort."""


@dataclass(slots=True)
class Answer:
    """A finished answer; `message` is what the service would return without streaming."""

    message: JsonObject
    prompt: Prompt
    hidden_tokens: int
    """Thinking tokens that are billed and waited for, but not shown."""


@dataclass(slots=True)
class _Draft:
    """An answer being put together under a limit of tokens."""

    model: Model
    limit: int
    limit_reason: str
    stops: list[str]
    seed: str
    content: list[JsonObject] = field(default_factory=list)
    used: int = 0
    thinking_tokens: int = 0
    hidden_tokens: int = 0
    stop_reason: str | None = None
    stop_sequence: str | None = None

    def think(self, thought: list[str], display: str) -> None:
        taken = thought[: self.limit - self.used]
        text = "".join(taken)
        self.used += len(taken)
        self.thinking_tokens = len(taken)
        if display == "omitted":
            self.hidden_tokens = len(taken)
        shown = "" if display == "omitted" else text
        self.content.append({"type": "thinking", "thinking": shown, "signature": _signature(self.seed, text)})
        self._check_limit(len(taken) < len(thought))

    def say(self, text: str, citation: JsonObject | None = None) -> None:
        """Add a text, cut before a stop sequence and at the limit."""
        if self.stop_reason is not None:
            return
        found = min(((at, stop) for stop in self.stops if (at := text.find(stop)) >= 0), default=None)
        kept = text if found is None else text[: found[0]]
        tokens = pieces(kept, self.model)
        taken = tokens[: self.limit - self.used]
        self.used += len(taken)
        if taken:
            block: JsonObject = {"type": "text", "text": "".join(taken)}
            if citation is not None:
                block["citations"] = [citation]
            self.content.append(block)
        self._check_limit(len(taken) < len(tokens))
        if found is not None and self.stop_reason is None:
            self.stop_reason, self.stop_sequence = "stop_sequence", found[1]

    def call(self, block: JsonObject, prefix: str = "toolu_") -> None:
        """Add a tool call, whole or not at all."""
        cost = count_text(json.dumps(block["input"], ensure_ascii=False), self.model) + 8
        self._check_limit(self.used + cost > self.limit)
        if self.stop_reason is None:
            self.used += cost
            call_id = f"{prefix}{_hex(f'{self.seed} {len(self.content)}', 20)}"
            kind, rest = block["type"], {k: v for k, v in block.items() if k != "type"}
            self.content.append({"type": kind, "id": call_id, **rest})

    def _check_limit(self, over: bool) -> None:
        if over and self.stop_reason is None:
            self.stop_reason = self.limit_reason


def compose(asked: Asked) -> Answer:
    """Answer a valid request. Raises `Refusal` for directives that make no sense."""
    body = asked.body
    prompt = read(body)
    seed = _seed(body)
    random = Random(seed)
    limit, reason = _limit(body, prompt)
    stops = [str(stop) for stop in cast("list[Json]", body.get("stop_sequences") or [])]
    draft = _Draft(asked.model, limit, reason, stops, seed)
    if limit == 0:
        draft.stop_reason = reason
    elif "empty" not in prompt.orders:
        _write(draft, asked, prompt, random)
    forced = reason if reason != "max_tokens" else None
    stop_reason = forced or draft.stop_reason or "end_turn"
    refused = stop_reason == "refusal"
    output_tokens = draft.used or (0 if body.get("max_tokens") == 0 else 1)
    message: JsonObject = {
        "id": f"msg_sandbox{_hex(seed, 16)}",
        "type": "message",
        "role": "assistant",
        "model": asked.model.id,
        "content": cast("list[Json]", draft.content),
        "stop_reason": stop_reason,
        "stop_sequence": draft.stop_sequence if stop_reason == "stop_sequence" else None,
        "stop_details": _refusal(prompt) if refused else None,
        "container": None,
        "diagnostics": None,
        "usage": _usage(asked, output_tokens, draft.thinking_tokens),
    }
    return Answer(message, prompt, draft.hidden_tokens)


def _limit(body: JsonObject, prompt: Prompt) -> tuple[int, str]:
    """Tokens the answer may have, and the stop reason when they are used up."""
    most = cast(int, body["max_tokens"])
    orders = prompt.orders
    for name, reason in (("refusal", "refusal"), ("context-window", "model_context_window_exceeded")):
        if name in orders and orders.count(name, "after") <= most:
            return orders.count(name, "after"), reason
    return most, "max_tokens"


def _write(draft: _Draft, asked: Asked, prompt: Prompt, random: Random) -> None:
    writer = Writer(prompt, asked.model, random)
    _think(draft, asked, writer)
    config = asked.body.get("output_config")
    form = config.get("format") if isinstance(config, dict) else None
    if "echo" in prompt.orders:
        draft.say(prompt.orders.rest)
    elif "tokens" in prompt.orders:
        draft.say(_long_text(writer, asked.model, prompt.orders.count("tokens", "length")))
    elif "pause" in prompt.orders and not prompt.resumed:
        draft.say("Simulated answer: I begin with a search of the web.")
        query = " ".join(prompt.words[:4]) or "sandbox"
        draft.call({"type": "server_tool_use", "name": "web_search", "input": {"query": query}}, "srvtoolu_")
        draft.stop_reason = draft.stop_reason or "pause_turn"
    elif calls := tool_calls.choose(asked.body, prompt, random):
        choice = asked.body.get("tool_choice")
        if not isinstance(choice, dict) or choice.get("type") not in ("any", "tool"):
            draft.say(writer.before_calls([str(call["name"]) for call in calls]))
        for call in calls:
            draft.call(call)
        draft.stop_reason = draft.stop_reason or "tool_use"
    elif isinstance(form, dict):
        value = make(cast(JsonObject, form["schema"]), random, prompt.words, lead="Simulated: ")
        draft.say(json.dumps(value, ensure_ascii=False))
    elif prompt.prefill is not None:
        draft.say(writer.continuation())
    else:
        draft.say(writer.answer())
        for document in prompt.cited:
            _cite(draft, document)


def _cite(draft: _Draft, document: Document) -> None:
    end = next((i + 1 for i, char in enumerate(document.text) if char in ".!?\n"), len(document.text))
    named = f"“{document.title}”" if document.title else f"document {document.index + 1}"
    citation: JsonObject = {
        "type": "char_location",
        "cited_text": document.text[:end],
        "document_index": document.index,
        "document_title": document.title,
        "file_id": None,
        "start_char_index": 0,
        "end_char_index": end,
    }
    draft.say(f"\n\nThe first sentence of {named} bears on this.", citation)


def _think(draft: _Draft, asked: Asked, writer: Writer) -> None:
    """Think as the request and the model's defaults have it."""
    model = asked.model
    thinking = asked.body.get("thinking")
    thinking = thinking if isinstance(thinking, dict) else {}
    kind = thinking.get("type") or ("off" if model.thinking_default == "off" else "adaptive")
    if kind not in ("adaptive", "enabled"):
        return
    config = asked.body.get("output_config")
    effort = config.get("effort") if isinstance(config, dict) else None
    effort = effort if effort in EFFORTS else model.default_effort or "high"
    length = THOUGHT_TOKENS[effort]
    budget = thinking.get("budget_tokens")
    if isinstance(budget, int):
        length = min(length, budget)
    display = thinking.get("display") or model.thinking_display
    thought = _text_of(lambda: f" {writer.thought()}", model, length).lstrip()
    draft.think(pieces(thought, model), cast(str, display))


def _text_of(sentence: Callable[[], str], model: Model, length: int, opening: str = "") -> str:
    """A text of exactly so many tokens: the opening, then one sentence after the other."""
    text = opening
    while len(tokens := pieces(text, model)) < length:
        missing = length - len(tokens)
        text += "".join(sentence() for _ in range(1 + missing // 40))
    return "".join(tokens[:length])


def _long_text(writer: Writer, model: Model, length: int) -> str:
    """A simulated text of exactly so many tokens, in paragraphs."""
    places = count(1)

    def sentence() -> str:
        return f"\n\n{writer.filler()}" if next(places) % 5 == 0 else f" {writer.filler()}"

    opening = f"This answer is simulated: {length} tokens in place of {model.name}."
    return _text_of(sentence, model, length, opening)


def _refusal(prompt: Prompt) -> JsonObject:
    category = prompt.orders.given["refusal"]["category"]
    return {
        "type": "refusal",
        "category": None if category == "null" else category,
        "explanation": "Simulated: the sandbox was told to refuse.",
    }


def _usage(asked: Asked, output_tokens: int, thinking_tokens: int) -> JsonObject:
    body, model = asked.body, asked.model
    fast = body.get("speed") == "fast" and model.fast == "accepted"
    geo = "not_available" if model.inference_geo is False else body.get("inference_geo") or "global"
    return {
        "input_tokens": asked.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output_tokens,
        "output_tokens_details": {"thinking_tokens": thinking_tokens},
        "server_tool_use": None,
        "service_tier": "standard",
        "inference_geo": geo,
        "speed": "fast" if fast else "standard",
    }


def _seed(body: JsonObject) -> str:
    counted = {key: value for key, value in body.items() if key != "stream"}
    return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


def _hex(seed: str, length: int) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:length]


def _signature(seed: str, thought: str) -> str:
    return base64.b64encode(hashlib.sha512(f"sandbox {seed} {thought}".encode()).digest()).decode()
