"""What an ended run was billed for, and how near the estimate was."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import streamlit as st

from components.domain import figures
from components.domain.answer import Usage, stop_reason_of, usage_of
from components.domain.run import Run
from components.services.prices import CostKind, cost_parts

_LABELS: Final[dict[CostKind, str]] = {
    "cache_read": "Input, read from the cache",
    "cache_write_5m": "Input, cached for 5 minutes",
    "cache_write_1h": "Input, cached for 1 hour",
    "fresh": "Input, fresh",
    "thinking": "Output, thinking",
    "answer": "Output, answer",
    "web_search": "Web searches",
}
_ALWAYS: Final = frozenset({"fresh", "answer"})
_OUTPUT: Final = frozenset({"thinking", "answer", "web_search"})
_SAME: Final = Decimal("1e-9")
"""Dollars: stored costs are rounded far below this."""


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One kind of tokens (or searches). None: not known."""

    kind: CostKind
    count: int
    rate_usd: Decimal | None
    """Per million tokens, or per thousand searches."""
    usd: Decimal | None


def usage_table(run: Run) -> None:
    """Draw the tokens of a run by kind with their dollars, then the estimate beside what came."""
    usage = usage_of(run.message)
    if usage is None:
        st.caption("The server told no usage.")
        return
    rows = usage_rows(run, usage)
    st.markdown(_table(rows, run.cost_usd))
    if remark := _remark(run, usage):
        st.caption(remark)
    if (compared := _compared(run, usage)) is not None:
        st.markdown(compared)


def usage_rows(run: Run, usage: Usage) -> list[UsageRow]:
    """The rows worth showing, input first; an answer that broke off has rows of input only."""
    thinking = min(usage.thinking_tokens, usage.output_tokens)
    counts: dict[CostKind, int] = {
        "cache_read": usage.cache_read_tokens,
        "cache_write_5m": usage.cache_write_5m_tokens,
        "cache_write_1h": usage.cache_write_1h_tokens,
        "fresh": usage.input_tokens,
        "thinking": thinking,
        "answer": usage.output_tokens - thinking,
        "web_search": usage.web_search_requests,
    }
    counted = stop_reason_of(run.message) is not None
    prices = _prices(run, usage)
    return [
        UsageRow(kind, count, *prices.get(kind, (None, None)))
        for kind, count in counts.items()
        if (count or kind in _ALWAYS) and (counted or kind not in _OUTPUT)
    ]


def _prices(run: Run, usage: Usage) -> dict[CostKind, tuple[Decimal | None, Decimal | None]]:
    """Rate and dollars by kind; empty when they are not known, or would not add up to the cost of the run."""
    if run.cost_usd is None:
        return {}
    if run.cost_usd == 0:
        return {kind: (None, Decimal(0)) for kind in _LABELS}
    model = str((run.message or {}).get("model") or run.request.model)
    parts = cost_parts(model, usage, at=run.times.ended) or ()
    if abs(sum((part.usd for part in parts), Decimal(0)) - run.cost_usd) > _SAME:
        return {}  # Stored when other prices were known.
    return {part.kind: (part.rate_usd, part.usd) for part in parts}


def _table(rows: list[UsageRow], total_usd: Decimal | None) -> str:
    lines = ["| | Tokens | per MTok | Cost |", "| :-- | --: | --: | --: |"]
    for row in rows:
        rate = "" if row.rate_usd is None else figures.rate(row.rate_usd)
        if row.kind == "web_search":
            rate = ""  # Not per million tokens; its label says what is counted.
        lines.append(f"| {_LABELS[row.kind]} | {figures.count(row.count)} | {rate} | {_money(row.usd)} |")
    tokens = sum(row.count for row in rows if row.kind != "web_search")
    lines.append(f"| **Total** | **{figures.count(tokens)}** | | **{_money(total_usd)}** |")
    return "\n".join(lines).replace("$", "&#36;")


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else figures.dollars(amount)


def _remark(run: Run, usage: Usage) -> str:
    said = []
    if usage.speed == "fast":
        said.append("Fast mode: twice the price.")
    if usage.inference_geo == "us":
        said.append("Inference in the US: 1.1 times the price.")
    if stop_reason_of(run.message) is None:
        said.append("The answer was not complete, so its output and its cost were not told.")
    elif run.cost_usd is None:
        said.append("No price is known for this model.")
    return " ".join(said)


def _compared(run: Run, usage: Usage) -> str | None:
    """The estimate beside what came, as a table; None without one."""
    said = run.estimate
    if said is None or said.input_tokens is None:
        return None
    span = figures.span(said.lowest_usd, said.likely_usd, said.highest_usd) or "–"
    lines = [
        "| | Input tokens | Cost |",
        "| :-- | --: | --: |",
        f"| Estimate | {figures.count(said.input_tokens)} | {span} |",
        f"| Actual | {figures.count(usage.total_input_tokens)} | {_money(run.cost_usd)} |",
    ]
    return "\n".join(lines).replace("$", "&#36;")
