"""What an answer cost, and what for, from the price tables of `genai-prices`.

The library knows token prices with their tiers; what multiplies them (fast mode, inference geo, batch) is
added here. Sources: reference 2.9 (fast, 2×), 2.1 (`us`, 1.1×), 6.3 (batch, half), checked 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from components.domain.answer import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

FAST_FACTOR: Final = Decimal(2)
US_FACTOR: Final = Decimal("1.1")
BATCH_FACTOR: Final = Decimal("0.5")
SEARCH_USD: Final = Decimal("0.01")
"""Per web search; not multiplied by anything."""

CostKind = Literal[
    "cache_read", "cache_write_5m", "cache_write_1h", "fresh", "thinking", "answer", "web_search"
]
_MTOK: Final = 1_000_000
_SEARCHES: Final = 1_000


@dataclass(frozen=True, slots=True)
class CostPart:
    """One kind of thing that an answer is billed for."""

    kind: CostKind
    """`fresh` is the input that no cache had to do with; `answer` the output that was not thinking."""
    count: int
    """Tokens; searches for `web_search`."""
    rate_usd: Decimal
    """US dollars per million tokens, or per thousand searches, with every factor in it."""
    usd: Decimal
    """Exact and unrounded."""


def cost_usd(model: str, usage: Usage, *, at: datetime | None = None) -> Decimal | None:
    """Return the cost of one answer in US dollars, exact and unrounded; None when no price is known.

    `at` picks the price of that moment; None is now.
    """
    parts = cost_parts(model, usage, at=at)
    return None if parts is None else sum((part.usd for part in parts), Decimal(0))


def cost_parts(model: str, usage: Usage, *, at: datetime | None = None) -> tuple[CostPart, ...] | None:
    """Split the cost of one answer; the parts add up to `cost_usd`. None when no price is known.

    Every kind has its part, in the order of `CostKind`, those with a count of 0 too.
    """
    price = _price_of(model, at)
    if price is None:
        return None
    thinking = min(usage.thinking_tokens, usage.output_tokens)
    tokens: list[tuple[CostKind, int, tuple[str, ...]]] = [
        ("cache_read", usage.cache_read_tokens, ("cache_read_mtok", "input_mtok")),
        ("cache_write_5m", usage.cache_write_5m_tokens, ("cache_write_mtok", "input_mtok")),
        (
            "cache_write_1h",
            usage.cache_write_1h_tokens,
            ("cache_write_1h_mtok", "cache_write_mtok", "input_mtok"),
        ),
        ("fresh", usage.input_tokens, ("input_mtok",)),
        ("thinking", thinking, ("output_mtok",)),
        ("answer", usage.output_tokens - thinking, ("output_mtok",)),
    ]
    factor = _factor(usage)
    parts = []
    for kind, count, prices in tokens:
        rate = _rate(price, prices, usage.total_input_tokens) * factor
        parts.append(CostPart(kind, count, rate, rate * count / _MTOK))
    searches = usage.web_search_requests
    parts.append(CostPart("web_search", searches, SEARCH_USD * _SEARCHES, SEARCH_USD * searches))
    return tuple(parts)


def _price_of(model: str, at: datetime | None) -> ModelPrice | None:
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    try:
        return calc_price(
            Counted(input_tokens=0), model, provider_id="anthropic", genai_request_timestamp=at
        ).model_price
    except LookupError:
        return None


def _rate(price: ModelPrice, names: tuple[str, ...], total_input_tokens: int) -> Decimal:
    """The first of these prices that the model has, at the tier its whole prompt puts it in."""
    found = next((each for name in names if (each := getattr(price, name)) is not None), None)
    if found is None:
        return Decimal(0)
    if isinstance(found, Decimal):
        return found
    tiers = sorted(found.tiers, key=lambda tier: tier.start)
    passed = [tier.price for tier in tiers if total_input_tokens > tier.start]
    rate: Decimal = passed[-1] if passed else found.base
    return rate


def _factor(usage: Usage) -> Decimal:
    factor = Decimal(1)
    if usage.speed == "fast":
        factor *= FAST_FACTOR
    if usage.inference_geo == "us":
        factor *= US_FACTOR
    if usage.service_tier == "batch":
        factor *= BATCH_FACTOR
    return factor
