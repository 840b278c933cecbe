"""The whole answer to a request, composed before any of it is sent.

Deterministic: the same body (`stream` aside) gives the same answer on the same day. Nothing here waits or
knows HTTP.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Final, cast

from components.domain import binding
from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader
from components.domain.model import EFFORTS
from components.media import READER
from components.sandbox import specimens, tool_calls
from components.sandbox.assembly import Assembly, hexadecimal
from components.sandbox.citations import Source, sources
from components.sandbox.counting import pieces
from components.sandbox.prompt import Prompt, read
from components.sandbox.schema_values import make
from components.sandbox.server_tools import ServerTools
from components.sandbox.usage import result_tokens, usage_of
from components.sandbox.validate import Asked
from components.sandbox.wording import quoted
from components.sandbox.writing import Writer

THOUGHT_TOKENS: Final = {"low": 10, "medium": 40, "high": 80, "xhigh": 160, "max": 320}
"""How long the simulated thinking is at each effort."""
MOST_CITED: Final = 5
"""Passages cited in one answer."""
CONTAINER_DAYS: Final = 30
"""How long a container is kept. Made up."""
_SIGNED: Final = {"thinking": "signature", "redacted_thinking": "data"}
"""Kind of block → the field that says what it is bound to."""


@dataclass(slots=True)
class Answer:
    """A finished answer; `message` is what the service would return without streaming."""

    message: JsonObject
    prompt: Prompt
    hidden_tokens: int
    """Thinking tokens that are billed and waited for, but not shown."""
    result_tokens: int
    """Tokens of what server tools brought: input that is counted only after it came."""


def compose(asked: Asked, *, media: MediaReader | None = READER, today: date | None = None) -> Answer:
    """Answer a valid request. Raises `Refusal` for directives that make no sense."""
    body = asked.body
    prompt = read(body, media)
    seed = _seed(body)
    limit, reason = _limit(body, prompt)
    stops = [str(stop) for stop in cast("list[Json]", body.get("stop_sequences") or [])]
    draft = Assembly(asked.model, limit, reason, stops, seed, partial(_signature, asked))
    today = today or datetime.now(UTC).date()
    if limit == 0:
        draft.stop(reason)
    elif "empty" not in prompt.orders:
        _Composer(draft, asked, prompt, Random(seed), media, today).write()
    forced = reason if reason != "max_tokens" else None
    stop_reason = forced or draft.stop_reason or "end_turn"
    output_tokens = draft.used or (0 if body.get("max_tokens") == 0 else 1)
    message: JsonObject = {
        "id": f"msg_sandbox{hexadecimal(seed, 16)}",
        "type": "message",
        "role": "assistant",
        "model": asked.model.id,
        "content": cast("list[Json]", draft.content),
        "stop_reason": stop_reason,
        "stop_sequence": draft.stop_sequence if stop_reason == "stop_sequence" else None,
        "stop_details": _refusal(prompt) if stop_reason == "refusal" else None,
        "container": _container(body, draft.content, seed, today),
        "diagnostics": None,
        "usage": usage_of(
            body,
            asked.model,
            input_tokens=asked.input_tokens,
            output_tokens=output_tokens,
            thinking_tokens=draft.thinking_tokens,
            content=draft.content,
            priority="priority" in prompt.orders,
        ),
    }
    return Answer(message, prompt, draft.hidden_tokens, result_tokens(draft.content, asked.model))


@dataclass(slots=True)
class _Composer:
    """Decides what an answer consists of."""

    draft: Assembly
    asked: Asked
    prompt: Prompt
    random: Random
    media: MediaReader | None
    today: date

    def write(self) -> None:
        draft, prompt = self.draft, self.prompt
        writer = Writer(prompt, draft.model, self.random)
        self._think(writer)
        if "echo" in prompt.orders:
            draft.say(prompt.orders.rest)
        elif "tokens" in prompt.orders:
            draft.say(writer.long_text(prompt.orders.count("tokens", "length")))
        elif "blocks" in prompt.orders:
            self._place_specimens(prompt.orders.given["blocks"]["kinds"])
        elif "pause" in prompt.orders and not prompt.resumed:
            draft.say("Simulated answer: I begin with a search of the web.")
            self._call_server("web_search", {"query": " ".join(prompt.words[:4]) or "sandbox"})
            draft.stop("pause_turn")
        else:
            self._answer(writer)

    def _place_specimens(self, kinds: str) -> None:
        for block in specimens.KINDS[kinds]():
            if block["type"] == "text":
                citations = cast("list[JsonObject]", block.get("citations") or [])
                self.draft.say(str(block["text"]), citations)
            elif block["type"] in _SIGNED:
                signature = self.draft.sign(self.draft.content, str(block.get("thinking", "")))
                self.draft.place({**block, _SIGNED[str(block["type"])]: signature})
            else:
                self.draft.place(block)
        if any(block["type"] == "tool_use" for block in self.draft.content):
            self.draft.stop("tool_use")

    def _answer(self, writer: Writer) -> None:
        """Use the service's tools, then call the client's, or else say something."""
        draft, body, prompt = self.draft, self.asked.body, self.prompt
        config = body.get("output_config")
        form = config.get("format") if isinstance(config, dict) else None
        form = form.get("schema") if isinstance(form, dict) else None
        choice = body.get("tool_choice")
        forced = isinstance(choice, dict) and choice.get("type") in ("any", "tool")
        wordless = forced or isinstance(form, dict)
        tools = ServerTools(body, prompt, draft.model, self.random, writer.filler, self.today)
        for call in prompt.pending:
            draft.place(tools.result(str(call.get("name")), call.get("input"), str(call.get("id"))))
        for use in tools.uses():
            if not wordless:
                self._say(use.lead)
            use_id = self._call_server(use.name, use.input)
            if use_id is None:
                return
            draft.place(tools.result(use.name, use.input, use_id))
        calls = tool_calls.choose(body, prompt, self.random, tools.found)
        if calls:
            if not wordless:
                self._say(writer.before_calls([str(call["name"]) for call in calls]))
            for call in calls:
                draft.call(call)
            draft.stop("tool_use")
        elif isinstance(form, dict):
            value = make(form, self.random, prompt.words, lead="Simulated: ")
            draft.say(json.dumps(value, ensure_ascii=False))
        elif prompt.prefill is not None:
            draft.say(writer.continuation())
        else:
            text = writer.answer(tools.failures)
            draft.say(f"\n\n{text}" if self._spoken else text)
            self._cite(tools.sources)

    @property
    def _spoken(self) -> bool:
        return any(block["type"] == "text" for block in self.draft.content)

    def _say(self, text: str) -> None:
        """Say what comes before a call; the first time, that it is simulated."""
        self.draft.say(f"\n\n{text}" if self._spoken else f"Simulated answer: {text}")

    def _call_server(self, name: str, given: JsonObject) -> str | None:
        return self.draft.call({"type": "server_tool_use", "name": name, "input": given}, "srvtoolu_")

    def _cite(self, brought: Sequence[Source]) -> None:
        """Quote what can be cited, each passage in a text block of its own."""
        given = sources(self.asked.body, self.prompt.words, self.random, self.media)
        cited = [*given, *brought][:MOST_CITED]
        for source in cited:
            self.draft.say(f"\n\nOn this, {source.named} says: ")
            self.draft.say(quoted(source.said), [source.citation])
        if len(cited) > 1:
            both = [source.citation for source in cited[:2]]
            self.draft.say(f"\n\nBoth {cited[0].named} and {cited[1].named} bear on it.", both)

    def _think(self, writer: Writer) -> None:
        """Think as the request and the model's defaults have it."""
        model, body = self.draft.model, self.asked.body
        thinking = body.get("thinking")
        thinking = thinking if isinstance(thinking, dict) else {}
        kind = thinking.get("type") or ("disabled" if model.thinking_default == "off" else "adaptive")
        between_tools = kind == "between_tools" and (self.prompt.results or self.prompt.pending)
        if kind not in ("adaptive", "enabled") and not between_tools:
            return
        config = body.get("output_config")
        effort = config.get("effort") if isinstance(config, dict) else None
        effort = effort if effort in EFFORTS else model.default_effort or "high"
        length = THOUGHT_TOKENS[effort]
        budget = thinking.get("budget_tokens")
        if isinstance(budget, int):
            length = min(length, budget)
        display = thinking.get("display") or model.thinking_display
        self.draft.think(pieces(writer.thoughts(length), model), cast(str, display))


