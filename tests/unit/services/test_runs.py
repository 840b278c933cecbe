from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event
from unit.store.samples import a_message, a_run
from wire import Exchange, WireServer, answer_events, framed, record, serve, streams

from components.api.cancel import CancelToken
from components.api.client import Client
from components.api.errors import Cancelled
from components.api.retry import RetryPolicy, Wait
from components.domain.answer import Usage, text_of
from components.domain.json_types import JsonObject
from components.domain.request import Request
from components.domain.run import Estimate, PartOf, Run, RunState
from components.services.live_runs import AnswerStream, OnHeaders, OnWait
from components.services.runs import (
    CLOSED_BEFORE,
    CLOSED_MIDWAY,
    DIED_BEFORE,
    DIED_MIDWAY,
    Engine,
    EngineClosed,
    RunView,
    new_run_id,
)
from components.store.comparisons import Comparisons
from components.store.database import Database, open_database
from components.store.errors import DiskFull, StoreError
from components.store.runs import Runs

TEN_SECONDS = 10.0


def until(condition: Callable[[], bool], within_s: float = TEN_SECONDS) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def a_price(model: str, usage: Usage, base_url: str) -> Decimal | None:
    assert base_url.startswith("http://127.0.0.1")
    return Decimal(usage.output_tokens) / 1000 if model == "claude-haiku-5-5" else None


@dataclass
class Bench:
    """An engine with its store."""

    home: Path
    database: Database
    runs: Runs
    engine: Engine

    def start(self, server: WireServer, prompt: str = "Hello", *, stream: bool = True, **more: object) -> str:
        body: JsonObject = {"model": "claude-opus-5-5", "messages": [{"role": "user", "content": prompt}]}
        if stream:
            body["stream"] = True
        client = Client(server.base_url, "sk-secret", retry=RetryPolicy(**more))  # type: ignore[arg-type]
        return self.engine.start(
            Request.of(body), client=client, connection_name="Wire", base_url=server.base_url
        )

    def view(self, run_id: str) -> RunView:
        view = self.engine.view(run_id)
        assert view
        return view

    def end_of(self, run_id: str) -> Run:
        until(lambda: not self.view(run_id).live)
        return self.view(run_id).run

    def text(self, run_id: str) -> str:
        return text_of(self.view(run_id).run.message)

    def stored(self, run_id: str) -> Run:
        run = self.runs.get(run_id)
        assert run
        return run


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = open_database(None, tmp_path)
    runs = Runs(database)
    engine = Engine(runs, home=tmp_path, price=a_price, retry_every_s=0.05)
    yield Bench(tmp_path, database, runs, engine)
    engine.close()
    database.close()


class Gate:
    """A server that sends the first pieces of an answer, and the rest when told."""

    def __init__(self, *pieces: str, before: int = 3, events: list[dict[str, object]] | None = None) -> None:
        self.opened = threading.Event()
        self.gone = threading.Event()
        head, *self._rest = framed([record(each) for each in events or answer_events(*pieces)], "chunked")
        self._now, self._rest = [head, *self._rest[:before]], self._rest[before:]

    def __call__(self, exchange: Exchange) -> None:
        for data in self._now:
            exchange.send(data)
        while not self.opened.is_set():
            if exchange.gone(0.02):
                self.gone.set()
                return
        for data in self._rest:
            exchange.send(data)


def held(*pieces: str, before: int = 3) -> tuple[Gate, AbstractContextManager[WireServer]]:
    gate = Gate(*pieces, before=before)
    return gate, serve(gate)


def test_an_answer_ends_up_complete_in_memory_and_in_the_store(bench: Bench) -> None:
    with serve(streams(answer_events("Hel", "lo"))) as server:
        run_id = bench.start(server)
        run = bench.end_of(run_id)
    assert run.state is RunState.COMPLETE
    assert text_of(run.message) == "Hello"
    assert run.request_id == "req_wire"
    assert run.cost_usd == Decimal("0.002")
    assert (run.connection, run.error) == ("Wire", None)
    times = run.times
    assert times.first_byte
    assert times.first_text
    assert times.ended
    assert times.queued <= times.first_byte <= times.first_text <= times.ended
    assert bench.stored(run_id) == run
    assert server.received[0].body.decode() == run.request.body_json


def test_the_run_is_stored_before_a_byte_is_sent(bench: Bench) -> None:
    seen: list[int] = []

    def look(exchange: Exchange) -> None:
        seen.append(bench.runs.count())
        exchange.reply({"error": {"type": "x", "message": "no"}}, status=400)

    with serve(look) as server:
        bench.end_of(bench.start(server))
    assert seen == [1]


