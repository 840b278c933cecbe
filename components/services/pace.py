"""How fast one connection is asked: so many requests at once, and fewer while the service objects.

Whoever wants to send lines up and gets a turn, first come first served. A 429 or 529 halves what goes at once
and lets nobody pass before the time the service asked for; each round of successes adds one again. What the
headers say is left is never exceeded; the service counts that for each model, so it is kept for each.
"""

from __future__ import annotations

import bisect
import itertools
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from components.api.errors import ApiError, Cancelled, SpendLimitReached
from components.api.retry import Wait
from components.services.rate_limits import buckets

_BUSY: Final = frozenset({429, 529})
_TRIES: Final = 4
"""How often a run gives its turn back and lines up again; after that the client's own policy decides."""
_LONGEST_BACKOFF_S: Final = 8.0
_LONGEST_TO_RESET_S: Final = 60.0
"""The service's buckets are for a minute; a clock that is wrong must not hold anybody longer."""
_GIVEN_UP: Final = "Stopped before it was sent."


class Timing:
    """Time as a pace sees it; tests bring their own."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def utc(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        """Return when the condition, which is held, was notified, or after so many seconds."""
        changed.wait(seconds)


@dataclass(slots=True)
class _Allowance:
    """What is under way to one model, and what the headers of its last answer leave."""

    in_flight: int = 0
    at_most: int | None = None
    """In flight."""
    left: int | None = None
    """To be sent before `full_at`."""
    full_at: float | None = None
    used_up: str = "requests"
    told_by: int = 0
    """The number of the turn whose headers these are: answers may come in another order."""

    def forbids(self, now: float) -> bool:
        if self.full_at is not None and now >= self.full_at:
            self.at_most = self.left = self.full_at = None
        if self.at_most is not None and self.in_flight >= max(1, self.at_most):
            return True
        # Where the time of the reset is not told, one request finds out.
        return self.left == 0 and (self.full_at is not None or self.in_flight > 0)

    def rest_s(self, now: float) -> float:
        """Seconds until the reset, when nothing is left before it."""
        return max(0.0, self.full_at - now) if self.left == 0 and self.full_at is not None else 0.0


class Pace:
    """One for each connection, for the whole process. Any thread may use it."""

    def __init__(self, limit: int, *, timing: Timing | None = None) -> None:
        self._limit = max(1, limit)
        self._timing = timing or Timing()
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._line: list[Turn] = []
        self._in_flight = 0
        self._allowances: dict[str, _Allowance] = {}
        self._slowed_to: int | None = None
        self._reason = ""
        self._era = 0
        """Grows with each slowing: what was sent before one does not slow again."""
        self._successes = 0
        self._quiet_until = 0.0

    @property
    def limit(self) -> int:
        """How many requests at once were wished for, at least 1."""
        return self._limit

    @limit.setter
    def limit(self, limit: int) -> None:
        with self._lock:
            self._limit = max(1, limit)
            self._let_through()

    @property
    def at_once(self) -> int:
        """How many requests at once there may be now."""
        slowed_to = self._slowed_to
        return self._limit if slowed_to is None else min(self._limit, slowed_to)

    @property
    def quiet_s(self) -> float:
        """Seconds until anything is sent, because the service asked for them; mostly 0."""
        return max(0.0, self._quiet_until - self._timing.now())

    def held_back_by(self) -> str | None:
        """What makes it slower than was wished, in words; None when nothing does."""
        with self._lock:
            now, held = self._timing.now(), []
            slowed = self._slowed_to is not None and self._slowed_to < self._limit
            if slowed:
                held.append(f"slowed to {self._slowed_to} at once after {self._reason}")
            if self._quiet_until > now:
                # Of a single one there is no half.
                held += [] if slowed else [f"waiting after {self._reason}"]
                held.append(f"next in {_seconds(self._quiet_until - now)}")
            for model in dict.fromkeys(turn.model for turn in self._line):
                allowance = self._allowance(model)
                if allowance.forbids(now):
                    rest_s = allowance.rest_s(now)
                    until = f", next in {_seconds(rest_s)}" if rest_s else ""
                    held.append(f"the rate limit leaves {_left(allowance)}{until}")
            return "; ".join(held) or None

    def line_up(self, model: str = "") -> Turn:
        """Take the next place in the line; the turn may have come when this returns."""
        with self._lock:
            turn = Turn(self, model, next(self._numbers))
            self._join(turn)
        return turn

    def has_room(self, model: str = "") -> bool:
        """Whether who lines up now gets a turn at once."""
        with self._lock:
            return not self._closed(self._timing.now()) and not self._allowance(model).forbids(
                self._timing.now()
            )

    # With the lock held --------------------------------------------------------------------------------

    def _allowance(self, model: str) -> _Allowance:
        return self._allowances.setdefault(model, _Allowance())

    def _closed(self, now: float) -> bool:
        return now < self._quiet_until or self._in_flight >= self.at_once

    def _join(self, turn: Turn) -> None:
        turn.place = "in line"
        bisect.insort(self._line, turn, key=lambda each: each.number)
        self._let_through()

    def _let_through(self) -> None:
        now = self._timing.now()
        for turn in list(self._line):
            if self._closed(now):
                return
            allowance = self._allowance(turn.model)
            if not allowance.forbids(now):
                self._line.remove(turn)
                self._in_flight += 1
                allowance.in_flight += 1
                turn.place, turn.era = "in flight", self._era
                turn.changed.notify_all()
                if allowance.left:
                    allowance.left -= 1
                    if allowance.left == 0:
                        self._tell_those_in_line()

    def _give_back(self, turn: Turn) -> None:
        if turn.place == "in line":
            self._line.remove(turn)
        if turn.place == "in flight":
            self._in_flight -= 1
            self._allowance(turn.model).in_flight -= 1
        turn.place = "outside"

    def _rest_s(self, turn: Turn) -> float | None:
        """How long this turn has to wait at least; None when only others can end it."""
        now = self._timing.now()
        return max(self._quiet_until - now, self._allowance(turn.model).rest_s(now), 0.0) or None

    def _slow_down(self, turn: Turn, error: ApiError, seconds: float) -> None:
        if turn.era == self._era:
            self._slowed_to = max(1, min(self.at_once, self._in_flight) // 2)
            self._era += 1
            self._successes = 0
        turn.era = self._era  # It may be sent again without another turn.
        self._reason = f"a {error.status}" if error.status in _BUSY else "an overload"
        self._quiet_until = max(self._quiet_until, self._timing.now() + seconds)
        self._tell_those_in_line()

    def _note_success(self, turn: Turn) -> None:
        if self._slowed_to is not None and turn.era == self._era:
            self._successes += 1
            if self._successes >= self.at_once:
                self._successes = 0
                self._slowed_to += 1
            if self._slowed_to >= self._limit:
                self._slowed_to = None

    def _note_headers(self, turn: Turn, headers: Mapping[str, str]) -> None:
        told = [
            each for each in buckets(headers) if each.family == "ratelimit" and each.remaining is not None
        ]
        if not told:
            return
        allowance = self._allowance(turn.model)
        if turn.number < allowance.told_by and allowance.full_at is not None:
            return
        allowance.told_by = turn.number
        requests = [each for each in told if each.name == "requests"]
        empty = [each for each in told if each.remaining == 0]
        allowance.at_most = requests[0].remaining if requests else None
        allowance.left = 0 if empty else allowance.at_most
        allowance.used_up = (empty or requests or told)[0].name
        waits = [
            (each.resets - self._timing.utc()).total_seconds() for each in empty or requests if each.resets
        ]
        rest_s = min(max(waits, default=0.0), _LONGEST_TO_RESET_S)
        allowance.full_at = self._timing.now() + rest_s if rest_s > 0 else None
        self._let_through()
        if allowance.left == 0:
            self._tell_those_in_line()

    def _tell_those_in_line(self) -> None:
        """The time they have to wait is another one now."""
        for turn in self._line:
            turn.changed.notify_all()


class Turn:
    """One request's place: in line, in flight, or outside. A `Gate` of the run engine."""

    def __init__(self, pace: Pace, model: str, number: int) -> None:
        self._pace = pace
        self.model = model
        self.number = number
        self.place: Literal["in line", "in flight", "outside"] = "outside"
        """To be read only."""
        self.era = 0
        self.changed = threading.Condition(pace._lock)
        self._given_up = False
        self._tries = 0

    def enter(self) -> None:
        """Return when the turn has come; line up again first when it was given back. Raises `Cancelled`."""
        pace = self._pace
        with pace._lock:
            if self.place == "outside" and not self._given_up:
                pace._join(self)
            while self.place == "in line" and not self._given_up:
                pace._timing.wait(self.changed, pace._rest_s(self))
                pace._let_through()
            if self._given_up:
                raise Cancelled(_GIVEN_UP)

    def give_up(self) -> None:
        """End the waiting, now or later; a turn that has come is kept until `leave`."""
        with self._pace._lock:
            self._given_up = True
            if self.place == "in line":
                self._pace._give_back(self)
                self.changed.notify_all()

    def takes_over(self, wait: Wait) -> bool:
        """Where the service is busy: slow down, give the turn back and let the run `enter` again.

        So what was refused comes back at the new pace, not all at the same moment.
        """
        error = wait.error
        if not _is_busy(error):
            return False
        with self._pace._lock:
            seconds = wait.seconds
            if error.retry_after is None:
                seconds = min(seconds * 2**self._tries, _LONGEST_BACKOFF_S)
            self._pace._slow_down(self, error, seconds)
            self._pace._note_headers(self, error.headers)
            if self._tries >= _TRIES:
                return False
            self._tries += 1
            self._pace._give_back(self)
            self._pace._let_through()
        return True

    def note_headers(self, headers: Mapping[str, str]) -> None:
        with self._pace._lock:
            self._pace._note_headers(self, headers)

    def leave(self, error: Exception | None) -> None:
        """Give the turn back for good; a second time nothing happens."""
        pace = self._pace
        with pace._lock:
            if isinstance(error, ApiError):
                if _is_busy(error) and self.place == "in flight":
                    pace._slow_down(self, error, error.retry_after or 0.0)
                pace._note_headers(self, error.headers)
            elif error is None and self.place == "in flight":
                pace._note_success(self)
            pace._give_back(self)
            pace._let_through()


def _is_busy(error: ApiError) -> bool:
    """Whether asking less would help. A spend limit has the same status, and does not end by waiting."""
    return not isinstance(error, SpendLimitReached) and (
        error.status in _BUSY or error.type in {"rate_limit_error", "overloaded_error"}
    )


def _left(allowance: _Allowance) -> str:
    kind = allowance.used_up.replace("-", " ")
    if allowance.left == 0:
        return f"no {kind}"
    return f"{allowance.at_most} {kind if allowance.at_most != 1 else kind.removesuffix('s')} at once"


def _seconds(seconds: float) -> str:
    return f"{math.ceil(seconds)} s" if seconds < 120 else f"{math.ceil(seconds / 60)} min"
