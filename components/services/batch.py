"""Many answers of several variants: sent in rounds, at the pace of their connections, within a budget."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from components.api.errors import Cancelled
from components.api.retry import Wait
from components.domain.figures import dollars
from components.domain.json_types import JsonObject
from components.domain.request import Request
from components.domain.run import Estimate, PartOf, Run
from components.services.batch_progress import Progress, Tally, progress_of
from components.services.budget import Budget, UnknownPrice, may_have_cost, was_refused
from components.services.live_runs import RunClient
from components.services.pace import Pace
from components.services.runs import EngineClosed
from components.store.errors import StoreError

if TYPE_CHECKING:
    from components.services.runs import Engine

_log = logging.getLogger(__name__)

_AHEAD: Final = 2
"""Runs stored beyond what a connection lets through, so that storing keeps no free place waiting."""
_MAKE_WAY_S: Final = 0.2
"""How long an end may wait at most until it is stored."""
_STOP_S: Final = 10.0
"""How long a stop may be on its way to the run it is for."""

CLOSING: Final = "The program is ending, so no more was sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send for one variant: the same request, so many times."""

    variant_id: str
    request: Request
    client: RunClient
    connection_name: str
    base_url: str
    samples: Sequence[int]
    """Their numbers in the comparison, in the order of sending."""
    pace: Pace
    draft: JsonObject | None = None
    prompt_key: str | None = None
    estimate: Estimate | None = None
    highest_usd: Decimal | None = None
    """What one answer costs at most; needed under a limit."""


def check_prices(plans: Sequence[Plan], limit_usd: Decimal | None) -> None:
    """Raises `UnknownPrice` when the limit could not be kept."""
    for plan in plans:
        if limit_usd is not None and plan.highest_usd is None:
            raise UnknownPrice(
                f"What an answer of {plan.request.model or 'a request without a model'} can cost at most "
                "is not known, so the limit in dollars could not be kept. Remove the limit, or leave "
                "this column out."
            )