def test_nothing_is_sent_when_the_run_cannot_be_stored(bench: Bench) -> None:
    def refuse(run: Run, owner: str) -> None:
        raise DiskFull("The disk is full.")

    bench.runs.add = refuse  # type: ignore[method-assign]
    with serve(streams(answer_events("Hi"))) as server:
        with pytest.raises(DiskFull):
            bench.start(server)
        assert (server.received, server.connections) == ([], 0)
    assert bench.engine.live_ids() == []


def test_a_view_follows_the_answer_and_its_version_tells_when_to_look(bench: Bench) -> None:
    gate, serving = held("Hel", "lo")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: bench.text(run_id) == "Hel")
        midway = bench.view(run_id)
        assert (midway.live, midway.run.state) == (True, RunState.STREAMING)
        assert bench.view(run_id) is midway
        gate.opened.set()
        bench.end_of(run_id)
    after = bench.view(run_id)
    assert after.version > midway.version
    assert bench.view(run_id) is after
    assert text_of(midway.run.message) == "Hel"


def test_text_reaches_the_store_within_half_a_second_though_the_stream_falls_silent(bench: Bench) -> None:
    _, serving = held("Half", " of it")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: bench.text(run_id) == "Half")
        until(lambda: text_of(bench.stored(run_id).message) == "Half", within_s=0.5)
        stored = bench.stored(run_id)
        assert stored.state is RunState.STREAMING
        assert stored.times.first_text
        assert stored.request_id == "req_wire"


def test_a_silent_stream_and_an_idle_engine_write_nothing(bench: Bench) -> None:
    begun: list[str] = []

    def note(*args: object) -> None:
        begun.extend(["write"] if args[2] == "BEGIN IMMEDIATE" else [])

    gate, serving = held("Half", " of it")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: text_of(bench.stored(run_id).message) == "Half")
        event.listen(bench.database.engine, "before_cursor_execute", note)
        gate.gone.wait(0.7)
        assert begun == []
        gate.opened.set()
        bench.end_of(run_id)
        begun.clear()
        gate.gone.wait(0.5)
        assert begun == []


def test_runs_that_stream_together_are_written_together(bench: Bench) -> None:
    gate, serving = held("Half", " of it")
    batches: list[int] = []
    save = bench.runs.save_progress

    def noted(live: list[Run], at: datetime) -> None:
        batches.append(len(live))
        save(live, at)

    bench.runs.save_progress = noted  # type: ignore[method-assign,assignment]
    with serving as server:
        run_ids = [bench.start(server) for _ in range(5)]
        until(lambda: all(text_of(bench.stored(run_id).message) == "Half" for run_id in run_ids))
        assert max(batches) > 1
        gate.opened.set()
        assert [text_of(bench.end_of(run_id).message) for run_id in run_ids] == ["Half of it"] * 5


def test_stop_ends_a_silent_stream_at_once_and_keeps_the_text(bench: Bench) -> None:
    gate, serving = held("Half", " of it")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: bench.text(run_id) == "Half")
        bench.engine.stop(run_id)
        until(lambda: not bench.view(run_id).live, within_s=0.5)
        assert gate.gone.wait(1)
    run = bench.stored(run_id)
    assert (run.state, text_of(run.message), run.error) == (RunState.STOPPED, "Half", None)
    assert run.cost_usd is None
    assert run.times.ended
    bench.engine.stop(run_id)
    bench.engine.stop("unknown")
    assert bench.stored(run_id) == run


def test_stop_ends_a_run_that_waits_for_its_first_byte(bench: Bench) -> None:
    gate = threading.Event()
    with serve(lambda exchange: gate.set() if exchange.gone(TEN_SECONDS) else None) as server:
        run_id = bench.start(server)
        until(lambda: len(server.received) == 1)
        for run_id in bench.engine.live_ids():
            bench.engine.stop(run_id)
        assert bench.end_of(run_id).state is RunState.STOPPED
        assert gate.wait(1)
    assert bench.stored(run_id).message is None


def test_stop_ends_a_wait_before_another_try(bench: Bench) -> None:
    busy = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down."}}
    with serve(lambda exchange: exchange.reply(busy, status=429, retry_after="60")) as server:
        run_id = bench.start(server)
        until(lambda: bench.view(run_id).waiting is not None)
        waiting = bench.view(run_id).waiting
        assert waiting
        assert (waiting.seconds, waiting.attempt) == (60, 1)
        assert waiting.until > datetime.now(UTC)
        assert waiting.reason
        bench.engine.stop(run_id)
        until(lambda: not bench.view(run_id).live, within_s=1)
        assert len(server.received) == 1
    assert bench.view(run_id).waiting is None
    assert bench.stored(run_id).state is RunState.STOPPED


