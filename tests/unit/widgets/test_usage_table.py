from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.domain.answer import usage_of
from components.domain.json_types import JsonObject
from components.domain.request import Request
from components.domain.run import Estimate, Run, RunState, RunTimes
from components.services.prices import cost_usd
from components.widgets.usage_table import usage_rows

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
USAGE: JsonObject = {
    "input_tokens": 1_000,
    "cache_creation_input_tokens": 5_000,
    "cache_creation": {"ephemeral_5m_input_tokens": 2_000, "ephemeral_1h_input_tokens": 3_000},
    "cache_read_input_tokens": 4_000,
    "output_tokens": 500,
    "output_tokens_details": {"thinking_tokens": 100},
    "server_tool_use": {"web_search_requests": 2},
}


def a_run(
    usage: JsonObject | None = USAGE, *, stop_reason: str | None = "end_turn", **changes: object
) -> Run:
    message: JsonObject = {
        "model": "claude-opus-5-5",
        "content": [],
        "stop_reason": stop_reason,
        "usage": usage,
    }
    counted = usage_of(message)
    run = Run(
        id="1",
        state=RunState.COMPLETE,
        request=Request.of({"model": "claude-opus-5-5"}),
        connection="",
        base_url="",
        times=RunTimes(BEGAN, ended=BEGAN),
        message=message,
        cost_usd=cost_usd("claude-opus-5-5", counted, at=BEGAN) if counted else None,
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def rows(run: Run) -> list[tuple[str, int, str | None]]:
    usage = usage_of(run.message)
    assert usage
    return [
        (row.kind, row.count, None if row.usd is None else str(row.usd)) for row in usage_rows(run, usage)
    ]


def page() -> None:
    import streamlit as st

    from components.widgets.usage_table import usage_table

    usage_table(st.session_state["run"])


def drawn(run: Run) -> list[str]:
    """Every text of the table, tables first."""
    app = AppTest.from_function(page)
    app.session_state["run"] = run
    app.run()
    assert not app.exception
    return [each.value.replace("&#36;", "$") for each in (*app.markdown, *app.caption)]


def test_every_kind_of_token_has_its_row_with_its_dollars() -> None:
    assert rows(a_run()) == [
        ("cache_read", 4_000, "0.0008"),
        ("cache_write_5m", 2_000, "0.01"),
        ("cache_write_1h", 3_000, "0.024"),
        ("fresh", 1_000, "0.004"),
        ("thinking", 100, "0.002"),
        ("answer", 400, "0.008"),
        ("web_search", 2, "0.02"),
    ]
    (table,) = drawn(a_run())
    assert "| Input, read from the cache | 4,000 | $0.20 | $0.00080 |" in table
    assert "| Web searches | 2 |  | $0.0200 |" in table
    assert table.endswith("| **Total** | **10,500** | | **$0.0688** |")


def test_what_did_not_occur_has_no_row() -> None:
    run = a_run({"input_tokens": 0, "output_tokens": 0})
    assert [kind for kind, *_ in rows(run)] == ["fresh", "answer"]


def test_the_rows_add_up_to_the_cost_of_the_run() -> None:
    run = a_run()
    usage = usage_of(run.message)
    assert usage
    assert sum(row.usd or 0 for row in usage_rows(run, usage)) == run.cost_usd


def test_a_run_that_cost_nothing_shows_no_price_in_any_row() -> None:
    assert {usd for *_, usd in rows(a_run(cost_usd=Decimal(0)))} == {"0"}
    assert "| Output, answer | 400 |  | $0 |" in drawn(a_run(cost_usd=Decimal(0)))[0]


def test_dollars_that_would_not_add_up_to_what_was_stored_are_not_shown() -> None:
    (table,) = drawn(a_run(cost_usd=Decimal("0.5")))
    assert {usd for *_, usd in rows(a_run(cost_usd=Decimal("0.5")))} == {None}
    assert "| Output, answer | 400 |  | – |" in table
    assert "**$0.50**" in table


def test_of_a_model_without_a_price_the_tokens_are_shown() -> None:
    table, remark = drawn(a_run(cost_usd=None))
    assert "| Output, answer | 400 |  | – |" in table
    assert remark == "No price is known for this model."


def test_of_an_answer_that_broke_off_only_the_input_is_known() -> None:
    run = a_run(stop_reason=None, cost_usd=None)
    assert [kind for kind, *_ in rows(run)] == ["cache_read", "cache_write_5m", "cache_write_1h", "fresh"]
    assert "was not complete" in drawn(run)[1]


@pytest.mark.parametrize(
    ("more", "words"), [({"speed": "fast"}, "Fast mode"), ({"inference_geo": "us"}, "1.1 times")]
)
def test_what_multiplied_the_price_is_said(more: JsonObject, words: str) -> None:
    table, remark = drawn(a_run(USAGE | more))
    assert words in remark
    assert "| Output, answer | 400 | $" in table


def test_the_estimate_stands_beside_what_came() -> None:
    said = Estimate(214, Decimal("0.0009"), Decimal("0.0024"), Decimal("0.083"))
    compared = drawn(a_run(estimate=said))[1]
    assert "| Estimate | 214 | $0.00090 … likely $0.0024 … $0.0830 |" in compared
    assert "| Actual | 10,000 | $0.0688 |" in compared


def test_an_estimate_without_a_price_compares_the_tokens() -> None:
    compared = drawn(a_run(estimate=Estimate(214), cost_usd=None))[1]
    assert "| Estimate | 214 | – |" in compared
    assert "| Actual | 10,000 | – |" in compared


def test_without_usage_there_is_a_word_on_it() -> None:
    assert drawn(a_run(None)) == ["The server told no usage."]
    assert drawn(a_run(message=None, cost_usd=None)) == ["The server told no usage."]