class Batch:
    """Samples of one comparison on their way. Any thread may use it."""

    def __init__(
        self,
        engine: Engine,
        comparison_id: str,
        plans: Sequence[Plan],
        budget: Budget | None,
        on_end: Callable[[Batch], None],
    ) -> None:
        """Raises `UnknownPrice`. `on_end` is called once, when nothing is under way any more."""
        self._engine = engine
        self._comparison_id = comparison_id
        self._budget = budget
        self._on_end = on_end
        check_prices(plans, budget.limit_usd if budget else None)
        self._changed = threading.Condition()
        rounds = zip_longest(*([(plan, sample) for sample in plan.samples] for plan in plans))
        self._unsent = [each for samples in rounds for each in samples if each is not None]
        self._seats: list[_Seat] = []
        self._tallies = {plan.variant_id: _tally(plan) for plan in plans}
        self._run_ids: dict[tuple[str, int], str] = {}
        self._notes: list[str] = []
        self._idle = threading.Event()
        """Set while the dispatcher has nothing to store."""
        self._told = False
        self._over = threading.Event()
        self._dispatcher = threading.Thread(target=self._send_all, name="batch", daemon=True)

    def start(self) -> None:
        self._dispatcher.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Until nothing is under way any more; whether it came to that within these seconds."""
        return self._over.wait(seconds)

    @property
    def live(self) -> bool:
        return not self._told

    @property
    def run_ids(self) -> dict[tuple[str, int], str]:
        """(variant, sample) → run, of those stored so far."""
        with self._changed:
            return dict(self._run_ids)

    def sends(self, variant_id: str) -> bool:
        """Whether samples of this variant are under way or to come."""
        with self._changed:
            seated = any(each.plan.variant_id == variant_id for each in self._seats)
            return seated or any(plan.variant_id == variant_id for plan, _ in self._unsent)

    def stop(self, variant_id: str | None = None) -> None:
        """End what is under way of one variant, or of all, and send no more of it."""
        with self._changed:
            self._drop(variant_id)
            seats = [each for each in self._seats if variant_id in {None, each.plan.variant_id}]
            for seat in seats:
                seat.stopped = True
            run_ids = [seat.run_id for seat in seats if seat.run_id is not None]
            self._changed.notify_all()
        for run_id in run_ids:
            self._engine.stop(run_id)

    def progress(self) -> Progress:
        tallies, notes = self.state()
        return progress_of(tallies, live=self.live, notes=notes)

    def state(self) -> tuple[list[Tally], list[str]]:
        """The counts of the variants, and why not all was sent."""
        with self._changed:
            tallies = {}
            for variant_id, tally in self._tallies.items():
                places = [each.turn.place for each in self._seats if each.plan.variant_id == variant_id]
                tallies[variant_id] = replace(
                    tally, queued=places.count("in line"), in_flight=places.count("in flight")
                )
            return list(tallies.values()), list(self._notes)

    # The dispatcher -----------------------------------------------------------------------------------

    def _send_all(self) -> None:
        while (seat := self._next()) is not None:
            try:
                self._send(seat)
            except StoreError as problem:
                self._give_up(seat, str(problem))
            except EngineClosed:
                self._give_up(seat, CLOSING)
            except Exception as fault:
                _log.exception("A sample could not be sent")
                self._give_up(seat, f"A fault in the Workbench ended the sending ({type(fault).__name__}).")
        self._idle.set()
        self._end_if_over()

    def _next(self) -> _Seat | None:
        """Wait until another sample may be stored; None when none will be."""
        with self._changed:
            while self._unsent:
                found = self._first_to_send()
                if found is not None:
                    return self._take(*found)
                if not self._seats:
                    self._end_for_money()
                    return None
                self._idle.set()
                self._changed.wait()
            return None

    def _first_to_send(self) -> tuple[Plan, int] | None:
        full: set[tuple[int, str]] = set()
        for plan, sample in self._unsent:
            kind = (id(plan.pace), plan.request.model)
            if kind in full:
                continue
            if not self._pays_for(plan):
                if self._seats:
                    # What is under way may cost less than set aside: the next in order waits for that.
                    return None
                continue
            if self._has_place(plan):
                return plan, sample
            full.add(kind)
        return None

    def _pays_for(self, plan: Plan) -> bool:
        return self._budget is None or self._budget.has_room_for(plan.highest_usd or Decimal(0))

    def _has_place(self, plan: Plan) -> bool:
        in_line = sum(seat.plan.pace is plan.pace and seat.turn.place == "in line" for seat in self._seats)
        return in_line < _AHEAD or plan.pace.has_room(plan.request.model)

    def _take(self, plan: Plan, sample: int) -> _Seat:
        self._idle.clear()
        self._unsent.remove((plan, sample))
        seat = _Seat(self, plan, sample)
        if self._budget:
            self._budget.reserve(seat.at_most_usd)
        self._seats.append(seat)
        self._tallies[plan.variant_id].unsent -= 1
        return seat

    def _send(self, seat: _Seat) -> None:
        plan = seat.plan
        run_id = self._engine.start(
            plan.request,
            client=plan.client,
            connection_name=plan.connection_name,
            base_url=plan.base_url,
            draft=plan.draft,
            prompt_key=plan.prompt_key,
            estimate=plan.estimate,
            part_of=PartOf(self._comparison_id, plan.variant_id, seat.sample),
            gate=seat,
            on_end=seat.end,
        )
        with self._changed:
            seat.run_id = self._run_ids[plan.variant_id, seat.sample] = run_id
            stopped = seat.stopped
        if stopped:
            self._engine.stop(run_id)

    def _give_up(self, seat: _Seat, sentence: str) -> None:
        """The run could not be stored: send no more."""
        seat.turn.leave(None)
        with self._changed:
            self._seats.remove(seat)
            if self._budget:
                self._budget.settle(seat.at_most_usd, Decimal(0))
            self._drop(None)
            self._notes.append(sentence)

    def _end_for_money(self) -> None:
        assert self._budget
        count = len(self._unsent)
        least = min(plan.highest_usd or Decimal(0) for plan, _ in self._unsent)
        self._drop(None)
        self._notes.append(
            f"Stopped at the limit of {dollars(self._budget.limit_usd)}: {dollars(self._budget.spent_usd)} "
            f"of it is used, and one more answer could cost up to {dollars(least)}. "
            f"{_count(count, 'sample')} not sent."
        )

    # What the seats tell ------------------------------------------------------------------------------

    def let_through(self, seat: _Seat) -> bool:
        """Its turn has come; False when it was stopped meanwhile."""
        with self._changed:
            self._changed.notify_all()
            if seat.stopped:
                return False
            if not seat.was_sent:
                seat.was_sent = True
                self._tallies[seat.plan.variant_id].sent += 1
            seat.may_be_billed = True
            return True

    def note_refusal(self, seat: _Seat) -> None:
        """The same request would be refused again: send it no more."""
        with self._changed:
            if dropped := self._drop(seat.plan.variant_id):
                self._notes.append(
                    f"{seat.plan.request.model or 'A request'} was refused, as it would be again: "
                    f"{_count(dropped, 'further sample')} not sent."
                )

    def make_way(self) -> None:
        """Let what can be sent now be stored first: a free place waits for that, and for an end nobody."""
        with self._changed:
            if self._first_to_send() is not None:
                self._idle.clear()
                self._changed.notify_all()
        self._idle.wait(_MAKE_WAY_S)

    def pays_again(self, seat: _Seat) -> bool:
        """A try was lost and may be billed; whether the budget has room for another."""
        with self._changed:
            if self._budget is None:
                return True
            if not self._budget.reserve(seat.plan.highest_usd or Decimal(0)):
                return False
            seat.lost += 1
            return True

    def end(self, seat: _Seat, run: Run) -> None:
        seat.turn.leave(None)
        with self._changed:
            self._seats.remove(seat)
            self._tallies[seat.plan.variant_id].note_end(run)
            if self._budget:
                self._budget.settle(seat.at_most_usd, seat.charge(run))
            self._changed.notify_all()
        self._end_if_over()

    def _drop(self, variant_id: str | None) -> int:
        """Send no more of one variant, or of all; return how many samples that were."""
        kept = [each for each in self._unsent if variant_id not in {None, each[0].variant_id}]
        dropped, self._unsent = len(self._unsent) - len(kept), kept
        for tally in self._tallies.values():
            tally.unsent = 0
        for plan, _ in kept:
            self._tallies[plan.variant_id].unsent += 1
        return dropped

    def _end_if_over(self) -> None:
        with self._changed:
            over = not (self._told or self._unsent or self._seats)
            self._told = self._told or over
        if over:
            self._on_end(self)
            self._over.set()


class _Seat:
    """One sample on its way, and the gate of its run."""

    def __init__(self, batch: Batch, plan: Plan, sample: int) -> None:
        self._batch = batch
        self.plan = plan
        self.sample = sample
        self.turn = plan.pace.line_up(plan.request.model)
        self.run_id: str | None = None
        self.stopped = False
        self.was_sent = False
        self.may_be_billed = False
        """Whether the last try may be, as far as is known."""
        self.lost = 0
        """Earlier tries that may be billed."""
        self._refusal: str | None = None
        self._given_up = threading.Event()

    @property
    def at_most_usd(self) -> Decimal:
        """What all its tries can cost."""
        return (self.plan.highest_usd or Decimal(0)) * (1 + self.lost)

    def charge(self, run: Run) -> Decimal:
        """What the ended run counts with."""
        highest = self.plan.highest_usd or Decimal(0)
        last = run.cost_usd if run.cost_usd is not None else highest if self.may_be_billed else Decimal(0)
        return last + highest * self.lost

    def enter(self) -> None:
        if self._refusal is not None:
            raise Cancelled(self._refusal)
        self.turn.enter()
        if not self._batch.let_through(self):
            # The engine is about to be told, and then knows that it was the user.
            self._given_up.wait(_STOP_S)
            raise Cancelled("Stopped before it was sent.")

    def give_up(self) -> None:
        self._given_up.set()
        self.turn.give_up()

    def takes_over(self, wait: Wait) -> bool:
        if may_have_cost(wait.error) and not self._batch.pays_again(self):
            self._refusal = f"{wait.error} It was not sent again: that could exceed the limit in dollars."
            return True
        if self.turn.takes_over(wait):
            self.may_be_billed = False
            return True
        return False

    def note_headers(self, headers: Mapping[str, str]) -> None:
        self.turn.note_headers(headers)

    def leave(self, error: Exception | None) -> None:
        if error is not None and not may_have_cost(error):
            self.may_be_billed = False
        if was_refused(error):
            self._batch.note_refusal(self)
        self.turn.leave(error)
        self._batch.make_way()

    def end(self, run: Run) -> None:
        self._batch.end(self, run)


def _tally(plan: Plan) -> Tally:
    likely_usd = plan.estimate.likely_usd if plan.estimate else None
    return Tally(plan.pace, likely_usd, total=len(plan.samples), unsent=len(plan.samples))


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'} {'was' if count == 1 else 'were'}"