def test_a_wait_that_is_over_is_no_longer_shown(bench: Bench) -> None:
    gate = Gate("Hel", "lo")
    busy = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}
    with serve(lambda exchange: exchange.reply(busy, status=529), gate) as server:
        run_id = bench.start(server, pause=lambda *_: False)
        until(lambda: bench.text(run_id) == "Hel")
        assert bench.view(run_id).waiting is None
        gate.opened.set()
        assert bench.end_of(run_id).state is RunState.COMPLETE


def test_an_error_before_any_part_is_a_failure_with_its_facts(bench: Bench) -> None:
    refusal = {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "max_tokens: too large"},
    }
    with serve(lambda exchange: exchange.reply(refusal, status=400, request_id="req_9")) as server:
        run = bench.end_of(bench.start(server))
    assert run.state is RunState.FAILED
    assert run.message is None
    assert run.request_id == "req_9"
    assert run.error
    assert (run.error.status, run.error.type) == (400, "invalid_request_error")
    assert "max_tokens" in run.error.sentence
    assert bench.stored(run.id) == run


def test_a_stream_that_breaks_keeps_its_part_as_interrupted(bench: Bench) -> None:
    def breaks(exchange: Exchange) -> None:
        for data in framed([record(each) for each in answer_events("Half", " of it")], "chunked")[:4]:
            exchange.send(data)
        raise OSError("the server ends the connection")

    with serve(breaks) as server:
        run = bench.end_of(bench.start(server))
    assert (run.state, text_of(run.message)) == (RunState.INTERRUPTED, "Half")
    assert run.error
    assert run.cost_usd is None
    assert bench.stored(run.id) == run


def test_an_error_event_in_mid_stream_keeps_the_part(bench: Bench) -> None:
    error: dict[str, object] = {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "Overloaded"},
    }
    with serve(streams([*answer_events("Half", " of it")[:3], error])) as server:
        run = bench.end_of(bench.start(server))
    assert (run.state, text_of(run.message)) == (RunState.INTERRUPTED, "Half")
    assert run.error
    assert run.error.type == "overloaded_error"


def test_a_server_that_is_not_there_is_a_failure(bench: Bench) -> None:
    with serve(streams([])) as server:
        pass
    run = bench.end_of(bench.start(server, attempts=1))
    assert run.state is RunState.FAILED
    assert run.error
    assert "sk-secret" not in repr(run)


