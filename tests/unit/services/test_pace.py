from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from components.api.errors import (
    ApiError,
    Cancelled,
    InvalidRequest,
    Overloaded,
    RateLimited,
    SpendLimitReached,
    StreamErrorEvent,
)
from components.api.retry import Wait
from components.services.pace import Pace, Timing, Turn

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class FakeTiming(Timing):
    """Time stands still until it is told to go on."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.asked: list[float | None] = []
        """For how long somebody waited; each only once in a row."""

    def now(self) -> float:
        return self.seconds

    def utc(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        if self.asked[-1:] != [seconds]:
            self.asked.append(seconds)
        # Who has just asked for the time may not be waiting yet when it goes on.
        changed.wait(0.02)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def timing() -> FakeTiming:
    return FakeTiming()


def until(condition: object, within_s: float = 10.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


@contextmanager
def entering(*turns: Turn) -> Iterator[list[threading.Thread]]:
    """Threads that wait for these turns."""

    def enter(turn: Turn) -> None:
        try:
            turn.enter()
        except Cancelled:
            turn.leave(None)

    threads = [threading.Thread(target=enter, args=(turn,)) for turn in turns]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for turn in turns:
            turn.give_up()
        for thread in threads:
            thread.join(10)


def in_flight(*turns: Turn) -> list[bool]:
    return [turn.place == "in flight" for turn in turns]


def too_many(retry_after: float | None = None, status: int = 429) -> ApiError:
    kind = Overloaded if status == 529 else RateLimited
    return kind("Slow down.", status=status, retry_after=retry_after)


def left(remaining: int, reset_s: float | None = 30, bucket: str = "requests") -> dict[str, str]:
    told = {f"anthropic-ratelimit-{bucket}-remaining": str(remaining)}
    if reset_s is not None:
        told[f"anthropic-ratelimit-{bucket}-reset"] = (NOON + timedelta(seconds=reset_s)).isoformat()
    return told


def test_no_more_than_the_limit_are_in_flight_and_the_first_in_line_is_next(timing: FakeTiming) -> None:
    pace = Pace(2, timing=timing)
    turns = [pace.line_up() for _ in range(5)]
    assert in_flight(*turns) == [True, True, False, False, False]
    turns[1].leave(None)
    assert in_flight(*turns) == [True, False, True, False, False]
    turns[0].leave(None)
    turns[2].leave(None)
    assert in_flight(*turns) == [False, False, False, True, True]


def test_a_turn_that_has_come_is_entered_at_once_and_others_wait_for_it(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    first, second = pace.line_up(), pace.line_up()
    first.enter()
    with entering(second) as [thread]:
        until(lambda: timing.asked)
        assert timing.asked == [None], "nothing but another's end can help it, so it does not look again"
        first.leave(None)
        thread.join(10)
        assert in_flight(second) == [True]


def test_leaving_twice_frees_one_place(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    turns = [pace.line_up() for _ in range(3)]
    turns[0].leave(None)
    turns[0].leave(None)
    assert in_flight(*turns) == [False, True, False]


def test_the_limit_can_be_changed_while_others_wait(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    turns = [pace.line_up() for _ in range(4)]
    pace.limit = 3
    assert in_flight(*turns) == [True, True, True, False]
    pace.limit = 1
    turns[0].leave(None)
    turns[1].leave(None)
    assert in_flight(*turns) == [False, False, True, False]
    pace.limit = 0
    assert pace.limit == 1


def test_waiting_can_be_given_up_and_the_next_moves_up(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    first, second, third = (pace.line_up() for _ in range(3))
    with entering(second) as [thread]:
        until(lambda: timing.asked)
        second.give_up()
        thread.join(10)
        assert not thread.is_alive()
    first.leave(None)
    assert in_flight(third) == [True]
    with pytest.raises(Cancelled, match="before it was sent"):
        second.enter()


def test_giving_up_a_turn_that_has_come_keeps_the_place_until_it_is_left(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    first, second = pace.line_up(), pace.line_up()
    first.give_up()
    with pytest.raises(Cancelled):
        first.enter()
    first.leave(Cancelled("Stopped."))
    assert in_flight(second) == [True]


@pytest.mark.parametrize("status", [429, 529])
def test_a_429_halves_what_goes_at_once_and_nobody_new_is_sent_before_retry_after(
    timing: FakeTiming, status: int
) -> None:
    pace = Pace(8, timing=timing)
    turns = [pace.line_up() for _ in range(12)]
    assert turns[0].takes_over(Wait(12.0, 1, too_many(12.0, status)))
    assert pace.at_once == 4
    assert pace.held_back_by() == f"slowed to 4 at once after a {status}; next in 12 s"
    for turn in turns[1:8]:
        turn.leave(None)
    assert not any(in_flight(*turns)), "all have ended, and still nobody passes"
    with entering(turns[8]) as [thread]:
        until(lambda: timing.asked)
        assert timing.asked == [12.0]
        timing.pass_by(11.9)
        assert not any(in_flight(*turns))
        timing.pass_by(0.1)
        thread.join(10)
        assert in_flight(*turns[8:]) == [True] * 4
    assert pace.held_back_by() == f"slowed to 4 at once after a {status}"


def test_who_was_refused_comes_back_before_those_who_lined_up_later(timing: FakeTiming) -> None:
    pace = Pace(2, timing=timing)
    turns = [pace.line_up() for _ in range(4)]
    turns[1].takes_over(Wait(5.0, 1, too_many(5.0)))
    turns[0].leave(None)
    with entering(turns[1]) as [thread]:
        until(lambda: turns[1].place == "in line")
        timing.pass_by(5)
        thread.join(10)
        assert in_flight(*turns) == [False, True, False, False], "at one at once it is the first"


def test_many_429s_of_one_moment_slow_once_and_the_longest_wait_counts(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    turns = [pace.line_up() for _ in range(8)]
    for seconds, turn in enumerate(turns, 1):
        assert turn.takes_over(Wait(seconds, 1, too_many(seconds)))
    assert pace.at_once == 4
    assert pace.quiet_s == 8


def test_a_429_of_what_was_sent_after_a_slowing_slows_again_down_to_one(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    seen = []
    for _ in range(4):
        turns = [pace.line_up() for _ in range(pace.at_once)]
        turns[0].leave(too_many(1.0))
        seen.append(pace.at_once)
        for turn in turns:
            turn.leave(Cancelled("Stopped."))
        timing.pass_by(1)
    assert seen == [4, 2, 1, 1]


def test_a_failure_slows_like_a_wait(timing: FakeTiming) -> None:
    pace = Pace(4, timing=timing)
    turns = [pace.line_up() for _ in range(4)]
    turns[0].leave(too_many(3.0))
    assert (pace.at_once, pace.quiet_s) == (2, 3.0)


def test_an_overload_in_mid_stream_slows(timing: FakeTiming) -> None:
    pace = Pace(4, timing=timing)
    turns = [pace.line_up() for _ in range(4)]
    turns[0].leave(StreamErrorEvent("Overloaded", status=200, type="overloaded_error"))
    assert pace.held_back_by() == "slowed to 2 at once after an overload"


@pytest.mark.parametrize(
    "error",
    [InvalidRequest("No.", status=400), SpendLimitReached("Used up.", status=429), Cancelled("Stopped.")],
)
def test_what_waiting_does_not_help_does_not_slow(timing: FakeTiming, error: ApiError) -> None:
    pace = Pace(4, timing=timing)
    turn = pace.line_up()
    assert not turn.takes_over(Wait(1.0, 1, error))
    turn.leave(error)
    assert (pace.at_once, pace.quiet_s, pace.held_back_by()) == (4, 0, None)


def test_it_recovers_by_one_after_each_round_of_successes(timing: FakeTiming) -> None:
    pace = Pace(4, timing=timing)
    first = [pace.line_up() for _ in range(4)]
    first[0].leave(too_many(1.0))
    for turn in first[1:]:
        turn.leave(None)
    assert pace.at_once == 2, "what was sent before the slowing does not count"
    timing.pass_by(1)
    seen = []
    for _ in range(6):
        turn = pace.line_up()
        turn.leave(None)
        seen.append(pace.at_once)
    assert seen == [2, 3, 3, 3, 4, 4]
    assert pace.held_back_by() is None


def test_without_retry_after_the_waits_of_a_run_double(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    turn = pace.line_up()
    waits = []
    for _ in range(4):
        assert turn.takes_over(Wait(0.5, 1, too_many()))
        waits.append(pace.quiet_s)
        timing.pass_by(pace.quiet_s)
        turn.enter()
    assert waits == [0.5, 1.0, 2.0, 4.0]
    assert not turn.takes_over(Wait(0.5, 1, too_many())), "then the client decides"
    assert in_flight(turn) == [True]


def test_never_more_are_in_flight_than_the_requests_that_remain(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    first = pace.line_up()
    first.note_headers(left(3))
    turns = [pace.line_up() for _ in range(6)]
    assert in_flight(first, *turns) == [True, True, True, False, False, False, False]
    assert pace.held_back_by() == "the rate limit leaves 3 requests at once"
    first.leave(None)
    assert in_flight(*turns) == [True, True, True, False, False, False]


def test_what_was_sent_since_the_headers_came_counts(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    first = pace.line_up()
    first.note_headers(left(2))
    turns = [pace.line_up() for _ in range(4)]
    for turn in [first, *turns[:2]]:
        turn.leave(None)
    assert in_flight(*turns) == [False, False, False, False]
    assert pace.held_back_by() == "the rate limit leaves no requests, next in 30 s"
    with entering(turns[2]) as [thread]:
        until(lambda: timing.asked)
        assert timing.asked == [30.0]
        timing.pass_by(30)
        thread.join(10)
        assert in_flight(*turns[2:]) == [True, True]


def test_at_zero_it_waits_for_the_reset_unless_newer_headers_tell_of_more(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    first, second = pace.line_up(), pace.line_up()
    first.note_headers(left(0))
    third = pace.line_up()
    assert in_flight(third) == [False]
    second.note_headers(left(5))
    assert in_flight(third) == [True]


def test_who_waits_already_learns_of_the_reset(timing: FakeTiming) -> None:
    pace = Pace(1, timing=timing)
    first, second = pace.line_up(), pace.line_up()
    with entering(second) as [thread]:
        until(lambda: timing.asked == [None])
        first.note_headers(left(0, reset_s=7))
        first.leave(None)
        until(lambda: timing.asked[-1] == 7.0)
        timing.pass_by(7)
        thread.join(10)
        assert in_flight(second) == [True]


def test_tokens_that_are_used_up_hold_back_too(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    first = pace.line_up()
    first.note_headers({**left(500), **left(0, 20, "input-tokens")})
    second = pace.line_up()
    assert in_flight(second) == [False]
    assert pace.held_back_by() == "the rate limit leaves no input tokens, next in 20 s"
    timing.pass_by(20)
    assert pace.has_room()


def test_limits_of_other_families_do_not_hold_back(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    pace.line_up().note_headers({"anthropic-priority-input-tokens-remaining": "0"})
    assert in_flight(pace.line_up()) == [True]


def test_one_models_limit_leaves_other_models_alone(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    pace.line_up("opus").note_headers(left(0))
    held, other = pace.line_up("opus"), pace.line_up("haiku")
    assert in_flight(held, other) == [False, True]
    assert (pace.has_room("opus"), pace.has_room("haiku")) == (False, True)


def test_a_reset_that_is_not_told_or_absurdly_far_holds_nobody_for_good(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    first = pace.line_up()
    first.note_headers(left(0, None))
    second, third = pace.line_up(), pace.line_up()
    assert in_flight(second, third) == [False, False]
    first.leave(None)
    assert in_flight(second, third) == [True, False], "one finds out"
    second.note_headers(left(0, 86_400))
    second.leave(None)
    assert in_flight(third) == [False]
    timing.pass_by(60)
    assert pace.has_room()


def test_headers_of_a_refusal_count(timing: FakeTiming) -> None:
    pace = Pace(8, timing=timing)
    turn = pace.line_up()
    turn.leave(RateLimited("Slow down.", status=429, retry_after=1.0, headers=left(0, 40)))
    assert pace.held_back_by() == "slowed to 1 at once after a 429; next in 1 s"
    held = pace.line_up()
    timing.pass_by(1)
    assert in_flight(held) == [False]


def test_under_many_threads_the_limit_holds_and_everyone_gets_through() -> None:
    pace = Pace(5)
    lock, now, most = threading.Lock(), [0], [0]

    def work(turn: Turn) -> None:
        turn.enter()
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.001)
        with lock:
            now[0] -= 1
        turn.leave(None)

    threads = [threading.Thread(target=work, args=(pace.line_up(),)) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert most[0] == 5


def test_waiting_for_a_real_pause_ends_by_itself() -> None:
    pace = Pace(2)
    first, second = pace.line_up(), pace.line_up()
    first.takes_over(Wait(0.05, 1, too_many(0.05)))
    second.leave(None)
    began = time.monotonic()
    first.enter()
    assert 0.04 < time.monotonic() - began < 5
