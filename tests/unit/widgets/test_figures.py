from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from components.widgets.figures import ago, count, dollars, seconds


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0"),
        ("1.239", "$1.24"),
        ("1234.5", "$1,234.50"),
        ("0.1", "$0.10"),
        ("0.0031", "$0.0031"),
        ("0.00314", "$0.0031"),
        ("0.0000021", "$0.0000021"),
        ("0.00000214", "$0.0000021"),
    ],
)
def test_money_is_never_rounded_to_nothing(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text


@pytest.mark.parametrize(("number", "text"), [(None, "–"), (0, "0"), (1204, "1,204")])
def test_counts_are_grouped_and_unknown_ones_are_a_dash(number: int | None, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (None, "–"),
        (0.0, "0.00 s"),
        (0.4249, "0.42 s"),
        (12.34, "12.3 s"),
        (245.0, "4 min 05 s"),
        (99.99, "100.0 s"),
    ],
)
def test_durations_have_the_unit_that_suits_them(duration_s: float | None, text: str) -> None:
    assert seconds(duration_s) == text


def test_moments_are_said_by_their_distance() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert ago(now, now) == "now"
    assert ago(now + timedelta(seconds=5), now) == "now"
    assert ago(now - timedelta(minutes=5), now) == "5 min"
    assert ago(now - timedelta(hours=3), now) == "3 h"
    assert ago(now - timedelta(days=40), now).startswith("2026-10-1")