def test_a_fault_of_the_program_ends_the_run_with_a_sentence(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "sk-" + "secret"

    class Faulty:
        def stream_request(self, request: Request, *, on_wait: OnWait | None = None) -> AnswerStream:
            raise ZeroDivisionError(secret)

        def create_request(
            self,
            request: Request,
            *,
            on_wait: OnWait | None = None,
            on_headers: OnHeaders | None = None,
            cancel: CancelToken | None = None,
        ) -> JsonObject:
            raise NotImplementedError

    request = Request.of({"model": "m", "stream": True})
    run_id = bench.engine.start(request, client=Faulty(), connection_name="x", base_url="http://127.0.0.1")
    run = bench.end_of(run_id)
    assert run.state is RunState.FAILED
    assert run.error
    assert "ZeroDivisionError" in run.error.sentence
    assert secret not in repr(bench.stored(run_id)) + caplog.text
    assert "stream_request" in caplog.text


def test_an_answer_that_is_not_streamed_arrives_whole(bench: Bench) -> None:
    message = {
        "type": "message", "role": "assistant", "model": "claude-haiku-5-5", "stop_reason": "end_turn",
        "content": [{"type": "text", "text": "All at once"}], "usage": {"output_tokens": 4},
    }  # fmt: skip
    with serve(lambda exchange: exchange.reply(message, request_id="req_whole")) as server:
        run = bench.end_of(bench.start(server, stream=False))
    assert (run.state, text_of(run.message)) == (RunState.COMPLETE, "All at once")
    assert run.request_id == "req_whole"
    assert run.cost_usd == Decimal("0.004")
    assert run.times.first_byte
    assert run.times.first_byte == run.times.first_text
    assert bench.stored(run.id) == run


LIMITS = {
    "Anthropic-RateLimit-Requests-Remaining": "7",
    "anthropic-organization-id": "org",
    "set-cookie": "secret=1",
}
KEPT = {"anthropic-ratelimit-requests-remaining": "7", "anthropic-organization-id": "org"}


@pytest.mark.parametrize("stream", [True, False])
def test_headers_about_limits_and_account_are_kept_with_the_run_and_no_others(
    bench: Bench, stream: bool
) -> None:
    message = {"content": [], "stop_reason": "end_turn", "usage": {"output_tokens": 4}}
    with serve(lambda exchange: exchange.reply(message, request_id="req_1", **LIMITS)) as server:
        run = bench.end_of(bench.start(server, stream=stream))
    assert (run.state, run.request_id, run.headers) == (RunState.COMPLETE, "req_1", KEPT)
    assert bench.stored(run.id) == run


@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_tells_its_limits_too(bench: Bench, stream: bool) -> None:
    busy = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down."}}
    with serve(lambda exchange: exchange.reply(busy, status=429, retry_after="9", **LIMITS)) as server:
        run = bench.end_of(bench.start(server, stream=stream, attempts=1))
    assert (run.state, run.headers) == (RunState.FAILED, {**KEPT, "retry-after": "9"})
    assert bench.stored(run.id) == run


def test_a_run_that_is_stopped_before_its_first_event_knows_its_limits(bench: Bench) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nanthropic-fast-input-tokens-limit: 5\r\n"
    sent = threading.Event()

    def begins(exchange: Exchange) -> None:
        exchange.send(head + b"transfer-encoding: chunked\r\n\r\n")
        sent.set()
        exchange.gone(TEN_SECONDS)

    with serve(begins) as server:
        run_id = bench.start(server)
        assert sent.wait(TEN_SECONDS)
        stream = bench.engine._live[run_id]
        until(lambda: bool(stream._stream and stream._stream.headers))
        bench.engine.stop(run_id)
        run = bench.end_of(run_id)
    assert (run.state, run.headers) == (RunState.STOPPED, {"anthropic-fast-input-tokens-limit": "5"})


def test_a_live_run_shows_its_limits_already(bench: Bench) -> None:
    gate = threading.Event()
    pieces = framed([record(each) for each in answer_events("Half")], "chunked")

    def begins(exchange: Exchange) -> None:
        head = pieces[0].removesuffix(b"\r\n") + b"anthropic-ratelimit-tokens-limit: 5\r\n\r\n"
        for piece in [head, *pieces[1:4]]:
            exchange.send(piece)
        gate.wait(TEN_SECONDS)
        for piece in pieces[4:]:
            exchange.send(piece)

    with serve(begins) as server:
        run_id = bench.start(server)
        until(lambda: bench.text(run_id) == "Half")
        assert bench.view(run_id).run.headers == {"anthropic-ratelimit-tokens-limit": "5"}
        gate.set()
        bench.end_of(run_id)


def test_a_run_remembers_its_prompt_and_what_it_was_said_to_cost(bench: Bench) -> None:
    said = Estimate(21, Decimal("0.0001"), None, Decimal("0.5"))
    with serve(streams(answer_events("Hi"))) as server:
        run_id = bench.engine.start(
            Request.of({"model": "m", "stream": True}),
            client=Client(server.base_url, None),
            connection_name="Wire",
            base_url=server.base_url,
            prompt_key="prompt",
            estimate=said,
        )
        run = bench.end_of(run_id)
    assert (run.prompt_key, run.estimate) == ("prompt", said)
    assert bench.stored(run_id) == run


def test_a_run_that_is_not_streamed_can_be_stopped(bench: Bench) -> None:
    with serve(lambda exchange: exchange.pause(TEN_SECONDS)) as server:
        run_id = bench.start(server, stream=False)
        until(lambda: len(server.received) == 1)
        bench.engine.stop(run_id)
        until(lambda: not bench.view(run_id).live, within_s=1)
    assert bench.stored(run_id).state is RunState.STOPPED


def test_thinking_is_not_the_first_text(bench: Bench) -> None:
    events = answer_events("visible")
    thinking: list[dict[str, object]] = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "thinking_delta", "thinking": "Let me see."},
        },
    ]
    gate = Gate(events=[events[0], *thinking, *events[1:]])
    with serve(gate) as server:
        run_id = bench.start(server)
        until(lambda: "Let me see." in str(bench.view(run_id).run.message))
        times = bench.view(run_id).run.times
        assert times.first_byte
        assert times.first_text is None
        gate.opened.set()
        assert bench.end_of(run_id).times.first_text


def test_the_input_of_a_tool_is_first_text(bench: Bench) -> None:
    events = answer_events()
    tool: list[dict[str, object]] = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "input": {}}},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": '{"a":1}'},
        },
    ]
    with serve(streams([events[0], *tool, *events[2:]])) as server:
        assert bench.end_of(bench.start(server)).times.first_text


