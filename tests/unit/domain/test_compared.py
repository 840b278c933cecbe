"""Which answers are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from components.domain.compared import Column, folded, has_answer, in_ranges
from components.domain.json_types import Json
from components.domain.request import Request
from components.domain.run import Run, RunError, RunState, RunTimes


def run(name: str, *blocks: Json, state: RunState = RunState.COMPLETE, stop: str | None = "end_turn") -> Run:
    return Run(
        id=name,
        state=state,
        request=Request.of({"model": "m"}),
        connection="Sandbox",
        base_url="",
        times=RunTimes(datetime(2026, 11, 1, tzinfo=UTC)),
        message={"content": list(blocks), "stop_reason": stop} if blocks else None,
    )


def said(text: str) -> Json:
    return {"type": "text", "text": text}


def test_identical_answers_are_folded_with_their_places() -> None:
    found = folded([run("1", said("A")), run("2", said("B")), run("3", said("A"))])
    assert [(fold.run.id, fold.samples) for fold in found] == [("1", (1, 3)), ("2", (2,))]


def test_thinking_and_ids_do_not_make_answers_different() -> None:
    one = run("1", {"type": "thinking", "thinking": "a", "signature": "x"}, said("A"))
    assert len(folded([one, run("2", said("A"))])) == 1
    calls = [run(n, {"type": "tool_use", "id": n, "name": "f", "input": {"a": 1}}) for n in "12"]
    assert len(folded(calls)) == 1


def test_the_same_words_that_ended_another_way_are_another_answer() -> None:
    cut = run("2", said("A"), stop="max_tokens")
    stopped = run("3", said("A"), state=RunState.STOPPED, stop=None)
    assert len(folded([run("1", said("A")), cut, stopped])) == 3


def test_live_runs_are_never_folded() -> None:
    live = [run(n, state=RunState.STREAMING) for n in "12"]
    assert len(folded(live)) == 2


def test_the_same_failure_is_one_fold() -> None:
    failed = replace(run("1", state=RunState.FAILED), error=RunError("Overloaded."))
    assert len(folded([failed, replace(failed, id="2")])) == 1


def test_only_what_can_be_read_counts_as_answered() -> None:
    blank = run("1", said(" \n"))
    thought = run("2", {"type": "thinking", "thinking": "a", "signature": "x"})
    call = run("3", {"type": "tool_use", "id": "t", "name": "f", "input": {}})
    live = run("4", said("A"), state=RunState.STREAMING)
    assert [has_answer(each) for each in (blank, thought, call)] == [False, False, True]
    column = Column("v", "A", "m", (), (blank, thought, call, live))
    assert column.answered == (call,)


def test_long_lists_of_samples_are_told_in_ranges() -> None:
    assert in_ranges([1, 2, 3, 4, 7]) == "1–4, 7"
    assert in_ranges([3]) == "3"
    assert in_ranges([1, 3, 5, 6]) == "1, 3, 5–6"
