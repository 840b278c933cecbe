"""What the rules pass is never refused by the sandbox, and what they stop always is: through its HTTP app."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from asgi_api import AsgiApi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from request_bodies import COUNTED, Sample, damaged, valid
from rule_cases import NOTE, TOOL, VERSIONS

from components.domain.catalogue import CHECKED, MODELS
from components.domain.checks import refusals
from components.domain.json_types import Json, JsonObject
from components.domain.shape import Endpoint
from components.media import READER, resolve
from components.sandbox.server import create_app

PATHS: dict[Endpoint, str] = {"messages": "/v1/messages", "count_tokens": "/v1/messages/count_tokens"}
EXAMPLES = 250
MOST_FIXES = 25

many = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[AsgiApi]:
    api = AsgiApi(create_app(0, today=lambda: CHECKED))
    yield api
    api.close()


def agree(sandbox: AsgiApi, sample: Sample, body: JsonObject, endpoint: Endpoint, version: str) -> bool:
    """Whether the body passes, on which both sides must be of one mind and of one word."""
    raw = json.dumps(body).encode()
    found = refusals(
        body,
        endpoint=endpoint,
        anthropic_version=version,
        betas=sample.betas,
        today=CHECKED,
        media=READER,
        size_bytes=len(raw),
    )
    errors = [finding for finding in found if finding.severity == "error"]
    answer = sandbox.post(PATHS[endpoint], raw, version=version, betas=sample.betas)
    if not errors:
        assert answer.status == 200, answer.content[:2_000]
        return True
    assert answer.status == errors[0].status, answer.content[:2_000]
    assert answer.error["message"] == errors[0].message
    assert answer.error["type"] == errors[0].error_type
    return False


@pytest.mark.parametrize("samples", [valid(), damaged()], ids=["valid shapes", "damaged bodies"])
def test_editor_and_sandbox_agree_about_any_body(
    samples: st.SearchStrategy[Sample], sandbox: AsgiApi
) -> None:
    outcomes: Counter[tuple[str, bool]] = Counter()

    @many
    @given(samples, st.sampled_from(VERSIONS))
    def compare(sample: Sample, version: str) -> None:
        counted = {name: value for name, value in sample.body.items() if name in COUNTED}
        for endpoint, body in (("messages", sample.body), ("count_tokens", counted)):
            outcomes[endpoint, agree(sandbox, sample, body, endpoint, version)] += 1

    compare()
    for endpoint in PATHS:
        passed, stopped = outcomes[endpoint, True], outcomes[endpoint, False]
        assert passed + stopped >= EXAMPLES
        assert min(passed, stopped) >= (passed + stopped) / 5, outcomes


@pytest.mark.parametrize("samples", [valid(), damaged()], ids=["valid shapes", "damaged bodies"])
def test_fixes_of_any_body_come_to_an_end(samples: st.SearchStrategy[Sample]) -> None:
    @many
    @given(samples, st.sampled_from(VERSIONS))
    def mend(sample: Sample, version: str) -> None:
        body, betas = sample.body, sample.betas
        for _ in range(MOST_FIXES):
            found = refusals(body, anthropic_version=version, betas=betas, today=CHECKED, media=READER)
            fix = next((f.fix for f in found if f.severity == "error" and f.fix is not None), None)
            if fix is None:
                return
            body, betas = resolve(fix, body).apply(body), fix.betas(betas)
        raise AssertionError("there is always another fix")

    mend()


CITED: JsonObject = {**NOTE, "citations": {"enabled": True}}
SERVER_TOOLS: list[Json] = [
    {"type": "web_search_20260318", "name": "web_search"},
    {"type": "web_fetch_20260318", "name": "web_fetch"},
    {"type": "code_execution_20260521", "name": "code_execution"},
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("model", [model.id for model in MODELS])
@pytest.mark.parametrize(
    ("said", "tools"),
    [
        ("Tell me of Paris.", []),
        ("What is the weather of Paris and of Rome?", [TOOL]),
        ("Search the web for the weather, fetch https://example.com and run code.", SERVER_TOOLS),
        ("[sandbox:pause] Search the web for Paris.", SERVER_TOOLS),
        ([{"type": "text", "text": "What does it say?"}, CITED], []),
    ],
    ids=["text", "tools", "server tools", "pause", "citations"],
)
def test_an_answer_goes_back_as_it_came(
    said: Json, tools: list[Json], model: str, version: str, sandbox: AsgiApi
) -> None:
    body: JsonObject = {"model": model, "max_tokens": 2_048, "messages": [{"role": "user", "content": said}]}
    if tools:
        body["tools"] = tools
    for _ in range(3):
        found = refusals(body, anthropic_version=version, today=CHECKED, media=READER)
        assert [f.message for f in found if f.severity == "error"] == []
        answer = sandbox.post("/v1/messages", body, version=version)
        assert answer.status == 200, answer.content
        message: JsonObject = json.loads(answer.content)
        body["messages"] = [*body["messages"], *after(message)]  # type: ignore[misc]


def after(message: JsonObject) -> list[Json]:
    """The turns that follow the one that was answered: the answer, and what it waits for."""
    blocks = [block for block in message["content"] if isinstance(block, dict)]  # type: ignore[union-attr]
    answered: Json = {"role": "assistant", "content": [*blocks]}
    if message["stop_reason"] == "pause_turn":
        return [answered]
    results: list[Json] = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": "Sunny"}
        for block in blocks
        if block["type"] == "tool_use"
    ]
    return [answered, {"role": "user", "content": results or "Thanks. And what else?"}]


def test_what_a_beta_nobody_knows_lets_through_breaks_nothing(sandbox: AsgiApi) -> None:
    statuses: Counter[int] = Counter()

    @many
    @given(damaged())
    def answered(sample: Sample) -> None:
        betas = (*sample.betas, "planner-2026-12-31")
        for path in PATHS.values():
            raw = json.dumps(sample.body).encode()
            answer = sandbox.post(path, raw, version=VERSIONS[0], betas=betas)
            assert answer.status in {200, 400, 404}, answer.content[:2_000]
            statuses[answer.status] += 1

    answered()
    assert min(statuses[200], statuses[400]) > EXAMPLES / 10
