from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from unit.store.attachments import a_pdf, base64_of, sha256_of
from unit.store.samples import BEGAN, a_run, ended
from unit.store.test_files import draft_over, run_over, stored
from unit.store.test_votes import a_session

from components.domain.blind_vote import Verdict
from components.domain.json_types import JsonObject
from components.domain.run import PartOf, Run
from components.store import comparisons as module
from components.store.comparisons import Comparisons
from components.store.database import Database
from components.store.drafts import Drafts
from components.store.errors import StoreError
from components.store.runs import Runs
from components.store.votes import Votes


@pytest.fixture
def comparisons(database: Database) -> Comparisons:
    return Comparisons(database)


def keep(
    comparisons: Comparisons, comparison_id: str, title: str = "Title", models: tuple[str, ...] = ("a", "b")
) -> str:
    comparisons.save(comparison_id, {"variants": []}, title=title, models=models)
    return comparison_id


def sent(database: Database, *comparison_ids: str) -> None:
    """Let each have a run."""
    for comparison_id in comparison_ids:
        Runs(database).add(a_run(), "owner", PartOf(comparison_id, "v", 1))


def added(
    runs: Runs, *, cost: str | None = None, minute: int = 0, live: bool = False, part_of: PartOf | None = None
) -> Run:
    run = a_run(minute=minute)
    if not live:
        run = ended(run, cost_usd=Decimal(cost) if cost else None)
    runs.add(run, "owner", part_of)
    return run


def over(*data: str) -> JsonObject:
    """A comparison of two variants, each with these files."""
    return {"variants": [draft_over(*data), draft_over(*data)]}


def test_a_comparison_returns_as_it_was_saved_last(comparisons: Comparisons, database: Database) -> None:
    comparisons.save("one", {"samples": 1, "odd": ["é", "\ud83d"]}, title="T", models=["a"])
    assert comparisons.load("one") == {"samples": 1, "odd": ["é", "\ud83d"]}
    comparisons.save("one", {"samples": 2}, title="U", models=["b", "c"])
    assert comparisons.load("one") == {"samples": 2}
    sent(database, "one")
    (row,) = comparisons.page(limit=10)
    assert (row.title, row.models) == ("U", ("b", "c"))
    assert comparisons.load("other") is None


def test_a_comparison_without_runs_is_not_listed(comparisons: Comparisons, database: Database) -> None:
    keep(comparisons, "one")
    assert (comparisons.page(limit=10), comparisons.count()) == ([], 0)
    sent(database, "one")
    assert (len(comparisons.page(limit=10)), comparisons.count()) == (1, 1)


def test_saving_again_keeps_the_moment_of_the_first_time(
    comparisons: Comparisons, database: Database
) -> None:
    keep(comparisons, "one")
    keep(comparisons, "two")
    sent(database, "one", "two")
    before = comparisons.page(limit=10)
    keep(comparisons, "one")
    assert comparisons.page(limit=10) == before
    assert [row.id for row in before] == ["two", "one"]
    assert before[0].created_at > before[1].created_at


def test_the_latest_comparison_is_the_one_saved_last(comparisons: Comparisons) -> None:
    assert comparisons.latest() is None
    keep(comparisons, "one")
    keep(comparisons, "two")
    assert comparisons.latest() == "two"
    keep(comparisons, "one")
    assert comparisons.latest() == "one"


def test_of_comparisons_that_were_never_sent_the_newest_are_kept(
    comparisons: Comparisons, database: Database
) -> None:
    sent(database, keep(comparisons, "sent"))
    comparisons.save("with a file", over(base64_of(5_000)), title="T", models=["a"])
    for number in range(module.KEPT):
        keep(comparisons, str(number))
    assert comparisons.load("sent") is not None
    assert comparisons.load("with a file") is None
    assert all(comparisons.load(str(number)) is not None for number in range(module.KEPT))
    assert stored(database) == set()


def test_parts_return_by_variant_and_sample(comparisons: Comparisons, runs: Runs) -> None:
    keep(comparisons, "one")
    keep(comparisons, "other")
    places = [("b", 1), ("a", 10), ("a", 2), ("a", 1)]
    by_place = {place: added(runs, part_of=PartOf("one", *place)) for place in places}
    added(runs, part_of=PartOf("other", "a", 1))
    assert comparisons.parts("one") == [
        (PartOf("one", *place), by_place[place].id) for place in [("a", 1), ("a", 2), ("a", 10), ("b", 1)]
    ]
    assert comparisons.parts("none") == []


