"""Runs to store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.domain.run import Run, RunState, RunTimes
from components.services.runs import new_run_id

BEGAN = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def a_run(
    prompt: Json = "Hello", *, minute: int = 0, model: str = "claude-opus-5-5", **changes: object
) -> Run:
    """A queued run of one user turn."""
    queued = BEGAN + timedelta(minutes=minute)
    body: JsonObject = {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": True}
    run = Run(
        id=new_run_id(queued),
        state=RunState.QUEUED,
        request=Request.of(body, betas=("beta-1", "beta-2")),
        connection="Sandbox",
        base_url="http://127.0.0.1:8501/sandbox",
        times=RunTimes(queued),
        draft={"turns": [{"text": "{{name}}"}], "values": {"name": "Ada"}},
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def a_message(text: str = "Hi", stop_reason: str | None = "end_turn") -> JsonObject:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": text}],
        "stop_reason": stop_reason,
        "usage": {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 7},
    }


def ended(run: Run, text: str = "Hi", *, state: RunState = RunState.COMPLETE, **changes: object) -> Run:
    """The run with an answer, two seconds later."""
    times = replace(run.times, ended=run.times.queued + timedelta(seconds=2))
    done = replace(run, state=state, message=a_message(text), times=times)
    return replace(done, **changes)  # type: ignore[arg-type]
