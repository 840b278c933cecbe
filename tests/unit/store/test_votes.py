from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from unit.store.samples import BEGAN

from components.domain.blind_vote import Pair, Session, Verdict
from components.store.comparisons import Comparisons
from components.store.database import Database, open_database
from components.store.errors import StoreError
from components.store.votes import Votes

PAIRS = (Pair("run-1", "run-2", "a", "b"), Pair("run-4", "run-3", "b", "a"), Pair("same", "same", "a", "b"))


def a_session(session_id: str, comparison_id: str = "one", *, minute: int = 0, seed: int = 1) -> Session:
    return Session(session_id, comparison_id, seed, PAIRS, {}, BEGAN + timedelta(minutes=minute))


@pytest.fixture
def votes(database: Database) -> Votes:
    for comparison_id in ("one", "two"):
        Comparisons(database).save(comparison_id, {}, title="T", models=[])
    return Votes(database)


def test_a_session_returns_as_it_was_opened(votes: Votes) -> None:
    session = a_session("s", seed=2**63 - 1)
    votes.open(session)
    assert votes.sessions("one") == [session]


def test_verdicts_return_in_the_order_of_the_pairs_and_the_last_one_counts(votes: Votes) -> None:
    votes.open(a_session("s"))
    votes.cast("s", 1, Verdict.TIE)
    votes.cast("s", 0, Verdict.LEFT)
    votes.cast("s", 0, Verdict.RIGHT)
    (session,) = votes.sessions("one")
    assert list(session.verdicts.items()) == [(0, Verdict.RIGHT), (1, Verdict.TIE)]


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_can_be_taken_back_and_given_again(verdict: Verdict, votes: Votes) -> None:
    votes.open(a_session("s"))
    votes.cast("s", 0, verdict)
    votes.undo("s", 0)
    votes.undo("s", 0)
    assert votes.sessions("one") == [a_session("s")]
    votes.cast("s", 0, verdict)
    assert votes.sessions("one") == [replace(a_session("s"), verdicts={0: verdict})]


def test_sessions_are_those_of_one_comparison_newest_first_each_with_its_verdicts(votes: Votes) -> None:
    mine = [a_session("z"), a_session("x", minute=1)]
    for session in (mine[1], a_session("y", "two"), mine[0]):
        votes.open(session)
    votes.cast("z", 0, Verdict.LEFT)
    votes.cast("y", 1, Verdict.RIGHT)
    assert votes.sessions("one") == [mine[1], replace(mine[0], verdicts={0: Verdict.LEFT})]
    assert votes.sessions("none") == []


def test_a_session_ends_once(votes: Votes) -> None:
    votes.open(a_session("s"))
    votes.open(a_session("still open", minute=1))
    votes.end("s")
    still_open, session = votes.sessions("one")
    assert session.ended_at is not None
    assert still_open.ended_at is None
    votes.end("s")
    assert votes.sessions("one") == [still_open, session]


def test_sessions_survive_a_restart(votes: Votes, database: Database) -> None:
    votes.open(a_session("s"))
    votes.cast("s", 1, Verdict.BOTH_BAD)
    before = votes.sessions("one")
    database.close()
    reopened = open_database(f"sqlite:///{database.where}", database.where.parent)  # type: ignore[union-attr]
    assert Votes(reopened).sessions("one") == before
    reopened.close()


def test_a_vote_without_its_session_or_a_session_without_its_comparison_is_refused(votes: Votes) -> None:
    with pytest.raises(StoreError):
        votes.cast("none", 0, Verdict.LEFT)
    with pytest.raises(StoreError):
        votes.open(a_session("s", "none"))
    votes.open(a_session("s"))
    with pytest.raises(StoreError):
        votes.open(a_session("s", "two"))
