from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from components.domain.answer import Usage
from components.services.prices import cost_usd

AT = datetime(2026, 11, 22, tzinfo=UTC)
PLAIN = Usage(input_tokens=1_000_000, output_tokens=1_000_000)


def cost(usage: Usage, model: str = "claude-haiku-4-5") -> Decimal:
    found = cost_usd(model, usage, at=AT)
    assert found is not None
    return found


def test_haiku_45_costs_one_dollar_in_and_five_out_per_million() -> None:
    assert cost(PLAIN) == Decimal(6)
    assert cost(Usage(input_tokens=21, output_tokens=1)) == Decimal("0.000026")


def test_cached_tokens_have_rates_of_their_own_and_are_not_counted_twice() -> None:
    million = 1_000_000
    assert cost(Usage(cache_read_tokens=million)) == Decimal("0.1")
    assert cost(Usage(cache_write_5m_tokens=million)) == Decimal("1.25")
    assert cost(Usage(cache_write_1h_tokens=million)) == Decimal("2")
    everything = Usage(
        input_tokens=million,
        cache_read_tokens=million,
        cache_write_5m_tokens=million,
        cache_write_1h_tokens=million,
    )
    assert cost(everything) == Decimal("4.35")


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({"speed": "fast"}, "2"),
        ({"inference_geo": "us"}, "1.1"),
        ({"service_tier": "batch"}, "0.5"),
        ({"inference_geo": "us", "service_tier": "batch"}, "0.55"),
        ({"speed": "standard", "inference_geo": "global", "service_tier": "standard"}, "1"),
    ],
)
def test_what_multiplies_token_prices_multiplies_them_all(change: dict[str, str], factor: str) -> None:
    assert cost(replace(PLAIN, **change)) == Decimal(6) * Decimal(factor)  # type: ignore[arg-type]


def test_searches_cost_a_cent_each_whatever_the_rest_costs() -> None:
    usage = replace(PLAIN, service_tier="batch", web_search_requests=3)
    assert cost(usage) == Decimal(3) + Decimal("0.03")


@pytest.mark.parametrize("model", ["my-own-model", "", "gpt-4o"])
def test_an_unknown_price_is_unknown_and_never_zero(model: str) -> None:
    assert cost_usd(model, PLAIN, at=AT) is None


def test_no_tokens_cost_nothing() -> None:
    assert cost(Usage()) == 0


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-haiku-4-5-20251001"])
def test_an_alias_and_a_dated_name_cost_the_same(model: str) -> None:
    assert cost(PLAIN, model) == Decimal(6)
