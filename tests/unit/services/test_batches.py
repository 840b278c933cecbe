from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from unit.services.test_pace import FakeTiming
from unit.store.samples import a_message, a_run
from wire import Exchange, WireServer, answer_events, framed, record, serve, streams

from components.api.client import Client
from components.api.errors import (
    ApiError,
    Cancelled,
    ConnectError,
    InvalidRequest,
    Overloaded,
    RateLimited,
    ServerError,
    SpendLimitReached,
    StreamInterrupted,
)
from components.api.retry import RetryPolicy, Wait
from components.domain.answer import text_of
from components.domain.request import Request
from components.domain.run import Estimate, PartOf, Run, RunError, RunState
from components.services.batch import CLOSING, Batch
from components.services.batches import Batches, Plan, UnknownPrice
from components.services.budget import may_have_cost, was_refused
from components.services.live_runs import Gate
from components.services.pace import Pace
from components.services.runs import DIED_BEFORE, Engine
from components.store.comparisons import Comparisons
from components.store.database import Database, open_database
from components.store.errors import DiskFull
from components.store.runs import Runs

COST = Decimal("0.001")
REFUSAL = {"type": "error", "error": {"type": "invalid_request_error", "message": "max_tokens: too large"}}
BUSY = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down."}}
HI = streams(answer_events("Hi"))


def until(condition: Callable[[], object], within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


def model_of(exchange: Exchange) -> str:
    return str(json.loads(exchange.request.body)["model"])


@dataclass
class Bench:
    home: Path
    database: Database
    runs: Runs
    engine: Engine
    comparisons: Comparisons
    batches: Batches

    def plan(
        self, server: WireServer, variant: str, samples: int | Sequence[int], pace: Pace, **more: object
    ) -> Plan:
        plan = Plan(
            variant_id=variant,
            request=Request.of({"model": f"model-{variant}", "stream": True}),
            client=Client(server.base_url, "sk-secret", retry=RetryPolicy(jitter=lambda: 0.0)),
            connection_name="Wire",
            base_url=server.base_url,
            samples=range(1, samples + 1) if isinstance(samples, int) else samples,
            pace=pace,
        )
        return replace(plan, **more)  # type: ignore[arg-type]

    def start(self, *plans: Plan, limit_usd: Decimal | None = None) -> Batch:
        return self.batches.start("c", plans, limit_usd=limit_usd)

    def kept(self, *, variant: str | None = None) -> list[Run]:
        """What the store has of the comparison."""
        ids = [run_id for place, run_id in self.comparisons.parts("c") if variant in {None, place.variant_id}]
        return [saved.run for saved in self.runs.saved_many(ids).values()]

    def states(self, *, variant: str | None = None) -> list[str]:
        return sorted(run.state.value for run in self.kept(variant=variant))


@contextmanager
def a_bench(home: Path) -> Iterator[Bench]:
    database = open_database(None, home)
    runs, comparisons = Runs(database), Comparisons(database)
    comparisons.save("c", {}, title="", models=[])
    engine = Engine(runs, home=home, price=lambda *_: COST)
    try:
        yield Bench(home, database, runs, engine, comparisons, Batches(engine))
    finally:
        engine.close()
        database.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path) as made:
        yield made


class Service:
    """Holds every answer back until it is told, and notes what is asked and how much at once."""

    def __init__(self, *, opened: bool = False) -> None:
        self.opened = threading.Event()
        if opened:
            self.opened.set()
        self.asked: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        head, *rest = framed([record(each) for each in answer_events("Half", " of it")], "chunked")
        with self._lock:
            self.asked.append(model_of(exchange).removeprefix("model-"))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        for data in [head, *rest[:3]]:
            exchange.send(data)
        try:
            while not self.opened.is_set():
                if exchange.gone(0.02):
                    return
        finally:
            exchange.connection.settimeout(None)
            with self._lock:
                self.at_once -= 1
        for data in rest[3:]:
            exchange.send(data)


# Order and places --------------------------------------------------------------------------------------


