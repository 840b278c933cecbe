"""The headers that tell what is left, and who asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from loopback import serve
from rule_cases import USER
from sandbox_api import Api

from components.domain.catalogue import MODELS, find
from components.domain.model import Model
from components.sandbox.rate_limits import Meter
from components.sandbox.server import create_app

BODY = {"model": "claude-opus-5-5", "max_tokens": 50, "messages": [USER]}
FAMILIES = {
    "ratelimit": ("requests", "tokens", "input-tokens", "output-tokens"),
    "fast": ("input-tokens", "output-tokens"),
    "priority": ("input-tokens", "output-tokens"),
}


def names(family: str) -> set[str]:
    return {
        f"anthropic-{family}-{what}-{part}"
        for what in FAMILIES[family]
        for part in ("limit", "remaining", "reset")
    }


def known(model_id: str) -> Model:
    model = find(model_id)
    assert model is not None
    return model


def left(headers: dict[str, str]) -> dict[str, int]:
    return {
        name.removesuffix("-remaining"): int(value)
        for name, value in headers.items()
        if name.endswith("-remaining")
    }


@pytest.mark.parametrize("stream", [False, True])
def test_a_success_has_the_headers_that_belong_to_it(stream: bool, api: Any) -> None:
    plain = {name for name in api.post(**BODY, stream=stream).headers if "anthropic-" in name}
    base = {"anthropic-organization-id", "anthropic-workspace-id"}
    assert plain == base | names("ratelimit")
    fast = {name for name in api.post(**BODY, stream=stream, speed="fast").headers if "anthropic-" in name}
    assert fast == plain | names("fast")
    turn = {"role": "user", "content": "[sandbox:priority] Hi"}
    served = api.post(**{**BODY, "messages": [turn], "stream": stream})
    assert {name for name in served.headers if "anthropic-" in name} == plain | names("priority")


@pytest.mark.parametrize(
    ("more", "tier"),
    [
        ({}, "priority"),
        ({"service_tier": "auto"}, "priority"),
        ({"service_tier": "standard_only"}, "standard"),
        ({"speed": "fast"}, "standard"),
    ],
)
def test_the_service_tier_shows_in_usage_and_headers(more: dict[str, Any], tier: str, api: Any) -> None:
    response = api.post(
        **{**BODY, "messages": [{"role": "user", "content": "[sandbox:priority] Hi"}], **more}
    )
    assert response.json()["usage"]["service_tier"] == tier
    assert ("anthropic-priority-input-tokens-limit" in response.headers) == (tier == "priority")
    assert api.message(**BODY, **more)["usage"]["service_tier"] == "standard"


def test_what_is_left_decreases_until_the_minute_is_over() -> None:
    now = [120.0]
    meter = Meter(now=lambda: now[0])
    model = known("claude-opus-5-5")
    first = meter.headers(model, 3_000, 1_000, fast=True, priority=True)
    now[0] += 59
    second = meter.headers(model, 3_000, 1_000, fast=True, priority=True)
    assert all(left(second)[name] < count for name, count in left(first).items())
    assert set(first) == names("ratelimit") | names("fast") | names("priority")
    assert first["anthropic-ratelimit-requests-reset"] == "1970-01-01T00:03:00Z"
    now[0] += 1
    third = meter.headers(model, 3_000, 1_000, fast=True, priority=True)
    assert left(third) == left(first)


def test_what_is_left_never_exceeds_the_limit_nor_falls_below_zero() -> None:
    meter = Meter(now=lambda: 0.0)
    for model in MODELS:
        for _ in range(3):
            headers = meter.headers(model, 1_999_000, 399_900, fast=True)
            for name, count in left(headers).items():
                assert 0 <= count <= int(headers[f"{name}-limit"])


def test_the_tightest_limit_is_told_as_tokens() -> None:
    headers = Meter(now=lambda: 0.0).headers(known("claude-opus-5-5"), 1_000, 300_000)
    for part in ("limit", "remaining"):
        assert (
            headers[f"anthropic-ratelimit-tokens-{part}"]
            == headers[f"anthropic-ratelimit-output-tokens-{part}"]
        )


def test_generations_share_a_bucket_and_later_models_have_their_own() -> None:
    meter = Meter(now=lambda: 0.0)

    def requests_left(model_id: str) -> int:
        return left(meter.headers(known(model_id), 1, 1))["anthropic-ratelimit-requests"]

    shared = [
        requests_left(model_id) for model_id in ("claude-opus-4-8", "claude-opus-4-6", "claude-opus-4-5")
    ]
    assert shared == [999, 998, 997]
    own = ("claude-opus-5-5", "claude-opus-5", "claude-sonnet-4-6", "claude-fable-5-2")
    assert {requests_left(model_id) for model_id in own} == {999}


def test_fable_has_limits_of_its_own() -> None:
    meter = Meter(now=lambda: 0.0)
    limits = [
        meter.headers(known(model_id), 1, 1)["anthropic-ratelimit-input-tokens-limit"]
        for model_id in ("claude-fable-5-2", "claude-opus-5-5")
    ]
    assert limits == ["500000", "2000000"]


def test_a_rate_limit_says_what_is_used_up_and_until_when(api: Any) -> None:
    turn = {"role": "user", "content": "[sandbox:rate-limit retry-after=30] Hi"}
    before = datetime.now(UTC).timestamp()
    response = api.post(**{**BODY, "messages": [turn]})
    after = datetime.now(UTC).timestamp()
    assert response.status_code == 429
    assert names("ratelimit") <= set(response.headers)
    for what in ("tokens", "input-tokens"):
        assert response.headers[f"anthropic-ratelimit-{what}-remaining"] == "0"
        reset = datetime.fromisoformat(response.headers[f"anthropic-ratelimit-{what}-reset"]).timestamp()
        assert before + 30 <= reset <= after + 31
    assert int(response.headers["anthropic-ratelimit-output-tokens-remaining"]) > 0


def test_a_spend_cap_says_nothing_of_rates(api: Any) -> None:
    turn = {"role": "user", "content": "[sandbox:spend-cap] Hi"}
    response = api.post(**{**BODY, "messages": [turn]})
    assert response.status_code == 429
    assert not [name for name in response.headers if "ratelimit" in name or name == "retry-after"]


def test_the_workspace_asked_for_is_the_one_that_answers(api: Any) -> None:
    own = api.post(**BODY).headers["anthropic-workspace-id"]
    assert own.startswith("wrkspc_sandbox")
    asked = api.post(headers={"anthropic-workspace-id": "wrkspc_other"}, **BODY)
    assert asked.headers["anthropic-workspace-id"] == "wrkspc_other"
    assert "anthropic-workspace-id" not in api.post(headers={"x-api-key": "invalid"}, **BODY).headers


def test_a_read_from_the_cache_does_not_count_as_input() -> None:
    marked = {"type": "text", "text": "A rule. " * 4_000, "cache_control": {"type": "ephemeral"}}
    with serve(create_app(0)) as url:
        api = Api(url)
        spent = []
        remaining = 2_000_000
        for _ in range(2):
            headers = api.post(**{**BODY, "system": [marked]}).headers
            now = int(headers["anthropic-ratelimit-input-tokens-remaining"])
            spent.append(remaining - now)
            remaining = now
        api.session.close()
    assert spent[0] > 5_000
    assert spent[1] <= 1_000
