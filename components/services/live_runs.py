"""One run while it lives: its worker's way from `queued` to an end, and what others see of it meanwhile."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Final, Protocol

from components.api.cancel import CancelToken
from components.api.errors import ApiError
from components.api.retry import Wait
from components.domain.answer import Usage, stop_reason_of, usage_of
from components.domain.json_types import JsonObject
from components.domain.request import Request
from components.domain.run import Estimate, Run, RunError, RunState, RunTimes
from components.services.rate_limits import kept_headers

_log = logging.getLogger(__name__)

_SENT_NOTED_AFTER_S: Final = 0.5

Clock = Callable[[], datetime]
"""The aware time now."""
Price = Callable[[str, Usage, str], Decimal | None]
"""(model, usage, base URL) → US dollars; None when unknown."""
OnWait = Callable[[Wait], None]
OnHeaders = Callable[[Mapping[str, str]], None]


class AnswerStream(Protocol):
    """What a run needs of `components.api.stream.Stream`."""

    @property
    def message(self) -> JsonObject | None: ...
    @property
    def version(self) -> int: ...
    @property
    def request_id(self) -> str | None: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def __iter__(self) -> Iterator[JsonObject]: ...
    def __enter__(self) -> object: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def cancel(self) -> None: ...


class RunClient(Protocol):
    """What a run needs of `components.api.client.Client`."""

    def stream_request(self, request: Request, *, on_wait: OnWait | None = None) -> AnswerStream: ...
    def create_request(
        self,
        request: Request,
        *,
        on_wait: OnWait | None = None,
        on_headers: OnHeaders | None = None,
        cancel: CancelToken | None = None,
    ) -> JsonObject: ...


class Gate(Protocol):
    """Where a run waits for its turn to be sent. Its own thread calls all but `give_up`."""

    def enter(self) -> None:
        """Return when the run may be sent. Raises `Cancelled` when it was given up, before or meanwhile."""

    def give_up(self) -> None:
        """End the waiting, now or later. Any thread."""

    def takes_over(self, wait: Wait) -> bool:
        """Told of each pause before another try; whether the run is to `enter` again instead of pausing."""

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """Those of an answer that has begun, names in lower case."""

    def leave(self, error: Exception | None) -> None:
        """The answer is complete, or none will come. Told at every end, also when `enter` raised."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pause before the request is sent again."""

    seconds: float
    attempt: int
    """The attempt that failed, counted from 1."""
    until: datetime
    reason: str
    """A sentence: why that attempt failed."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it is at one moment; never changes."""

    run: Run
    live: bool
    version: int
    """Differs from that of an earlier view of the same run when anything visible has changed."""
    waiting: Waiting | None = None
    unsaved: str | None = None
    """Why the newest part is in memory only; writing is tried again until it succeeds."""


class _SendAgain(Exception):
    """The gate has taken over the waiting."""


