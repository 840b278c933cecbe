"""Votes on pairs of answers: sessions with their pairs, and the verdicts given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from components.domain.blind_vote import Pair, Session, Verdict
from components.store.database import Database
from components.store.schema import vote_sessions, votes


class Votes:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, session: Session) -> None:
        """Keep a new session over a saved comparison; verdicts are cast one by one.

        Its id is new and has at most 32 characters, its seed at most 63 bits.
        """
        pairs = [[pair.left_run, pair.right_run, pair.left, pair.right] for pair in session.pairs]
        row = {
            "id": session.id,
            "comparison_id": session.comparison_id,
            "seed": session.seed,
            "pairs": pairs,
            "created_at": session.created_at,
            "ended_at": session.ended_at,
        }
        with self._database.writing() as connection:
            connection.execute(insert(vote_sessions).values(row))

    def cast(self, session_id: str, position: int, verdict: Verdict) -> None:
        """Keep the verdict on a pair, in place of an earlier one."""
        values = {"verdict": verdict, "voted_at": datetime.now(UTC)}
        vote = (votes.c.session_id == session_id) & (votes.c.position == position)
        with self._database.writing() as connection:
            if not connection.execute(update(votes).where(vote).values(values)).rowcount:
                connection.execute(insert(votes).values(session_id=session_id, position=position, **values))

    def undo(self, session_id: str, position: int) -> None:
        """Forget the verdict on a pair, if there is one."""
        vote = (votes.c.session_id == session_id) & (votes.c.position == position)
        with self._database.writing() as connection:
            connection.execute(delete(votes).where(vote))

    def end(self, session_id: str) -> None:
        """Note that the session is over; ended once, it stays as it ended."""
        still_open = (vote_sessions.c.id == session_id) & vote_sessions.c.ended_at.is_(None)
        with self._database.writing() as connection:
            connection.execute(update(vote_sessions).where(still_open).values(ended_at=datetime.now(UTC)))

    def sessions(self, comparison_id: str) -> list[Session]:
        """All sessions over a comparison, newest first, with their verdicts in the order of the pairs."""
        mine = vote_sessions.c.comparison_id == comparison_id
        newest = vote_sessions.c.created_at.desc(), vote_sessions.c.id.desc()
        given = (
            select(votes.c.session_id, votes.c.position, votes.c.verdict)
            .join_from(votes, vote_sessions)
            .where(mine)
            .order_by(votes.c.position)
        )
        verdicts: dict[str, dict[int, Verdict]] = {}
        with self._database.reading() as connection:
            found = connection.execute(select(vote_sessions).where(mine).order_by(*newest)).all()
            for row in connection.execute(given):
                verdicts.setdefault(row.session_id, {})[row.position] = Verdict(row.verdict)
        return [_session(row, verdicts.get(row.id, {})) for row in found]


def _session(row: Row[Any], verdicts: Mapping[int, Verdict]) -> Session:
    return Session(
        id=row.id,
        comparison_id=row.comparison_id,
        seed=row.seed,
        pairs=tuple(Pair(*pair) for pair in row.pairs),
        verdicts=verdicts,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
