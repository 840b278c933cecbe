from __future__ import annotations

import json
from typing import Any

import pytest

from components.services.verification import answers
from components.services.verification.comparing import MOST, Difference, differences
from components.services.verification.recorder import Received
from components.services.verification.tool_loop import continuation

HEADERS = {"x-api-key": "k", "content-type": "application/json", "anthropic-version": "2023-06-01"}
TOOL: dict[str, Any] = {"name": "look", "input_schema": {"type": "object"}}


def sent(body: Any, path: str = "/v1/messages", method: str = "POST", **headers: str | None) -> Received:
    changed = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Received(method, path, {name: value for name, value in changed.items() if value is not None}, raw)


def between(snippet: Any, app: Any, **options: bool) -> list[tuple[str, str, str]]:
    return [(each.where, each.snippet, each.app) for each in differences(sent(snippet), sent(app), **options)]


def headers_between(snippet: Received, app: Received, **options: bool) -> list[str]:
    return [each.where for each in differences(snippet, app, **options)]


def test_the_order_of_fields_does_not_matter() -> None:
    assert between({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1}) == []


@pytest.mark.parametrize(
    ("snippet", "app", "found"),
    [
        ({"a": 1}, {"a": 1.0}, ("$.a", "1", "1.0")),
        ({"a": 1}, {"a": True}, ("$.a", "1", "true")),
        ({"a": 0}, {"a": False}, ("$.a", "0", "false")),
        ({"a": 0.0}, {"a": -0.0}, ("$.a", "0.0", "-0.0")),
        ({"a": None}, {}, ("$.a", "null", "(not there)")),
        ({}, {"a": None}, ("$.a", "(not there)", "null")),
        ({"a": ""}, {"a": None}, ("$.a", '""', "null")),
        ({"a": {}}, {"a": []}, ("$.a", "{}", "[]")),
        ({"a": [1, 2]}, {"a": [1]}, ("$.a[1]", "2", "(not there)")),
        ({"a": {"b c": ["x"]}}, {"a": {"b c": ["y"]}}, ('$.a["b c"][0]', '"x"', '"y"')),
        ({"a": "é\u2028"}, {"a": "é"}, ("$.a", '"é\\u2028"', '"é"')),
        ({"a": 2**64}, {"a": 2.0**64}, ("$.a", "18446744073709551616", "1.8446744073709552e+19")),
        ([], {}, ("$", "[]", "{}")),
    ],
)
def test_values_differ_by_value_and_type(snippet: Any, app: Any, found: tuple[str, str, str]) -> None:
    assert between(snippet, app) == [found]


def test_the_order_of_a_list_matters() -> None:
    assert [where for where, *_ in between([1, 2, 3], [1, 3, 2])] == ["$[1]", "$[2]"]


