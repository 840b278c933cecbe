"""What the Compare page's buttons do: variants in, runs out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from components import actions, runtime, state
from components.actions import Desk, Ready
from components.api.errors import ApiError
from components.compare_state import Compare, Dialog, new_comparison
from components.domain.compared import Column
from components.domain.comparison import Variant
from components.domain.figures import dollars
from components.domain.findings import Finding
from components.domain.request import Request
from components.domain.request_words import what_differs
from components.domain.run import Run, RunState
from components.services.batch_progress import progress_of_runs
from components.services.comparisons import RunIds
from components.services.estimates import BeforeYouSend, is_bounded
from components.services.runs import RunView
from components.store.errors import StoreError

if TYPE_CHECKING:
    from components.services.batches import Plan, Progress


@dataclass(frozen=True, slots=True)
class CompareDesk:
    """One tab's Compare page, as the widgets need it. `columns` are the results, `desks` what is edited."""

    here: Compare
    made_of: str
    """The comparison it was made of: after a click on Run another one may have taken its place."""
    desks: Mapping[str, Desk]
    run_ids: RunIds
    views: Mapping[str, RunView]
    progress: Progress | None
    columns: Sequence[Column]
    looks: Mapping[str, tuple[list[Finding], BeforeYouSend | None]]
    """What to say of each variant's request, and what it would cost."""
    drawn_at: float = field(default_factory=time.monotonic)

    @property
    def shown_progress(self) -> Progress | None:
        """How far it is; when nothing is under way, what there is in all."""
        if self.progress is not None and self.progress.live:
            return self.progress
        runs = [run for column in self.columns for run in column.runs]
        return progress_of_runs(runs, self.progress.note if self.progress else None) or self.progress

    @property
    def waits(self) -> bool:
        """Whether model lists or token counts are still on their way."""
        pending = any(ahead is not None and ahead.counted.pending for _, ahead in self.looks.values())
        return pending or any(desk.models.loading for desk in self.desks.values())

    def nothing_under_way(self) -> bool:
        return all(desk.nothing_under_way() for desk in self.desks.values())

    @property
    def refused(self) -> str | None:
        """Why the last click on Run all sent nothing; None once its columns have no reason left."""
        about = [self.desks[each].refusal for each in self.here.refused_for if each in self.desks]
        return None if self.here.refused_for and not any(about) else self.here.refused

    @property
    def edited(self) -> Variant:
        return self.here.comparison.variant(self.here.edited) or self.here.comparison.variants[0]

    @property
    def live(self) -> bool:
        """Whether anything of this comparison is under way."""
        return (self.progress is not None and self.progress.live) or any(
            column_is_live(column) for column in self.columns
        )

    def column_live(self, variant_id: str) -> bool:
        batches = runtime.batches().live(self.here.comparison.id)
        return any(batch.sends(variant_id) for batch in batches) or any(
            column_is_live(column) for column in self.columns if column.variant_id == variant_id
        )

    @property
    def has_runs(self) -> bool:
        return any(self.run_ids.values())

    def changed_since(self, variant_id: str) -> list[str]:
        """What the variant has otherwise than the runs shown for it, in words."""
        desk, runs = self.desks[variant_id], self._runs(variant_id)
        if not runs or runs[0].draft == desk.draft_to_keep():
            return []
        sent, draft = runs[0].request, desk.bench.draft
        return what_differs(sent.body, draft.body(), sent.betas, draft.betas)

    def _runs(self, variant_id: str) -> list[Run]:
        return [self.views[run_id].run for run_id in self.run_ids.get(variant_id, ()) if run_id in self.views]

    def missing(self) -> dict[str, int]:
        """Variant id → how many whole answers it lacks of those wished for.

        Only of variants that were run before and are still as they were.
        """
        wished = self.here.comparison.samples
        lacking = {}
        for column in self.columns:
            variant_id = column.variant_id
            busy = self.column_live(variant_id) or self.changed_since(variant_id)
            if column.runs and not busy and self._same_place(variant_id, column.runs[0]):
                answered = sum(run.state is RunState.COMPLETE for run in column.runs)
                lacking[variant_id] = max(0, wished - answered)
        return {variant_id: count for variant_id, count in lacking.items() if count}

    def _same_place(self, variant_id: str, run: Run) -> bool:
        """Whether the variant would be sent where this run was sent."""
        connection = self.desks[variant_id].connection
        return connection.base_url == run.base_url and connection.name == run.connection

    def save(self) -> str | None:
        """Save the comparison if it changed; return what to tell the user when it could not be saved."""
        here, keeper = self.here, runtime.comparisons()
        try:
            if keeper.text(here.comparison) != here.saved:
                if not here.mine:
                    self._go_on_in_a_copy([variant.id for variant in here.comparison.variants])
                here.saved = keeper.save(here.comparison, here.saved)
                here.stored = True
        except StoreError as problem:
            return f"The comparison could not be saved and would not survive a reload. {problem}"
        return None

    # Sending ------------------------------------------------------------------------------------------

    def run_all(self) -> None:
        """Send every column's request, unless one of them cannot work; then say which and why."""
        variant_ids = [variant.id for variant in self.here.comparison.variants]
        with self.here.sending:
            if not self.live and not self._has_started(variant_ids):
                self._run(variant_ids)

    def run_one(self, variant_id: str) -> None:
        """Send one column's request."""
        with self.here.sending:
            needs_copy = bool(self.run_ids.get(variant_id))
            busy = self.live if needs_copy else self.column_live(variant_id)
            if not busy and not self._has_started([variant_id]):
                self._run([variant_id])

    def _has_started(self, variant_ids: Sequence[str]) -> bool:
        """Whether any of these has been sent since the page was drawn: this is the second click of two."""
        here = self.here
        if here.comparison.id != self.made_of:
            return True
        batches = runtime.batches().live(self.made_of)
        now = runtime.comparisons().run_ids(here.comparison) if here.stored else {}
        return any(
            now.get(each, []) != self.run_ids.get(each, []) or any(batch.sends(each) for batch in batches)
            for each in variant_ids
        )

    def _run(self, variant_ids: Sequence[str]) -> None:
        self.here.settle()
        here = self.here
        here.refused, here.refused_for, here.notes = None, (), ()
        ready = {variant_id: self.desks[variant_id].ready() for variant_id in variant_ids}
        if refused := [variant_id for variant_id, each in ready.items() if each is None]:
            if len(variant_ids) > 1:
                letters = ", ".join(here.comparison.letter(variant_id) for variant_id in refused)
                here.refused = f"Nothing was sent: see column {letters}."
                here.refused_for = tuple(refused)
            return
        from components.services.batches import check_prices

        samples = range(1, here.comparison.samples + 1)
        try:
            plans = [
                self._plan(variant_id, each, tuple(samples))
                for variant_id, each in ready.items()
                if each is not None
            ]
            # Before anything has changed.
            limit = here.comparison.limit_usd
            spent = self._spent([each for each in self.run_ids if each not in variant_ids])
            check_prices(plans, limit)
            self._begin_anew(variant_ids)
            runtime.batches().start(here.comparison.id, plans, limit_usd=limit, spent_usd=spent)
        except (StoreError, ApiError, ValueError) as problem:
            here.refused = f"Nothing was sent. {problem}"

    def _begin_anew(self, variant_ids: Sequence[str]) -> None:
        """Have a comparison in the store where these columns have no runs yet.

        One that has them stays as it was run, under its own address; a copy goes on in its place.
        """
        here, keeper = self.here, runtime.comparisons()
        if here.mine and not any(self.run_ids.get(variant_id) for variant_id in variant_ids):
            here.saved, here.stored = keeper.save(here.comparison), True
            return
        before, was_mine = here.comparison, here.mine
        self._go_on_in_a_copy([each.id for each in before.variants if each.id not in variant_ids])
        if not was_mine:
            return
        first_runs = {variant_id: runs[0] for variant_id in self.run_ids if (runs := self._runs(variant_id))}
        keeper.leave_as_run(before, first_runs)

    def _go_on_in_a_copy(self, keep: Sequence[str]) -> None:
        """Put a copy in the place of the comparison, with the runs of these variants."""
        here, keeper = self.here, runtime.comparisons()
        if here.mine:
            runtime.release_draft(here.comparison.id)
        here.comparison = keeper.copy(here.comparison, self.run_ids, keep)
        here.mine = runtime.claim_draft(here.comparison.id)
        here.saved = keeper.text(here.comparison)
        here.benches.clear()

    def _plan(self, variant_id: str, ready: Ready, samples: tuple[int, ...]) -> Plan:
        from components.services.batches import Plan

        desk = self.desks[variant_id]
        connection, ahead = desk.connection, ready.ahead
        return Plan(
            variant_id=variant_id,
            request=ready.request,
            client=runtime.client(connection, desk.secret),
            connection_name=connection.name,
            base_url=connection.base_url,
            draft=desk.draft_to_keep(),
            prompt_key=desk.bench.draft.prompt_key,
            estimate=ahead.estimate if ahead else None,
            samples=samples,
            pace=runtime.pace(connection, self.here.comparison.at_once),
            highest_usd=self._highest(desk, ready),
        )

    def _spent(self, variant_ids: Sequence[str]) -> Decimal:
        """What the runs of these variants have cost of the limit; 0 without one.

        Raises `ValueError`: nothing is left of it, or nobody can say how much while others are under way.
        """
        limit = self.here.comparison.limit_usd
        if limit is None:
            return Decimal(0)
        if runtime.batches().live(self.made_of):
            raise ValueError("There is a limit in dollars: wait until the answers under way have ended.")
        spent = sum((_at_most_usd(run) for each in variant_ids for run in self._runs(each)), Decimal(0))
        if spent >= limit:
            raise ValueError(f"The limit of ${limit:f} is reached: {dollars(spent)} was spent. Raise it.")
        return spent

    def _highest(self, desk: Desk, ready: Ready) -> Decimal | None:
        """What one answer can cost at most, if that is known; asked for only where a limit has to be kept."""
        if self.here.comparison.limit_usd is None:
            return None
        if not desk.connection.simulated and not is_bounded(ready.request.body):
            return None
        if ready.ahead is not None and ready.ahead.estimate is not None:
            return ready.ahead.estimate.highest_usd
        return desk.ask_estimate(ready.request).highest_usd

    def send_missing(self) -> None:
        """Send once more what lacks answers: the very requests of the runs that are there."""
        with self.here.sending:
            self._send_missing()

    def _send_missing(self) -> None:
        self.here.settle()
        here = self.here
        variant_ids = [variant.id for variant in here.comparison.variants]
        if self.live or self._has_started(variant_ids):
            return
        here.refused, here.refused_for = None, ()
        try:
            plans = list(self._plans_of_missing())
            limit, spent = here.comparison.limit_usd, self._spent(variant_ids)
            if plans and not here.mine:
                self._go_on_in_a_copy(variant_ids)
            if plans:
                runtime.batches().start(here.comparison.id, plans, limit_usd=limit, spent_usd=spent)
        except (StoreError, ApiError, ValueError) as problem:
            here.refused = f"Nothing was sent. {problem}"

    def _plans_of_missing(self) -> Iterator[Plan]:
        for variant_id, count in self.missing().items():
            desk, run = self.desks[variant_id], self._runs(variant_id)[0]
            after = len(self.run_ids[variant_id])
            plan = self._plan(
                variant_id, Ready(run.request, None), tuple(range(after + 1, after + count + 1))
            )
            if desk.connection.base_url == run.base_url:
                yield replace(plan, draft=run.draft, prompt_key=run.prompt_key, estimate=run.estimate)

    def stop_all(self) -> None:
        self._stop(None)

    def stop_one(self, variant_id: str) -> None:
        self._stop(variant_id)

    def _stop(self, variant_id: str | None) -> None:
        for batch in runtime.batches().live(self.here.comparison.id):
            batch.stop(variant_id)
        for column in self.columns:
            if variant_id in {None, column.variant_id}:
                for run in column.runs:
                    runtime.engine().stop(run.id)

    def new(self) -> None:
        """Another comparison, of the Workbench's draft; this one stays in the history."""
        draft = state.bench(runtime.store().drafts, runtime.claim_draft).draft
        new_comparison(runtime.comparisons(), runtime.claim_draft, draft)

    def show_dialog(self, name: Dialog, about: str = "") -> None:
        self.here.dialog = (name, about)

    def close_dialog(self) -> None:
        self.here.dialog, self.here.has_gone = None, True


