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
from rule_cases import VERSIONS

from components.domain.catalogue import CHECKED
from components.domain.checks import refusals
from components.domain.json_types import JsonObject
from components.domain.shape import Endpoint
from components.media import READER, resolve
from components.sandbox import create_app

PATHS: dict[Endpoint, str] = {"messages": "/v1/messages", "count_tokens": "/v1/messages/count_tokens"}
EXAMPLES = 400
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
