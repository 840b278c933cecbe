from __future__ import annotations

from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from components.services.rate_limits import buckets
from components.widgets.rate_limits import words_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADERS = {
    "anthropic-ratelimit-requests-limit": "1000",
    "anthropic-ratelimit-requests-remaining": "999",
    "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:42Z",
    "anthropic-ratelimit-tokens-limit": "2400000",
    "anthropic-ratelimit-tokens-remaining": "0",
    "anthropic-ratelimit-tokens-reset": "2026-11-22T11:59:00Z",
    "anthropic-fast-output-tokens-limit": "80000",
    "anthropic-fast-output-tokens-remaining": "40000",
    "anthropic-fast-output-tokens-reset": "2026-11-22T12:04:05Z",
    "anthropic-priority-input-tokens-limit": "many",
    "anthropic-organization-id": "org_*1*",
    "retry-after": "7",
}


def page() -> None:
    from datetime import UTC, datetime

    import streamlit as st

    from components.widgets.rate_limits import rate_limits

    rate_limits(st.session_state["headers"], now=datetime(2026, 11, 22, 12, tzinfo=UTC))


def drawn(headers: dict[str, str]) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state["headers"] = headers
    app.run()
    assert not app.exception
    return app


def test_each_limit_says_what_is_left_and_when_it_is_full_again() -> None:
    assert [words_of(bucket, NOW) for bucket in buckets(HEADERS)] == [
        "Requests: 999 of 1,000 left · full again in 42 s",
        "Tokens, the tightest limit: 0 of 2,400,000 left · full again by now",
        "Priority, input tokens: – of – left",
        "Fast mode, output tokens: 40,000 of 80,000 left · full again in 4 min 05 s",
    ]


def test_limits_are_bars_and_the_account_stands_below() -> None:
    app = drawn(HEADERS)
    assert len(app.get("progress")) == 3
    words = [caption.value for caption in app.caption]
    assert words[0] == "Priority, input tokens: – of – left"
    assert words[1] == "The server asked to wait 7 s."
    assert words[2].startswith("Organization org")
    assert "*" not in words[2]


def test_a_server_without_limits_is_said_to_tell_none() -> None:
    app = drawn({})
    assert [caption.value for caption in app.caption] == ["The server told no rate limits."]
    assert not app.get("progress")


def test_a_name_nobody_knows_is_shown_as_it_is() -> None:
    bucket = buckets({"anthropic-ratelimit-images-$1-limit": "5"})[0]
    assert words_of(bucket, NOW) == "Images &#36;1: – of 5 left"
