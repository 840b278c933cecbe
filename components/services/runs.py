"""The run engine: it owns the runs, so that no page, reload or closed browser ends one.

A run is in the store before a byte is sent, and its answer reaches the store while it arrives. The page
starts, watches and stops runs by id, and may come and go.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from components.domain.json_types import JsonObject
from components.domain.request import Request
from components.domain.run import Estimate, PartOf, Run, RunError, RunState, RunTimes
from components.services.live_runs import Clock, Gate, LiveRun, Price, RunClient, RunView, Waiting
from components.store.errors import NoAccess, StoreError

if TYPE_CHECKING:
    from components.store.runs import Runs, Saved

__all__ = ["Engine", "EngineClosed", "RunView", "Waiting"]

_log = logging.getLogger(__name__)

_ENDED_KEPT: Final = 160
"""More than the answers of the largest comparison."""
_ENDED_KEPT_CHARS: Final = 64_000_000
"""Of request bodies in memory, whose attachments may be megabytes each; one that runs share counts once."""
_RECOVER_EVERY_S: Final = 5.0
_CLOSE_WITHIN_S: Final = 3.0

DIED_MIDWAY: Final = "The program ended while this answer was arriving. What had come is kept."
DIED_BEFORE: Final = "The program ended before any of this answer had come. Run it again."
CLOSED_MIDWAY: Final = "The program was closed while this answer was arriving. What had come is kept."
NO_ROOM: Final = "The system has no room for another run. Wait for others to end, then try again."
CLOSED_BEFORE: Final = "The program was closed before this was sent. Run it again."


class EngineClosed(RuntimeError):
    """Nothing is sent any more: the program is ending."""


class Engine:
    """All runs of this process. Make one and keep it; any thread may use it."""

    def __init__(
        self,
        runs: Runs,
        *,
        home: Path,
        price: Price,
        clock: Clock = lambda: datetime.now(UTC),
        flush_every_s: float = 0.15,
        retry_every_s: float = 3.0,
    ) -> None:
        """Raises `StoreError`. `home` holds the sign that this process lives."""
        from components.services.owners import Owner

        self._runs = runs
        self._price = price
        self._clock = clock
        self._flush_every_s = flush_every_s
        self._retry_every_s = retry_every_s
        self._lock = threading.Lock()
        self._live: dict[str, LiveRun] = {}
        self._workers: dict[str, threading.Thread] = {}
        self._on_end: dict[str, Callable[[Run], None]] = {}
        self._ended: OrderedDict[str, RunView] = OrderedDict()
        self._late: dict[str, Run] = {}
        self._store_rests_until = 0.0
        self._recovered_at = 0.0
        self._closed = threading.Event()
        self._closing = threading.Lock()
        """Held while closing, so that a second caller returns when all is stored."""
        self._any_live = threading.Event()
        try:
            self._owner = Owner(home)
        except OSError as cause:
            raise NoAccess(f"{home} cannot be written: {cause.strerror}. Choose another folder.") from cause
        self.recover()
        self._flusher = threading.Thread(target=self._flush_until_closed, name="run-flusher", daemon=True)
        self._flusher.start()

    def start(
        self,
        request: Request,
        *,
        client: RunClient,
        connection_name: str,
        base_url: str,
        draft: JsonObject | None = None,
        prompt_key: str | None = None,
        estimate: Estimate | None = None,
        part_of: PartOf | None = None,
        gate: Gate | None = None,
        on_end: Callable[[Run], None] | None = None,
    ) -> str:
        """Store the run, then send it; return its id at once.

        `prompt_key` names the prompt among its runs, `estimate` is what was said to cost before sending.
        `part_of` is its place in a comparison that is stored. With a `gate` the run stays queued until that
        lets it through, and its times count from there. `on_end` is called by the run's thread when its end
        is settled. Raises `StoreError` when the run cannot be stored, and `EngineClosed`: then nothing is
        sent, and neither gate nor `on_end` hear of it.
        """
        if self._closed.is_set():
            raise EngineClosed("The engine is closed.")
        now = self._clock()
        run = Run(
            id=new_run_id(now),
            state=RunState.QUEUED,
            request=request,
            connection=connection_name,
            base_url=_without_secrets(base_url),
            times=RunTimes(queued=now),
            draft=draft,
            prompt_key=prompt_key,
            estimate=estimate,
        )
        if part_of is None:
            self._runs.add(run, self._owner.id)
        else:
            self._runs.add(run, self._owner.id, part_of)
        live = LiveRun(run, client, price=self._price, clock=self._clock, gate=gate)
        worker = threading.Thread(target=self._carry, args=(live,), name=f"run-{run.id}", daemon=True)
        with self._lock:
            closed = self._closed.is_set()
            if not closed:
                self._live[run.id] = live
                self._workers[run.id] = worker
                self._any_live.set()
                if on_end is not None:
                    self._on_end[run.id] = on_end
        if closed:
            self._failure_to_finish(_ended_before(run, RunState.INTERRUPTED, CLOSED_BEFORE))
            raise EngineClosed("The engine is closed.")
        try:
            worker.start()
        except RuntimeError:
            if gate is not None:
                gate.leave(None)
            self._settle(live, _ended_before(run, RunState.FAILED, NO_ROOM))
        return run.id

    def view(self, run_id: str) -> RunView | None:
        """The run as it is now; None for an unknown id. Raises `StoreError` for one that is not in memory."""
        return self.views([run_id]).get(run_id)

    def views(self, run_ids: Iterable[str]) -> dict[str, RunView]:
        """The same for many, in this order and without unknown ones. Raises `StoreError`."""
        wanted = list(dict.fromkeys(run_ids))
        with self._lock:
            living = [self._live[run_id] for run_id in wanted if run_id in self._live]
            seen = {run_id: self._ended[run_id] for run_id in wanted if run_id in self._ended}
        seen |= {live.id: live.view() for live in living}
        missing = [run_id for run_id in wanted if run_id not in seen]
        if missing:
            saved = self._runs.saved_many(missing)
            if any(each.run.state.live for each in saved.values()) and self._recover_now_and_then():
                saved = self._runs.saved_many(missing)
            read = {run_id: _view(each) for run_id, each in saved.items()}
            with self._lock:
                self._keep_ended([view for view in read.values() if not view.live])
            seen |= read
        return {run_id: seen[run_id] for run_id in wanted if run_id in seen}

    def note_estimate(self, run_id: str, estimate: Estimate) -> None:
        """Keep what a run was estimated at, told after it was sent. Raises `StoreError`."""
        with self._lock:
            live, ended = self._live.get(run_id), self._ended.get(run_id)
            if live:
                live.note_estimate(estimate)
            if ended:
                self._ended[run_id] = replace(ended, run=replace(ended.run, estimate=estimate))
        self._runs.note_estimate(run_id, estimate)

    def live_ids(self) -> list[str]:
        """The runs of this process that have not ended, oldest first."""
        with self._lock:
            return [live.id for live in self._live.values() if not live.settled]

    def stop(self, run_id: str) -> None:
        """End the run at once and keep its text. Does nothing for one that has ended or is not ours."""
        with self._lock:
            live = self._live.get(run_id)
        if live:
            live.end(RunState.STOPPED)

    def recover(self) -> int:
        """Interrupt the runs that a dead process left open; return how many. Raises `StoreError`."""
        self._recovered_at = time.monotonic()
        dead = [run_id for run_id, owner in self._runs.open_runs() if not self._owner.is_alive(owner)]
        recovered = 0
        for run_id in dead:
            saved = self._runs.saved(run_id)
            if saved and saved.run.state.live:
                run = saved.run
                error = RunError(DIED_MIDWAY if run.message else DIED_BEFORE)
                # The last sign of life is nearer to the end than the time of the restart.
                ended = replace(
                    run, state=RunState.INTERRUPTED, error=error, times=_ended(run, saved.saved_at)
                )
                self._runs.finish(ended, self._clock())
                recovered += 1
        self._owner.clear_up()
        return recovered

    def close(self) -> None:
        """End every run as interrupted, store what there is, and give up the sign of life."""
        with self._closing:
            if not self._closed.is_set():
                self._close()

    def _close(self) -> None:
        with self._lock:
            self._closed.set()
            living, workers = list(self._live.values()), list(self._workers.values())
        # All before any: one that ends lets the next through its gate.
        for live in living:
            queued = live.snapshot().state is RunState.QUEUED
            live.doom(RunState.INTERRUPTED, RunError(CLOSED_BEFORE if queued else CLOSED_MIDWAY))
        for live in living:
            live.cut()
        deadline = time.monotonic() + _CLOSE_WITHIN_S
        self._any_live.set()
        for thread in [*workers, self._flusher]:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        self._store_rests_until = 0.0
        self._flush()
        self._owner.leave()

    def _carry(self, live: LiveRun) -> None:
        self._settle(live, live.work())

    def _settle(self, live: LiveRun, ended: Run) -> None:
        """Store the end, then show it: who sees a run ended finds it in the store, unless told otherwise."""
        failure = self._failure_to_finish(ended)
        live.settle(ended, failure)
        with self._lock:
            self._workers.pop(live.id, None)
            if failure:
                self._late[live.id] = ended
            else:
                self._retire(live)
            on_end = self._on_end.pop(live.id, None)
        if on_end is not None:
            try:
                on_end(ended)
            except Exception:
                _log.exception("What follows the end of run %s failed", live.id)

    def _retire(self, live: LiveRun) -> None:
        self._keep_ended([live.view()])
        del self._live[live.id]
        if not self._live and not self._closed.is_set():
            self._any_live.clear()

    def _keep_ended(self, views: Iterable[RunView]) -> None:
        self._ended.update({view.run.id: view for view in views})
        while len(self._ended) > _ENDED_KEPT or (
            len(self._ended) > 1 and _chars(self._ended.values()) > _ENDED_KEPT_CHARS
        ):
            self._ended.popitem(last=False)

    def _recover_now_and_then(self) -> bool:
        return time.monotonic() - self._recovered_at > _RECOVER_EVERY_S and self.recover() > 0

    def _flush_until_closed(self) -> None:
        while not self._closed.is_set():
            self._any_live.wait()
            if not self._closed.wait(self._flush_every_s):
                self._flush()

    def _flush(self) -> None:
        """Write what is new since the last time, in one transaction. Never raises."""
        if time.monotonic() < self._store_rests_until:
            return
        self._finish_late_ones()
        with self._lock:
            living = [live for live in self._live.values() if not live.settled]
        dirty = [(live, live.content_version) for live in living if live.due]
        if not dirty:
            return
        failure = self._failure_to_save([live.snapshot() for live, _ in dirty])
        for live, version in dirty:
            live.note_unsaved(failure)
            if failure is None:
                live.saved_version = version

    def _finish_late_ones(self) -> None:
        with self._lock:
            late = list(self._late.items())
        for run_id, ended in late:
            failure = self._failure_to_finish(ended)
            with self._lock:
                live = self._live[run_id]
                live.note_unsaved(failure)
                if failure is None:
                    del self._late[run_id]
                    self._retire(live)
            if failure:
                return

    def _failure_to_finish(self, ended: Run) -> str | None:
        try:
            self._runs.finish(ended, self._clock())
        except Exception as error:
            return self._failure(error)
        return None

    def _failure_to_save(self, running: Sequence[Run]) -> str | None:
        try:
            self._runs.save_progress(running, self._clock())
        except Exception as error:
            return self._failure(error)
        return None

    def _failure(self, error: Exception) -> str:
        self._store_rests_until = time.monotonic() + self._retry_every_s
        if isinstance(error, StoreError):
            return str(error)
        _log.error("The store failed", exc_info=error)
        return (
            f"This answer could not be stored ({type(error).__name__}). It is in memory and is tried again."
        )


def new_run_id(now: datetime) -> str:
    """A UUID of version 7 in hex: sorts by its moment, here to the microsecond (RFC 9562, method 3)."""
    microseconds = (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    milliseconds, rest = divmod(microseconds, 1000)
    fraction = rest * 4096 // 1000
    return f"{milliseconds:012x}7{fraction:03x}{0b10 << 62 | secrets.randbits(62):016x}"


def _view(saved: Saved) -> RunView:
    version = (saved.saved_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return RunView(saved.run, saved.run.state.live, version)


def _chars(views: Iterable[RunView]) -> int:
    """Of the bodies of these runs in memory."""
    return sum({id(view.run.request.body_json): len(view.run.request.body_json) for view in views}.values())


def _ended(run: Run, at: datetime) -> RunTimes:
    return replace(run.times, ended=at)


def _ended_before(run: Run, state: RunState, sentence: str) -> Run:
    """The run, ended before it was sent."""
    return replace(run, state=state, error=RunError(sentence), times=_ended(run, run.times.queued))


def _without_secrets(base_url: str) -> str:
    """The URL without user, password, query and fragment, where keys could hide."""
    parts = urlsplit(base_url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
