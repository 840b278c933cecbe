"""Columns of a comparison, with runs as they end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from unit.store.samples import a_run

from components.domain.compared import Column
from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.domain.run import Run, RunError, RunState

MODELS = (
    "claude-opus-5-5",
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-opus-5",
    "claude-fable-5",
    "llama",
)


def a_body(prompt: Json = "Hello", model: str = "claude-opus-5-5", **fields: Json) -> JsonObject:
    return {
        "model": model,
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": prompt}],
        "stream": True,
        **fields,
    }


def answered(
    content: Json = "Hi",
    *,
    body: JsonObject | None = None,
    first_s: float = 0.5,
    total_s: float = 2.5,
    output_tokens: int = 100,
    thinking_tokens: int = 0,
    cost_usd: str | None = "0.0025",
    stop_reason: str | None = "end_turn",
    state: RunState = RunState.COMPLETE,
    error: RunError | None = None,
) -> Run:
    """An ended run; its first event comes with its first text."""
    run = a_run()
    blocks: Json = [{"type": "text", "text": content}] if isinstance(content, str) else content
    queued = run.times.queued
    came = queued + timedelta(seconds=first_s)
    return replace(
        run,
        state=state,
        request=Request.of(body or a_body()),
        message={
            "type": "message",
            "role": "assistant",
            "content": blocks,
            "stop_reason": stop_reason,
            "usage": {
                "input_tokens": 15,
                "output_tokens": output_tokens,
                "output_tokens_details": {"thinking_tokens": thinking_tokens},
            },
        },
        times=replace(run.times, first_byte=came, first_text=came, ended=queued + timedelta(seconds=total_s)),
        cost_usd=None if cost_usd is None else Decimal(cost_usd),
        error=error,
    )


def failed(sentence: str = "The key was refused.", body: JsonObject | None = None) -> Run:
    """A run that got no answer."""
    run = a_run()
    ended = replace(run.times, ended=run.times.queued + timedelta(seconds=1))
    request = Request.of(body or a_body())
    return replace(run, state=RunState.FAILED, request=request, times=ended, error=RunError(sentence, 401))


def column(letter: str, *runs: Run, differs: Sequence[str] = ()) -> Column:
    model = runs[0].request.model if runs else "claude-opus-5-5"
    return Column(f"variant-{letter}", letter, model, tuple(differs), runs)


def columns_of_samples(columns: int = 2, samples: int = 8, *, apart: bool = False) -> list[Column]:
    """Columns with skewed figures; `apart` makes each one slower and dearer than the one before."""
    chance = random.Random(7)
    found = []
    for place in range(columns):
        factor = 3**place if apart else 1
        body = a_body(model=MODELS[place])
        runs = []
        for _ in range(samples):
            first_s = chance.lognormvariate(-0.7, 0.3) * factor
            tokens = round(chance.lognormvariate(5, 0.3))
            total_s = first_s + tokens / (80 / factor) * chance.lognormvariate(0, 0.1)
            runs.append(
                answered(
                    chance.choice(["Yes.", "Yes, it is.", "No."]),
                    body=body,
                    first_s=round(first_s, 3),
                    total_s=round(total_s, 3),
                    output_tokens=tokens,
                    cost_usd=str(Decimal(tokens) * factor / 40_000),
                )
            )
        letter = "ABCDEF"[place]
        found.append(column(letter, *runs, differs=() if place == 0 else (f"Model: {MODELS[place]}",)))
    return found
