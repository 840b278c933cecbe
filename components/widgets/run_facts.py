"""How a run stands, in a badge and in one line."""

from __future__ import annotations

from datetime import UTC, datetime

from components.domain import figures
from components.domain.answer import stop_reason_of, usage_of
from components.domain.run import Run, RunState
from components.services.runs import RunView
from components.widgets.safe_markdown import literal

BADGES: dict[RunState, tuple[str, str, str]] = {
    RunState.QUEUED: ("Queued", "gray", ":material/hourglass_empty:"),
    RunState.SENDING: ("Sending", "blue", ":material/upload:"),
    RunState.STREAMING: ("Streaming", "blue", ":material/stream:"),
    RunState.COMPLETE: ("Complete", "green", ":material/check:"),
    RunState.STOPPED: ("Stopped", "orange", ":material/stop_circle:"),
    RunState.INTERRUPTED: ("Interrupted", "orange", ":material/link_off:"),
    RunState.FAILED: ("Failed", "red", ":material/error:"),
}
"""Label, colour and icon."""


def badge(run: Run) -> tuple[str, str, str]:
    """Label, colour and icon; a complete answer that says too little is not green."""
    if run.state is RunState.COMPLETE:
        match stop_reason_of(run.message):
            case "max_tokens" | "model_context_window_exceeded":
                return "Complete, cut off", "orange", ":material/content_cut:"
            case "pause_turn":
                return "Complete, paused", "orange", ":material/pause:"
            case "refusal":
                return "Complete, refused", "orange", ":material/front_hand:"
    return BADGES[run.state]


def progress_line(seen: RunView) -> str:
    """A live run, as Markdown; changes once a second."""
    run, now = seen.run, datetime.now(UTC)
    if seen.waiting is not None:
        left_s = max(0, round((seen.waiting.until - now).total_seconds()))
        return (
            f"Trying again in {left_s} s, attempt {seen.waiting.attempt + 1}. {literal(seen.waiting.reason)}"
        )
    usage = usage_of(run.message)
    parts = [f"{BADGES[run.state][0]}…", literal(run.request.model)]
    if usage and usage.total_input_tokens:
        parts.append(f"{figures.count(usage.total_input_tokens)} in")
    if run.times.first_text:
        parts.append(f"first text {figures.seconds(run.times.to_first_text_s)}")
    return " · ".join([*parts, f"{int((now - run.times.queued).total_seconds())} s"])


def figures_line(run: Run) -> str:
    """An ended run, as Markdown: model, tokens, times, cost."""
    usage = usage_of(run.message)
    counted = stop_reason_of(run.message) is not None
    parts = [literal(run.request.model)]
    if usage is not None:
        parts.append(f"{figures.count(usage.total_input_tokens)} in")
    if usage is not None and counted:
        thinking = f" ({figures.count(usage.thinking_tokens)} thinking)" if usage.thinking_tokens else ""
        parts.append(f"{figures.count(usage.output_tokens)} out{thinking}")
    if run.times.to_first_text_s is not None:
        parts.append(f"first text {figures.seconds(run.times.to_first_text_s)}")
    if run.times.total_s is not None:
        parts.append(f"total {figures.seconds(run.times.total_s)}")
    if run.cost_usd is not None:
        parts.append(figures.dollars(run.cost_usd).replace("$", "&#36;"))
    elif usage is not None:
        parts.append("price unknown" if counted else "output and cost not reported")
    return " · ".join(parts)
