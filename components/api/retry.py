"""When a request is sent again, and after how long.

Source of the constants: the official SDKs, November 2026 (`max_retries` 2, backoff 0.5 s doubling to 8 s).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from components.api.cancel import CancelToken
from components.api.errors import ApiError

_LONGEST_S = 4_294_967.0
"""Longer waits are no waits; the limit of the Python SDK."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Told to the caller before each pause."""

    seconds: float
    attempt: int
    """The attempt that failed, counted from 1."""
    error: ApiError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Time and chance come in from outside, so that tests never wait."""

    attempts: int = 3
    """How often a request is sent at most; 1 means never again."""
    jitter: Callable[[], float] = random.random
    """Draws from 0 to 1."""
    pause: Callable[[CancelToken, float], bool] = CancelToken.wait
    """Waits that many seconds; returns early, and True, when the token is cancelled."""
    now: Callable[[], float] = time.time
    """Seconds since 1970, for a `retry-after` that is a date."""

    def delay_s(self, error: ApiError, attempt: int) -> float | None:
        """Seconds to wait after `attempt` (from 1) failed; None to give up."""
        if not error.retryable or attempt >= self.attempts:
            return None
        if error.retry_after is not None:
            return error.retry_after
        backoff = min(0.5 * 2 ** (attempt - 1), 8.0)
        return float(backoff * (1 - 0.25 * self.jitter()))


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds the server asks us to wait: `retry-after-ms`, else `retry-after` as a number or an HTTP date.

    None when it does not ask, or asks for no time at all.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    seconds = milliseconds / 1000 if milliseconds is not None else None
    asked = headers.get("retry-after")
    if seconds is None and asked is not None:
        seconds = _number(asked)
        if seconds is None:
            try:
                seconds = parsedate_to_datetime(asked).timestamp() - now
            except (ValueError, OverflowError):
                return None
    return seconds if seconds is not None and 0 < seconds <= _LONGEST_S else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None
