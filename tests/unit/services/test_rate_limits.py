from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from loopback import serve
from sandbox_api import Api

from components.sandbox.server import create_app
from components.services.rate_limits import Bucket, buckets, kept_headers


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serve(create_app(pace_tokens_per_s=0)) as base_url:
        yield Api(base_url)


def test_the_headers_of_a_real_answer_are_read_into_buckets(api: Api) -> None:
    body = {"model": "claude-opus-5-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}
    kept = kept_headers(api.post(**body).headers)
    found = buckets(kept)
    assert [(bucket.family, bucket.name) for bucket in found] == [
        ("ratelimit", "requests"),
        ("ratelimit", "tokens"),
        ("ratelimit", "input-tokens"),
        ("ratelimit", "output-tokens"),
    ]
    assert (found[0].limit, found[0].remaining) == (1_000, 999)
    assert found[0].resets
    assert found[0].resets > datetime.now(UTC)
    assert {"anthropic-organization-id", "anthropic-workspace-id"} < {*kept}
    assert "x-sandbox" not in kept
    assert "request-id" not in kept


def test_only_headers_about_limits_and_account_are_kept_in_lower_case() -> None:
    assert kept_headers(
        {
            "Anthropic-RateLimit-Requests-Limit": "1",
            "anthropic-priority-input-tokens-limit": "2",
            "anthropic-fast-input-tokens-limit": "3",
            "Retry-After": "4",
            "anthropic-organization-id": "o",
            "anthropic-workspace-id": "w",
            "anthropic-other": "x",
            "set-cookie": "x",
            "authorization": "x",
        }
    ) == {
        "anthropic-ratelimit-requests-limit": "1",
        "anthropic-priority-input-tokens-limit": "2",
        "anthropic-fast-input-tokens-limit": "3",
        "retry-after": "4",
        "anthropic-organization-id": "o",
        "anthropic-workspace-id": "w",
    }


def test_what_a_server_sends_in_excess_is_not_kept() -> None:
    many = {f"anthropic-ratelimit-{number}-limit": "1" for number in range(1_000)}
    assert len(kept_headers(many)) == 64
    assert kept_headers({"anthropic-ratelimit-requests-limit": "1" * 201}) == {}


@pytest.mark.parametrize("value", ["", "many", "-1", "1.5", "²", "1e3"])
def test_a_count_that_is_none_is_not_known(value: str) -> None:
    (bucket,) = buckets({"anthropic-ratelimit-requests-limit": value})
    assert bucket == Bucket("ratelimit", "requests")
    assert bucket.share_left is None


@pytest.mark.parametrize("value", ["", "soon", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_not_known(value: str) -> None:
    (bucket,) = buckets({"anthropic-ratelimit-requests-reset": value})
    assert bucket.resets is None


def test_a_time_without_a_zone_is_utc() -> None:
    (bucket,) = buckets({"anthropic-ratelimit-requests-reset": "2026-11-22T12:00:00"})
    assert bucket.resets == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limit", "remaining", "share"),
    [(10, 4, 0.4), (10, 0, 0.0), (10, 12, 1.0), (0, 0, None), (None, 4, None)],
)
def test_the_share_left_is_between_nothing_and_all(
    limit: int | None, remaining: int | None, share: float | None
) -> None:
    assert Bucket("fast", "requests", limit, remaining).share_left == share


def test_other_headers_are_no_buckets() -> None:
    assert (
        buckets({"anthropic-organization-id": "o", "retry-after": "1", "anthropic-ratelimit-limit": "1"})
        == []
    )
