"""How far the sending of a comparison's samples has come, and what the rest will take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from components.domain.compared import has_answer
from components.domain.run import Run, RunState
from components.services.pace import Pace


@dataclass(frozen=True, slots=True)
class Progress:
    """Of all that is being sent for one comparison, at one moment."""

    total: int
    """Samples wished for."""
    sent: int
    """Let through to the service."""
    ended: int
    """However they ended, also before they were sent."""
    answered: int
    """Ended with something to read."""
    cost_usd: Decimal | None
    """So far, of the runs whose cost is known; None when answers have come and none of them has one."""
    rest_usd: Decimal | None
    """What the samples that have not ended will cost, if they go on as before; None when nobody can say."""
    rest_s: float | None
    """Seconds until all will have ended, in the same way."""
    at_once: int
    """Requests at once that the connections take now."""
    live: bool
    """Whether anything is still under way."""
    note: str | None = None
    """Why not all was sent: a sentence, or several."""
    held_back_by: str | None = None
    """What makes it slower than was wished at this moment, in words."""


@dataclass(slots=True)
class Tally:
    """The counts of one variant."""

    pace: Pace
    likely_usd: Decimal | None
    """What one answer was estimated at before any had come."""
    total: int
    unsent: int
    queued: int = 0
    """Stored, and waiting for their turn."""
    in_flight: int = 0
    sent: int = 0
    ended: int = 0
    answered: int = 0
    cost_usd: Decimal = Decimal(0)
    costs: int = 0
    """How many runs the sum is of."""
    seconds: float = 0.0
    times: int = 0

    def note_end(self, run: Run) -> None:
        self.ended += 1
        self.answered += has_answer(run)
        if run.cost_usd is not None:
            self.cost_usd += run.cost_usd
            self.costs += 1
        if run.state is RunState.COMPLETE and run.times.total_s is not None:
            self.seconds += run.times.total_s
            self.times += 1

    @property
    def rest(self) -> int:
        """Samples that have not ended."""
        return self.unsent + self.queued + self.in_flight

    @property
    def rest_usd(self) -> Decimal | None:
        if not self.rest:
            return Decimal(0)
        each = self.cost_usd / self.costs if self.costs else self.likely_usd
        return None if each is None else each * self.rest


def progress_of(tallies: Sequence[Tally], *, live: bool, notes: Iterable[str | None]) -> Progress:
    """Sum up the variants of one batch or of several."""
    paces = list({id(tally.pace): tally.pace for tally in tallies}.values())
    rests_usd = [tally.rest_usd for tally in tallies]
    known = not any(tally.answered for tally in tallies) or any(tally.costs for tally in tallies)
    return Progress(
        total=sum(tally.total for tally in tallies),
        sent=sum(tally.sent for tally in tallies),
        ended=sum(tally.ended for tally in tallies),
        answered=sum(tally.answered for tally in tallies),
        cost_usd=sum((tally.cost_usd for tally in tallies), Decimal(0)) if known else None,
        rest_usd=None
        if None in rests_usd
        else sum((each for each in rests_usd if each is not None), Decimal(0)),
        rest_s=_rest_s(tallies, paces),
        at_once=sum(pace.at_once for pace in paces),
        live=live,
        note=" ".join(dict.fromkeys(note for note in notes if note)) or None,
        held_back_by="; ".join(dict.fromkeys(held for pace in paces if (held := pace.held_back_by()))) or None
        if live
        else None,
    )


def progress_of_runs(runs: Sequence[Run], note: str | None = None) -> Progress | None:
    """Of runs of which nothing more is to come; None for none."""
    if not runs:
        return None
    costs = [run.cost_usd for run in runs if run.cost_usd is not None]
    return Progress(
        total=len(runs),
        sent=len(runs),
        ended=sum(not run.state.live for run in runs),
        answered=sum(has_answer(run) for run in runs),
        cost_usd=sum(costs, Decimal(0)) if costs else None,
        rest_usd=None,
        rest_s=None,
        at_once=0,
        live=False,
        note=note,
    )


def _rest_s(tallies: Sequence[Tally], paces: Sequence[Pace]) -> float | None:
    """The connections work side by side; of what is in flight, half is taken to be over."""
    if not any(tally.rest for tally in tallies):
        return 0.0
    # One variant says nothing of another: models and prompts differ by more than samples do.
    if any(tally.rest and not tally.times for tally in tallies):
        return None

    def each_s(tally: Tally) -> float:
        return tally.seconds / tally.times

    def rest_s(pace: Pace) -> float:
        mine = [tally for tally in tallies if tally.pace is pace and tally.rest]
        work_s = sum(each_s(tally) * (tally.unsent + tally.queued + tally.in_flight / 2) for tally in mine)
        last_s = max((each_s(tally) / (1 if tally.unsent + tally.queued else 2) for tally in mine), default=0)
        return max(work_s / pace.at_once, last_s) + pace.quiet_s

    return max(rest_s(pace) for pace in paces)
