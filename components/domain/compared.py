"""What a comparison got: the runs of each column, and which of its answers are the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from components.domain.answer import blocks_of, stop_reason_of, text_of
from components.domain.json_types import Json
from components.domain.run import Run

_CHANCE: Final = frozenset({"id", "tool_use_id", "signature", "encrypted_content", "encrypted_index"})
"""Fields of content blocks that are new each time, whatever the answer says."""
_UNSEEN: Final = frozenset({"thinking", "redacted_thinking"})


@dataclass(frozen=True, slots=True)
class Column:
    """The runs of one variant."""

    variant_id: str
    letter: str
    model: str
    """As requested."""
    differs: tuple[str, ...]
    """What it has otherwise than the first column, in words."""
    runs: tuple[Run, ...]
    """In the order of the samples; live ones included."""

    @property
    def answered(self) -> tuple[Run, ...]:
        """The runs that ended with something to read: text or a tool call."""
        return tuple(run for run in self.runs if not run.state.live and has_answer(run))


@dataclass(frozen=True, slots=True)
class Fold:
    """Identical answers."""

    run: Run
    """The first of them."""
    samples: tuple[int, ...]
    """Their places among the runs, counted from 1."""


def has_answer(run: Run) -> bool:
    """Whether anything can be read: text that is not blank, or a call of a tool."""
    if text_of(run.message).strip():
        return True
    return any(str(block.get("type", "")).endswith("tool_use") for block in blocks_of(run.message))


def folded(runs: Iterable[Run]) -> list[Fold]:
    """Put identical answers together, in the order in which each came first."""
    found: dict[str, tuple[Run, list[int]]] = {}
    for number, run in enumerate(runs, 1):
        found.setdefault(answer_key(run), (run, []))[1].append(number)
    return [Fold(run, tuple(samples)) for run, samples in found.values()]


def in_ranges(numbers: Sequence[int]) -> str:
    """`1–4, 7` for 1, 2, 3, 4, 7; the numbers ascend."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    return ", ".join(str(each[0]) if len(each) == 1 else f"{each[0]}–{each[-1]}" for each in ranges)


def answer_key(run: Run) -> str:
    """Equal for ended runs that say the same and ended the same way.

    Thinking, ids and signatures do not count: they are never the same twice.
    """
    if run.state.live:
        return f"live {run.id}"
    said = [_said(block) for block in blocks_of(run.message) if block.get("type") not in _UNSEEN]
    error = run.error.sentence if run.error else None
    return json.dumps([run.state, stop_reason_of(run.message), said, error], sort_keys=True)


def _said(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if name not in _CHANCE}
    return [_said(each) for each in value] if isinstance(value, list) else value
