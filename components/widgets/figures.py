"""Numbers as the screen shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal


def count(number: int | None) -> str:
    """Tokens: `1,204`; a dash when unknown."""
    return "–" if number is None else f"{number:,}"


def dollars(amount: Decimal) -> str:
    """`$1.24`, `$0.0031`, `$0.0000021`: two significant digits below a cent; never rounded to zero."""
    if amount == 0:
        return "$0"
    if amount >= Decimal("0.1"):
        return f"${amount:,.2f}"
    digits = max(4, 1 - amount.adjusted())
    return f"${amount:.{digits}f}"


def seconds(duration_s: float | None) -> str:
    """`0.42 s`, `12.3 s`, `4 min 05 s`; a dash when unknown."""
    if duration_s is None:
        return "–"
    if duration_s < 1:
        return f"{duration_s:.2f} s"
    if duration_s < 100:
        return f"{duration_s:.1f} s"
    return f"{int(duration_s) // 60} min {int(duration_s) % 60:02d} s"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """`now`, `5 min`, `3 h`, then the date."""
    past_s = ((now or datetime.now(UTC)) - moment).total_seconds()
    if past_s < 60:
        return "now"
    if past_s < 3600:
        return f"{int(past_s // 60)} min"
    if past_s < 86400:
        return f"{int(past_s // 3600)} h"
    return moment.astimezone().strftime("%Y-%m-%d")