def test_a_price_that_fails_leaves_the_cost_unknown(bench: Bench) -> None:
    bench.engine._price = lambda *_: Decimal(1) / Decimal(0)
    with serve(streams(answer_events("Hi"))) as server:
        run = bench.end_of(bench.start(server))
    assert (run.state, run.cost_usd) == (RunState.COMPLETE, None)


def test_a_full_disk_is_told_and_the_answer_is_stored_when_there_is_room_again(bench: Bench) -> None:
    pages = [100]

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")

    event.listen(bench.database.engine, "connect", limit)
    long = "0123456789" * 100_000
    gate, serving = held(long, " end")
    with serving as server:
        run_id = bench.start(server)
        bench.database.engine.dispose()
        until(lambda: bench.view(run_id).unsaved is not None)
        assert "is full. Free some space" in str(bench.view(run_id).unsaved)
        assert bench.text(run_id) == long
        gate.opened.set()
        run = bench.end_of(run_id)
    assert (run.state, text_of(run.message)) == (RunState.COMPLETE, long + " end")
    told = bench.view(run_id)
    assert told.unsaved
    assert bench.stored(run_id).state.live
    pages[0] = 1_000_000
    bench.database.engine.dispose()
    until(lambda: bench.view(run_id).unsaved is None)
    assert bench.view(run_id).version > told.version
    assert bench.stored(run_id) == run
    assert bench.engine.live_ids() == []


def test_a_store_that_recovers_in_mid_stream_is_written_again(bench: Bench) -> None:
    save = bench.runs.save_progress

    def refuse(live: object, at: object) -> None:
        raise DiskFull("The disk is full.")

    bench.runs.save_progress = refuse  # type: ignore[method-assign,assignment]
    gate, serving = held("Half", " of it")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: bench.view(run_id).unsaved == "The disk is full.")
        bench.runs.save_progress = save  # type: ignore[method-assign]
        until(lambda: bench.view(run_id).unsaved is None)
        until(lambda: text_of(bench.stored(run_id).message) == "Half")
        gate.opened.set()
        bench.end_of(run_id)


def test_sixty_four_runs_at_once_all_arrive(bench: Bench) -> None:
    gate, serving = held("Half", " of it")
    with serving as server:
        run_ids = [bench.start(server, f"prompt {number}") for number in range(64)]
        until(lambda: all(bench.text(run_id) == "Half" for run_id in run_ids), within_s=30)
        gate.opened.set()
        ended = [bench.end_of(run_id) for run_id in run_ids]
    assert {(run.state, text_of(run.message)) for run in ended} == {(RunState.COMPLETE, "Half of it")}
    assert bench.runs.count() == 64


def test_views_of_a_long_answer_are_cheap(bench: Bench) -> None:
    gate, serving = held("x" * 500_000, " end")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: len(bench.text(run_id)) == 500_000)
        began = time.process_time()
        for _ in range(1000):
            bench.view(run_id)
        assert time.process_time() - began < 0.1
        gate.opened.set()
        bench.end_of(run_id)


class Turnstile:
    """A gate that lets one through each time it is told."""

    def __init__(self, *, open_: bool = False, takes_over: bool = False) -> None:
        self.told: list[object] = []
        self._take_over = takes_over
        self._free = threading.Semaphore(int(open_))
        self._given_up = False

    def let_through(self) -> None:
        self._free.release()

    def enter(self) -> None:
        self.told.append("enter")
        self._free.acquire()
        if self._given_up:
            raise Cancelled("Given up.")

    def give_up(self) -> None:
        self._given_up = True
        self._free.release()

    def takes_over(self, wait: Wait) -> bool:
        self.told.append((wait.error.status, wait.seconds))
        return self._take_over

    def note_headers(self, headers: Mapping[str, str]) -> None:
        self.told.append(dict(headers))

    def leave(self, error: Exception | None) -> None:
        self.told.append(("leave", type(error).__name__))


def start_at(
    bench: Bench, server: WireServer, gate: Turnstile, *, stream: bool = True, **more: object
) -> str:
    return bench.engine.start(
        Request.of({"model": "m", "stream": stream}),
        client=Client(server.base_url, "sk-secret", retry=RetryPolicy(jitter=lambda: 0.0)),
        connection_name="Wire",
        base_url=server.base_url,
        gate=gate,
        **more,  # type: ignore[arg-type]
    )


