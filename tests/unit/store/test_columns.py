from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

from components.store.columns import Dollars, JsonText, Moment, json_text, sound_text

SQLITE = dialect()
HALF = "\ud83d"


@given(st.decimals(min_value=0, max_value=9_000_000, places=12))
def test_dollars_return_exactly_as_they_were(amount: Decimal) -> None:
    stored = Dollars().process_bind_param(amount, SQLITE)
    assert isinstance(stored, int)
    assert stored < 2**63
    assert Dollars().process_result_value(stored, SQLITE) == amount


def test_cached_tokens_of_the_cheapest_model_add_up_exactly() -> None:
    one_token = Decimal("0.10") / 1_000_000 * Decimal("0.025") * Decimal("1.1")
    stored = Dollars().process_bind_param(one_token, SQLITE)
    assert Dollars().process_result_value((stored or 0) * 1_000_000, SQLITE) == one_token * 1_000_000


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_moments_return_to_the_microsecond_in_utc(moment: datetime) -> None:
    back = Moment().process_result_value(Moment().process_bind_param(moment, SQLITE), SQLITE)
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), SQLITE)


def test_half_a_character_in_json_is_kept() -> None:
    stored = JsonText().process_bind_param({"text": HALF + "é"}, SQLITE)
    assert stored is not None
    stored.encode()
    assert JsonText().process_result_value(stored, SQLITE) == {"text": HALF + "é"}


def test_other_json_stays_readable() -> None:
    assert json_text({"a": "é\n"}) == '{"a":"é\\n"}'


def test_plain_text_is_made_fit_for_any_database() -> None:
    assert sound_text("a\0b") == "a\N{REPLACEMENT CHARACTER}b"
    assert sound_text("é" + HALF) == "é\N{REPLACEMENT CHARACTER}"
    assert sound_text("\ud83d\ude00") == "😀"