def _limit(body: JsonObject, prompt: Prompt) -> tuple[int, str]:
    """Tokens the answer may have, and the stop reason when they are used up."""
    most = cast(int, body["max_tokens"])
    orders = prompt.orders
    for name, reason in (("refusal", "refusal"), ("context-window", "model_context_window_exceeded")):
        if name in orders and orders.count(name, "after") <= most:
            return orders.count(name, "after"), reason
    return most, "max_tokens"


def _refusal(prompt: Prompt) -> JsonObject:
    category = prompt.orders.given["refusal"]["category"]
    return {
        "type": "refusal",
        "category": None if category == "null" else category,
        "explanation": "Simulated: the sandbox was told to refuse.",
    }


def _container(body: JsonObject, content: Sequence[JsonObject], seed: str, today: date) -> JsonObject | None:
    """The container that ran code, or took a file: the one the request names, or a new one.

    Source: Python SDK 2.12.0 `Container`.
    """
    if not any(
        "code_execution" in str(block["type"]) or "container" in str(block["type"]) for block in content
    ):
        return None
    asked = body.get("container")
    named = asked.get("id") if isinstance(asked, dict) else asked
    skills = asked.get("skills") if isinstance(asked, dict) else None
    loaded: list[Json] = [
        {
            "type": skill.get("type"),
            "skill_id": skill.get("skill_id"),
            "version": _version(skill.get("version"), today),
        }
        for skill in (skills if isinstance(skills, list) else [])
        if isinstance(skill, dict)
    ]
    expires = datetime.combine(today + timedelta(days=CONTAINER_DAYS), time(), UTC)
    return {
        "id": named if isinstance(named, str) else f"container_sandbox{hexadecimal(seed, 16)}",
        "expires_at": expires.isoformat().replace("+00:00", "Z"),
        "skills": loaded or None,
    }


def _version(asked: Json, today: date) -> str:
    """The version a skill resolves to."""
    return asked if isinstance(asked, str) and asked != "latest" else today.strftime("%Y%m%d")


def _seed(body: JsonObject) -> str:
    counted = {key: value for key, value in body.items() if key != "stream"}
    return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


def _signature(asked: Asked, before: Sequence[JsonObject], thought: str) -> str:
    """Binds a thought to the request and to what the answer held before it."""
    messages = cast("list[Json]", asked.body["messages"])
    answer: JsonObject = {"role": "assistant", "content": cast("list[Json]", list(before))}
    continued: JsonObject = {**asked.body, "messages": [*messages, answer]}
    return binding.sign(asked.model.id, binding.prefix_hash(continued, len(messages), len(before)), thought)