def test_a_run_waits_at_its_gate_stored_as_queued(bench: Bench) -> None:
    gate = Turnstile()
    with serve(streams(answer_events("Hi"))) as server:
        run_id = start_at(bench, server, gate)
        until(lambda: gate.told == ["enter"])
        assert bench.view(run_id).run.state is bench.stored(run_id).state is RunState.QUEUED
        assert server.connections == 0
        gate.let_through()
        assert bench.end_of(run_id).state is RunState.COMPLETE
    assert gate.told == ["enter", {}, ("leave", "NoneType")]


def test_times_count_from_the_gate(bench: Bench) -> None:
    gate = Turnstile()
    with serve(streams(answer_events("Hi"))) as server:
        run_id = start_at(bench, server, gate)
        until(lambda: gate.told == ["enter"])
        stored_at = bench.view(run_id).run.times.queued
        until(lambda: (datetime.now(UTC) - stored_at).total_seconds() > 0.05)
        gate.let_through()
        times = bench.end_of(run_id).times
    assert (times.queued - stored_at).total_seconds() > 0.05


@pytest.mark.parametrize("entered", [True, False])
def test_a_run_that_is_stopped_at_its_gate_sends_nothing(bench: Bench, entered: bool) -> None:
    gate = Turnstile()
    with serve(streams(answer_events("Hi"))) as server:
        run_id = start_at(bench, server, gate)
        if entered:
            until(lambda: gate.told == ["enter"])
        bench.engine.stop(run_id)
        run = bench.end_of(run_id)
        assert (server.received, server.connections) == ([], 0)
    assert (run.state, run.message, run.error) == (RunState.STOPPED, None, None)
    assert bench.stored(run_id).state is RunState.STOPPED
    assert gate.told == ["enter", ("leave", "Cancelled")]


@pytest.mark.parametrize("stream", [True, False])
def test_the_gate_hears_of_headers_and_waits_and_may_take_the_waiting_over(
    bench: Bench, stream: bool
) -> None:
    busy = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down."}}
    message = {"content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn", "usage": {}}
    gate = Turnstile(open_=True, takes_over=True)
    with serve(
        lambda exchange: exchange.reply(busy, status=429, retry_after="3600"),
        lambda exchange: exchange.reply(message, **LIMITS),
    ) as server:
        run_id = start_at(bench, server, gate, stream=stream)
        until(lambda: gate.told == ["enter", (429, 3600), "enter"])
        waiting = bench.view(run_id).waiting
        assert waiting
        assert (waiting.seconds, waiting.attempt) == (3600, 1)
        assert len(server.received) == 1
        gate.let_through()
        run = bench.end_of(run_id)
        assert len(server.received) == 2
    assert (run.state, text_of(run.message)) == (RunState.COMPLETE, "Hi")
    assert gate.told[3:] == [KEPT, ("leave", "NoneType")]


def test_a_run_can_be_stopped_while_its_gate_waits_for_it(bench: Bench) -> None:
    busy = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}
    gate = Turnstile(open_=True, takes_over=True)
    with serve(lambda exchange: exchange.reply(busy, status=529)) as server:
        run_id = start_at(bench, server, gate)
        until(lambda: gate.told == ["enter", (529, 0.5), "enter"])
        bench.engine.stop(run_id)
        assert bench.end_of(run_id).state is RunState.STOPPED
        assert len(server.received) == 1


def test_the_gate_is_left_before_the_end_is_stored_and_the_end_is_told_after(bench: Bench) -> None:
    gate, ends = Turnstile(open_=True), []
    finish = bench.runs.finish

    def noted(run: Run, at: datetime) -> None:
        gate.told.append("finish")
        finish(run, at)

    bench.runs.finish = noted  # type: ignore[method-assign]

    def on_end(run: Run) -> None:
        ends.append((run, bench.stored(run.id), bench.view(run.id).live))
        raise ZeroDivisionError("the engine does not mind")

    with serve(streams(answer_events("Hi"))) as server:
        run_id = start_at(bench, server, gate, on_end=on_end)
        until(lambda: bool(ends))
    run = bench.view(run_id).run
    assert ends[0][0] == run
    assert ends[0][1].state is RunState.COMPLETE
    assert ends[0][2] is False
    assert gate.told[-2:] == [("leave", "NoneType"), "finish"]
    until(lambda: bench.engine.live_ids() == [])


def test_the_end_of_a_run_is_when_it_ended_and_not_when_its_gate_was_left(bench: Bench) -> None:
    class Slow(Turnstile):
        def leave(self, error: Exception | None) -> None:
            super().leave(error)
            self.left_at = datetime.now(UTC)

    gate = Slow(open_=True)
    with serve(streams(answer_events("Hi"))) as server:
        ended = bench.end_of(start_at(bench, server, gate)).times.ended
    assert ended
    assert ended < gate.left_at


