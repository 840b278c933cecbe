"""All that is being sent for comparisons in this process, each comparison's batches together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from components.services.batch import Batch, Plan, check_prices
from components.services.batch_progress import Progress, progress_of
from components.services.budget import Budget, UnknownPrice

if TYPE_CHECKING:
    from components.services.runs import Engine

__all__ = ["Batch", "Batches", "Plan", "Progress", "UnknownPrice", "check_prices"]

_LAST_KEPT: Final = 64
"""Comparisons whose last progress is remembered."""


class Batches:
    """What is being sent in this process. Make one and keep it; any thread may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._live: dict[str, list[Batch]] = {}
        self._last: OrderedDict[str, Progress] = OrderedDict()

    def start(
        self,
        comparison_id: str,
        plans: Sequence[Plan],
        *,
        limit_usd: Decimal | None = None,
        spent_usd: Decimal = Decimal(0),
    ) -> Batch:
        """Send these samples of a comparison that is stored; returns at once.

        With a limit, no more is sent than it pays for whatever the answers turn out to cost: it holds for
        this batch, and as far as each plan's `highest_usd` is the most an answer costs. One plan for each
        variant. `spent_usd` is what was spent of the limit before. Raises `UnknownPrice`.
        """
        batch = Batch(
            self._engine,
            comparison_id,
            plans,
            None if limit_usd is None else Budget(limit_usd, spent_usd),
            lambda ended: self._forget(comparison_id, ended),
        )
        with self._lock:
            self._live.setdefault(comparison_id, []).append(batch)
        batch.start()
        return batch

    def live(self, comparison_id: str) -> list[Batch]:
        with self._lock:
            return list(self._live.get(comparison_id, ()))

    def progress(self, comparison_id: str) -> Progress | None:
        """Of all that is under way for a comparison, else of what was last; None when nothing was."""
        with self._lock:
            batches, last = self._live.get(comparison_id), self._last.get(comparison_id)
            batches = list(batches or ())
        return _merged(batches, live=True) if batches else last

    def _forget(self, comparison_id: str, ended: Batch) -> None:
        progress = ended.progress()
        with self._lock:
            self._last[comparison_id] = progress
            self._last.move_to_end(comparison_id)
            if len(self._last) > _LAST_KEPT:
                self._last.popitem(last=False)
            self._live[comparison_id].remove(ended)
            if not self._live[comparison_id]:
                del self._live[comparison_id]


def _merged(batches: Iterable[Batch], *, live: bool) -> Progress:
    states = [batch.state() for batch in batches]
    return progress_of(
        [tally for tallies, _ in states for tally in tallies],
        live=live,
        notes=[note for _, notes in states for note in notes],
    )
