"""A run: one request sent once, and all that is known about how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from components.domain.json_types import JsonObject
from components.domain.request import Request


class RunState(StrEnum):
    """`queued → sending → streaming → complete | stopped | interrupted | failed`."""

    QUEUED = "queued"
    SENDING = "sending"
    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    """Ended by the user; the part received is kept."""
    INTERRUPTED = "interrupted"
    """Ended by a crash or a broken stream; the part received is kept."""
    FAILED = "failed"
    """The API, or the way to it, answered with an error before any part of an answer came."""

    @property
    def live(self) -> bool:
        return self in LIVE_STATES


LIVE_STATES = frozenset({RunState.QUEUED, RunState.SENDING, RunState.STREAMING})


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run ended badly, as the screen and the table need it."""

    sentence: str
    """What is wrong and what to do. Holds no key."""
    status: int | None = None
    type: str | None = None
    error_code: str | None = None
    retry_after_s: float | None = None
    body: str | None = None
    """What the server sent when it refused, as it stands but for the key."""


@dataclass(frozen=True, slots=True)
class RunTimes:
    """Aware UTC moments."""

    queued: datetime
    first_byte: datetime | None = None
    """The first event of the answer had arrived (or the whole answer, when it was not streamed)."""
    first_text: datetime | None = None
    """The first visible text (not thinking) had arrived."""
    ended: datetime | None = None

    @property
    def to_first_text_s(self) -> float | None:
        return (self.first_text - self.queued).total_seconds() if self.first_text else None

    @property
    def total_s(self) -> float | None:
        return (self.ended - self.queued).total_seconds() if self.ended else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was said before sending, so that it can be held against what came. None: not known then."""

    input_tokens: int | None = None
    lowest_usd: Decimal | None = None
    """The input alone."""
    likely_usd: Decimal | None = None
    """With as much output as this prompt's earlier runs had, in the middle of them."""
    highest_usd: Decimal | None = None
    """With all of `max_tokens`."""


@dataclass(frozen=True, slots=True)
class Run:
    """Everything kept of one run; what the store takes and returns."""

    id: str
    """Sorts by time of creation (UUIDv7, hex)."""
    state: RunState
    request: Request
    connection: str
    """The connection's name at that time."""
    base_url: str
    times: RunTimes
    draft: JsonObject | None = None
    """The draft the request was built from, so that variables come back on restore."""
    message: JsonObject | None = None
    """The Message as far as it came: whole when `state` is complete. Shape: reference of the Messages API."""
    cost_usd: Decimal | None = None
    """Exact; None while unknown (no usage, or no price known for the model)."""
    request_id: str | None = None
    """The service's `request-id`."""
    error: RunError | None = None
    prompt_key: str | None = None
    """The same for runs of the same prompt, whatever values, model and parameters they had. At most 64
    characters."""
    estimate: Estimate | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers about limits and the account: lower-case name → value."""


@dataclass(frozen=True, slots=True)
class PartOf:
    """A place in a comparison: the sample-th answer of one of its variants."""

    comparison_id: str
    variant_id: str
    sample: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One row of the history table."""

    id: str
    state: RunState
    model: str
    prompt_start: str
    """The first 200 characters of the last user turn, white space folded."""
    connection: str
    queued_at: datetime
    input_tokens: int | None
    """All input: uncached, written to and read from the cache."""
    output_tokens: int | None
    cost_usd: Decimal | None
    duration_s: float | None
    stop_reason: str | None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list. Empty fields do not narrow."""

    text: str = ""
    """A part of the prompt or of the answer, case-insensitive, taken literally."""
    models: tuple[str, ...] = ()
    states: tuple[RunState, ...] = ()
    since: datetime | None = None
    """Aware; inclusive."""
    until: datetime | None = None
    """Aware; exclusive."""

    @property
    def narrows(self) -> bool:
        """Whether any field is set."""
        return self != RunFilter()