def test_that_a_run_was_sent_is_written_only_when_its_answer_is_late(bench: Bench) -> None:
    written: list[list[RunState]] = []
    save = bench.runs.save_progress

    def noted(live: list[Run], at: datetime) -> None:
        written.append([run.state for run in live])
        save(live, at)

    bench.runs.save_progress = noted  # type: ignore[method-assign,assignment]
    with serve(lambda exchange: exchange.pause(TEN_SECONDS)) as server:
        gate = Turnstile()
        at_its_gate, run_id = start_at(bench, server, gate), bench.start(server)
        until(lambda: bench.stored(run_id).state is RunState.SENDING)
        sent_at = bench.view(run_id).run.times.queued
        assert (datetime.now(UTC) - sent_at).total_seconds() > 0.5
        assert written == [[RunState.SENDING]]
        bench.engine.stop(at_its_gate)
        bench.engine.stop(run_id)
        bench.end_of(run_id)


def test_a_run_takes_its_place_in_a_comparison(bench: Bench) -> None:
    comparisons, place = Comparisons(bench.database), PartOf("c", "v", 3)
    comparisons.save("c", {}, title="", models=[])
    with serve(streams(answer_events("Hi"))) as server:
        run_id = start_at(bench, server, Turnstile(open_=True), part_of=place)
        assert comparisons.parts("c") == [(place, run_id)]
        bench.end_of(run_id)


def test_closing_ends_a_run_at_its_gate_and_says_that_nothing_was_sent(bench: Bench) -> None:
    gate = Turnstile()
    with serve(streams(answer_events("Hi"))) as server:
        run_id = start_at(bench, server, gate)
        until(lambda: gate.told == ["enter"])
        bench.engine.close()
        run = bench.stored(run_id)
        assert server.connections == 0
        with pytest.raises(EngineClosed):
            start_at(bench, server, gate)
    assert run.state is RunState.INTERRUPTED
    assert run.error
    assert run.error.sentence == CLOSED_BEFORE


def test_a_run_that_is_stored_while_the_engine_closes_ends_unsent(bench: Bench) -> None:
    add = bench.runs.add

    def closing(run: Run, owner: str) -> None:
        add(run, owner)
        bench.engine.close()

    bench.runs.add = closing  # type: ignore[method-assign,assignment]
    with serve(streams(answer_events("Hi"))) as server:
        with pytest.raises(EngineClosed):
            bench.start(server)
        assert server.connections == 0
    [row] = bench.runs.page(limit=5)
    assert row.state is RunState.INTERRUPTED


def test_views_come_in_order_without_unknown_ones_and_read_what_is_missing_at_once(bench: Bench) -> None:
    gate, serving = held("Half", " of it")
    kept = [a_run(minute=minute) for minute in range(3)]
    for run in kept:
        bench.runs.add(run, "other")
        bench.runs.finish(replace(run, state=RunState.COMPLETE, message=a_message()), datetime.now(UTC))
    asked = []
    saved_many = bench.runs.saved_many
    bench.runs.saved_many = lambda ids: asked.append(list(ids)) or saved_many(ids)  # type: ignore
    with serving as server:
        live = bench.start(server)
        wanted = [kept[2].id, "0" * 32, live, kept[0].id, kept[1].id]
        views = bench.engine.views(wanted)
        assert list(views) == [kept[2].id, live, kept[0].id, kept[1].id]
        assert [view.live for view in views.values()] == [False, True, False, False]
        assert asked == [[kept[2].id, "0" * 32, kept[0].id, kept[1].id]]
        again = bench.engine.views(wanted[:1] + wanted[2:])
        assert again[kept[0].id] is views[kept[0].id]
        assert len(asked) == 1
        gate.opened.set()
        bench.end_of(live)


def test_all_answers_of_the_largest_comparison_stay_in_memory(bench: Bench) -> None:
    body = "x" * 1_000_000
    shared = Request.of({"model": "m", "stream": True, "system": body})
    kept = [replace(a_run(minute=minute), request=shared) for minute in range(120)]
    engine = bench.engine
    with engine._lock:
        engine._keep_ended([RunView(run, False, 1) for run in kept])
    assert len(engine.views([run.id for run in kept])) == len(engine._ended) == 120, (
        "one body for all of them"
    )
    apart = [replace(run, request=Request.of({"model": run.id, "system": body})) for run in kept]
    with engine._lock:
        engine._keep_ended([RunView(run, False, 1) for run in apart])
    assert len(engine._ended) == 63