@pytest.mark.parametrize(
    ("snippet", "app", "equal"),
    [(1, 1.0, True), (0, -0.0, True), (1, True, False), (2**53 + 1, 2.0**53, False), (1e300, 10**300, False)],
)
def test_where_there_is_one_type_of_number_its_value_counts(snippet: Any, app: Any, equal: bool) -> None:
    assert (between([snippet], [app], number_types=False) == []) is equal


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a": 1, "a": 1}', "a field is there twice: 'a'"),
        (b'{"a": Infinity}', "Infinity is not JSON"),
        (b"", "Expecting value"),
        (b"\xff\xfe", "can't decode"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_difference(raw: bytes, why: str) -> None:
    [found] = differences(sent(raw), sent({"a": 1}))
    assert found.where == "$"
    assert why in found.snippet
    assert found.app == '{"a": 1}'


def test_of_long_texts_the_place_is_shown_where_they_part() -> None:
    [found] = differences(sent("x" * 50_000 + "one" + "y" * 500), sent("x" * 50_000 + "two" + "y" * 500))
    assert found.snippet.startswith('…"xxxx')
    assert "one" in found.snippet
    assert "two" in found.app
    assert found.app.endswith("… (50503 characters)")
    assert len(found.snippet) < 250


def test_what_is_shown_holds_no_character_that_cannot_be_printed_or_encoded() -> None:
    [found] = differences(sent(b'{"\\ud800\\u0000": "\\udfff\\u202e\\u001b[2J"}'), sent({}))[:1]
    assert (found.where + found.snippet).isprintable()
    (found.where + found.snippet).encode()


def test_many_differences_are_counted() -> None:
    found = differences(sent(list(range(1000))), sent(list(range(1, 1001))))
    assert len(found) == MOST
    assert found[-1] == Difference("…", "981 more places differ", "981 more places differ")


def test_method_path_and_headers_that_matter_are_compared() -> None:
    snippet = sent(
        {},
        "/v1/messages?beta=true",
        "PUT",
        anthropic_version="2026-10-21",
        anthropic_beta="a",
        anthropic_workspace_id="w",
        content_type=None,
        content_encoding="gzip",
        user_agent="x",
        anthropic_dangerous_direct_browser_access="true",
    )
    assert headers_between(snippet, sent({}, user_agent="y", accept="*/*")) == [
        "method",
        "path",
        "header anthropic-beta",
        "header anthropic-version",
        "header anthropic-workspace-id",
        "header content-encoding",
        "header content-type",
    ]


def test_betas_are_a_set() -> None:
    assert headers_between(sent({}, anthropic_beta="b, a"), sent({}, anthropic_beta="a,b")) == []
    assert headers_between(sent({}, anthropic_beta="a,a"), sent({}, anthropic_beta="a")) != []


def test_the_key_travels_where_the_apps_does_unless_an_sdk_chooses() -> None:
    bearer, own = sent({}, x_api_key=None, authorization="Bearer k"), sent({})
    assert headers_between(bearer, own) == ["header with the key"]
    assert headers_between(bearer, own, sdk=True) == []
    assert headers_between(own, bearer, sdk=True) == ["header with the key"]
    assert headers_between(bearer, bearer) == []
    assert headers_between(sent({}, authorization="Bearer k"), own, sdk=True) == ["header with the key"]
    assert headers_between(sent({}, x_api_key=None), own, sdk=True) == ["header with the key"]
    assert headers_between(sent({}, x_api_key="other"), own) == ["header with the key"]


FIRST = {"model": "m", "tools": [TOOL], "messages": [{"role": "user", "content": "Hi"}]}
CONTENT: Any = answers.message("tool_use", FIRST)["content"]


def gone_on(**changed: Any) -> dict[str, Any]:
    results = [{"type": "tool_result", "tool_use_id": f"toolu_0{n}", "content": "x"} for n in (2, 1)]
    added = [
        {"role": "assistant", "content": changed.get("content", CONTENT)},
        {"role": "user", "content": changed.get("results", results)},
    ]
    return {**FIRST, "messages": [*FIRST["messages"], *added]}


def loop_differences(second: Any) -> list[str]:
    return [each.where for each in continuation(sent(FIRST), sent(second))]


def test_a_loop_goes_on_with_the_answer_and_a_result_for_each_call() -> None:
    assert loop_differences(gone_on()) == []
    with_nulls = [{**block, "citations": None} for block in CONTENT]
    assert loop_differences(gone_on(content=with_nulls)) == []


@pytest.mark.parametrize(
    ("second", "where"),
    [
        (gone_on(content=CONTENT[1:]), "$.messages[1].content[0].type"),
        (
            gone_on(content=[{**block, "citations": 1} for block in CONTENT]),
            "$.messages[1].content[0].citations",
        ),
        (gone_on(results=[]), "$.messages[2].answers[0]"),
        (gone_on(results=[{"type": "text", "text": "x"}]), "$.messages[2].answers[0]"),
        (
            gone_on(results=[{"type": "tool_result", "tool_use_id": "toolu_01"}] * 2),
            "$.messages[2].answers[1]",
        ),
        ({**gone_on(), "model": "n"}, "$.model"),
        ({**gone_on(), "messages": gone_on()["messages"][1:]}, "$.messages[0]"),
    ],
)
def test_a_loop_that_does_not_go_on_differs(second: Any, where: str) -> None:
    assert f"second request, {where}" in loop_differences(second)


@pytest.mark.parametrize("second", [b"", [], {}, {"messages": []}, {"messages": [1, 2, 3]}, FIRST])
def test_a_second_request_of_another_shape_differs(second: Any) -> None:
    assert loop_differences(second)
