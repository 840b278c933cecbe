from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event
from unit.store.samples import BEGAN, a_message, a_run, ended

from components.domain.run import RunError, RunFilter, RunState, RunTimes
from components.store.database import Database
from components.store.runs import Runs


def test_a_run_returns_exactly_as_it_was_added(runs: Runs) -> None:
    run = a_run("Quotes ' \" \\ % _ and 漢字 😀\n\ttabs")
    runs.add(run, "owner")
    assert runs.get(run.id) == run


def test_a_finished_run_returns_with_everything(runs: Runs) -> None:
    run = a_run()
    runs.add(run, "owner")
    done = replace(
        run,
        state=RunState.INTERRUPTED,
        message=a_message("half \ud83d", stop_reason=None),
        cost_usd=Decimal("0.000000012345"),
        request_id="req_1",
        error=RunError("Broken.", 529, "overloaded_error", "busy", 2.5),
        times=RunTimes(BEGAN, *(BEGAN + timedelta(microseconds=step) for step in (1, 2, 3))),
    )
    runs.finish(done, BEGAN)
    assert runs.get(run.id) == done


def test_an_unknown_run_is_none(runs: Runs) -> None:
    assert runs.get("0" * 32) is None


def test_progress_is_seen_in_the_store(runs: Runs) -> None:
    first, second = a_run("one"), a_run("two", minute=1)
    for run in (first, second):
        runs.add(run, "owner")
    changed = [
        replace(run, state=RunState.STREAMING, message=a_message(f"part {run.id}", None), request_id=run.id)
        for run in (first, second)
    ]
    runs.save_progress(changed, BEGAN + timedelta(hours=1))
    assert [runs.get(run.id) for run in changed] == changed
    saved = runs.saved(first.id)
    assert saved
    assert (saved.owner, saved.saved_at) == ("owner", BEGAN + timedelta(hours=1))


def test_many_runs_are_read_whole_with_what_is_kept_beside_them(runs: Runs) -> None:
    added = [ended(a_run(str(minute % 2), minute=minute), str(minute)) for minute in range(120)]
    for run in added:
        runs.add(run, "owner")
    asked = [run.id for run in added[::-1]]
    found = runs.saved_many([*asked, asked[0], "0" * 32])
    assert {run_id: saved.run for run_id, saved in found.items()} == {run.id: run for run in added}
    assert found[asked[0]] == runs.saved(asked[0])
    assert runs.saved_many([]) == {}


def test_many_runs_of_one_request_share_it(runs: Runs) -> None:
    added = [a_run("same", minute=1), a_run("same", minute=2), a_run("other", minute=3)]
    for run in added:
        runs.add(run, "owner")
    found = runs.saved_many([run.id for run in added])
    first, second, other = (found[run.id].run for run in added)
    assert first.request is second.request
    assert first.request != other.request


def test_late_progress_does_not_reopen_a_run_that_has_ended(runs: Runs) -> None:
    run = a_run()
    runs.add(run, "owner")
    done = ended(run, "all of it")
    runs.finish(done, BEGAN)
    runs.save_progress([replace(run, state=RunState.STREAMING, message=a_message("all", None))], BEGAN)
    assert runs.get(run.id) == done


def test_saving_nothing_writes_nothing(runs: Runs, database: Database) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    runs.save_progress([], BEGAN)
    assert statements == []


def test_open_runs_are_those_that_have_not_ended(runs: Runs) -> None:
    open_one, done = a_run("open"), a_run("done", minute=1)
    runs.add(open_one, "owner-1")
    runs.add(done, "owner-2")
    runs.finish(ended(done), BEGAN)
    assert runs.open_runs() == [(open_one.id, "owner-1")]


def test_the_list_has_the_newest_first_with_all_it_shows(runs: Runs) -> None:
    older, newer = a_run("older"), a_run("  Write\n\n a   poem ", minute=1)
    for run in (newer, older):
        runs.add(run, "owner")
    runs.finish(replace(ended(newer), cost_usd=Decimal("0.25")), BEGAN)
    first, second = runs.page(limit=10)
    assert (first.id, second.id) == (newer.id, older.id)
    assert first.prompt_start == "Write a poem"
    assert (first.state, first.model, first.connection) == (RunState.COMPLETE, newer.request.model, "Sandbox")
    assert (first.input_tokens, first.output_tokens, first.cost_usd) == (15, 7, Decimal("0.25"))
    assert (first.queued_at, first.duration_s, first.stop_reason) == (newer.times.queued, 2.0, "end_turn")
    assert (second.input_tokens, second.cost_usd, second.duration_s) == (None, None, None)


