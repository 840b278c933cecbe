from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import cast

import pytest

from components.domain.answer import Usage
from components.domain.catalogue import MODELS, find
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.domain.run import Estimate
from components.services.estimates import BeforeYouSend, estimate, look_ahead, share
from components.services.prices import cost_usd
from components.services.token_counts import Counted

TODAY = date(2026, 11, 22)
EPHEMERAL: JsonObject = {"type": "ephemeral"}
AN_HOUR: JsonObject = {"type": "ephemeral", "ttl": "1h"}
ZERO = Decimal(0)


def model(name: str = "claude-opus-5-5") -> Model:
    found = find(name)
    assert found
    return found


def a_body(**more: Json) -> JsonObject:
    return {"max_tokens": 1_000, "messages": [{"role": "user", "content": "Hi"}], **more}


def said(name: str = "claude-opus-5-5", tokens: int = 1_000_000, *outputs: int, **more: Json) -> Estimate:
    return estimate(model(name), a_body(**more), tokens, outputs, TODAY)


def figures(found: Estimate) -> list[str | None]:
    money = (found.lowest_usd, found.likely_usd, found.highest_usd)
    return [None if each is None else f"{each.normalize():f}" for each in money]


def test_the_range_goes_from_the_input_alone_over_the_median_to_all_of_max_tokens() -> None:
    found = said("claude-opus-5-5", 1_000_000, 700, 100, 200)
    assert found.input_tokens == 1_000_000
    assert figures(found) == ["4", "4.004", "4.02"]


def test_without_a_history_nothing_is_called_likely() -> None:
    assert figures(said()) == ["4", None, "4.02"]


def test_more_output_than_max_tokens_allows_is_not_likely() -> None:
    assert figures(said("claude-opus-5-5", 1_000_000, 9_000)) == ["4", "4.02", "4.02"]


@pytest.mark.parametrize("max_tokens", [None, "many", True, -1, 1.5])
def test_without_max_tokens_there_is_no_highest_figure(max_tokens: Json) -> None:
    assert figures(said("claude-opus-5-5", 1_000_000, 500, max_tokens=max_tokens)) == ["4", "4.01", None]


def test_without_a_count_nothing_is_known() -> None:
    assert estimate(model(), a_body(), None, [5], TODAY) == Estimate()


@pytest.mark.parametrize("name", ["claude-mythos-5-1", "my-own-model"])
def test_without_a_price_the_tokens_are_still_told(name: str) -> None:
    assert estimate(Model(name), a_body(), 10, [5], TODAY) == Estimate(10, None, None, None)


def test_the_sandbox_costs_nothing() -> None:
    body = a_body(speed="fast", cache_control=EPHEMERAL)
    assert estimate(model(), body, 10, [5], TODAY, simulated=True) == Estimate(10, ZERO, ZERO, ZERO)
    assert estimate(Model("mine"), body, 10, [], TODAY, simulated=True) == Estimate(10, ZERO, None, ZERO)


def test_fast_mode_and_the_us_multiply_everything() -> None:
    plain = said("claude-opus-5-5", 1_000, 100)
    dear = said("claude-opus-5-5", 1_000, 100, speed="fast", inference_geo="us")
    for one, other in zip(
        (plain.lowest_usd, plain.likely_usd, plain.highest_usd),
        (dear.lowest_usd, dear.likely_usd, dear.highest_usd),
        strict=True,
    ):
        assert one is not None
        assert other == one * Decimal("2.2")


def test_fast_mode_costs_nothing_where_the_model_ignores_it() -> None:
    assert model("claude-opus-4-6").fast == "ignored"
    assert said("claude-opus-4-6", speed="fast") == said("claude-opus-4-6")


def test_haiku_55_is_dearer_from_a_prompt_of_100_000_tokens_on() -> None:
    assert figures(said("claude-haiku-5-5", 100_000, max_tokens=100_000)) == ["0.01", None, "0.06"]
    assert figures(said("claude-haiku-5-5", 100_001, max_tokens=100_000)) == ["0.0500005", None, "0.3000005"]


TEXT: JsonObject = {"type": "text", "text": "Hi", "cache_control": EPHEMERAL}
RESULT: JsonObject = {"type": "tool_result", "tool_use_id": "t", "content": [TEXT]}


@pytest.mark.parametrize(
    "more",
    [
        {"cache_control": EPHEMERAL},
        {"system": [TEXT]},
        {"tools": [{"name": "a", "cache_control": EPHEMERAL}]},
        {"messages": [{"role": "user", "content": [TEXT]}]},
        {"messages": [{"role": "user", "content": [RESULT]}]},
    ],
)
def test_with_a_breakpoint_the_input_is_between_read_and_written(more: JsonObject) -> None:
    assert figures(said("claude-opus-5-5", 1_000_000, 100, **more)) == ["0.2", "4.002", "5.02"]


def test_the_dearest_lifetime_makes_the_highest_figure() -> None:
    blocks = [TEXT, {**TEXT, "cache_control": AN_HOUR}]
    assert figures(said(system=cast(Json, blocks))) == ["0.2", None, "8.02"]


def test_a_prompt_too_short_for_the_cache_costs_the_plain_price() -> None:
    assert said("claude-opus-5-5", 511, 7, cache_control=EPHEMERAL) == said("claude-opus-5-5", 511, 7)
    assert said("claude-opus-5-5", 512, 7, cache_control=EPHEMERAL) != said("claude-opus-5-5", 512, 7)


