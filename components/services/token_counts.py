"""How many input tokens a request has, asked in the background while it is being written.

A page asks on every rerun and never waits. Once the request has not changed for a moment, the server is
asked; what it said is remembered by content. A count that cannot be had is no error: there is none.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.api.errors import ApiError, NotAMessagesApi
from components.domain.json_types import Json
from components.domain.request import counted

_log = logging.getLogger(__name__)

SETTLE_S: Final = 0.6
"""How long a request must not have changed before the server is asked."""
KEPT: Final = 500
"""Counts, and failures, that are remembered."""
FAILED_S: Final = 30.0
"""For so long the same request is not asked about again after a failure."""
NO_ENDPOINT_S: Final = 300.0
"""For so long a server that does not count is not asked again about that model."""

_NO_ENDPOINT: Final = frozenset({200, 404, 405, 501})
"""Statuses of an error that say: not here. 200 with an error body is what LM Studio answers."""
_LONG: Final = 200
"""Characters from which a text stands in the fingerprint by its hash."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a request's input tokens at this moment."""

    tokens: int | None = None
    pending: bool = False
    """The server is being asked, or will be in a moment. Neither tokens nor pending: it cannot be counted."""
    before: int | None = None
    """While pending: the asker's last count, of a request that was another then."""


@dataclass(frozen=True, slots=True)
class _Question:
    key: str
    group: tuple[Hashable, str]
    """Server and model."""
    ask: Callable[[], int]


def _in_a_thread(work: Callable[[], None]) -> None:
    # A daemon: a server that does not answer must not hold up the end of the process.
    threading.Thread(target=work, name="token-count", daemon=True).start()


class TokenCounter:
    """Counts for all tabs of this process; safe from any thread.

    Each asker (a tab, a column) has at most one thread, which lives while there is something to ask for it,
    and so at most one call under way.
    """

    def __init__(
        self,
        *,
        settle_s: float = SETTLE_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        start: Callable[[Callable[[], None]], None] = _in_a_thread,
    ) -> None:
        """`clock` tells seconds, `sleep` passes them, `start` runs a function beside the caller."""
        self._settle_s = settle_s
        self._clock = clock
        self._sleep = sleep
        self._start = start
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._failed_until: OrderedDict[str, float] = OrderedDict()
        self._resting_until: dict[tuple[Hashable, str], float] = {}
        self._waiting: dict[str, tuple[_Question, float]] = {}
        """Asker → its newest question, and when it is to be asked."""
        self._last: OrderedDict[str, int] = OrderedDict()
        """Asker → what it was told last."""
        self._asking: dict[str, _Question | None] = {}
        """Asker with a thread → the question under way."""

    def of(
        self,
        asker: str,
        body: Mapping[str, Json],
        ask: Callable[[], int],
        *,
        server: Hashable,
        anthropic_version: str,
        betas: Sequence[str] = (),
    ) -> Counted:
        """Return the count of a body, as far as it is known; ask for it in the background if it is not.

        `ask` makes the call (`Client.count_tokens`) and may raise `ApiError`; it runs in another thread.
        `server` names whom it asks. A newer body of the same asker takes the place of one that still waits.
        """
        key = fingerprint(body, server=server, anthropic_version=anthropic_version, betas=betas)
        question = _Question(key, (server, str(body.get("model"))), ask)
        with self._lock:
            if key in self._counts:
                self._counts.move_to_end(key)
                self._waiting.pop(asker, None)
                self._last[asker] = self._counts[key]
                self._last.move_to_end(asker)
                _shorten(self._last)
                return Counted(self._counts[key])
            if self._hopeless(question):
                self._waiting.pop(asker, None)
                return Counted()
            pending = Counted(pending=True, before=self._last.get(asker))
            under_way, waiting = self._asking.get(asker), self._waiting.get(asker)
            if under_way is not None and under_way.key == key:
                self._waiting.pop(asker, None)
                return pending
            if waiting is None or waiting[0].key != key:
                self._waiting[asker] = question, self._clock() + self._settle_s
            if asker in self._asking:
                return pending
            self._asking[asker] = None
        try:
            self._start(lambda: self._serve(asker))
        except RuntimeError:  # No room for another thread.
            with self._lock:
                self._asking.pop(asker, None)
                self._waiting.pop(asker, None)
            return Counted()
        return pending

    def pending(self, asker: str) -> bool:
        """Whether a count for this asker is still to come. Cheap: for whoever waits to draw it."""
        with self._lock:
            return asker in self._waiting or self._asking.get(asker) is not None

    def forget(self, server: Hashable) -> None:
        """Drop what failed at a server, whose address or key has changed."""
        with self._lock:
            self._resting_until = {
                group: until for group, until in self._resting_until.items() if group[0] != server
            }
            self._failed_until.clear()

    def _hopeless(self, question: _Question) -> bool:
        now = self._clock()
        return (
            self._failed_until.get(question.key, now) > now
            or self._resting_until.get(question.group, now) > now
        )

    def _serve(self, asker: str) -> None:
        """Ask what this asker wants to know, until there is nothing left."""
        while True:
            with self._lock:
                self._asking[asker] = None
                if asker not in self._waiting:
                    del self._asking[asker]
                    return
                question, due = self._waiting[asker]
                early_s = due - self._clock()
                if early_s <= 0:
                    del self._waiting[asker]
                    if question.key in self._counts or self._hopeless(question):
                        continue
                    self._asking[asker] = question
            if early_s > 0:
                self._sleep(early_s)
            else:
                self._ask(question)

    def _ask(self, question: _Question) -> None:
        try:
            tokens = question.ask()
        except Exception as error:
            if not isinstance(error, ApiError):
                # Its text may hold what must not be logged.
                _log.warning("Tokens could not be counted: %s", type(error).__name__)
            self._note_failure(question, error)
            return
        with self._lock:
            self._counts[question.key] = tokens
            _shorten(self._counts)

    def _note_failure(self, question: _Question, error: Exception) -> None:
        now = self._clock()
        with self._lock:
            self._failed_until[question.key] = now + FAILED_S
            _shorten(self._failed_until)
            self._resting_until = {
                group: until for group, until in self._resting_until.items() if until > now
            }
            if isinstance(error, NotAMessagesApi) or getattr(error, "status", None) in _NO_ENDPOINT:
                self._resting_until[question.group] = now + NO_ENDPOINT_S
            elif isinstance(error, ApiError) and error.retry_after is not None:
                self._resting_until[question.group] = now + min(error.retry_after, NO_ENDPOINT_S)


def _shorten(entries: OrderedDict[str, Any]) -> None:
    while len(entries) > KEPT:
        entries.popitem(last=False)


def fingerprint(
    body: Mapping[str, Json], *, server: Hashable, anthropic_version: str, betas: Sequence[str]
) -> str:
    """What a count depends on, in short; equal for requests that count the same. Good in this process only.

    Long texts stand in it by Python's own hash of them, which a string computes once and keeps: attachments
    of megabytes cost nothing on the next rerun.
    """
    whole = (server, anthropic_version, sorted(betas), _short(counted(body)))
    return hashlib.sha256(repr(whole).encode("utf-8", "surrogatepass")).hexdigest()


def _short(value: Json) -> object:
    if isinstance(value, str):
        return (len(value), hash(value)) if len(value) > _LONG else value
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value]
    return value
