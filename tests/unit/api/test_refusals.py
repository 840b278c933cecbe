from __future__ import annotations

import json

import pytest

from components.api import errors
from components.api.refusals import Facts, facts_of_body, status_error

KEY = "sk-ant-secret"


def refuse(status: int, message: str = "", *, code: str | None = None, **more: object) -> errors.StatusError:
    facts = Facts(message or None, "some_error", code)
    return status_error(
        status,
        facts,
        host="api.test",
        path="/v1/messages",
        secret=KEY,
        should_retry=more.get("should_retry"),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (
            {
                "type": "error",
                "error": {"type": "t", "message": "m", "details": {"error_code": "c"}},
                "request_id": "req_1",
            },
            Facts("m", "t", "c", "req_1"),
        ),
        (
            {"error": {"code": 404, "message": "File Not Found", "type": "not_found"}},
            Facts("File Not Found", "not_found"),
        ),
        ({"error": "model missing"}, Facts("model missing")),
        ({"detail": "Not Found"}, Facts("Not Found")),
        ({"detail": [{"msg": "field required"}, {"msg": "too long"}]}, Facts("field required; too long")),
        ({"detail": {"error": {"message": "m", "type": "t"}}}, Facts("m", "t")),
        ({"message": "no"}, Facts("no")),
        ("only text", Facts("only text")),
        ([], Facts(None)),
        ({"error": {"message": 5, "type": None, "details": []}}, Facts(None)),
    ],
)
def test_error_bodies_of_many_servers_are_read(body: object, facts: Facts) -> None:
    assert facts_of_body(json.dumps(body).encode()) == facts


def test_bodies_that_are_no_json_are_quoted_unless_they_are_web_pages() -> None:
    assert facts_of_body(b"upstream  connect\n error").message == "upstream connect error"
    assert facts_of_body(b"<html>\xff</html>").message is None
    assert facts_of_body(b"").message is None


@pytest.mark.parametrize(
    ("status", "message", "cls", "words"),
    [
        (400, "bad field", errors.InvalidRequest, "bad field"),
        (401, "invalid x-api-key", errors.AuthenticationFailed, "check the key"),
        (402, "", errors.PaymentRequired, "billing"),
        (403, "", errors.PermissionDenied, "may not"),
        (404, "model: claude-x", errors.NotFound, "does not know this model"),
        (404, "Not Found", errors.NotFound, "base URL"),
        (409, "", errors.Conflict, "409"),
        (413, "", errors.RequestTooLarge, "32 MB"),
        (418, "", errors.StatusError, "418"),
        (422, "odd", errors.InvalidRequest, "odd"),
        (429, "", errors.RateLimited, "run again"),
        (500, "", errors.ServerError, "run again"),
        (503, "", errors.ServerError, "503"),
        (529, "Overloaded", errors.Overloaded, "overloaded"),
    ],
)
def test_each_status_has_its_class_and_says_what_to_do(
    status: int, message: str, cls: type[errors.StatusError], words: str
) -> None:
    error = refuse(status, message)
    assert type(error) is cls
    assert words in str(error)
    assert message in str(error)
    assert (error.status, error.type) == (status, "some_error")


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_what_may_heal_is_retryable_unless_the_server_says_no(status: int) -> None:
    assert refuse(status).retryable
    assert not refuse(status, should_retry=False).retryable


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_what_cannot_heal_is_not_retryable_unless_the_server_says_so(status: int) -> None:
    assert not refuse(status).retryable
    assert refuse(status, should_retry=True).retryable


@pytest.mark.parametrize("code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
def test_a_spend_cap_429_is_never_retried(code: str) -> None:
    error = refuse(429, "limit", code=code, should_retry=True)
    assert isinstance(error, errors.SpendLimitReached)
    assert not error.retryable
    assert error.error_code == code
    assert "spend limit" in str(error)


@pytest.mark.parametrize("whose", ["specified", "specified workspace"])
def test_a_400_for_ones_own_limit_is_a_spend_limit(whose: str) -> None:
    error = refuse(
        400, f"You have reached your {whose} API usage limits. You will regain access on 2026-12-01."
    )
    assert isinstance(error, errors.SpendLimitReached)
    assert "regain access" in str(error)


def test_a_ramp_limit_is_an_ordinary_429() -> None:
    assert refuse(429, "", code="ramp_limit_exceeded").retryable


def test_the_key_is_taken_out_of_the_servers_words_and_long_words_are_cut() -> None:
    error = refuse(401, f"key {KEY} is wrong", code=KEY)
    assert KEY not in str(error) + str(error.error_code)
    assert "key [key] is wrong" in str(error)
    assert len(str(refuse(400, "x" * 10_000))) < 1000


def test_without_a_key_a_401_asks_for_one() -> None:
    error = status_error(401, Facts("no"), host="api.test", path="/v1/messages")
    assert "enter one" in str(error)


def test_half_characters_in_the_servers_words_are_mended() -> None:
    str(refuse(400, "bad \ud83d")).encode()
