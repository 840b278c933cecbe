"""What a `stop_reason` means to the person reading the answer. Source: reference 3.3, checked 2026-11-22."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.domain.answer import blocks_of, stop_reason_of, text_of, tool_calls, unfinished_calls
from components.domain.json_types import Json

_REFUSAL_CATEGORIES = {
    "cyber": "misuse of computers",
    "bio": "biological risk",
    "frontier_llm": "building frontier models",
    "reasoning_extraction": "extracting the model's reasoning",
    "general_harms": "general harms",
}

_BILLED_UNWRITTEN = frozenset({"bio", "frontier_llm", "reasoning_extraction"})
"""Categories in which a refusal before any output is billed, since 24 September 2026."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Why the answer ended and what to do next."""

    sentence: str
    level: Literal["info", "warning"] = "info"
    action: Literal["more_tokens", "continue", "give_results"] | None = None
    """What one click can do: run again with a larger max tokens, send the turn back to go on, or open a turn
    for the results of the tool calls."""


def advice(message: Mapping[str, Json] | None) -> Advice | None:
    """Return what to say below a finished answer; None when it simply ended."""
    match stop_reason_of(message):
        case "end_turn":
            if message is not None and not text_of(message).strip():
                return Advice("The model ended its turn without writing any text.")
            return None
        case "max_tokens":
            return Advice(
                "Cut off: max tokens was reached (thinking counts too). Run again with more.",
                "warning",
                "more_tokens",
            )
        case "stop_sequence":
            found = message.get("stop_sequence") if message else None
            return Advice(f"Stopped at the stop sequence {found!r}, which is not part of the text.")
        case "tool_use":
            return _waiting(message)
        case "pause_turn":
            return Advice(
                "Paused in the middle of a long turn. Continue sends it back to go on.",
                "info",
                "continue",
            )
        case "refusal":
            return Advice(_refusal(message), "warning")
        case "model_context_window_exceeded":
            return Advice(
                "Cut off: the context window is full. Shorten the conversation and run again.", "warning"
            )
        case "compaction":
            return Advice(
                "The conversation was summarised. The block above stands for all that went before: add the "
                "answer to the turns and go on from there."
            )
        case None:
            return None
        case other:
            return Advice(f"Ended with stop_reason “{other}”.")


def can_be_continued(message: Mapping[str, Json] | None) -> bool:
    """Whether the answer may stand in a conversation that goes on: no refused turn, no cut-off call."""
    says_something = text_of(message).strip() or any(
        str(block.get("type")) not in {"text", "thinking", "redacted_thinking"}
        and "partial_json" not in block
        for block in blocks_of(message)
    )
    return bool(says_something) and stop_reason_of(message) != "refusal"


def _waiting(message: Mapping[str, Json] | None) -> Advice:
    calls, unfinished = len(tool_calls(message)), len(unfinished_calls(message))
    if not calls:
        return Advice("Ended to call a tool, but the answer holds no call of yours to make.", "warning")
    one, many = "the result of 1 tool call", f"the results of {calls} tool calls"
    sentence = f"The model waits for {one if calls == 1 else many}."
    if unfinished:
        its = "A call to a tool of the server is" if unfinished == 1 else "Calls to tools of the server are"
        sentence += f" {its} unfinished too; sending the results lets the turn go on."
    return Advice(sentence, "info", "give_results")


def refusal_category(category: Json) -> str:
    """The category of a refusal in words; "" when none is told."""
    return _REFUSAL_CATEGORIES.get(str(category), str(category)) if category else ""


def _refusal(message: Mapping[str, Json] | None) -> str:
    details = message.get("stop_details") if message else None
    category = details.get("category") if isinstance(details, dict) else None
    explanation = details.get("explanation") if isinstance(details, dict) else None
    about = f" ({refusal_category(category)})" if category else ""
    told = f" {explanation}" if isinstance(explanation, str) and explanation else ""
    begun = any(_says_something(block) for block in blocks_of(message))
    if begun:
        sent = "Discard the partial text, which is billed, and do not send this turn again"
    elif str(category) in _BILLED_UNWRITTEN:
        sent = (
            "Nothing was written, but in this category the request is billed; do not send it again as it is"
        )
    else:
        sent = "Nothing was written, and the service does not bill that; do not send it again as it is"
    return f"Refused for safety{about}.{told} {sent}: rephrase the prompt or try another model."


def _says_something(block: Mapping[str, Json]) -> bool:
    kind = str(block.get("type"))
    return kind not in {"text", "thinking"} or bool(str(block.get(kind) or "").strip())
