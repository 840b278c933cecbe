"""One row of the list of comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ComparisonSummary:
    """A comparison as the history lists it."""

    id: str
    title: str
    models: tuple[str, ...]
    """As they were saved, one for each variant."""
    created_at: datetime
    """Aware UTC; when it was first saved."""
    runs: int
    """Answers asked for, however they ended; a run in two places counts once."""
    live: int
    """Those of them that have not ended."""
    cost_usd: Decimal | None
    """What the runs cost, as far as known; None when no run's cost is."""
    votes: int
    """Verdicts given on its answers in all sessions; a skipped pair has none."""
