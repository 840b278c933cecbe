"""Comparisons are opened as they were saved, and stay as they were run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from unit.store.samples import a_run

from components.domain.comparison import Comparison
from components.domain.draft import Draft, Turn
from components.domain.run import PartOf, Run
from components.services.comparisons import ComparisonKeeper
from components.store.comparisons import Comparisons
from components.store.database import Database, open_database
from components.store.runs import Runs


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(None, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def runs(database: Database) -> Runs:
    return Runs(database)


@pytest.fixture
def keeper(database: Database) -> ComparisonKeeper:
    return ComparisonKeeper(Comparisons(database))


def draft(text: str) -> Draft:
    return Draft(turns=[Turn(text=text)])


def sent(runs: Runs, text: str, part_of: PartOf | None = None) -> Run:
    """A run of this text, stored."""
    run = replace(a_run(text), draft=draft(text).to_json())
    runs.add(run, "owner", part_of)
    return run


def test_a_comparison_opens_as_it_was_saved(keeper: ComparisonKeeper) -> None:
    comparison = Comparison.of(draft("Hello"), draft("Bye"))
    keeper.save(comparison)
    opened = keeper.open(comparison.id)
    assert opened is not None
    assert opened.to_json() == comparison.to_json()
    assert keeper.open("nobody") is None


def test_what_has_not_changed_is_not_written_again(keeper: ComparisonKeeper) -> None:
    comparison = Comparison.of(draft("Hello"))
    text = keeper.save(comparison)
    assert text == keeper.text(comparison)
    comparison.samples = 3
    assert keeper.save(comparison, text) != text


def test_runs_belong_to_the_columns_that_are_still_there(keeper: ComparisonKeeper, runs: Runs) -> None:
    comparison = Comparison.of(draft("Hello"))
    keeper.save(comparison)
    a, b = (each.id for each in comparison.variants)
    first = sent(runs, "Hello", PartOf(comparison.id, a, 1))
    second = sent(runs, "Hello", PartOf(comparison.id, a, 2))
    sent(runs, "Gone", PartOf(comparison.id, "removed", 1))
    assert keeper.run_ids(comparison) == {a: [first.id, second.id], b: []}


def test_stored_runs_become_columns_with_their_answers(keeper: ComparisonKeeper, runs: Runs) -> None:
    comparison = keeper.of_runs([sent(runs, "Hello"), sent(runs, "Bye")])
    bodies = [each.draft.body()["messages"] for each in comparison.variants]
    assert bodies == [[{"role": "user", "content": text}] for text in ("Hello", "Bye")]
    assert [len(ids) for ids in keeper.run_ids(comparison).values()] == [1, 1]
    assert keeper.open(comparison.id) is not None


def test_a_copy_has_another_id_and_the_runs_that_were_asked_for(keeper: ComparisonKeeper, runs: Runs) -> None:
    before = keeper.of_runs([sent(runs, "Hello"), sent(runs, "Bye")])
    ids = keeper.run_ids(before)
    a, b = (each.id for each in before.variants)
    made = keeper.copy(before, ids, keep=[b])
    assert made.id != before.id
    assert keeper.run_ids(made) == {a: [], b: ids[b]}
    assert keeper.run_ids(before) == ids


def test_a_comparison_that_is_left_has_the_drafts_it_was_run_with(
    keeper: ComparisonKeeper, runs: Runs
) -> None:
    comparison = Comparison.of(draft("Hello"))
    a, b = comparison.variants
    run = replace(a_run("Hello"), draft=draft("Hello").to_json())
    comparison.unlink("Prompt")
    a.draft.turns[0].text = b.draft.turns[0].text = "Edited afterwards"
    keeper.leave_as_run(comparison, {a.id: run})
    opened = keeper.open(comparison.id)
    assert opened is not None
    assert [each.draft.turns[0].text for each in opened.variants] == ["Hello", "Edited afterwards"]
    assert a.draft.turns[0].text == "Edited afterwards"
