"""What a `stop_reason` means to the person reading the answer. Source: reference 3.3, checked 2026-11-22."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.domain.answer import blocks_of, stop_reason_of, text_of
from components.domain.json_types import Json

_REFUSAL_CATEGORIES = {
    "cyber": "misuse of computers",
    "bio": "biological risk",
    "frontier_llm": "building frontier models",
    "reasoning_extraction": "extracting the model's reasoning",
    "general_harms": "general harms",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """Why the answer ended and what to do next."""

    sentence: str
    level: Literal["info", "warning"] = "info"
    action: Literal["more_tokens", "continue"] | None = None
    """What one click can do: run again with a larger max tokens, or send the turn back to go on."""


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
            calls = sum(block.get("type") == "tool_use" for block in blocks_of(message))
            return Advice(f"The model waits for the result of {calls} tool call{'s' if calls != 1 else ''}.")
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
        case None:
            return None
        case other:
            return Advice(f"Ended with stop_reason “{other}”.")


def can_be_continued(message: Mapping[str, Json] | None) -> bool:
    """Whether the answer may stand in a conversation that goes on; a refused turn may not."""
    says_something = text_of(message).strip() or any(
        block.get("type") not in {"text", "thinking", "redacted_thinking"} for block in blocks_of(message)
    )
    return bool(says_something) and stop_reason_of(message) != "refusal"


def _refusal(message: Mapping[str, Json] | None) -> str:
    details = message.get("stop_details") if message else None
    category = details.get("category") if isinstance(details, dict) else None
    explanation = details.get("explanation") if isinstance(details, dict) else None
    about = f" ({_REFUSAL_CATEGORIES.get(str(category), str(category))})" if category else ""
    told = f" {explanation}" if isinstance(explanation, str) and explanation else ""
    return (
        f"Refused for safety{about}.{told} Discard the partial text and do not send this turn again; "
        "rephrase the prompt or try another model."
    )
