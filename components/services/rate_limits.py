"""What a response's headers say about limits. Source: reference 1.4 and 1.7, checked 2026-11-22."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

Family = Literal["ratelimit", "priority", "fast"]

ORGANIZATION: Final = "anthropic-organization-id"
WORKSPACE: Final = "anthropic-workspace-id"
RETRY_AFTER: Final = "retry-after"

_FAMILIES: Final[tuple[Family, ...]] = ("ratelimit", "priority", "fast")
_PREFIXES: Final = tuple(f"anthropic-{family}-" for family in _FAMILIES)
_SINGLE: Final = frozenset({RETRY_AFTER, ORGANIZATION, WORKSPACE})
_LONGEST: Final = 200
"""Characters of a value; none of the service's comes near."""
_MOST: Final = 64


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are kept with a run, names in lower case: limits, waiting, organization, workspace."""
    named = ((name.lower(), value) for name, value in headers.items())
    kept = [
        (name, value)
        for name, value in named
        if (name in _SINGLE or name.startswith(_PREFIXES)) and max(len(name), len(value)) <= _LONGEST
    ]
    return dict(kept[:_MOST])


@dataclass(frozen=True, slots=True)
class Bucket:
    """One limit as it stood when the response began. None where the server did not tell."""

    family: Family
    """`priority` only with a Priority Tier commitment, `fast` only for `speed: "fast"`."""
    name: str
    """`requests`, `tokens`, `input-tokens`, `output-tokens`, or one added since."""
    limit: int | None = None
    remaining: int | None = None
    """Tokens are rounded to the nearest thousand by the service."""
    resets: datetime | None = None
    """Aware: when the bucket is full again."""

    @property
    def share_left(self) -> float | None:
        """From 0 to 1."""
        if self.limit is None or self.remaining is None or self.limit <= 0:
            return None
        return min(1.0, max(0.0, self.remaining / self.limit))


def buckets(headers: Mapping[str, str]) -> list[Bucket]:
    """Read the limits out of headers (names in lower case), in the order in which the service lists them."""
    found: dict[tuple[Family, str], dict[str, str]] = {}
    for header, value in headers.items():
        for family in _FAMILIES:
            if header.startswith(prefix := f"anthropic-{family}-"):
                name, _, what = header.removeprefix(prefix).rpartition("-")
                if name and what in {"limit", "remaining", "reset"}:
                    found.setdefault((family, name), {})[what] = value
    read = [
        Bucket(
            family, name, _count(told.get("limit")), _count(told.get("remaining")), _time(told.get("reset"))
        )
        for (family, name), told in found.items()
    ]
    return sorted(read, key=lambda bucket: (_FAMILIES.index(bucket.family), _rank(bucket.name), bucket.name))


_ORDER: Final = ("requests", "tokens", "input-tokens", "output-tokens")


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