def test_a_run_added_to_a_place_that_is_taken_takes_it(comparisons: Comparisons, runs: Runs) -> None:
    keep(comparisons, "one")
    place = PartOf("one", "a", 1)
    first, second = added(runs, part_of=place), added(runs, part_of=place)
    assert comparisons.parts("one") == [(place, second.id)]
    assert runs.get(first.id) == first


def test_a_run_for_a_comparison_that_is_not_there_is_not_added(runs: Runs) -> None:
    with pytest.raises(StoreError):
        added(runs, part_of=PartOf("none", "a", 1))
    assert runs.count() == 0


def test_stored_runs_are_placed_and_placing_them_again_changes_nothing(
    comparisons: Comparisons, runs: Runs
) -> None:
    keep(comparisons, "one")
    first, second, third = (added(runs, minute=minute) for minute in range(3))
    parts = [(PartOf("one", "a", 1), first.id), (PartOf("one", "b", 1), second.id)]
    comparisons.place("one", parts)
    comparisons.place("one", parts)
    comparisons.place("one", [])
    assert comparisons.parts("one") == parts
    comparisons.place("one", [(PartOf("one", "b", 1), third.id), (PartOf("one", "c", 1), second.id)])
    assert [run_id for _, run_id in comparisons.parts("one")] == [first.id, third.id, second.id]


def test_the_parts_of_one_comparison_can_be_placed_in_another(comparisons: Comparisons, runs: Runs) -> None:
    for comparison_id in ("one", "two"):
        keep(comparisons, comparison_id)
    run = added(runs, part_of=PartOf("one", "a", 3))
    comparisons.place("two", comparisons.parts("one"))
    assert comparisons.parts("two") == [(PartOf("two", "a", 3), run.id)]
    assert comparisons.parts("one") == [(PartOf("one", "a", 3), run.id)]


def test_an_unknown_run_is_not_placed_and_neither_are_those_beside_it(
    comparisons: Comparisons, runs: Runs
) -> None:
    keep(comparisons, "one")
    run = added(runs)
    with pytest.raises(StoreError, match="not in the database"):
        comparisons.place("one", [(PartOf("one", "a", 1), run.id), (PartOf("one", "b", 1), "0" * 32)])
    assert comparisons.parts("one") == []


def test_the_list_counts_runs_costs_and_votes(
    comparisons: Comparisons, runs: Runs, database: Database
) -> None:
    for comparison_id in ("unpriced", "busy"):
        keep(comparisons, comparison_id)
    added(runs, part_of=PartOf("unpriced", "a", 1))
    for sample, cost in enumerate(["0.000000000001", "0.1", None], 1):
        added(runs, cost=cost, part_of=PartOf("busy", "a", sample))
    shared = added(runs, live=True, part_of=PartOf("busy", "b", 1))
    comparisons.place("unpriced", [(PartOf("unpriced", "b", 1), shared.id)])
    votes = Votes(database)
    for session in ("s", "t"):
        votes.open(a_session(session, "busy"))
        votes.cast(session, 0, Verdict.LEFT)
    votes.cast("t", 1, Verdict.TIE)
    votes.cast("s", 1, Verdict.SKIP)
    busy, unpriced = comparisons.page(limit=10)
    assert (busy.id, busy.runs, busy.live, busy.votes) == ("busy", 4, 1, 3)
    assert busy.cost_usd == Decimal("0.100000000001")
    assert (unpriced.runs, unpriced.live, unpriced.cost_usd, unpriced.votes) == (2, 1, None, 0)


def test_a_run_in_two_columns_is_paid_and_counted_once(comparisons: Comparisons, runs: Runs) -> None:
    keep(comparisons, "one")
    run = added(runs, cost="0.25")
    comparisons.place("one", [(PartOf("one", variant, 1), run.id) for variant in "ab"])
    (row,) = comparisons.page(limit=10)
    assert (row.runs, row.cost_usd) == (1, Decimal("0.25"))
    assert len(comparisons.parts("one")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "3 2 1"),
        ("straße", "1"),
        ("STRASSE", "1"),
        ("HAIKU", "3 2"),
        ("100%", "2"),
        ("0_b", ""),
        ("a\\b", "3"),
        ("claude-haiku", "3 2"),
        ("title 1claude", ""),
    ],
)
def test_titles_and_models_are_searched_literally_whatever_their_case(
    text: str, expected: str, comparisons: Comparisons, database: Database
) -> None:
    keep(comparisons, "1", "Große Straße, title 1", ("claude-opus-5-5",))
    keep(comparisons, "2", "100% sure", ("claude-opus-5-5", "Claude-Haiku-5-5"))
    keep(comparisons, "3", "100 a\\b", ("claude-haiku-5-5",))
    sent(database, "1", "2", "3")
    assert [row.id for row in comparisons.page(text, limit=10)] == expected.split()
    assert comparisons.count(text) == len(expected.split())


