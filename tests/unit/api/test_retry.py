from __future__ import annotations

import pytest

from components.api.errors import ConnectError, RateLimited, StreamInterrupted
from components.api.retry import RetryPolicy, retry_after_s

NOW = 1_700_000_000.0


def policy(chance: float = 0.0, attempts: int = 3) -> RetryPolicy:
    return RetryPolicy(attempts=attempts, jitter=lambda: chance)


LOST = ConnectError("lost", kind="lost")


def test_backoff_doubles_from_half_a_second_to_eight_and_loses_up_to_a_quarter() -> None:
    longest = [policy(0.0, 9).delay_s(LOST, attempt) for attempt in range(1, 8)]
    assert longest == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert [policy(1.0, 9).delay_s(LOST, attempt) for attempt in (1, 5)] == [0.375, 6.0]


def test_after_the_last_attempt_there_is_no_wait() -> None:
    assert policy().delay_s(LOST, 2) is not None
    assert policy().delay_s(LOST, 3) is None
    assert policy(attempts=1).delay_s(LOST, 1) is None


def test_errors_that_cannot_heal_are_not_retried() -> None:
    assert policy().delay_s(ConnectError("no", kind="tls"), 1) is None
    assert policy().delay_s(StreamInterrupted("broken"), 1) is None


def test_the_servers_wish_is_taken_as_it_is() -> None:
    error = RateLimited("slow down", status=429, retry_after=90.5)
    error.retryable = True
    assert policy().delay_s(error, 1) == 90.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:50 GMT"}, 30.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:10 GMT"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "4294968"}, None),
        ({"retry-after": "after lunch"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_retry_after_is_read_as_milliseconds_seconds_or_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_s(headers, NOW) == seconds