def test_samples_are_sent_round_by_round_across_variants(bench: Bench) -> None:
    service = Service(opened=True)
    with serve(service) as server:
        pace = Pace(1)
        plans = [bench.plan(server, "A", 3, pace), bench.plan(server, "B", 1, pace)]
        batch = bench.start(*plans, bench.plan(server, "C", 2, pace))
        assert batch.wait(20)
    assert service.asked == ["A", "B", "C", "A", "C", "A"]
    places = [(place.variant_id, place.sample) for place, _ in bench.comparisons.parts("c")]
    assert places == [("A", 1), ("A", 2), ("A", 3), ("B", 1), ("C", 1), ("C", 2)]
    assert batch.run_ids == {
        (place.variant_id, place.sample): run_id for place, run_id in bench.comparisons.parts("c")
    }
    assert bench.states() == ["complete"] * 6


def test_no_more_than_the_limit_are_asked_at_once_and_no_more_than_two_stored_ahead(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        batch = bench.start(bench.plan(server, "A", 9, Pace(3)))
        until(lambda: service.at_once == 3 and len(bench.kept()) == 5)
        assert batch._idle.wait(10), "it waits, and stores no more"
        assert len(bench.kept()) == 5
        until(lambda: bench.states() == ["queued"] * 2 + ["streaming"] * 3)
        service.opened.set()
        assert batch.wait(20)
    assert (service.most_at_once, len(service.asked)) == (3, 9)


def test_a_variant_on_another_connection_does_not_wait_for_a_slow_one(bench: Bench) -> None:
    slow, quick = Service(), Service(opened=True)
    with serve(slow) as first, serve(quick) as second:
        batch = bench.start(bench.plan(first, "A", 8, Pace(1)), bench.plan(second, "B", 8, Pace(1)))
        until(lambda: len(quick.asked) == 8)
        assert len(slow.asked) == 1
        batch.stop()
        assert batch.wait(20)


def test_a_model_at_its_limit_does_not_hold_another_on_the_same_connection(bench: Bench) -> None:
    timing = FakeTiming()

    def answer(exchange: Exchange) -> None:
        body = {"content": [], "stop_reason": "end_turn", "usage": {}}
        spent = {"anthropic_ratelimit_requests_remaining": "0"}
        spent["anthropic_ratelimit_requests_reset"] = (timing.utc() + timedelta(seconds=30)).isoformat()
        exchange.reply(body, **(spent if model_of(exchange) == "model-A" else {}))

    with serve(answer) as server:
        pace = Pace(2, timing=timing)
        batch = bench.start(bench.plan(server, "A", 6, pace), bench.plan(server, "B", 6, pace))
        until(lambda: len([run for run in bench.kept(variant="B") if not run.state.live]) == 6)
        assert batch.progress().held_back_by == "the rate limit leaves no requests, next in 30 s"
        batch.stop()
        assert batch.wait(20)


def test_a_second_batch_of_a_comparison_runs_beside_the_first(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        pace = Pace(4)
        first = bench.start(bench.plan(server, "A", 2, pace))
        second = bench.start(bench.plan(server, "B", (4, 5, 6), pace))
        until(lambda: service.at_once == 4)
        assert bench.batches.live("c") == [first, second]
        assert (first.sends("A"), first.sends("B"), second.sends("B")) == (True, False, True)
        progress = bench.batches.progress("c")
        assert progress
        assert (progress.total, progress.sent, progress.at_once, progress.live) == (5, 4, 4, True)
        service.opened.set()
        assert first.wait(20)
        assert second.wait(20)
    assert bench.batches.live("c") == []
    assert [place.sample for place, _ in bench.comparisons.parts("c") if place.variant_id == "B"] == [4, 5, 6]


# Slowing -----------------------------------------------------------------------------------------------


def test_a_429_slows_the_batch_until_retry_after_has_passed_and_then_all_are_answered(bench: Bench) -> None:
    timing, service = FakeTiming(), Service(opened=True)
    all_there = threading.Barrier(4)

    def refuse(exchange: Exchange) -> None:
        all_there.wait(20)
        exchange.reply(BUSY, status=429, retry_after="12")

    with serve(*[refuse] * 4, service) as server:
        pace = Pace(4, timing=timing)
        batch = bench.start(bench.plan(server, "A", 8, pace))
        until(lambda: pace._in_flight == 0 and len(pace._line) >= 4 and timing.asked[-1:] == [12.0])
        assert (pace.at_once, len(server.received)) == (2, 4)
        assert batch.progress().held_back_by == "slowed to 2 at once after a 429; next in 12 s"
        timing.pass_by(11)
        assert batch._idle.wait(10)
        assert len(server.received) == 4, "nobody was sent, neither anew nor again"
        timing.pass_by(1)
        assert batch.wait(20)
        assert len(server.received) == 12
    assert service.most_at_once <= 4
    progress = batch.progress()
    assert (progress.answered, progress.note, progress.held_back_by) == (8, None, None)


# Stopping ----------------------------------------------------------------------------------------------


def test_stopping_one_variant_ends_its_runs_and_leaves_the_others(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        pace = Pace(4)
        batch = bench.start(bench.plan(server, "A", 5, pace), bench.plan(server, "B", 5, pace))
        until(lambda: service.at_once == 4)
        batch.stop("A")
        until(lambda: not batch.sends("A"))
        assert batch.sends("B")
        service.opened.set()
        assert batch.wait(20)
    assert bench.states(variant="B") == ["complete"] * 5
    assert set(bench.states(variant="A")) == {"stopped"}
    stopped = bench.kept(variant="A")
    assert sorted(text_of(run.message) for run in stopped)[-2:] == ["Half", "Half"]
    assert service.asked.count("A") == 2


def test_stopping_all_ends_what_lives_and_what_is_queued_and_sends_no_more(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        batch = bench.start(bench.plan(server, "A", 20, Pace(2)))
        until(lambda: service.at_once == 2 and len(bench.kept()) == 4)
        batch.stop()
        assert batch.wait(20)
        assert len(server.received) == 2
    assert bench.states() == ["stopped"] * 4
    progress = batch.progress()
    assert (progress.total, progress.sent, progress.ended, progress.live) == (20, 2, 4, False)
    assert progress.rest_usd == 0
    assert bench.engine.live_ids() == []


def test_a_stop_that_comes_while_a_run_is_being_stored_ends_it_unsent(bench: Bench) -> None:
    storing, go_on = threading.Event(), threading.Event()
    add = bench.runs.add

    def slow(run: Run, owner: str, part_of: PartOf | None = None) -> None:
        storing.set()
        assert go_on.wait(10)
        add(run, owner, part_of)

    bench.runs.add = slow  # type: ignore[method-assign]
    with serve(Service()) as server:
        batch = bench.start(bench.plan(server, "A", 3, Pace(2)))
        assert storing.wait(10)
        batch.stop("A")
        go_on.set()
        assert batch.wait(20)
    assert bench.states() == ["stopped"]


# Failures ----------------------------------------------------------------------------------------------


def test_one_variants_refusal_leaves_the_others_alone_and_is_not_repeated(bench: Bench) -> None:
    service = Service(opened=True)

    def answer(exchange: Exchange) -> None:
        if model_of(exchange) == "model-B":
            exchange.reply(REFUSAL, status=400)
        else:
            service(exchange)

    with serve(answer) as server:
        pace = Pace(1)
        batch = bench.start(*(bench.plan(server, variant, 4, pace) for variant in "ABC"))
        assert batch.wait(20)
    assert bench.states(variant="A") == bench.states(variant="C") == ["complete"] * 4
    assert bench.states(variant="B")[0] == "failed"
    assert len(bench.kept(variant="B")) < 4
    progress = batch.progress()
    assert (progress.answered, progress.live) == (8, False)
    assert progress.note
    assert progress.note.startswith("model-B was refused, as it would be again: ")


def test_failures_that_may_pass_do_not_end_a_variant(bench: Bench) -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}
    with serve(lambda exchange: exchange.reply(overloaded, status=529, x_should_retry="false"), HI) as server:
        batch = bench.start(bench.plan(server, "A", 4, Pace(1)))
        assert batch.wait(20)
    assert bench.states() == ["complete"] * 3 + ["failed"]
    assert batch.progress().note is None


def test_a_store_that_fails_ends_the_sending_with_its_sentence(bench: Bench) -> None:
    add, count = bench.runs.add, [0]

    def full(run: Run, owner: str, part_of: PartOf | None = None) -> None:
        count[0] += 1
        if count[0] > 2:
            raise DiskFull("The disk is full.")
        add(run, owner, part_of)

    bench.runs.add = full  # type: ignore[method-assign]
    service = Service()
    with serve(service) as server:
        batch = bench.start(bench.plan(server, "A", 6, Pace(4)), limit_usd=None)
        until(lambda: batch.progress().note == "The disk is full." and service.at_once == 2)
        assert batch.live, "what was sent goes on"
        service.opened.set()
        assert batch.wait(20)
        assert len(server.received) == 2
    assert bench.states() == ["complete"] * 2
    last = bench.batches.progress("c")
    assert last
    assert (last.note, last.answered, last.live) == ("The disk is full.", 2, False)


def test_a_fault_of_the_program_ends_the_sending_and_says_so(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    bench.runs.add = broken  # type: ignore[method-assign]
    with serve(HI) as server:
        batch = bench.start(bench.plan(server, "A", 3, Pace(2)))
        assert batch.wait(20)
        assert server.connections == 0
    assert "ZeroDivisionError" in str(batch.progress().note)
    assert caplog.records


def test_closing_the_engine_ends_a_batch(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        batch = bench.start(bench.plan(server, "A", 20, Pace(2)))
        until(lambda: service.at_once == 2 and len(bench.kept()) == 4)
        bench.engine.close()
        assert batch.wait(20)
        assert len(server.received) == 2
    assert bench.states() == ["interrupted"] * 4
    assert batch.progress().note == CLOSING


# Progress ----------------------------------------------------------------------------------------------


def test_progress_tells_what_came_what_it_cost_and_what_is_to_come(bench: Bench) -> None:
    service = Service(opened=True)
    with serve(service) as server:
        pace = Pace(1)
        said = Estimate(21, Decimal("0.1"), Decimal("0.5"), Decimal(2))
        batch = bench.start(bench.plan(server, "A", 4, pace, estimate=said))
        until(lambda: batch.progress().ended > 0)
        seen = []
        while batch.live:
            seen.append(batch.progress())
        assert batch.wait(20)
    for progress in seen:
        assert progress.total == 4
        assert progress.cost_usd == COST * progress.ended
        assert progress.ended <= progress.sent
        assert progress.rest_usd is not None
        assert progress.rest_usd <= COST * (4 - progress.ended)
        assert progress.rest_s is not None
    last = bench.batches.progress("c")
    assert last
    assert (last.sent, last.ended, last.answered, last.cost_usd) == (4, 4, 4, 4 * COST)
    assert (last.rest_usd, last.rest_s, last.live, last.note) == (0, 0, False, None)


def test_before_anything_came_the_rest_is_what_was_estimated(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        said = Estimate(21, Decimal("0.1"), Decimal("0.5"), Decimal(2))
        plans = [bench.plan(server, "A", 3, Pace(2), estimate=said), bench.plan(server, "B", 1, Pace(2))]
        first = bench.start(plans[0])
        until(lambda: service.at_once == 2)
        progress = first.progress()
        assert (progress.cost_usd, progress.rest_usd, progress.rest_s) == (0, Decimal("1.5"), None)
        second = bench.start(plans[1])
        merged = bench.batches.progress("c")
        assert merged
        assert (merged.total, merged.rest_usd, merged.at_once) == (4, None, 4)
        first.stop()
        second.stop()
        assert first.wait(20)
        assert second.wait(20)


def test_progress_is_cheap(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        pace = Pace(8)
        batch = bench.start(*(bench.plan(server, variant, 20, pace) for variant in "ABCDEF"))
        until(lambda: service.at_once == 8)
        began = time.thread_time()
        for _ in range(100):
            bench.batches.progress("c")
        assert time.thread_time() - began < 0.1
        batch.stop()
        assert batch.wait(20)


def test_nothing_is_known_of_a_comparison_that_was_never_sent(bench: Bench) -> None:
    assert bench.batches.progress("other") is None
    assert bench.batches.live("other") == []


# Money -------------------------------------------------------------------------------------------------


def test_a_limit_lets_no_more_run_at_once_than_it_pays_for_and_ends_with_a_sentence(bench: Bench) -> None:
    service = Service()
    with serve(service) as server:
        plan = bench.plan(server, "A", 1000, Pace(8), highest_usd=Decimal("0.5"))
        batch = bench.start(plan, limit_usd=Decimal("1.01"))
        until(lambda: service.at_once == 2 and batch._idle.is_set())
        assert len(bench.kept()) == 2
        service.opened.set()
        until(lambda: batch.progress().ended > 20)
        batch.stop()
        assert batch.wait(20)
    assert service.most_at_once == 2


def test_the_sentence_at_the_limit_tells_what_was_used_and_what_one_more_could_cost(bench: Bench) -> None:
    with serve(HI) as server:
        plan = bench.plan(server, "A", 10, Pace(8), highest_usd=Decimal("0.0015"))
        batch = bench.start(plan, limit_usd=Decimal("0.004"))
        assert batch.wait(20)
        assert len(server.received) == 3
    assert batch.progress().note == (
        "Stopped at the limit of $0.0040: $0.0030 of it is used, and one more answer could cost up to "
        "$0.0015. 7 samples were not sent."
    )


def test_a_variant_that_is_too_dear_lets_cheaper_ones_go_on(bench: Bench) -> None:
    with serve(HI) as server:
        dear = bench.plan(server, "A", 2, Pace(8), highest_usd=Decimal(5))
        batch = bench.start(
            dear, bench.plan(server, "B", 2, Pace(8), highest_usd=COST), limit_usd=Decimal("0.01")
        )
        assert batch.wait(20)
    assert bench.states(variant="B") == ["complete"] * 2
    assert bench.kept(variant="A") == []
    assert str(batch.progress().note).endswith("2 samples were not sent.")


@pytest.mark.parametrize(
    ("error", "billed", "again"),
    [
        (ConnectError("Lost.", kind="lost"), True, False),
        (ConnectError("No answer.", kind="timeout"), True, False),
        (ConnectError("Nobody there.", kind="refused"), False, False),
        (StreamInterrupted("It broke.", status=200), True, False),
        (Cancelled("Stopped."), True, False),
        (InvalidRequest("No.", status=400), False, True),
        (SpendLimitReached("Used up.", status=429), False, True),
        (RateLimited("Slow down.", status=429), False, False),
        (ServerError("Gateway.", status=504), True, False),
        (Overloaded("Busy.", status=529), False, False),
        (ZeroDivisionError(), True, False),
    ],
)
def test_what_may_be_billed_and_what_would_be_refused_again(
    error: Exception, billed: bool, again: bool
) -> None:
    assert (may_have_cost(error), was_refused(error)) == (billed, again)


def test_what_costs_nothing_fits_into_any_limit(bench: Bench) -> None:
    bench.engine._price = lambda *_: Decimal(0)
    with serve(HI) as server:
        plan = bench.plan(server, "A", 5, Pace(8), highest_usd=Decimal(0))
        batch = bench.start(plan, limit_usd=Decimal("0.01"))
        assert batch.wait(20)
    assert batch.progress().answered == 5


def test_under_a_limit_a_price_that_nobody_knows_is_refused(bench: Bench) -> None:
    with serve(HI) as server:
        with pytest.raises(UnknownPrice, match="model-A can cost at most is not known"):
            bench.start(bench.plan(server, "A", 1, Pace(1)), limit_usd=Decimal(1))
        assert server.connections == 0
    assert bench.batches.live("c") == []
    assert issubclass(UnknownPrice, ValueError)


def test_a_lost_try_is_not_repeated_when_the_limit_has_no_room_for_another(bench: Bench) -> None:
    def hang_up(exchange: Exchange) -> None:
        exchange.hang_up()

    with serve(hang_up, HI) as server:
        plan = bench.plan(server, "A", 1, Pace(1), highest_usd=Decimal("0.5"))
        tight = bench.start(plan, limit_usd=Decimal("0.9"))
        assert tight.wait(20)
        assert len(server.received) == 1
    [run] = bench.kept()
    assert run.state is RunState.FAILED
    assert run.error
    assert run.error.sentence.endswith("It was not sent again: that could exceed the limit in dollars.")
    with serve(hang_up, HI) as server:
        plan = bench.plan(server, "A", (2,), Pace(1), highest_usd=Decimal("0.5"))
        assert bench.start(plan, limit_usd=Decimal(1)).wait(20)
        assert len(server.received) == 2
    assert bench.states() == ["complete", "failed"]


@dataclass
class FakeRun:
    run: Run
    plan: Plan
    gate: Gate
    on_end: Callable[[Run], None]
    true_usd: Decimal = Decimal(0)
    """What the service has charged for it, known or not."""
    trying: bool = True
    """It may charge for one more."""


@dataclass
class FakeEngine:
    """Ends its runs as chance has it, and checks the promise whenever one is started."""

    limit_usd: Decimal
    plans: list[Plan]
    seed: int
    live: list[FakeRun] = field(default_factory=list)
    charged_usd: Decimal = Decimal(0)
    started: int = 0
    broken: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def start(
        self,
        request: Request,
        *,
        gate: Gate,
        on_end: Callable[[Run], None],
        part_of: PartOf,
        **_: object,
    ) -> str:
        [plan] = [plan for plan in self.plans if plan.variant_id == part_of.variant_id]
        run = FakeRun(a_run(minute=self.started), plan, gate, on_end)
        with self.lock:
            self.started += 1
            self.live.append(run)
            self.check("a start")
            chance = random.Random(f"{self.seed} {self.started}")
        threading.Thread(target=play, args=(self, run, chance), daemon=True).start()
        return run.run.id

    def stop(self, run_id: str) -> None:
        raise AssertionError("nothing is stopped")

    def check(self, when: str) -> None:
        """The most that everything can have cost so far keeps to the limit."""
        with self.lock:
            tries = sum((each.plan.highest_usd or Decimal(0)) for each in self.live if each.trying)
            at_most = sum((each.true_usd for each in self.live), self.charged_usd + tries)
            if at_most > self.limit_usd:
                self.broken.append(f"{at_most} at {when}")

    def charge(self, fake: FakeRun, usd: Decimal) -> None:
        with self.lock:
            fake.trying = False
            fake.true_usd += usd

    def end(self, fake: FakeRun, state: RunState, usd: Decimal | None, error: Exception | None) -> None:
        told = RunError(str(error), getattr(error, "status", None)) if error else None
        message = a_message() if state is RunState.COMPLETE else None
        fake.gate.leave(error)
        with self.lock:
            self.live.remove(fake)
            self.charged_usd += fake.true_usd
        fake.on_end(replace(fake.run, state=state, cost_usd=usd, error=told, message=message))


def lost() -> ApiError:
    return ConnectError("The connection broke.", kind="lost")


def play(engine: FakeEngine, fake: FakeRun, chance: random.Random) -> None:
    """One run from its gate to some end; the service charges at most `highest_usd` for a try."""
    most = fake.plan.highest_usd or Decimal(0)

    def some() -> Decimal:
        return chance.choice([Decimal(0), most, most * Decimal(chance.random())])

    try:
        fake.gate.enter()
        time.sleep(chance.random() / 500)
        while chance.random() < 0.2:
            engine.charge(fake, some())
            if fake.gate.takes_over(Wait(0.0, 1, lost())):
                fake.gate.enter()
            fake.trying = True
            engine.check("a try after a lost one")
        if chance.random() < 0.2 and fake.gate.takes_over(
            Wait(0.001, 1, RateLimited("No.", status=429, retry_after=0.001))
        ):
            fake.gate.enter()
    except Cancelled as refused:
        engine.end(fake, RunState.FAILED, None, refused)
        return
    cost = some()
    outcome = chance.random()
    if outcome < 0.6:
        engine.charge(fake, cost)
        engine.end(fake, RunState.COMPLETE, cost, None)
    elif outcome < 0.7:
        engine.charge(fake, cost)
        engine.end(fake, RunState.INTERRUPTED, None, StreamInterrupted("It broke.", status=200))
    elif outcome < 0.8:
        engine.charge(fake, cost)
        engine.end(fake, RunState.STOPPED, None, Cancelled("Stopped."))
    elif outcome < 0.9:
        engine.end(fake, RunState.FAILED, None, RateLimited("No.", status=429))
    else:
        engine.charge(fake, cost)
        engine.end(fake, RunState.FAILED, None, lost())


@pytest.mark.parametrize("seed", range(40))
def test_the_limit_in_dollars_is_kept_whatever_the_answers_cost(seed: int) -> None:
    chance = random.Random(seed)
    pace = Pace(chance.randint(1, 6))
    plans = [
        Plan(
            variant_id=letter,
            request=Request.of({"model": letter}),
            client=Client("http://127.0.0.1:1", None),
            connection_name="x",
            base_url="http://127.0.0.1:1",
            samples=range(1, chance.randint(1, 20) + 1),
            pace=pace,
            highest_usd=Decimal(chance.choice([0, chance.randint(1, 300), chance.randint(1, 30)])) / 1000,
        )
        for letter in "ABCDEF"[: chance.randint(1, 6)]
    ]
    limit_usd = Decimal(chance.randint(0, 2000)) / 1000
    engine = FakeEngine(limit_usd, plans, seed)
    batch = Batches(engine).start("c", plans, limit_usd=limit_usd)  # type: ignore[arg-type]
    assert batch.wait(60)
    assert engine.broken == []
    assert engine.charged_usd <= limit_usd
    progress = batch.progress()
    assert progress.ended == engine.started
    if engine.started < progress.total:
        assert batch._budget
        left = [
            plan.highest_usd
            for plan in plans
            if sum(variant == plan.variant_id for variant, _ in batch.run_ids) < len(plan.samples)
        ]
        assert progress.note
        assert "limit" in progress.note
        assert min(each for each in left if each is not None) > limit_usd - batch._budget.spent_usd
    assert batch._budget is None or batch._budget.reserved_usd == 0


# Kill --------------------------------------------------------------------------------------------------

_LIVE = """
import sys, threading
from pathlib import Path
from components.api.client import Client
from components.domain.request import Request
from components.services.batches import Batches, Plan
from components.services.pace import Pace
from components.services.runs import Engine
from components.store.comparisons import Comparisons
from components.store.database import open_database
from components.store.runs import Runs

home, url = Path(sys.argv[1]), sys.argv[2]
database = open_database(None, home)
Comparisons(database).save("c", {}, title="", models=[])
engine = Engine(Runs(database), home=home, price=lambda *_: None)
plan = Plan(variant_id="A", request=Request.of({"model": "model-A", "stream": True}),
            client=Client(url, None), connection_name="x", base_url=url, samples=range(1, 21), pace=Pace(3))
Batches(engine).start("c", [plan])
threading.Event().wait()
"""


def test_after_a_kill_every_sample_that_was_sent_is_there_and_at_most_two_others(tmp_path: Path) -> None:
    service = Service()
    with ExitStack() as stack:
        server = stack.enter_context(serve(service))
        process = subprocess.Popen(
            [sys.executable, "-c", _LIVE, str(tmp_path), server.base_url],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        until(lambda: service.at_once == 3, within_s=60)
        seen = open_database(None, tmp_path)
        stack.callback(seen.close)
        texts = Comparisons(seen)

        def half_stored() -> bool:
            ids = [run_id for _, run_id in texts.parts("c")]
            runs = Runs(seen).saved_many(ids).values()
            return len(ids) == 5 and sum(text_of(each.run.message) == "Half" for each in runs) == 3

        until(half_stored)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    with a_bench(tmp_path) as bench:
        kept = bench.kept()
        assert {run.state for run in kept} == {RunState.INTERRUPTED}
        assert sorted(text_of(run.message) for run in kept) == ["", "", "Half", "Half", "Half"]
        assert [run.error.sentence for run in kept if run.error and not run.message] == [DIED_BEFORE] * 2
        assert [place.sample for place, _ in bench.comparisons.parts("c")] == [1, 2, 3, 4, 5]
        assert all(isinstance(run.times.ended, datetime) for run in kept)
