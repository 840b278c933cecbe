"""Numbers as the screen and the reports show them."""

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


def rate(amount: Decimal) -> str:
    """A price per so many: `$5.00`, `$0.125`; every digit it has, and two at least."""
    digits = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"${amount:,.{digits}f}"


def span(lowest: Decimal | None, likely: Decimal | None, highest: Decimal | None) -> str | None:
    """A price before it is paid: `$0.00090 … likely $0.0024 … $0.0830`; None when nothing is known of it."""
    if lowest is None:
        return None
    ends = [dollars(lowest)]
    if likely is not None and highest != lowest:
        ends.append(f"likely {dollars(likely)}")
    if highest is not None and highest != lowest:
        ends.append(dollars(highest))
    return " … ".join(ends)


def percent(share: float) -> str:
    """A share of 1: `0.02 %`, `3.4 %`, `83 %`; never rounded to nothing, nor up to 100 %."""
    hundredths = share * 100
    if 0 < hundredths < 0.01:
        return "under 0.01 %"
    if hundredths < 1:
        return f"{hundredths:.2g} %"
    if hundredths < 10:
        return f"{hundredths:.1f} %"
    return f"{int(hundredths):,} %"


def window(tokens: int) -> str:
    """A context window: `1M`, `200k`, or the number when it is no round one."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if tokens >= size and tokens % size == 0:
            return f"{tokens // size:,}{unit}"
    return count(tokens)


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