class LiveRun:
    """One thread calls `work`; any thread may do everything else."""

    def __init__(
        self, run: Run, client: RunClient, *, price: Price, clock: Clock, gate: Gate | None = None
    ) -> None:
        self._run = run
        self._gate = gate
        self._sent_before = 0
        """How often the gate took over."""
        self._ended_at: datetime | None = None
        self._client = client
        self._price = price
        self._clock = clock
        self._lock = threading.Lock()
        self._stream: AnswerStream | None = None
        self._cancel: Callable[[], None] | None = None
        self._ending: tuple[RunState, RunError | None] | None = None
        self._changes = 0
        self._notes = 0
        self._waiting: Waiting | None = None
        self._unsaved: str | None = None
        self._view: RunView | None = None
        self.settled = False
        """Whether the end has been told to the store, or could not be."""
        self.saved_version = 0
        """The content version that the store has."""

    @property
    def id(self) -> str:
        return self._run.id

    @property
    def content_version(self) -> int:
        """Changes with whatever the store keeps."""
        stream = self._stream
        return self._changes + (stream.version if stream else 0)

    @property
    def due(self) -> bool:
        """Whether what is new is to be written at the next occasion.

        That a run was sent is not, for a while: most often its answer comes first.
        """
        if self.content_version == self.saved_version:
            return False
        run = self._run
        if run.state is RunState.STREAMING or (self._stream is not None and self._stream.version > 0):
            return True
        return (self._clock() - run.times.queued).total_seconds() > _SENT_NOTED_AFTER_S

    @property
    def unsaved(self) -> str | None:
        return self._unsaved

    def work(self) -> Run:
        """Send the request, read the answer, return the run as it ended. Never raises; publishes no end."""
        try:
            message = self._answer()
        except Exception as error:
            self._leave(error)
            return self._ended_badly(error, self._stream.message if self._stream else None)
        # Before all that is left to do, so that the next run need not wait for it.
        self._leave(None)
        return self._ended(RunState.COMPLETE, message, None)

    def end(self, state: RunState, error: RunError | None = None) -> None:
        """Close the connection at once; the run will end in this state with what it has."""
        if self.doom(state, error):
            self.cut()

    def doom(self, state: RunState, error: RunError | None = None) -> bool:
        """Decide how it ends, and that nothing is sent any more, before `cut`; False when it is decided."""
        with self._lock:
            if self._ending or self.settled:
                return False
            self._ending = (state, error)
            return True

    def cut(self) -> None:
        with self._lock:
            cancel = self._cancel
        if cancel:
            cancel()

    def settle(self, ended: Run, unsaved: str | None) -> None:
        """Publish the end."""
        with self._lock:
            self._run, self._stream, self._waiting, self._unsaved = ended, None, None, unsaved
            # The stream's version no longer counts: keep the sum growing.
            self._changes = self._changes + 1 + (self._view.version if self._view else 0)
            self.settled = True

    def note_unsaved(self, sentence: str | None) -> None:
        with self._lock:
            if self._unsaved != sentence:
                self._unsaved = sentence
                self._notes += 1

    def note_estimate(self, estimate: Estimate) -> None:
        with self._lock:
            self._run = replace(self._run, estimate=estimate)
            self._changes += 1

    def snapshot(self) -> Run:
        return self.view().run

    def view(self) -> RunView:
        """Cheap while nothing changes: the last one is kept."""
        with self._lock:
            if self._waiting and self._waiting.until <= self._clock():
                self._waiting = None
                self._notes += 1
            # Read before the message, which may grow meanwhile: the next view then differs.
            version = self.content_version + self._notes
            if self._view is None or self._view.version != version:
                run = self._run
                if self._stream:
                    run = replace(run, message=self._stream.message, request_id=self._stream.request_id)
                self._view = RunView(run, run.state.live, version, self._waiting, self._unsaved)
            return self._view

    def _answer(self) -> JsonObject | None:
        while True:
            self._enter()
            try:
                return self._read_stream() if self._run.request.stream else self._read_whole()
            except _SendAgain:
                self._sent_before += 1

    def _enter(self) -> None:
        """Wait at the gate. Times count from here, so that the line in front of it makes no model slow."""
        if self._gate is None:
            self._change(RunState.SENDING)
            return
        self._attach(self._gate.give_up)
        self._gate.enter()
        self._change(RunState.SENDING, replace(self._run.times, queued=self._clock()))

    def _leave(self, error: Exception | None) -> None:
        self._ended_at = self._clock()
        if self._gate is not None:
            try:
                self._gate.leave(error)
            except Exception:
                _log.exception("The gate failed when run %s left it", self.id)

    def _read_stream(self) -> JsonObject | None:
        stream = self._client.stream_request(self._run.request, on_wait=self._note_wait)
        with self._lock:
            self._stream = stream
        self._attach(stream.cancel)
        with stream:
            for event in stream:
                if self._run.times.first_text is None:
                    self._note_times(event)
        return stream.message

    def _read_whole(self) -> JsonObject:
        token = CancelToken()
        self._attach(token.cancel)
        message = self._client.create_request(
            self._run.request, on_wait=self._note_wait, on_headers=self._note_headers, cancel=token
        )
        now = self._clock()
        self._change(RunState.STREAMING, replace(self._run.times, first_byte=now, first_text=now))
        return message

    def _attach(self, cancel: Callable[[], None]) -> None:
        with self._lock:
            self._cancel = cancel
            ended_before = self._ending is not None
        if ended_before:
            cancel()

    def _note_times(self, event: JsonObject) -> None:
        times = self._run.times
        first_text = self._clock() if _shows_text(event) else None
        if first_text or times.first_byte is None:
            first_byte = times.first_byte or first_text or self._clock()
            if times.first_byte is None and self._stream:
                self._note_headers(self._stream.headers)
            self._change(RunState.STREAMING, replace(times, first_byte=first_byte, first_text=first_text))

    def _note_wait(self, wait: Wait) -> None:
        until = self._clock() + timedelta(seconds=wait.seconds)
        attempt = self._sent_before + wait.attempt
        with self._lock:
            self._waiting = Waiting(wait.seconds, attempt, until, str(wait.error))
            self._notes += 1
        if self._gate is not None and self._gate.takes_over(wait):
            raise _SendAgain

    def _note_headers(self, headers: Mapping[str, str]) -> None:
        kept = kept_headers(headers)
        with self._lock:
            self._run = replace(self._run, request_id=headers.get("request-id"), headers=kept)
            self._changes += 1
        if self._gate is not None:
            self._gate.note_headers(kept)

    def _change(self, state: RunState, times: RunTimes | None = None) -> None:
        with self._lock:
            self._run = replace(self._run, state=state, times=times or self._run.times)
            self._waiting = None
            self._changes += 1

    def _ended_badly(self, error: Exception, partial: JsonObject | None) -> Run:
        if self._ending:
            return self._ended(self._ending[0], partial, self._ending[1])
        if isinstance(error, ApiError):
            partial = partial or error.partial
            why = RunError(
                str(error), error.status, error.type, error.error_code, error.retry_after, error.body
            )
        else:
            # Frames only: the text of an unforeseen error may hold what must not be logged.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _log.error("Run %s met an unforeseen %s\n%s", self.id, type(error).__name__, frames)
            why = RunError(
                f"A fault in the Workbench ended this run ({type(error).__name__}). What had come is kept; "
                "the log of the program says more."
            )
        state = RunState.FAILED if partial is None else RunState.INTERRUPTED
        return self._ended(state, partial, why, error if isinstance(error, ApiError) else None)

    def _ended(
        self,
        state: RunState,
        message: JsonObject | None,
        error: RunError | None,
        cause: ApiError | None = None,
    ) -> Run:
        stream = self._stream
        request_id = (stream.request_id if stream else None) or self._run.request_id
        headers = kept_headers(stream.headers if stream else {}) or self._run.headers
        return replace(
            self._run,
            state=state,
            message=message,
            error=error,
            request_id=request_id or (cause.request_id if cause else None),
            headers=headers or (kept_headers(cause.headers) if cause else {}),
            cost_usd=self._cost(message),
            times=replace(self._run.times, ended=self._ended_at),
        )

    def _cost(self, message: JsonObject | None) -> Decimal | None:
        """None for a part of an answer: before the stop reason comes, its usage is a placeholder."""
        usage = usage_of(message)
        if message is None or usage is None or stop_reason_of(message) is None:
            return None
        model = message.get("model")
        try:
            return self._price(str(model or self._run.request.model), usage, self._run.base_url)
        except Exception:
            _log.exception("No price for run %s", self.id)
            return None


def _shows_text(event: JsonObject) -> bool:
    """Whether this event brings visible text or tool input; thinking is neither."""
    part = event.get("delta") if event.get("type") == "content_block_delta" else event.get("content_block")
    if not isinstance(part, dict):
        return False
    return any(str(part.get(field) or "").strip() for field in ("text", "partial_json"))
