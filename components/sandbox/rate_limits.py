"""The rate-limit headers: told as the service tells them, and never enforced.

Limits are those of the Start tier. Source: docs "Rate limits", "Fast mode", August 2026; the limits of fast
mode and of Priority Tier are contracts, and made up here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Final

from components.domain.model import Model

WINDOW_S: Final = 60
"""The service refills its buckets all the time; here each minute begins anew, so that the figures can be
followed."""

_DEFAULT: Final = {"requests": 1_000, "input-tokens": 2_000_000, "output-tokens": 400_000}
_FABLE: Final = {"requests": 1_000, "input-tokens": 500_000, "output-tokens": 100_000}
_FAST: Final = {"input-tokens": 200_000, "output-tokens": 40_000}
_PRIORITY: Final = {"input-tokens": 1_000_000, "output-tokens": 200_000}


@dataclass(slots=True)
class Meter:
    """What was used of this minute's limits, one bucket for each model or generation of models."""

    now: Callable[[], float] = time.time
    _minute: int = field(default=0, init=False)
    _used: dict[tuple[str, str, str], int] = field(default_factory=dict, init=False)
    """(family of limits, model, what) → how much."""

    def headers(
        self,
        model: Model,
        input_tokens: int,
        output_tokens: int,
        *,
        fast: bool = False,
        priority: bool = False,
    ) -> dict[str, str]:
        """Count one request and return the headers after it; cached input read is not to be counted in."""
        spent = {"requests": 1, "input-tokens": input_tokens, "output-tokens": output_tokens}
        shown = self._counted("ratelimit", model, _FABLE if model.line == "fable" else _DEFAULT, spent)
        if fast:
            shown |= self._counted("fast", model, _FAST, spent)
        if priority:
            shown |= self._counted("priority", model, _PRIORITY, spent)
        return shown

    def refused(self, model: Model, retry_after_s: float) -> dict[str, str]:
        """The headers of a 429: no input token is left until then."""
        shown = self.headers(model, 0, 0)
        reset = _timestamp(ceil(self.now() + retry_after_s))
        for name in ("input-tokens", "tokens"):
            limit = shown["anthropic-ratelimit-input-tokens-limit"]
            shown |= _row("ratelimit", name, int(limit), 0, reset)
        return shown

    def _counted(
        self, family: str, model: Model, limits: Mapping[str, int], spent: Mapping[str, int]
    ) -> dict[str, str]:
        minute = int(self.now() // WINDOW_S)
        if minute != self._minute:
            self._minute = minute
            self._used.clear()
        reset = _timestamp((minute + 1) * WINDOW_S)
        shown: dict[str, str] = {}
        left: dict[str, int] = {}
        for name, limit in limits.items():
            key = (family, _bucket(model), name)
            self._used[key] = self._used.get(key, 0) + spent[name]
            left[name] = max(0, limit - self._used[key])
            remaining = left[name] if name == "requests" else round(left[name], -3)
            shown |= _row(family, name, limit, remaining, reset)
        if family == "ratelimit":
            tightest = min(("input-tokens", "output-tokens"), key=lambda name: left[name] / limits[name])
            shown |= _row(family, "tokens", limits[tightest], round(left[tightest], -3), reset)
        return shown


def _bucket(model: Model) -> str:
    """The models of generation 4 share a bucket for each line; later ones have one each."""
    return f"{model.line} 4" if "-4-" in model.id else model.id


def _row(family: str, name: str, limit: int, remaining: int, reset: str) -> dict[str, str]:
    values = {"limit": str(limit), "remaining": str(remaining), "reset": reset}
    return {f"anthropic-{family}-{name}-{what}": value for what, value in values.items()}


def _timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