def test_closing_interrupts_what_lives_and_keeps_its_text(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    runs = Runs(database)
    bench = Bench(tmp_path, database, runs, Engine(runs, home=tmp_path, price=a_price))
    _, serving = held("Half", " of it")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: bench.text(run_id) == "Half")
        bench.engine.close()
        bench.engine.close()
        with pytest.raises(RuntimeError, match="closed"):
            bench.start(server)
    run = bench.stored(run_id)
    assert (run.state, text_of(run.message)) == (RunState.INTERRUPTED, "Half")
    assert run.error
    assert run.error.sentence == CLOSED_MIDWAY
    assert list((tmp_path / "owners").iterdir()) == []
    database.close()


def leave_open(runs: Runs, owner: str, *, text: str | None) -> Run:
    """A run as a killed process leaves it."""
    run = a_run()
    runs.add(run, owner)
    if text is not None:
        run = replace(run, state=RunState.STREAMING, message=a_message(text, None))
        runs.save_progress([run], datetime(2026, 11, 22, 13, tzinfo=UTC))
    return run


def test_runs_of_a_dead_process_become_interrupted_with_their_text(bench: Bench) -> None:
    begun, queued = leave_open(bench.runs, "dead", text="Half"), leave_open(bench.runs, "dead", text=None)
    assert bench.engine.recover() == 2
    run = bench.stored(begun.id)
    assert (run.state, text_of(run.message)) == (RunState.INTERRUPTED, "Half")
    assert run.error
    assert run.error.sentence == DIED_MIDWAY
    assert run.times.ended == datetime(2026, 11, 22, 13, tzinfo=UTC)
    other = bench.stored(queued.id)
    assert other.error
    assert (other.state, other.error.sentence) == (RunState.INTERRUPTED, DIED_BEFORE)
    assert bench.engine.recover() == 0


def test_runs_of_another_living_process_are_left_alone(bench: Bench) -> None:
    gate, serving = held("Half", " of it")
    with serving as server:
        run_id = bench.start(server)
        until(lambda: text_of(bench.stored(run_id).message) == "Half")
        second = Engine(bench.runs, home=bench.home, price=a_price)
        assert bench.stored(run_id).state is RunState.STREAMING
        seen = second.view(run_id)
        assert seen
        assert (seen.live, text_of(seen.run.message)) == (True, "Half")
        second.stop(run_id)
        second.close()
        gate.opened.set()
        assert bench.end_of(run_id).state is RunState.COMPLETE


def test_a_watched_run_whose_process_dies_is_recovered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = leave_open(bench.runs, "dead", text="Half")
    assert bench.view(run.id).live
    monkeypatch.setattr("components.services.runs._RECOVER_EVERY_S", 0)
    assert bench.view(run.id).run.state is RunState.INTERRUPTED


def test_ended_runs_are_read_from_the_store_and_unknown_ones_are_none(bench: Bench) -> None:
    with serve(streams(answer_events("Hi"))) as server:
        run_id = bench.start(server)
        run = bench.end_of(run_id)
    second = Engine(bench.runs, home=bench.home, price=a_price)
    view = second.view(run_id)
    assert view
    assert (view.run, view.live) == (run, False)
    assert second.view(run_id) is view
    assert second.view("0" * 32) is None
    second.close()


def test_secrets_in_the_base_url_are_not_stored(bench: Bench) -> None:
    with serve(streams(answer_events("Hi"))) as server:
        client = Client(server.base_url, "sk-secret")
        url = server.base_url.replace("http://", "http://user:secret@") + "/path?key=secret#secret"
        request = Request.of({"model": "m", "stream": True})
        run_id = bench.engine.start(request, client=client, connection_name="x", base_url=url)
        assert bench.end_of(run_id).base_url == server.base_url + "/path"


def test_a_home_that_cannot_be_written_says_so(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        Engine(bench.runs, home=tmp_path / "file", price=a_price)


def test_ids_sort_by_time_and_never_repeat() -> None:
    moments = [datetime(2026, 1, 1, 0, 0, 0, micros, tzinfo=UTC) for micros in range(0, 20_000, 7)]
    ids = [new_run_id(moment) for moment in moments]
    assert ids == sorted(ids)
    assert len({new_run_id(moments[0]) for _ in range(1000)}) == 1000
    assert {(len(run_id), run_id[12], run_id[16] in "89ab") for run_id in ids} == {(32, "7", True)}
