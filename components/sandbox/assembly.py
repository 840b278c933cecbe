"""An answer being put together: block after block, under a limit of tokens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.sandbox.counting import count_text, pieces

CALL_TOKENS = 8
"""What a tool call costs beside its input: its name and delimiters."""


@dataclass(slots=True)
class Assembly:
    """Takes blocks until the limit is reached or a stop sequence was said; then nothing more."""

    model: Model
    limit: int
    limit_reason: str
    """The `stop_reason` when the limit is reached."""
    stops: Sequence[str]
    seed: str
    """What ids are made of."""
    sign: Callable[[Sequence[JsonObject], str], str]
    """The blocks before a thought, and the thought as it is shown → the signature of its block."""
    content: list[JsonObject] = field(default_factory=list)
    used: int = 0
    thinking_tokens: int = 0
    hidden_tokens: int = 0
    """Thinking tokens that are billed and waited for, but not shown."""
    stop_reason: str | None = None
    stop_sequence: str | None = None

    def think(self, thought: Sequence[str], display: str) -> None:
        """Add a thinking block of so many tokens; `omitted` keeps its text back."""
        taken = thought[: self.limit - self.used]
        text = "".join(taken)
        self.used += len(taken)
        self.thinking_tokens = len(taken)
        if display == "omitted":
            self.hidden_tokens = len(taken)
        shown = "" if display == "omitted" else text
        self.content.append(
            {"type": "thinking", "thinking": shown, "signature": self.sign(self.content, shown)}
        )
        self._check_limit(len(taken) < len(thought))

    def say(self, text: str, citations: Sequence[JsonObject] = ()) -> None:
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
            if citations:
                block["citations"] = cast("list[Json]", list(citations))
            self.content.append(block)
        self._check_limit(len(taken) < len(tokens))
        if found is not None and self.stop_reason is None:
            self.stop_reason, self.stop_sequence = "stop_sequence", found[1]

    def call(self, block: JsonObject, prefix: str = "toolu_") -> str | None:
        """Add a tool call, whole or not at all; return its id, or None when there was no room for it."""
        cost = count_text(json.dumps(block["input"], ensure_ascii=False), self.model) + CALL_TOKENS
        self._check_limit(self.used + cost > self.limit)
        if self.stop_reason is not None:
            return None
        self.used += cost
        call_id = f"{prefix}{hexadecimal(f'{self.seed} {len(self.content)}', 20)}"
        self.content.append({"type": block["type"], "id": call_id, **block, "caller": {"type": "direct"}})
        return call_id

    def place(self, block: JsonObject | None) -> None:
        """Add a block that no model wrote, such as the result of a server tool: no output tokens."""
        if block is not None and self.stop_reason is None:
            self.content.append(block)

    def stop(self, reason: str) -> None:
        """End the answer here, unless it has ended already."""
        self.stop_reason = self.stop_reason or reason

    def _check_limit(self, over: bool) -> None:
        if over:
            self.stop(self.limit_reason)


def hexadecimal(seed: str, length: int) -> str:
    """A made-up id of so many characters."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length]
