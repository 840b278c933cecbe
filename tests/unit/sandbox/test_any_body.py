"""Bodies of any shape get an answer or a refusal, never a breakdown; and the rules decide which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import RULE_CASES, TOOL, VERSIONS

from components.domain import shape
from components.domain.catalogue import CHECKED, MODELS
from components.domain.checks import refusals
from components.domain.json_types import JsonObject
from components.media import READER
from components.sandbox.answers import compose
from components.sandbox.errors import Refusal
from components.sandbox.stream import frames
from components.sandbox.validate import examine


def _words(value: Any) -> Iterator[str]:
    """The names of fields, and the short texts, in a value."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from (str(name), *_words(inner))
        case list():
            for inner in value:
                yield from _words(inner)
        case str() if len(value) < 30:
            yield value


WORDS = sorted({word for case in RULE_CASES for word in _words(case.change)})
LEAVES = st.none() | st.booleans() | st.integers(-5, 200_000) | st.floats(-2, 2) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=12,
)
FIELDS = sorted({name for case in RULE_CASES for name in case.change} | {"metadata", "stream", "container"})
CHANGES = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4)
"""Fields with values of any shape."""
KNOWN = st.lists(st.sampled_from([case.change for case in RULE_CASES if not case.heavy]), max_size=4)
"""Fields with values of the right shape that some model refuses, laid over one another."""

many = settings(max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(body: JsonObject, version: str) -> str | None:
    """The refusal's message, or None when the request is answered to its end."""
    try:
        asked = examine(
            json.dumps(body).encode(), endpoint="messages", version=version, betas=(), today=CHECKED
        )
        answer = compose(asked)
    except Refusal as refused:
        return refused.message
    for _ in frames(answer, asked.model):
        pass
    return None


@many
@given(st.sampled_from([model.id for model in MODELS]), st.sampled_from(VERSIONS), CHANGES)
def test_no_body_breaks_the_sandbox(model: str, version: str, changes: dict[str, Any]) -> None:
    body: JsonObject = {
        "model": model,
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "Hi"}],
        **changes,
    }
    refused = outcome(body, version)
    assert shape.check(body) == [] or refused is not None


@many
@given(st.sampled_from([model.id for model in MODELS]), st.sampled_from(VERSIONS), KNOWN)
def test_what_the_rules_pass_is_answered_and_what_they_stop_is_refused(
    model: str, version: str, changes: list[JsonObject]
) -> None:
    body: JsonObject = {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
    for change in changes:
        body |= change
    body.setdefault("tools", [TOOL])
    found = refusals(body, anthropic_version=version, today=CHECKED, media=READER)
    errors = [finding for finding in found if finding.severity == "error"]
    assert outcome(body, version) == (errors[0].message if errors else None)
