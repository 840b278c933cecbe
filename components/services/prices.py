"""What a run cost, from the price tables of `genai-prices`.

The library knows token prices with their tiers; what multiplies them (fast mode, inference geo, batch) is
added here. Sources: reference 2.9 (fast, 2×), 2.1 (`us`, 1.1×), 6.3 (batch, half), checked 2026-11-22.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from components.domain.answer import Usage

FAST_FACTOR: Final = Decimal(2)
US_FACTOR: Final = Decimal("1.1")
BATCH_FACTOR: Final = Decimal("0.5")
SEARCH_USD: Final = Decimal("0.01")
"""Per web search; not multiplied by anything."""


def cost_usd(model: str, usage: Usage, *, at: datetime | None = None) -> Decimal | None:
    """Return the cost of one answer in US dollars, exact and unrounded; None when no price is known.

    `at` picks the price of that moment; None is now.
    """
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    counted = Counted(
        input_tokens=usage.total_input_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        price = calc_price(counted, model, provider_id="anthropic", genai_request_timestamp=at)
    except LookupError:
        return None
    cost = price.total_price
    if usage.speed == "fast":
        cost *= FAST_FACTOR
    if usage.inference_geo == "us":
        cost *= US_FACTOR
    if usage.service_tier == "batch":
        cost *= BATCH_FACTOR
    return cost + SEARCH_USD * usage.web_search_requests