def _at_most_usd(run: Run) -> Decimal:
    """What a run has cost, or can have cost at most where that is not known."""
    if run.cost_usd is not None:
        return run.cost_usd
    refused = run.state is RunState.FAILED and run.error is not None and run.error.status is not None
    highest = run.estimate.highest_usd if run.estimate else None
    return Decimal(0) if refused or highest is None else highest


def column_is_live(column: Column) -> bool:
    return any(run.state.live for run in column.runs)


def _column(here: Compare, variant: Variant, runs: Sequence[Run], first: Sequence[Run]) -> Column:
    """Of what was sent, where anything was; else of the draft."""
    if runs and first:
        differs, model = _sent_otherwise(first[0].request, runs[0].request), runs[0].request.model
    else:
        differs, model = tuple(here.comparison.differs(variant)), variant.draft.model
    return Column(variant.id, here.comparison.letter(variant.id), model, differs, tuple(runs))


@lru_cache(maxsize=16)
def _sent_otherwise(base: Request, sent: Request) -> tuple[str, ...]:
    """Kept, because bodies may be megabytes, and are read on each rerun. Few, for the same reason."""
    return tuple(what_differs(base.body, sent.body, base.betas, sent.betas))


def desk(here: Compare) -> CompareDesk:
    """The Compare page as it stands in this rerun. Raises `StoreError`, `InvalidAddress`."""
    comparison = here.comparison
    comparison.connection_id = state.connection_in_use(runtime.connections()).id
    here.take_up_wishes()
    desks = {each.id: actions.desk(here.bench(each), each.connection_id) for each in comparison.variants}
    # Before the runs: what comes between the two is then news once too often, and never not at all.
    progress = runtime.batches().progress(comparison.id)
    run_ids = runtime.comparisons().run_ids(comparison) if here.stored else {}
    views = runtime.engine().views([run_id for ids in run_ids.values() for run_id in ids])
    runs = {
        each.id: [views[run_id].run for run_id in run_ids.get(each.id, ()) if run_id in views]
        for each in comparison.variants
    }
    first = runs[comparison.variants[0].id]
    columns = [_column(here, each, runs[each.id], first) for each in comparison.variants]
    looks = {variant_id: each.look() for variant_id, each in desks.items()}
    return CompareDesk(here, comparison.id, desks, run_ids, views, progress, columns, looks)
