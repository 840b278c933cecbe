"""The sandbox refuses what the service refuses, with its shapes and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import requests
from asgi_api import Answer, AsgiApi
from rule_cases import ALL, LONG, NEW, OLD, RULE_CASES, TOOL, USER, VERSIONS, WITHOUT_A_FIX, RuleCase

from components.domain import shape
from components.domain.checks import refusals
from components.domain.json_types import JsonObject
from components.domain.rules import RULES, check
from components.media import READER, resolve
from components.sandbox.server import create_app

NOTICES = {rule.key for rule in RULES if rule.severity == "notice"}
OPUS: JsonObject = {"model": "claude-opus-5-5", "max_tokens": 100, "messages": [USER]}


@pytest.fixture(scope="module")
def days() -> Iterator[Callable[[date], AsgiApi]]:
    """The sandbox as it is on a day."""
    apis: dict[date, AsgiApi] = {}

    def on(day: date) -> AsgiApi:
        if day not in apis:
            apis[day] = AsgiApi(create_app(0, today=lambda: day))
        return apis[day]

    yield on
    for api in apis.values():
        api.close()


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.id)
def test_every_rule_is_a_refusal_and_every_fix_is_accepted(
    case: RuleCase, days: Callable[[date], AsgiApi]
) -> None:
    sandbox = days(case.today)
    for model in case.some_models:
        for version in case.versions:
            body, betas = case.body(model), case.betas
            for _ in range(12):
                found = refusals(body, anthropic_version=version, betas=betas, today=case.today, media=READER)
                errors = [finding for finding in found if finding.severity == "error"]
                answer = sandbox.post("/v1/messages", body, version=version, betas=betas)
                if not errors:
                    assert answer.status == 200, answer.content[:500]
                    break
                first = errors[0]
                assert (answer.status, answer.error["message"]) == (first.status, first.message)
                assert _code(answer) == first.error_code
                fix = next((finding.fix for finding in errors if finding.fix), None)
                if fix is None:
                    assert {finding.rule for finding in errors} <= WITHOUT_A_FIX
                    break
                body, betas = resolve(fix, body).apply(body), fix.betas(betas)
            else:
                raise AssertionError("the fixes do not come to an end")


def test_an_image_too_large_is_named_with_the_limit(days: Callable[[date], AsgiApi]) -> None:
    case = next(case for case in RULE_CASES if case.rule == "image_dimensions_many")
    answer = days(case.today).post("/v1/messages", case.body("claude-opus-5-5"), version=NEW)
    assert answer.error["details"] == {
        "error_code": "image_dimensions_too_large",
        "max_side_length_pixels": 2_000,
        "paths": ["messages.0.content.20", "messages.0.content.21"],
    }


def _code(answer: Answer) -> Any:
    details: Any = answer.error.get("details") or {}
    return details.get("error_code")


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.id)
def test_the_words_of_a_rule_are_the_answer_where_nothing_else_is_wrong(
    case: RuleCase, days: Callable[[date], AsgiApi]
) -> None:
    """At least one model and version must be refused for the rule itself, not for one before it."""
    if case.rule in NOTICES:
        return
    for model in case.some_models:
        for version in case.versions:
            body = case.body(model)
            found = refusals(
                body, anthropic_version=version, betas=case.betas, today=case.today, media=READER
            )
            first = next(finding for finding in found if finding.severity == "error")
            if first.rule == case.rule:
                answer = days(case.today).post("/v1/messages", body, version=version, betas=case.betas)
                assert (answer.status, answer.error["type"]) == (first.status, first.error_type)
                assert case.message in (None, answer.error["message"])
                return
    raise AssertionError(f"{case.id}: another rule always comes first")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("model", sorted(ALL))
def test_a_plain_request_is_answered_by_every_model_on_both_versions(
    model: str, version: str, api: Any
) -> None:
    headers = {"anthropic-version": version}
    response = api.post(headers=headers, model=model, max_tokens=300, messages=[USER])
    assert response.status_code == 200
    text = response.json()["content"][-1]["text"]
    assert "simulated" in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": 5}, "model: Input should be a valid string"),
        ({"max_tokens": "10"}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": True}, "max_tokens: Input should be a valid integer"),
        ({"messages": "Hi"}, "messages: Input should be a valid list"),
        ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
        (
            {"messages": [{"role": "human", "content": "Hi"}]},
            "messages.0.role: Input should be 'user', 'assistant' or 'system'",
        ),
        ({"messages": [{**USER, "name": "x"}]}, "messages.0.name: Extra inputs are not permitted"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "messages.0.content.0.text.text: Field required",
        ),
        ({"wishes": []}, "wishes: Extra inputs are not permitted"),
        ({"mcp_servers": []}, "mcp_servers: Extra inputs are not permitted"),
        ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
        (
            {"tools": [{**TOOL, "name": "a b"}]},
            f"tools.0.custom.name: String should match pattern '{shape.TOOL_NAME}'",
        ),
        ({"tools": [{"name": "t"}]}, "tools.0.custom.input_schema: Field required"),
        ({"tool_choice": {"type": "tool"}}, "tool_choice.tool.name: Field required"),
        (
            {"output_config": {"effort": "huge"}},
            "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
        ),
        ({"speed": "slow"}, "speed: Input should be 'standard' or 'fast'"),
        ({"stream": "yes"}, "stream: Input should be a valid boolean"),
        ({"metadata": {"user": "x"}}, "metadata.user: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_shape_is_named_with_its_place(change: JsonObject, message: str, api: Any) -> None:
    response = api.post(**{**OPUS, **change})
    assert response.status_code == 400
    assert response.json()["error"] == {"type": "invalid_request_error", "message": message}


@pytest.mark.parametrize("name", ["model", "max_tokens", "messages"])
def test_a_required_field_is_missed(name: str, api: Any) -> None:
    response = api.post(**{key: value for key, value in OPUS.items() if key != name})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == f"{name}: Field required"


def test_a_fault_of_shape_says_what_to_do() -> None:
    extra, wrong = shape.check({**OPUS, "wishes": 1, "stop_sequences": 5})
    assert extra.sentence == "“wishes” is no field the API has. Remove it."
    assert extra.fix is not None
    assert "wishes" not in extra.fix.apply({**OPUS, "wishes": 1})
    assert (wrong.path, wrong.sentence) == (("stop_sequences",), "“stop_sequences” must be a list.")
    assert wrong.fix is not None
    assert wrong.fix.label == "Remove stop_sequences"


def test_a_beta_field_is_taken_with_its_beta(api: Any) -> None:
    headers = {"anthropic-beta": "other-beta,mcp-client-2025-11-20"}
    assert api.post(headers=headers, mcp_servers=[], **OPUS).status_code == 200


def test_every_fixture_s_fields_are_known() -> None:
    full: JsonObject = {
        **OPUS,
        "system": [{"type": "text", "text": LONG, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "tools": [TOOL, {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low", "format": None},
        "metadata": {"user_id": None},
        "service_tier": "auto",
        "inference_geo": "us",
        "container": None,
        "diagnostics": {"previous_message_id": None},
        "cache_control": {"type": "ephemeral"},
        "stop_sequences": ["END"],
        "speed": None,
        "stream": False,
    }
    assert shape.check(full) == []
    assert check(full, anthropic_version=NEW) == []


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "valid dictionary"),
        (b'{"max_tokens": NaN}', "NaN"),
        (b'{"model": "\\ud800"}', "surrogate"),
        (b'{"model": "\xff"}', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_body_that_is_not_json_is_refused(raw: bytes, says: str, api: Any) -> None:
    response = api.session.post(f"{api.base_url}/v1/messages", data=raw, headers=api.headers, timeout=20)
    assert response.status_code == 400
    assert says in response.json()["error"]["message"]


def test_a_body_over_32_mb_is_too_large(api: Any) -> None:
    raw = b'{"model": "' + b"x" * 32_000_000
    response = api.session.post(f"{api.base_url}/v1/messages", data=raw, headers=api.headers, timeout=20)
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "request_too_large"


def test_a_prompt_longer_than_the_window_is_refused(api: Any) -> None:
    long = {"role": "user", "content": "word " * 210_000}
    response = api.post(model="claude-haiku-4-5", max_tokens=10, messages=[long])
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("prompt is too long: 2")


@pytest.mark.parametrize(
    ("headers", "status", "error_type", "message"),
    [
        ({"x-api-key": None}, 401, "authentication_error", "x-api-key header is required"),
        ({"x-api-key": "an-invalid-key"}, 401, "authentication_error", "invalid x-api-key"),
        (
            {"x-api-key": None, "authorization": "Bearer invalid"},
            401,
            "authentication_error",
            "Invalid bearer token",
        ),
        (
            {"x-api-key": None, "authorization": "Basic eDp5"},
            401,
            "authentication_error",
            "Invalid bearer token",
        ),
        (
            {"x-api-key": "forbidden-key"},
            403,
            "permission_error",
            "Your API key does not have permission to use the specified resource.",
        ),
        ({"anthropic-version": None}, 400, "invalid_request_error", "anthropic-version: header is required"),
        (
            {"anthropic-version": "2099-01-01"},
            400,
            "invalid_request_error",
            'anthropic-version: "2099-01-01" is not a valid version',
        ),
    ],
)
def test_headers_are_demanded(headers: Any, status: int, error_type: str, message: str, api: Any) -> None:
    for ask in (lambda: api.post(headers=headers, **OPUS), lambda: api.get("/v1/models", headers=headers)):
        response: requests.Response = ask()
        assert response.status_code == status
        assert response.json()["error"] == {"type": error_type, "message": message}
        assert ("anthropic-workspace-id" in response.headers) == (status == 400)


def test_a_bearer_token_is_taken_and_the_key_wins_over_it(api: Any) -> None:
    assert api.post(headers={"x-api-key": None, "authorization": "Bearer token"}, **OPUS).status_code == 200
    assert api.post(headers={"authorization": "Bearer invalid"}, **OPUS).status_code == 200


def test_unknown_models_paths_and_methods_are_errors_of_the_service(api: Any) -> None:
    response = api.post(**{**OPUS, "model": "claude-opus-9"})
    assert (response.status_code, response.json()["error"]["message"]) == (404, "model: claude-opus-9")
    assert response.json()["error"]["type"] == "not_found_error"
    for path, status in (("/v1/complete", 404), ("/v1/messages/", 404), ("/v1/messages", 405), ("/", 404)):
        response = api.get(path)
        assert response.status_code == status
        assert response.json()["type"] == "error"
        assert response.json()["request_id"] == response.headers["request-id"]


def test_count_tokens_takes_its_own_fields_and_the_same_rules(api: Any) -> None:
    path = "/v1/messages/count_tokens"
    counted = {key: value for key, value in OPUS.items() if key != "max_tokens"}
    assert api.post(path, **counted).status_code == 200
    response = api.post(path, **OPUS)
    assert response.json()["error"]["message"] == "max_tokens: Extra inputs are not permitted"
    forced = api.post(path, **counted, tools=[TOOL], tool_choice={"type": "any"})
    assert forced.status_code == 400
    assert forced.json()["error"]["message"].startswith('tool_choice: type "tool" and "any"')


def test_the_token_count_is_that_of_the_answer_s_usage(api: Any) -> None:
    counted = {key: value for key, value in OPUS.items() if key != "max_tokens"} | {
        "system": "Be kind.",
        "tools": [TOOL],
    }
    for model in ("claude-opus-5-5", "claude-sonnet-4-6"):
        count = api.post("/v1/messages/count_tokens", **{**counted, "model": model}).json()
        assert list(count) == ["input_tokens"]
        usage = api.message(**{**counted, "model": model, "max_tokens": 50})["usage"]
        assert usage["input_tokens"] == count["input_tokens"]


def test_newer_models_count_more_tokens_for_the_same_text(api: Any) -> None:
    text = {
        "role": "user",
        "content": "A long sentence about something remarkable in the neighbourhood. " * 50,
    }
    old, new = (
        api.post("/v1/messages/count_tokens", model=model, messages=[text]).json()["input_tokens"]
        for model in ("claude-opus-4-6", "claude-opus-5-5")
    )
    assert 1.1 < new / old < 1.6
    assert 3 < len(str(text["content"])) / old < 6


def test_old_and_new_versions_give_the_same_answer(api: Any) -> None:
    old, new = (api.post(headers={"anthropic-version": v}, **OPUS).json() for v in (OLD, NEW))
    assert old == new
