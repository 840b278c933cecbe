from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage as Counted
from genai_prices import calc_price
from genai_prices.data_snapshot import get_snapshot

from components.domain.answer import Usage
from components.domain.catalogue import MODELS
from components.domain.model import Model
from components.services.prices import cost_parts, cost_usd

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


FULL = Usage(
    input_tokens=1_001,
    output_tokens=507,
    cache_write_5m_tokens=2_003,
    cache_write_1h_tokens=3_007,
    cache_read_tokens=4_013,
    thinking_tokens=101,
    web_search_requests=2,
)


def rates(model: str, usage: Usage = FULL) -> dict[str, Decimal]:
    parts = cost_parts(model, usage, at=AT)
    assert parts is not None
    return {part.kind: part.rate_usd for part in parts}


def test_the_parts_name_every_kind_with_its_tokens_and_what_they_cost() -> None:
    parts = cost_parts("claude-opus-5-5", FULL, at=AT)
    assert parts is not None
    assert [(part.kind, part.count, str(part.usd)) for part in parts] == [
        ("cache_read", 4_013, "0.0008026"),
        ("cache_write_5m", 2_003, "0.010015"),
        ("cache_write_1h", 3_007, "0.024056"),
        ("fresh", 1_001, "0.004004"),
        ("thinking", 101, "0.00202"),
        ("answer", 406, "0.00812"),
        ("web_search", 2, "0.02"),
    ]


@pytest.mark.parametrize("model", [model.id for model in MODELS])
@pytest.mark.parametrize("scale", [1, 1_000])
@pytest.mark.parametrize("change", [{}, {"speed": "fast", "inference_geo": "us"}, {"service_tier": "batch"}])
def test_the_parts_add_up_to_the_cost_and_to_what_the_library_says(
    model: str, scale: int, change: dict[str, str]
) -> None:
    usage = replace(
        FULL,
        input_tokens=FULL.input_tokens * scale,
        output_tokens=FULL.output_tokens * scale,
        **change,  # type: ignore[arg-type]
    )
    parts = cost_parts(model, usage, at=AT)
    total = cost_usd(model, usage, at=AT)
    if parts is None:
        assert total is None
        assert model in {"claude-mythos-5-1", "claude-mythos-5", "claude-mythos-preview"}
        return
    assert sum(part.usd for part in parts) == total
    factor = {"fast": Decimal("2.2"), "batch": Decimal("0.5")}.get(
        change.get("speed") or change.get("service_tier") or "", Decimal(1)
    )
    theirs = calc_price(
        Counted(
            input_tokens=usage.total_input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=usage.cache_read_tokens,
            cache_write_tokens=usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
            cache_write_1h_tokens=usage.cache_write_1h_tokens,
        ),
        model,
        provider_id="anthropic",
        genai_request_timestamp=AT,
    )
    assert total == theirs.total_price * factor + Decimal("0.02")


def test_models_with_few_prices_of_their_own_fall_back_as_the_library_does() -> None:
    usage = replace(FULL, cache_write_1h_tokens=0, web_search_requests=0)
    counted = Counted(
        input_tokens=usage.total_input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_5m_tokens,
    )
    providers = [provider for provider in get_snapshot().providers if provider.id == "anthropic"]
    models = [model.id for model in providers[0].models]
    assert {"claude-2", "claude-opus-5-5"} <= {*models}
    for model in models:
        theirs = calc_price(counted, model, provider_id="anthropic", genai_request_timestamp=AT)
        assert cost_usd(model, usage, at=AT) == theirs.total_price


REFERENCE = {  # input, output, write 5m, write 1h, read: reference 7.1
    "claude-fable-5-2": "8 40 10 16 0.20",
    "claude-mythos-5-2": "8 40 10 16 0.20",
    "claude-opus-5-5": "4 20 5 8 0.20",
    "claude-sonnet-5-5": "2 10 2.50 4 0.10",
    "claude-haiku-5-5": "0.10 0.50 0.125 0.20 0.01",
    "claude-fable-5-1": "10 50 12.50 20 0.25",
    "claude-mythos-5-1": None,
    "claude-fable-5": "10 50 12.50 20 1.00",
    "claude-mythos-5": None,
    "claude-opus-5": "5 25 6.25 10 0.50",
    "claude-sonnet-5": "2 10 2.50 4 0.20",
    "claude-opus-4-8": "5 25 6.25 10 0.50",
    "claude-opus-4-7": "5 25 6.25 10 0.50",
    "claude-opus-4-6": "5 25 6.25 10 0.50",
    "claude-sonnet-4-6": "3 15 3.75 6 0.30",
    "claude-opus-4-5-20251101": "5 25 6.25 10 0.50",
    "claude-haiku-4-5-20251001": "1 5 1.25 2 0.10",
    "claude-sonnet-4-5-20250929": "3 15 3.75 6 0.30",
    "claude-mythos-preview": None,
}
"""None: the library knows no price."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.id))
def test_every_model_of_the_catalogue_has_the_prices_of_the_reference(model: Model) -> None:
    for name in (model.id, *model.aliases):
        told = REFERENCE[model.id]
        if told is None:
            assert cost_parts(name, FULL, at=AT) is None
            continue
        fresh, output, write_5m, write_1h, read = map(Decimal, told.split())
        assert rates(name) == {
            "cache_read": read,
            "cache_write_5m": write_5m,
            "cache_write_1h": write_1h,
            "fresh": fresh,
            "thinking": output,
            "answer": output,
            "web_search": 10,
        }
        assert (write_5m, write_1h) == (fresh * Decimal("1.25"), fresh * 2)


def test_haiku_55_charges_every_token_by_the_tier_of_the_whole_prompt() -> None:
    below = Usage(input_tokens=1, cache_read_tokens=99_999, output_tokens=1)
    above = replace(below, cache_read_tokens=100_000)
    assert rates("claude-haiku-5-5", below)["fresh"] == Decimal("0.1")
    assert {kind: str(rate.normalize()) for kind, rate in rates("claude-haiku-5-5", above).items()} == {
        "cache_read": "0.05",
        "cache_write_5m": "0.625",
        "cache_write_1h": "1",
        "fresh": "0.5",
        "thinking": "2.5",
        "answer": "2.5",
        "web_search": "1E+1",
    }


def test_fast_mode_costs_what_the_library_lists_for_it() -> None:
    fast = replace(FULL, speed="fast")
    for model in ("claude-opus-5-5", "claude-opus-5", "claude-fable-5-2"):
        theirs = calc_price(
            Counted(
                input_tokens=fast.total_input_tokens,
                output_tokens=fast.output_tokens,
                cache_read_tokens=fast.cache_read_tokens,
                cache_write_tokens=fast.cache_write_5m_tokens + fast.cache_write_1h_tokens,
                cache_write_1h_tokens=fast.cache_write_1h_tokens,
            ),
            model,
            provider_id="anthropic",
            genai_request_timestamp=AT,
            price_context={"speed": "fast"},
        )
        assert cost(fast, model) == theirs.total_price + Decimal("0.02")


def test_more_thinking_than_output_is_no_negative_answer() -> None:
    parts = cost_parts("claude-opus-5-5", Usage(output_tokens=3, thinking_tokens=9), at=AT)
    assert parts is not None
    assert [(part.kind, part.count) for part in parts if part.count] == [("thinking", 3)]
