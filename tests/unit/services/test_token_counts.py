from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from loopback import serve
from wire import serve as serve_wire

from components.api.client import Client, RetryPolicy
from components.api.errors import (
    ApiError,
    ConnectError,
    InvalidRequest,
    NotAMessagesApi,
    NotFound,
    RateLimited,
)
from components.domain.json_types import Json, JsonObject
from components.sandbox.server import create_app
from components.services.token_counts import FAILED_S, KEPT, NO_ENDPOINT_S, Counted, TokenCounter, fingerprint

VERSION = "2023-06-01"
PENDING, NONE = Counted(pending=True), Counted()


def a_body(text: Json = "Hello", **more: Json) -> JsonObject:
    return {"model": "claude-opus-5-5", "messages": [{"role": "user", "content": text}], **more}


@dataclass
class World:
    """A counter whose time and threads belong to the test."""

    now: float = 1000.0
    threads: list[Callable[[], None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    while_asleep: list[Callable[[], object]] = field(default_factory=list)
    failure: Exception | None = None
    counter: TokenCounter = field(init=False)

    def __post_init__(self) -> None:
        self.counter = TokenCounter(clock=lambda: self.now, sleep=self.sleep, start=self.threads.append)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        if self.while_asleep:
            self.while_asleep.pop(0)()

    def of(
        self, text: str = "Hello", asker: str = "tab", *, server: str = "here", model: str = "m"
    ) -> Counted:
        def ask() -> int:
            self.asked.append(text)
            if self.failure:
                raise self.failure
            return len(text)

        body: JsonObject = {"model": model, "messages": [{"role": "user", "content": text}]}
        return self.counter.of(asker, body, ask, server=server, anthropic_version=VERSION)

    def run(self) -> None:
        """Let every thread that was started come to its end."""
        while self.threads:
            self.threads.pop(0)()


@pytest.fixture
def world() -> World:
    return World()


def test_a_count_comes_once_the_request_has_settled_and_is_remembered(world: World) -> None:
    assert world.of() == PENDING
    assert world.asked == []
    assert world.counter.pending("tab")
    world.run()
    assert (world.slept, world.asked) == ([pytest.approx(0.6)], ["Hello"])
    assert not world.counter.pending("tab")
    assert world.of() == Counted(5)
    assert world.of(asker="another tab") == Counted(5)
    assert (world.threads, world.asked) == ([], ["Hello"])


def test_drawing_the_same_request_again_starts_nothing_and_does_not_put_the_question_off(
    world: World,
) -> None:
    world.of()
    world.now += 0.5
    assert [world.of() for _ in range(10)] == [PENDING] * 10
    assert len(world.threads) == 1
    world.run()
    assert world.slept == [pytest.approx(0.1)]


def test_of_what_is_typed_only_the_last_is_asked_by_one_thread(world: World) -> None:
    words = ["He", "Hel", "Hell", "Hello"]

    def types(text: str) -> Callable[[], object]:
        return lambda: world.of(text)

    world.while_asleep = [types(word) for word in words[1:]]
    world.of(words[0])
    assert len(world.threads) == 1
    world.run()
    assert world.asked == ["Hello"]
    assert world.of("Hello") == Counted(5)


def test_while_a_change_is_counted_the_count_before_is_told_as_such(world: World) -> None:
    world.of("one")
    world.run()
    world.of("one")
    assert world.of("two!") == Counted(pending=True, before=3)
    assert world.of("other", "another tab") == PENDING
    world.run()
    assert world.of("two!") == Counted(4)
    assert world.of("three") == Counted(pending=True, before=4)


def test_a_change_while_the_server_is_asked_waits_for_its_answer(world: World) -> None:
    answers: list[Counted] = []

    def ask() -> int:
        answers.append(world.of("newer"))
        answers.append(world.of("newest"))
        assert world.threads == []
        return 1

    world.counter.of("tab", a_body(), ask, server="here", anthropic_version=VERSION)
    world.run()
    assert answers == [PENDING, PENDING]
    assert world.asked == ["newest"]
    assert world.of("newest") == Counted(6)


def test_going_back_to_the_request_under_way_asks_nothing_more(world: World) -> None:
    def ask() -> int:
        world.of("other")
        assert world.counter.of("tab", a_body(), ask, server="here", anthropic_version=VERSION) == PENDING
        return 7

    world.counter.of("tab", a_body(), ask, server="here", anthropic_version=VERSION)
    world.run()
    assert world.asked == []
    assert world.counter.of("tab", a_body(), ask, server="here", anthropic_version=VERSION) == Counted(7)


def test_going_back_to_a_counted_request_takes_the_waiting_one_away(world: World) -> None:
    world.of("one")
    world.run()
    world.of("two")
    assert world.of("one") == Counted(3)
    world.run()
    assert world.asked == ["one"]


def test_askers_do_not_wait_for_each_other(world: World) -> None:
    world.of("one", "left")
    world.of("two", "right")
    assert len(world.threads) == 2
    world.run()
    assert sorted(world.asked) == ["one", "two"]


def test_a_failure_is_quiet_and_the_same_request_is_left_alone_for_a_while(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.failure = ConnectError("Nobody answers.", kind="refused")
    world.of()
    world.run()
    assert [world.of() for _ in range(3)] == [NONE] * 3
    assert world.threads == []
    assert world.of("Hello, changed") == PENDING
    world.run()
    world.now += FAILED_S
    world.failure = None
    assert world.of() == PENDING
    world.run()
    assert world.of() == Counted(5)
    assert caplog.text == ""


@pytest.mark.parametrize(
    "failure",
    [
        NotFound("Nothing answers there.", status=404),
        ApiError("Method not allowed.", status=405),
        ApiError("Not implemented.", status=501),
        ApiError("Unexpected endpoint.", status=200),
        NotAMessagesApi("A web page.", status=200),
    ],
)
def test_a_server_that_does_not_count_is_left_alone_for_minutes(world: World, failure: ApiError) -> None:
    world.failure = failure
    world.of("one")
    world.run()
    world.now += NO_ENDPOINT_S - 1
    assert world.of("two") == NONE
    assert world.threads == []
    assert world.of("two", server="elsewhere") == PENDING
    world.run()
    world.now += 1
    assert world.of("two") == PENDING


def test_a_model_that_the_server_does_not_know_leaves_the_others_countable(world: World) -> None:
    world.failure = NotFound("model: no-such-model", status=404)
    world.of(model="no-such-model")
    world.run()
    world.failure = None
    assert world.of(model="claude-opus-5-5") == PENDING
    world.run()
    assert world.of(model="claude-opus-5-5") == Counted(5)


def test_a_server_that_asks_for_time_gets_it(world: World) -> None:
    world.failure = RateLimited("Slow down.", status=429, retry_after=40.0)
    world.of("one")
    world.run()
    world.failure = None
    world.now += 39
    assert world.of("two") == NONE
    world.now += 1
    assert world.of("two") == PENDING


def test_a_refused_request_does_not_keep_others_from_being_counted(world: World) -> None:
    world.failure = InvalidRequest("max_tokens", status=400)
    world.of("one")
    world.run()
    world.failure = None
    world.of("two")
    world.run()
    assert (world.of("one"), world.of("two")) == (NONE, Counted(3))


def test_a_changed_server_is_asked_anew(world: World) -> None:
    world.failure = NotFound("Nothing answers there.", status=404)
    world.of()
    world.run()
    world.counter.forget("elsewhere")
    assert world.of("other") == NONE
    world.counter.forget("here")
    assert world.of() == PENDING


def test_an_unforeseen_fault_is_a_failure_and_its_words_are_not_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.failure = ZeroDivisionError("secret")
    world.of()
    world.run()
    assert world.of() == NONE
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text


def test_without_room_for_a_thread_there_is_no_count_and_no_error() -> None:
    def full(work: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    counter = TokenCounter(start=full)
    assert counter.of("tab", a_body(), lambda: 1, server="", anthropic_version=VERSION) == NONE
    assert not counter.pending("tab")


def test_only_so_many_counts_are_kept(world: World) -> None:
    for number in range(KEPT + 2):
        if number == KEPT:
            assert world.of("0 was used") == Counted(10)
        world.of(f"{number} was used", f"tab {number}")
        world.run()
    assert world.of("0 was used") == Counted(10)
    assert world.of("1 was used").pending


# The fingerprint


def print_of(body: JsonObject, **more: object) -> str:
    given = {"server": "here", "anthropic_version": VERSION, "betas": (), **more}
    return fingerprint(body, **given)  # type: ignore[arg-type]


LONG = "x" * 5000


@pytest.mark.parametrize(
    "changed",
    [
        a_body("Hello!"),
        a_body(["Hello"]),
        a_body(system="Be brief."),
        a_body(tools=[{"name": "a"}]),
        a_body(thinking={"type": "adaptive"}),
        a_body(output_config={"effort": "low"}),
        a_body(speed="fast"),
        a_body(LONG),
        a_body(LONG[:-1] + "y"),
        a_body(True),
        a_body(1),
        {**a_body(), "model": "claude-opus-5"},
    ],
)
def test_what_the_count_depends_on_changes_the_fingerprint(changed: JsonObject) -> None:
    others = [a_body(), a_body(LONG + "x"), a_body(1.0)]
    assert print_of(changed) not in [print_of(other) for other in others]


def test_server_version_and_betas_change_the_fingerprint() -> None:
    prints = [
        print_of(a_body()),
        print_of(a_body(), server="there"),
        print_of(a_body(), anthropic_version="2026-10-21"),
        print_of(a_body(), betas=("a",)),
        print_of(a_body(), betas=("a", "b")),
    ]
    assert len({*prints}) == len(prints)
    assert print_of(a_body(), betas=("b", "a")) == prints[-1]


@pytest.mark.parametrize(
    "more", [{"max_tokens": 9}, {"stream": True}, {"temperature": 0.5}, {"metadata": {"user_id": "u"}}]
)
def test_what_the_endpoint_does_not_take_leaves_the_fingerprint_alone(more: JsonObject) -> None:
    assert print_of(a_body() | more) == print_of(a_body())


def test_half_a_character_has_a_fingerprint_too() -> None:
    assert print_of(a_body("\ud83d")) != print_of(a_body("\ud83e"))


def test_megabytes_of_attachments_are_read_once_only() -> None:
    data = "QUJD" * 4_000_000
    body = a_body([{"type": "image", "source": {"type": "base64", "data": data}}])
    first = print_of(body)
    began = time.process_time()
    assert all(print_of(body) == first for _ in range(20))
    assert time.process_time() - began < 0.1


# A real server


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with serve(create_app(pace_tokens_per_s=0)) as base_url:
        yield base_url


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def counted(counter: TokenCounter, client: Client, body: JsonObject) -> Counted:
    """The count once it is there, or once it is clear that there is none."""

    def look() -> Counted:
        return counter.of(
            "tab", body, lambda: client.count_tokens(body), server=client.base_url, anthropic_version=VERSION
        )

    until(lambda: not look().pending)
    return look()


def test_the_sandbox_counts_and_refuses_as_the_service_does(sandbox: str) -> None:
    client, counter = Client(sandbox, "key", retry=RetryPolicy(attempts=1)), TokenCounter(settle_s=0)
    short, long = (counted(counter, client, a_body(text)).tokens for text in ("Hello", "Hello " * 50))
    assert short is not None
    assert long is not None
    assert 0 < short < long
    forced = a_body(
        tools=[{"name": "a", "input_schema": {"type": "object"}}], tool_choice={"type": "tool", "name": "a"}
    )
    assert counted(counter, client, forced) == NONE
    assert counted(counter, client, a_body() | {"model": "no-such-model"}) == NONE
    assert counted(counter, client, a_body()) == Counted(short)


def test_a_server_without_the_endpoint_is_asked_once() -> None:
    counter = TokenCounter(settle_s=0)
    with serve_wire(lambda exchange: exchange.reply(b"404 page not found", 404)) as server:
        client = Client(server.base_url, None, retry=RetryPolicy(attempts=1))
        for text in ("one", "two", "three"):
            assert counted(counter, client, a_body(text)) == NONE
        assert [each.path for each in server.received] == ["/v1/messages/count_tokens"]


@pytest.mark.alone
def test_a_silent_server_holds_nobody_up() -> None:
    release = threading.Event()
    counter = TokenCounter(settle_s=0)
    began = time.monotonic()
    counter.of("tab", a_body(), lambda: release.wait(10) and 1, server="", anthropic_version=VERSION)
    assert time.monotonic() - began < 1
    assert counter.pending("tab")
    release.set()
    until(lambda: not counter.pending("tab"))


def test_a_silent_server_does_not_hold_up_the_end_of_the_process() -> None:
    program = """
import threading
from components.services.token_counts import TokenCounter

asked = threading.Event()
counter = TokenCounter(settle_s=0)
counter.of("tab", {}, lambda: asked.set() or threading.Event().wait(), server="", anthropic_version="")
asked.wait()
"""
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True, timeout=30)