@pytest.mark.parametrize(
    "more",
    [
        {"cache_control": "yes"},
        {"system": "Be brief.", "tools": "none", "messages": [1, {"content": [None, "text"]}]},
        {"tools": [{"input_schema": {"properties": {"cache_control": {"type": "string"}}}}]},
        {"messages": {"cache_control": EPHEMERAL}},
    ],
)
def test_what_is_no_breakpoint_changes_nothing(more: JsonObject) -> None:
    assert said(**more) == said()


@pytest.mark.parametrize("each", MODELS, ids=lambda each: str(each.id))
@pytest.mark.parametrize("more", [{}, {"cache_control": AN_HOUR}, {"speed": "fast", "inference_geo": "us"}])
@pytest.mark.parametrize("tokens", [0, 600, 100_001])
def test_the_actual_cost_is_always_within_the_range(each: Model, more: JsonObject, tokens: int) -> None:
    found = estimate(each, a_body(**more), tokens, [300], TODAY)
    if found.lowest_usd is None:
        assert found == Estimate(tokens)
        return
    fast = "fast" if "speed" in more and each.fast_on(TODAY) != "ignored" else "standard"
    geo = str(more.get("inference_geo", "global"))
    plain = Usage(input_tokens=tokens, output_tokens=1_000, speed=fast, inference_geo=geo)
    outcomes = [plain, replace(plain, output_tokens=1, thinking_tokens=1)]
    if "cache_control" in more and tokens >= (each.cache_minimum or 0):
        outcomes += [
            replace(plain, input_tokens=0, cache_read_tokens=tokens),
            replace(plain, input_tokens=0, cache_write_1h_tokens=tokens),
            replace(plain, input_tokens=tokens // 2, cache_write_5m_tokens=tokens - tokens // 2),
        ]
    for outcome in outcomes:
        cost = cost_usd(each.id, outcome)
        assert cost is not None
        assert found.highest_usd is not None
        assert found.lowest_usd <= cost <= found.highest_usd
    assert found.likely_usd is not None
    assert found.lowest_usd <= found.likely_usd <= found.highest_usd


def test_the_share_of_the_context_window_is_told_with_and_without_the_answer() -> None:
    found = share(150_000, 60_000, model("claude-haiku-4-5"))
    assert found
    assert (found.context, found.of_input, found.with_answer, found.near) == (200_000, 0.75, 1.05, False)
    near = share(170_000, None, model("claude-haiku-4-5"))
    assert near
    assert (near.with_answer, near.near) == (None, True)
    assert share(1, 1, Model("mine")) is None


def ahead(
    name: str = "claude-opus-5-5",
    tokens: int | None = 1_000,
    *outputs: int,
    simulated: bool = False,
    **more: Json,
) -> BeforeYouSend:
    known = find(name) or Model(name)
    return look_ahead(known, a_body(**more), Counted(tokens), outputs, TODAY, simulated=simulated)


def test_while_the_count_is_on_its_way_nothing_else_is_said() -> None:
    pending = Counted(pending=True)
    assert look_ahead(model(), a_body(), pending, [5], TODAY) == BeforeYouSend(pending)
    assert ahead(tokens=None) == BeforeYouSend(Counted())


def test_the_figures_of_the_count_before_stay_but_are_no_estimate_of_this_request() -> None:
    pending = Counted(pending=True, before=1_000)
    found = look_ahead(model(), a_body(), pending, [5], TODAY)
    assert found.figures == estimate(model(), a_body(), 1_000, [5], TODAY)
    assert (found.estimate, found.share) == (None, share(1_000, 1_000, model()))


def test_all_that_is_known_stands_together() -> None:
    found = ahead("claude-opus-5-5", 1_000, 5)
    assert found.estimate == found.figures == estimate(model(), a_body(), 1_000, [5], TODAY)
    assert found.share == share(1_000, 1_000, model())
    assert found.counted == Counted(1_000)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (ahead(), "calls that an estimate"),
        (ahead(), "Likely: told once this prompt has an answer."),
        (ahead(), "Highest: all of 1,000 max tokens."),
        (
            ahead("claude-opus-5-5", 10, 7),
            "7 output tokens, as this prompt had in the middle of its last answer.",
        ),
        (
            ahead("claude-opus-5-5", 10, 7, 9),
            "7 output tokens, as this prompt had in the middle of its last 2 ",
        ),
        (ahead(cache_control=EPHEMERAL), "written to it for five minutes"),
        (ahead(cache_control=AN_HOUR), "written to it for an hour"),
        (ahead(tokens=10, cache_control=AN_HOUR), "caches from 512 tokens on"),
        (ahead(speed="fast"), "Fast mode"),
        (ahead(inference_geo="us"), "1.1 times"),
        (ahead(tools=[{"type": "web_search_20260318"}]), "Searches"),
        (ahead(mcp_servers=[{"url": "https://example.com"}]), "server tools"),
        (ahead("my-own-model"), "No price is known"),
        (ahead(simulated=True), "It costs nothing."),
        (ahead("claude-haiku-4-5", 150_000, max_tokens=64_000), "may be cut off"),
    ],
)
def test_what_the_figures_take_for_granted_is_said(found: BeforeYouSend, sentence: str) -> None:
    assert sentence in " ".join(found.assumptions)


def test_what_is_not_so_is_not_said() -> None:
    for sentence in ("cache", "Fast", "1.1", "Searches", "cut off", "sandbox", "No price"):
        assert sentence not in " ".join(ahead(tools=[{"name": "mine"}]).assumptions)