def test_the_output_of_a_partial_answer_is_not_counted(runs: Runs) -> None:
    run = a_run()
    runs.add(run, "owner")
    runs.finish(replace(ended(run, state=RunState.STOPPED), message=a_message("half", None)), BEGAN)
    (row,) = runs.page(limit=1)
    assert (row.input_tokens, row.output_tokens) == (15, None)


def test_the_list_reads_narrow_rows_only(runs: Runs, database: Database) -> None:
    runs.add(a_run(), "owner")
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    runs.page(RunFilter(models=("claude-opus-5-5",), states=(RunState.QUEUED,), since=BEGAN), limit=10)
    runs.count(RunFilter(states=(RunState.QUEUED,)))
    assert len([sql for sql in statements if sql.startswith("SELECT")]) == 2
    assert not any("run_answers" in sql or "run_requests" in sql or "run_texts" in sql for sql in statements)


def test_pages_follow_on_each_other(runs: Runs) -> None:
    added = [a_run(str(minute), minute=minute // 2) for minute in range(7)]
    for run in added:
        runs.add(run, "owner")
    pages = [runs.page(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [row.prompt_start for page in pages for row in page] == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (RunFilter(), "0 1 2 3"),
        (RunFilter(models=("a",)), "0 2"),
        (RunFilter(models=("a", "b")), "0 1 2 3"),
        (RunFilter(models=("c",)), ""),
        (RunFilter(states=(RunState.COMPLETE,)), "2 3"),
        (RunFilter(states=(RunState.COMPLETE,), models=("a",)), "2"),
        (RunFilter(since=BEGAN + timedelta(minutes=1)), "1 2 3"),
        (RunFilter(until=BEGAN + timedelta(minutes=1)), "0"),
        (RunFilter(since=BEGAN + timedelta(minutes=1), until=BEGAN + timedelta(minutes=3)), "1 2"),
        (RunFilter(text="prompt 3"), "3"),
        (RunFilter(text="prompt", models=("b",)), "1 3"),
    ],
)
def test_filters_narrow_pages_counts_and_exports_alike(runs: Runs, which: RunFilter, expected: str) -> None:
    for minute in range(4):
        run = a_run(f"prompt {minute}", minute=minute, model="ab"[minute % 2])
        runs.add(run, "owner")
        if minute >= 2:
            runs.finish(ended(run), BEGAN)
    found = [row.prompt_start.removeprefix("prompt ") for row in reversed(runs.page(which, limit=10))]
    assert " ".join(found) == expected
    assert runs.count(which) == len(found)
    assert [run.id for run in runs.iterate(which)] == [row.id for row in runs.page(which, limit=10)]


def test_a_filter_by_naive_time_is_refused(runs: Runs) -> None:
    with pytest.raises(Exception, match="time zone"):
        runs.count(RunFilter(since=BEGAN.replace(tzinfo=None)))


def test_an_export_of_many_runs_has_each_once(runs: Runs) -> None:
    added = [a_run(str(minute), minute=minute) for minute in range(120)]
    for run in added:
        runs.add(run, "owner")
    assert list(runs.iterate()) == added[::-1]


def test_models_are_those_that_runs_were_sent_to(runs: Runs) -> None:
    for minute, model in enumerate(["b", "a", "b", "c:latest"]):
        runs.add(a_run(minute=minute, model=model), "owner")
    assert runs.models() == ["a", "b", "c:latest"]


def test_an_error_of_the_store_holds_no_prompt(runs: Runs) -> None:
    run = a_run("my secret prompt")
    runs.add(run, "owner")
    with pytest.raises(Exception, match="UNIQUE") as caught:
        runs.add(run, "owner")
    assert "secret prompt" not in f"{caught.value} {caught.value.__cause__}"