def test_pages_follow_on_each_other_with_and_without_a_search(
    comparisons: Comparisons, database: Database
) -> None:
    for number in range(7):
        sent(database, keep(comparisons, str(number)))
    for text in ("", "title"):
        pages = [comparisons.page(text, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
        assert [[row.id for row in page] for page in pages] == [["6", "5", "4"], ["3", "2", "1"], ["0"], []]


def test_a_page_is_one_query_that_reads_no_answer_and_no_content(
    comparisons: Comparisons, runs: Runs, database: Database
) -> None:
    keep(comparisons, "one")
    added(runs, part_of=PartOf("one", "a", 1))
    asked: list[tuple[str, object]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    comparisons.page("title", limit=50)
    ((sql, parameters),) = [each for each in asked if "SELECT" in each[0]]
    assert not any(word in sql for word in ("content", "run_answers", "run_requests", "run_texts"))
    with database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()  # type: ignore[arg-type]
    steps = [row[3] for row in plan]
    assert "SCAN comparisons USING INDEX ix_comparisons_list" in steps
    # Whatever is counted is sought for the rows of the page; nothing walks over all there is.
    for table in ("comparison_runs", "runs", "vote_sessions", "votes"):
        assert {step.split()[0] for step in steps if table in step.split()} == {"SEARCH"}, steps


def test_the_list_can_be_asked_of_postgresql() -> None:
    sql = str(module._listed("title", 50, 0).compile(dialect=postgresql.dialect()))
    assert "LIKE" in sql


def test_a_comparison_with_files_returns_as_it_was_saved(
    comparisons: Comparisons, database: Database
) -> None:
    first, second = base64_of(5_000), base64_of(6_000, 2)
    comparisons.save("one", over(first, second), title="T", models=["a"])
    assert comparisons.load("one") == over(first, second)
    assert stored(database) == {sha256_of(first), sha256_of(second)}


def test_a_reference_that_somebody_typed_stays_typed(comparisons: Comparisons) -> None:
    pdf = base64_of(5_000)
    content: JsonObject = {"y": {"$sha256": sha256_of(pdf)}}
    comparisons.save("one", {**content, "z": a_pdf(pdf)}, title="T", models=["a"])
    assert comparisons.load("one") == {**content, "z": a_pdf(pdf)}
    comparisons.save("one", content, title="T", models=["a"])
    assert comparisons.load("one") == content


def test_a_file_is_forgotten_with_its_last_use_and_not_before(
    comparisons: Comparisons, runs: Runs, database: Database
) -> None:
    drafts = Drafts(database)
    pdfs = [base64_of(5_000, seed) for seed in range(3)]
    of_run, of_draft, of_other = pdfs
    comparisons.save("one", over(*pdfs), title="T", models=["a"])
    comparisons.save("two", over(of_other), title="T", models=["a"])
    runs.add(run_over(of_run), "owner")
    drafts.save("d", draft_over(*pdfs))
    comparisons.save("one", over(), title="T", models=["a"])
    assert stored(database) == {sha256_of(each) for each in pdfs}
    drafts.save("d", draft_over(of_draft))
    assert stored(database) == {sha256_of(each) for each in pdfs}
    assert comparisons.load("two") == over(of_other)
    comparisons.save("two", over(), title="T", models=["a"])
    assert stored(database) == {sha256_of(of_run), sha256_of(of_draft)}


def test_a_part_shows_how_its_run_went(comparisons: Comparisons, runs: Runs) -> None:
    keep(comparisons, "one")
    run = added(runs, live=True, part_of=PartOf("one", "a", 1))
    assert [(row.live, row.cost_usd) for row in comparisons.page(limit=1)] == [(1, None)]
    runs.finish(replace(ended(run), cost_usd=Decimal("0.5")), BEGAN)
    assert [(row.live, row.cost_usd) for row in comparisons.page(limit=1)] == [(0, Decimal("0.5"))]
