"""Blind votes on the stored answers of a comparison: opened, cast, undone, ended. No model is called."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from components.domain.blind_vote import Pair, Session, Verdict, deal, result
from components.domain.compared import Column
from components.domain.run import Run
from components.domain.vote_words import in_words, left_in_words, reservations

if TYPE_CHECKING:
    from components.store.runs import Runs
    from components.store.votes import Votes


class BlindVotes:
    """May be used from any thread; one object serves the whole process.

    A verdict is in the database when the method returns. Every method raises `StoreError` where the database
    refuses.
    """

    def __init__(self, votes: Votes, runs: Runs) -> None:
        self._votes = votes
        self._runs = runs
        # Between reading which pair is next and writing the verdict, no other tab may do the same.
        self._lock = threading.Lock()

    def sessions(self, comparison_id: str) -> list[Session]:
        """All votes on a comparison, newest first."""
        return self._votes.sessions(comparison_id)

    def session(self, comparison_id: str, session_id: str) -> Session | None:
        return next((each for each in self.sessions(comparison_id) if each.id == session_id), None)

    def start(self, comparison_id: str, columns: Sequence[Column], rounds: int = 1) -> Session:
        """Open a new session over a saved comparison, and end one that is still open.

        Its seed and its pairs are in the database before anyone sees the first pair.
        """
        with self._lock:
            for session in self.sessions(comparison_id):
                if session.ended_at is None:
                    self._votes.end(session.id)
            seed = secrets.randbits(32)
            opened = Session(
                id=uuid.uuid4().hex,
                comparison_id=comparison_id,
                seed=seed,
                pairs=deal(columns, seed, rounds),
                verdicts={},
                created_at=datetime.now(UTC),
            )
            self._votes.open(opened)
        return opened

    def cast(self, session: Session, position: int, verdict: Verdict) -> None:
        """Vote on the pair that is next; nothing when it is not, or the session has ended."""
        with self._lock:
            now = self.session(session.comparison_id, session.id)
            if now is not None and now.ended_at is None and now.position == position:
                self._votes.cast(session.id, position, verdict)

    def undo(self, session: Session, position: int) -> None:
        """Take the last verdict back, if it is the one on this pair and the names are not revealed yet."""
        with self._lock:
            now = self.session(session.comparison_id, session.id)
            if now is not None and now.ended_at is None and now.last_voted == position:
                self._votes.undo(session.id, position)

    def finish(self, session: Session) -> None:
        """End the session, early or not; the names may be revealed."""
        self._votes.end(session.id)

    def said(self, comparison_id: str, columns: Sequence[Column]) -> tuple[str, ...]:
        """What the newest vote with a result says, as sentences; none when there is none."""
        ended = next((each for each in self.sessions(comparison_id) if each.has_result), None)
        if ended is None:
            return ()
        letters = {column.variant_id: column.letter for column in columns}
        sides = {side for pair in ended.pairs for side in (pair.left, pair.right)}
        names = {side: letters.get(side, "a removed column") for side in sides}
        found = result(ended, list(letters))
        said = [*(in_words(tally, names) for tally in found.tallies), left_in_words(found.left)]
        return tuple(filter(None, [*said, *reservations(found)]))

    def answers(self, pair: Pair, known: Mapping[str, Run]) -> tuple[Run, Run] | None:
        """Left and right; from the database what is not among the known runs. None when one is gone."""
        missing = {pair.left_run, pair.right_run} - known.keys()
        stored = self._runs.saved_many(missing) if missing else {}
        found = {**known, **{run_id: saved.run for run_id, saved in stored.items()}}
        if pair.left_run not in found or pair.right_run not in found:
            return None
        return found[pair.left_run], found[pair.right_run]
