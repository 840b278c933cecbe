"""Blind votes in the store: nothing is lost, and no verdict falls on a pair that was not on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from unit.services.compared_columns import answered, column

from components.domain.blind_vote import Session, Verdict, deal
from components.domain.compared import Column
from components.services.blind_votes import BlindVotes
from components.store.comparisons import Comparisons
from components.store.database import Database, open_database
from components.store.errors import StoreError
from components.store.runs import Runs
from components.store.votes import Votes

L, R, T = Verdict.LEFT, Verdict.RIGHT, Verdict.TIE


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(None, tmp_path)
    Comparisons(opened).save("c", {}, title="", models=[])
    yield opened
    opened.close()


def a_service(database: Database) -> BlindVotes:
    return BlindVotes(Votes(database), Runs(database))


@pytest.fixture
def service(database: Database) -> BlindVotes:
    return a_service(database)


def columns(samples: int = 4, kinds: str = "AB") -> list[Column]:
    return [
        column(letter, *(answered(f"{letter} says {number}") for number in range(samples)))
        for letter in kinds
    ]


def now(service: BlindVotes, session: Session) -> Session:
    found = service.session("c", session.id)
    assert found is not None
    return found


def test_the_seed_is_stored_with_the_pairs_it_deals(service: BlindVotes, database: Database) -> None:
    given = columns()
    opened = service.start("c", given, rounds=2)
    assert opened.pairs == deal(given, opened.seed, 2)
    (stored,) = a_service(database).sessions("c")
    assert stored == opened
    assert (stored.position, stored.ended_at) == (0, None)


def test_two_sessions_have_different_seeds(service: BlindVotes) -> None:
    assert len({service.start("c", columns()).seed for _ in range(5)}) == 5


def test_a_session_goes_on_where_it_was_after_a_restart(service: BlindVotes, database: Database) -> None:
    session = service.start("c", columns())
    service.cast(session, 0, L)
    service.cast(session, 1, T)
    resumed = now(a_service(database), session)
    assert (resumed.position, dict(resumed.verdicts)) == (2, {0: L, 1: T})
    assert resumed.pairs == session.pairs


def test_a_second_press_votes_neither_twice_nor_on_the_next_pair(service: BlindVotes) -> None:
    session = service.start("c", columns())
    service.cast(session, 0, L)
    service.cast(session, 0, R)
    service.cast(session, 2, R)
    assert dict(now(service, session).verdicts) == {0: L}


def test_many_presses_at_once_make_one_vote(service: BlindVotes) -> None:
    session = service.start("c", columns())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: service.cast(session, 0, (L, R)[at % 2]), range(16)))
    assert list(now(service, session).verdicts) == [0]


def test_the_last_verdict_can_be_undone_and_given_again(service: BlindVotes) -> None:
    session = service.start("c", columns())
    service.cast(session, 0, L)
    service.cast(session, 1, L)
    service.undo(session, 0)
    assert dict(now(service, session).verdicts) == {0: L, 1: L}
    service.undo(session, 1)
    service.undo(session, 1)
    service.cast(session, 1, R)
    assert dict(now(service, session).verdicts) == {0: L, 1: R}


def test_the_last_pair_of_all_can_be_undone_until_the_names_are_revealed(service: BlindVotes) -> None:
    session = service.start("c", columns(1))
    service.cast(session, 0, L)
    assert now(service, session).position is None
    service.undo(session, 0)
    assert now(service, session).position == 0
    service.cast(session, 0, R)
    service.finish(session)
    service.undo(session, 0)
    assert dict(now(service, session).verdicts) == {0: R}


def test_an_ended_session_takes_no_more_votes(service: BlindVotes) -> None:
    session = service.start("c", columns())
    service.cast(session, 0, L)
    service.finish(session)
    ended = now(service, session).ended_at
    assert ended is not None
    service.cast(session, 1, L)
    service.finish(session)
    assert dict(now(service, session).verdicts) == {0: L}
    assert now(service, session).ended_at == ended


def test_a_new_session_ends_the_one_before_it_and_keeps_its_votes(service: BlindVotes) -> None:
    first = service.start("c", columns())
    service.cast(first, 0, L)
    second = service.start("c", columns())
    newest, oldest = service.sessions("c")
    assert (newest.id, newest.ended_at) == (second.id, None)
    assert oldest.ended_at is not None
    assert dict(oldest.verdicts) == {0: L}
    assert service.sessions("another") == []


def test_a_vote_on_a_session_that_is_not_there_does_nothing(service: BlindVotes) -> None:
    session = service.start("c", columns())
    gone = Session("gone", "c", 1, session.pairs, {}, session.created_at)
    service.cast(gone, 0, L)
    service.undo(gone, 0)
    service.finish(gone)
    assert service.session("c", "gone") is None


def test_a_comparison_that_is_not_saved_is_refused(service: BlindVotes) -> None:
    with pytest.raises(StoreError):
        service.start("unsaved", columns())


def test_answers_that_left_the_columns_come_from_the_database(
    service: BlindVotes, database: Database
) -> None:
    given = columns(1)
    left, right = given[0].runs[0], given[1].runs[0]
    (pair,) = deal(given, 1)
    known = {left.id: left, right.id: right}
    both = service.answers(pair, known)
    assert both == (known[pair.left_run], known[pair.right_run])
    assert service.answers(pair, {left.id: left}) is None
    Runs(database).add(right, "owner")
    found = service.answers(pair, {left.id: left})
    assert found is not None
    assert {run.id for run in found} == known.keys()


def test_a_report_says_what_the_newest_vote_with_a_result_says(service: BlindVotes) -> None:
    given = columns(1)
    assert service.said("c", given) == ()
    session = service.start("c", given)
    service.cast(session, 0, T)
    assert service.said("c", given) == ()
    service.finish(session)
    service.finish(service.start("c", given))
    assert service.said("c", given) == ("No vote decided between A and B: 1 tie.",)
    assert service.said("c", given[:1]) == ("No vote decided between A and a removed column: 1 tie.",)
