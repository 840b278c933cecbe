"""Prompt key, estimate and headers: what is kept with a run besides request and answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event
from unit.store.samples import BEGAN, a_message, a_run, ended

from components.domain.run import Estimate, Run, RunState
from components.store.database import Database
from components.store.runs import Runs

HEADERS = {"anthropic-ratelimit-requests-remaining": "999", "anthropic-organization-id": "org-é"}


def finished(runs: Runs, prompt_key: str | None, output: int, minute: int, **changes: object) -> Run:
    run = ended(a_run(minute=minute, prompt_key=prompt_key, model=str(changes.pop("model", "m"))))
    usage = {"input_tokens": 10, "output_tokens": output}
    done = replace(run, message={**a_message(), "usage": usage}, **changes)  # type: ignore[arg-type,dict-item]
    runs.add(done, "owner")
    return done


@pytest.mark.parametrize(
    "estimate",
    [
        None,
        Estimate(),
        Estimate(214, Decimal("0.000428"), None, Decimal("0.1028")),
        Estimate(0, Decimal("1E-7"), Decimal("0.10"), Decimal("123456789.123456789123456789")),
    ],
)
def test_key_and_estimate_return_to_the_last_digit(estimate: Estimate | None, runs: Runs) -> None:
    run = a_run(prompt_key="f" * 64, estimate=estimate)
    runs.add(run, "owner")
    found = runs.get(run.id)
    assert found == run
    assert repr(found.estimate if found else None) == repr(estimate)


def test_headers_are_kept_when_they_come_and_stay(runs: Runs) -> None:
    run = a_run()
    runs.add(run, "owner")
    assert runs.get(run.id) == run
    streaming = replace(run, state=RunState.STREAMING, headers=HEADERS, message=a_message("part", None))
    runs.save_progress([streaming], BEGAN)
    assert runs.get(run.id) == streaming
    runs.save_progress([replace(streaming, headers={})], BEGAN)
    runs.finish(replace(ended(run), headers={}), BEGAN)
    assert runs.get(run.id) == replace(ended(run), headers=HEADERS)


def test_headers_that_come_with_the_end_are_kept(runs: Runs) -> None:
    first, second = a_run(), a_run(minute=1)
    for run in (first, second):
        runs.add(run, "owner")
    runs.finish(ended(first, headers=HEADERS), BEGAN)
    runs.save_progress([replace(first, state=RunState.STREAMING, headers={"late": "1"}), second], BEGAN)
    assert runs.get(first.id) == ended(first, headers=HEADERS)
    assert runs.get(second.id) == second


def test_the_outputs_of_a_prompt_are_those_of_its_complete_runs_newest_first(runs: Runs) -> None:
    for minute, output in enumerate([10, 20, 30]):
        finished(runs, "mine", output, minute)
    finished(runs, "other", 99, 4)
    finished(runs, None, 98, 5)
    finished(runs, "mine", 97, 6, state=RunState.STOPPED)
    finished(runs, "mine", 96, 7, state=RunState.FAILED)
    runs.add(a_run(minute=8, prompt_key="mine"), "owner")
    assert runs.output_tokens("mine") == [30, 20, 10]
    assert runs.output_tokens("mine", limit=2) == [30, 20]
    assert runs.output_tokens("unknown") == []


def test_the_outputs_of_a_prompt_can_be_those_of_one_model(runs: Runs) -> None:
    for minute, model in enumerate(["a", "b", "a"]):
        finished(runs, "mine", minute, minute, model=model)
    assert runs.output_tokens("mine", "a") == [2, 0]
    assert runs.output_tokens("mine", model="b", limit=5) == [1]
    assert runs.output_tokens("mine", "c") == []


def test_a_complete_answer_without_usage_has_no_output_to_tell(runs: Runs) -> None:
    run = ended(a_run(prompt_key="mine"))
    runs.add(replace(run, message={"content": [], "stop_reason": "end_turn"}), "owner")
    assert runs.output_tokens("mine") == []


@pytest.mark.parametrize("model", [None, "m"])
def test_outputs_come_from_an_index_alone_in_its_order(
    model: str | None, runs: Runs, database: Database
) -> None:
    asked: list[tuple[str, object]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    runs.output_tokens("mine", model)
    sql, parameters = asked[-1]
    with database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()  # type: ignore[arg-type]
    assert [row[3] for row in plan] == ["SEARCH runs USING COVERING INDEX ix_runs_prompt (prompt_key=?)"]


def test_a_recovered_run_keeps_its_facts(runs: Runs) -> None:
    run = a_run(prompt_key="mine", estimate=Estimate(1, Decimal("0.1")))
    runs.add(run, "owner")
    runs.save_progress([replace(run, state=RunState.STREAMING, headers=HEADERS)], BEGAN)
    saved = runs.saved(run.id)
    assert saved
    died = replace(saved.run, state=RunState.INTERRUPTED)
    runs.finish(died, BEGAN + timedelta(seconds=1))
    assert runs.get(run.id) == replace(run, state=RunState.INTERRUPTED, headers=HEADERS)
