from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from components.domain.figures import ago, count, dollars, percent, rate, seconds, span, window


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


@pytest.mark.parametrize(
    ("amount", "text"),
    [("5", "$5.00"), ("0.125", "$0.125"), ("0.20", "$0.20"), ("10", "$10.00"), ("0", "$0.00")],
)
def test_rates_show_every_digit(amount: str, text: str) -> None:
    assert rate(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        (("0.0009", "0.0024", "0.083"), "$0.00090 … likely $0.0024 … $0.0830"),
        (("0.0009", None, "0.083"), "$0.00090 … $0.0830"),
        (("0.0009", None, None), "$0.00090"),
        (("0", "0", "0"), "$0"),
        ((None, None, None), None),
    ],
)
def test_a_price_before_it_is_paid_is_a_range(ends: tuple[str | None, ...], text: str | None) -> None:
    lowest, likely, highest = (None if end is None else Decimal(end) for end in ends)
    assert span(lowest, likely, highest) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.00000003, "under 0.01 %"),
        (0.000214, "0.021 %"),
        (0.0342, "3.4 %"),
        (0.8349, "83 %"),
        (0.9999, "99 %"),
        (12.5, "1,250 %"),
    ],
)
def test_a_share_is_neither_rounded_to_nothing_nor_to_all(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("tokens", "text"),
    [(1_000_000, "1M"), (200_000, "200k"), (262_144, "262,144"), (2_000_000, "2M"), (512, "512")],
)
def test_a_context_window_is_named_by_its_size(tokens: int, text: str) -> None:
    assert window(tokens) == text
