"""Every rule against every model and both API versions."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from rule_cases import (
    ALL,
    NOTE,
    OLD,
    RETIRED,
    RULE_CASES,
    SONNET_45,
    TODAY,
    TOOL,
    USER,
    VERSIONS,
    WITHOUT_A_FIX,
    RuleCase,
    schema,
)

from components.domain.catalogue import MODELS, find, merge
from components.domain.json_types import JsonObject
from components.domain.model import EFFORTS
from components.domain.rules import REMOVE, RULES, Edit, Finding, Fix, check
from components.media import READER, resolve

EVERY_ID = sorted(ALL | RETIRED)
BY_CAPABILITY = {
    "structured_unsupported",
    "image_unsupported",
    "pdf_unsupported",
    "citations_unsupported",
    "server_tool_unsupported",
}
"""Only what `GET /v1/models` says triggers them; see `test_the_capabilities_of_the_service_rule`."""


def findings(case: RuleCase, model: str, version: str) -> list[Finding]:
    return check(
        case.body(model), anthropic_version=version, betas=case.betas, today=case.today, media=READER
    )


def mended(
    body: JsonObject, version: str, today: date, betas: tuple[str, ...] = ()
) -> tuple[JsonObject, tuple[str, ...], list[Finding]]:
    """Apply the first fix there is, again and again; return the body, its betas and the errors left."""
    for _ in range(12):
        left = [
            f
            for f in check(body, anthropic_version=version, betas=betas, today=today, media=READER)
            if f.severity == "error"
        ]
        fix = next((finding.fix for finding in left if finding.fix), None)
        if fix is None:
            return body, betas, left
        body, betas = resolve(fix, body).apply(body), fix.betas(betas)
    raise AssertionError("the fixes do not come to an end")


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    keys = [rule.key for rule in RULES]
    assert len(keys) == len(set(keys))
    assert {case.rule for case in RULE_CASES} | BY_CAPABILITY == set(keys)


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.id)
def test_a_rule_speaks_for_exactly_its_models_and_versions(case: RuleCase) -> None:
    spoken = {
        (model, version)
        for model in EVERY_ID
        for version in VERSIONS
        if case.rule in {finding.rule for finding in findings(case, model, version)}
    }
    retired = RETIRED | (SONNET_45 if case.today > date(2026, 11, 29) else set())
    ids = case.models if case.rule == "model_retired" else case.models - retired
    assert {found for found in spoken if found[0] not in retired or case.rule == "model_retired"} == {
        (model, version) for model in ids for version in case.versions
    }


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.id)
def test_a_finding_says_what_the_service_answers_and_what_to_do(case: RuleCase) -> None:
    for model in sorted(case.models):
        found = next(f for f in findings(case, model, case.versions[0]) if f.rule == case.rule)
        assert not re.search(r"{[a-z_]+}", found.message)
        assert bool(found.message) == (found.severity == "error")
        assert case.message in (None, found.message)
        assert found.sentence.endswith(".")
        assert found.sentence[0].isupper()


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.id)
def test_fixes_lead_to_a_body_without_findings(case: RuleCase) -> None:
    for model in case.some_models:
        for version in case.versions:
            body, betas, left = mended(case.body(model), version, case.today, case.betas)
            assert [finding.rule for finding in left if finding.fix is not None] == []
            assert {finding.rule for finding in left} <= WITHOUT_A_FIX
            if not left:
                retired = case.rule == "model_retired" or (case.today != TODAY and model in SONNET_45)
                assert retired or body["model"] == model
                notices = check(body, anthropic_version=version, betas=betas, today=case.today, media=READER)
                assert {finding.severity for finding in notices} <= {"notice"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("model", sorted(ALL - SONNET_45 - {"claude-mythos-preview"}))
def test_a_plain_request_has_no_findings(model: str, version: str) -> None:
    body: JsonObject = {"model": model, "max_tokens": 1_024, "messages": [USER], "tools": [TOOL]}
    assert check(body, anthropic_version=version) == []
    assert check({**body, **schema(a={"type": "string"})}, anthropic_version=version) == []


def test_an_unknown_model_gets_no_rules() -> None:
    body: JsonObject = {"model": "llama3:8b", "max_tokens": -1, "messages": [], "top_k": 4}
    assert check(body, anthropic_version="2026-10-21") == []
    ollama = merge({"id": "llama3:8b", "object": "model"})
    assert check(body, anthropic_version="2026-10-21", model=ollama) == []


def test_the_capabilities_of_the_service_outrank_the_table() -> None:
    told: JsonObject = {
        "id": "claude-opus-5-5",
        "max_tokens": 256_000,
        "capabilities": {
            "thinking": {"types": {"disabled": {"supported": True}, "adaptive": {"supported": True}}},
            "structured_outputs": {"supported": False},
        },
    }
    body: JsonObject = {
        "model": "claude-opus-5-5",
        "max_tokens": 200_000,
        "messages": [USER],
        "stream": True,
        "thinking": {"type": "disabled"},
    }
    assert check(body, anthropic_version="2023-06-01", model=merge(told)) == []
    refused = check(
        {**body, **schema(a={"type": "string"})}, anthropic_version="2023-06-01", model=merge(told)
    )
    assert [finding.rule for finding in refused] == ["structured_unsupported"]
    assert refused[0].fix is not None
    assert check(refused[0].fix.apply(body), anthropic_version="2023-06-01", model=merge(told)) == []


def told(**capabilities: Any) -> JsonObject:
    return {"capabilities": capabilities}


def flag(supported: bool) -> JsonObject:
    return {"supported": supported}


def only(*levels: str) -> JsonObject:
    return told(effort={"supported": True, **{level: flag(level in levels) for level in EFFORTS}})


def types(**supported: bool) -> JsonObject:
    return told(thinking={"types": {kind: flag(yes) for kind, yes in supported.items()}})


def asks(*blocks: JsonObject) -> JsonObject:
    return {"messages": [{"role": "user", "content": [*blocks, {"type": "text", "text": "?"}]}]}


IMAGE: JsonObject = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
A_PDF: JsonObject = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}
CITED: JsonObject = {**NOTE, "citations": {"enabled": True}}
SEARCH: JsonObject = {"type": "web_search_20260318", "name": "web_search"}
PROGRAM: JsonObject = {"type": "code_execution_20260521", "name": "code_execution"}
SPOKEN = [
    ("claude-opus-5-5", {"lifecycle": "retired"}, {}, "model_retired"),
    ("claude-opus-5-5", {"retires_at": "2026-11-22T00:00:00Z"}, {}, "model_retired"),
    ("claude-opus-5-5", {"lifecycle": "deprecated"}, {}, "model_deprecated"),
    ("claude-opus-5-5", {"max_tokens": 500}, {"max_tokens": 501}, "max_tokens_above_model"),
    ("claude-opus-5-5", {"max_input_tokens": 200_000}, asks(*[IMAGE] * 101), "images_too_many"),
    ("claude-opus-5-5", told(effort=flag(False)), {"output_config": {"effort": "low"}}, "effort_unsupported"),
    *(
        (
            "claude-opus-5-5",
            only(*(other for other in EFFORTS if other != level)),
            {"output_config": {"effort": level}},
            "effort_level",
        )
        for level in EFFORTS
    ),
    ("claude-opus-5-5", types(adaptive=False), {"thinking": {"type": "adaptive"}}, "thinking_adaptive"),
    ("claude-opus-5", types(disabled=False), {"thinking": {"type": "disabled"}}, "thinking_disabled"),
    (
        "claude-opus-4-6",
        types(enabled=False, adaptive=True),
        {"thinking": {"type": "enabled", "budget_tokens": 1_024}},
        "thinking_enabled",
    ),
    (
        "claude-sonnet-5-5",
        types(between_tools=False, adaptive=True),
        {"thinking": {"type": "between_tools"}},
        "thinking_between_tools",
    ),
    (
        "claude-opus-5-5",
        told(structured_outputs=flag(False)),
        schema(a={"type": "string"}),
        "structured_unsupported",
    ),
    ("claude-opus-5-5", told(image_input=flag(False)), asks(IMAGE, IMAGE), "image_unsupported"),
    ("claude-opus-5-5", told(pdf_input=flag(False)), asks(A_PDF), "pdf_unsupported"),
    ("claude-opus-5-5", told(citations=flag(False)), asks(CITED), "citations_unsupported"),
    (
        "claude-opus-5-5",
        told(server_tools={"web_search": flag(False)}),
        {"tools": [SEARCH, TOOL]},
        "server_tool_unsupported",
    ),
    (
        "claude-opus-5-5",
        told(server_tools={"code_execution": flag(False)}),
        {"tools": [PROGRAM]},
        "server_tool_unsupported",
    ),
]
"""Models, what `GET /v1/models` says of them against the table, what is sent, and the rule that follows."""


@pytest.mark.parametrize(("model", "info", "change", "rule"), SPOKEN)
def test_the_capabilities_of_the_service_rule(
    model: str, info: JsonObject, change: JsonObject, rule: str
) -> None:
    body: JsonObject = {"model": model, "max_tokens": 400, "messages": [USER], **change}
    if change.get("thinking") == {"type": "enabled", "budget_tokens": 1_024}:
        body["max_tokens"] = 2_048
    assert check(body, anthropic_version=OLD, today=TODAY) == [] or model == "claude-opus-4-6"
    facts = merge({"id": model, **info})
    [found] = [f for f in check(body, anthropic_version=OLD, today=TODAY, model=facts) if f.rule == rule]
    assert bool(found.message) == (found.severity == "error")
    if found.fix is not None and rule not in ("model_retired", "model_deprecated"):
        mended = found.fix.apply(body)
        again = check(mended, anthropic_version=OLD, today=TODAY, model=facts)
        assert [f for f in again if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("model", "info", "change"),
    [
        ("claude-sonnet-4-5", {"lifecycle": "active", "retires_at": None}, {}),
        ("claude-3-7-sonnet-20250219", {"lifecycle": "active", "retires_at": None}, {}),
        ("claude-haiku-4-5", {"max_tokens": 128_000}, {"max_tokens": 100_000, "stream": True}),
        ("claude-haiku-4-5", {"max_input_tokens": 1_000_000}, asks(*[IMAGE] * 101)),
        ("claude-haiku-4-5", only("low", "high"), {"output_config": {"effort": "low"}}),
        ("claude-opus-4-6", only(*EFFORTS), {"output_config": {"effort": "xhigh"}}),
        ("claude-haiku-4-5", types(adaptive=True), {"thinking": {"type": "adaptive"}}),
        ("claude-opus-5-5", types(disabled=True), {"thinking": {"type": "disabled"}}),
        ("claude-opus-5-5", types(between_tools=True), {"thinking": {"type": "between_tools"}}),
        (
            "claude-opus-5-5",
            types(enabled=True),
            {"thinking": {"type": "enabled", "budget_tokens": 1_024}, "max_tokens": 2_048},
        ),
    ],
)
def test_what_the_service_allows_the_table_does_not_forbid(
    model: str, info: JsonObject, change: JsonObject
) -> None:
    body: JsonObject = {"model": model, "max_tokens": 400, "messages": [USER], **change}
    assert check(body, anthropic_version=OLD, today=TODAY) != []
    assert check(body, anthropic_version=OLD, today=TODAY, model=merge({"id": model, **info})) == []


def test_what_the_service_does_not_say_stays_as_the_table_has_it() -> None:
    table = find("claude-opus-4-6")
    for info in (
        {},
        told(),
        told(effort=flag(True), thinking={"supported": True}, server_tools={"supported": True}),
        {"max_tokens": None, "max_input_tokens": None, "capabilities": None, "lifecycle": "asleep"},
    ):
        assert merge({"id": "claude-opus-4-6", **info}) == table


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"model": "claude-opus-5-5"},
        {"messages": "none", "tools": {}, "thinking": "on", "output_config": [], "stop_sequences": "x"},
        {"messages": [None, "x", {"role": 5}, {"role": "user", "content": [None, {"type": None}]}]},
        {"tools": ["x", {"name": 4, "strict": True}], "tool_choice": "auto", "system": [None, {"text": 5}]},
        {"max_tokens": "many", "temperature": "hot", "output_config": {"format": {"schema": {"$ref": 3}}}},
        {"messages": [{"role": "assistant"}], "output_config": {"format": {"schema": {"properties": []}}}},
    ],
)
def test_half_typed_bodies_of_any_shape_are_survived(body: JsonObject) -> None:
    for model in MODELS:
        for version in VERSIONS:
            check({**body, "model": model.id}, anthropic_version=version)


def test_a_paused_or_waiting_assistant_turn_is_no_prefill() -> None:
    paused: JsonObject = {
        "role": "assistant",
        "content": [{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}],
    }
    body: JsonObject = {"model": "claude-opus-5-5", "max_tokens": 99, "messages": [USER, paused]}
    assert check(body, anthropic_version="2026-10-21") == []


def test_an_edit_keeps_every_other_field_and_makes_missing_objects() -> None:
    body: JsonObject = {"model": "m", "output_config": {"format": None}, "messages": [1, 2, 3]}
    fix = Fix(
        "",
        (
            Edit(("output_config", "effort"), "low"),
            Edit(("messages", 1), REMOVE),
            Edit(("thinking", "type"), "adaptive"),
            Edit(("nothing", "here"), REMOVE),
        ),
    )
    assert fix.apply(body) == {
        "model": "m",
        "output_config": {"format": None, "effort": "low"},
        "messages": [1, 3],
        "thinking": {"type": "adaptive"},
    }
    assert body == {"model": "m", "output_config": {"format": None}, "messages": [1, 2, 3]}


def test_an_edit_puts_an_object_where_something_else_stands() -> None:
    body: JsonObject = {"output_config": [1], "thinking": "on", "messages": ["Hi"]}
    fix = Fix(
        "",
        (
            Edit(("output_config", "effort"), "low"),
            Edit(("thinking", "display"), REMOVE),
            Edit(("messages", 0, "content"), REMOVE),
        ),
    )
    assert fix.apply(body) == {"output_config": {"effort": "low"}, "thinking": "on", "messages": ["Hi"]}


def test_a_fix_changes_the_betas_too() -> None:
    fix = Fix("", (), add_betas=("new-1", "kept-1"), remove_betas=("old-1",))
    assert fix.betas(("old-1", "kept-1")) == ("kept-1", "new-1")


def test_every_row_names_its_source_and_the_day_it_was_checked() -> None:
    for rule in RULES:
        assert rule.condition
        assert rule.source
        assert rule.checked >= date(2026, 11, 22)


def test_an_alias_is_ruled_like_its_snapshot() -> None:
    assert find("claude-opus-4-5") is find("claude-opus-4-5-20251101")
