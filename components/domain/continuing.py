"""How a conversation goes on: an answer becomes the assistant's turn, with a place for what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from components.domain import template
from components.domain.answer import blocks_of, stop_reason_of
from components.domain.binding import THINKING, bindings_of
from components.domain.content import is_text
from components.domain.draft import Draft, Turn
from components.domain.json_types import Json, JsonObject


def continue_with(draft: Draft, message: Mapping[str, Json], sent: Mapping[str, Json]) -> bool:
    """Append the answer to a request; return whether thinking that stood in earlier turns was left out.

    A turn that waits for tool results or was paused is kept verbatim, thinking included, and followed by a
    place for each result. At the end of a turn all thinking is dropped, of the tool calls before it too: the
    service allows that there, and it keeps the history editable (reference 2.5). `sent` is the request's
    body: the draft remembers what the thinking is bound to.
    """
    draft.bindings |= bindings_of(sent, message)
    # A call that was cut off has no input that could go back.
    blocks = [deepcopy(block) for block in blocks_of(message) if "partial_json" not in block]
    for block in blocks:
        if is_text(block):
            block["text"] = template.escape(str(block["text"]))
    results = _empty_results(blocks)
    if results or stop_reason_of(message) in {"tool_use", "pause_turn"}:
        draft.turns.append(Turn("assistant", blocks=[*blocks]))
        draft.turns += [Turn(blocks=results)] if results else []
        return False
    thoughts = _thoughts(draft)
    for turn in draft.turns:
        turn.drop_blocks(THINKING)
    draft.turns += [_ended(blocks), Turn()]
    return thoughts > 0


def _thoughts(draft: Draft) -> int:
    blocks = [block for turn in draft.turns for block in turn.blocks or ()]
    return sum(isinstance(block, dict) and str(block.get("type")) in THINKING for block in blocks)


def _ended(blocks: list[JsonObject]) -> Turn:
    """The turn without its thinking; one text where nothing else is lost by it."""
    kept = [block for block in blocks if str(block.get("type")) not in THINKING]
    if all(is_text(block) and set(block) <= {"type", "text", "citations"} for block in kept) and not any(
        block.get("citations") for block in kept
    ):
        return Turn("assistant", "".join(str(block["text"]) for block in kept).rstrip())
    return Turn("assistant", blocks=[*kept])


def _empty_results(blocks: list[JsonObject]) -> list[Json]:
    """A place for the result of each call."""
    calls = (block.get("id") for block in blocks if block.get("type") == "tool_use")
    return [{"type": "tool_result", "tool_use_id": call, "content": ""} for call in calls]
