from __future__ import annotations

import base64
import json

import pytest

from components.domain import long_data, raw_body
from components.domain.draft import Draft, Example, Turn
from components.domain.json_types import JsonObject
from components.domain.raw_body import RawProblem

DATA = base64.b64encode(bytes(range(256)) * 8).decode()
IMAGE: JsonObject = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}}


def draft() -> Draft:
    return Draft(
        system="Be {{tone}}",
        turns=[Turn(blocks=[IMAGE, {"type": "text", "text": "What is {{x}}?"}])],
        values={"x": "this", "tone": "brief"},
        examples=[Example("a", "b")],
        tools=[{"name": "t", "input_schema": {"type": "object"}}],
        extra={"invented": [1, {"a": None}]},
    )


def typed(one: Draft, text: str) -> None:
    raw_body.take(one, text)


def test_the_text_holds_variables_and_the_digest_of_long_data() -> None:
    text = raw_body.written(draft())
    assert "{{tone}}" in text
    assert DATA not in text
    assert long_data.digest(DATA) in json.dumps(json.loads(text))  # type: ignore[operator]


def test_text_taken_unchanged_changes_nothing() -> None:
    one, before = draft(), draft()
    before.turns[0].id = one.turns[0].id
    typed(one, raw_body.written(one))
    one.raw_json = None
    assert one == before


def test_the_form_follows_the_text_and_values_stay() -> None:
    one = draft()
    body = json.loads(raw_body.written(one))
    body["messages"][0]["content"][-1]["text"] = "Why {{x}}?"
    body["max_tokens"] = 7
    body["new_field"] = {"deep": [True]}
    typed(one, json.dumps(body))
    assert one.max_tokens == 7
    assert one.turns[0].typed == "Why {{x}}?"
    assert one.extra["new_field"] == {"deep": [True]}
    assert one.body()["messages"][0]["content"][1] == IMAGE  # type: ignore[index,call-overload]
    assert one.values == {"x": "this", "tone": "brief"}
    assert raw_body.problem(one) is None


def test_a_change_made_elsewhere_shows_in_the_text_and_own_layout_stays_until_then() -> None:
    one = draft()
    own = json.dumps(json.loads(raw_body.written(one)), indent=7)
    typed(one, own)
    assert raw_body.current(one) == own
    one.model = "claude-haiku-5-5"
    assert json.loads(raw_body.current(one))["model"] == "claude-haiku-5-5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n "model": }', "Line 2, column 11"),
        ("[]", "an object"),
        ("", "Line 1"),
        ('{"model": "a", "model": "b"}', "twice"),
        ('{"model": "m", "max_tokens": NaN, "messages": []}', "NaN"),
        ('{"model": "m", "messages": [{"role": "user", "content": "x"}]}', "max_tokens"),
        ('{"max_tokens": 1, "messages": [{"role": "user", "content": "x"}]}', "model"),
        ('{"model": "m", "max_tokens": 1, "messages": "x"}', "messages"),
        ('{"model": "m", "max_tokens": 1, "messages": [1]}', "messages"),
        ("[" * 100_000, "nested"),
        ('{"model": "m", "max_tokens": 99999999999999999999, "messages": []}', "max_tokens"),
        ('{"model": "\\ud800", "max_tokens": 1, "messages": []}', "half of a character"),
        (
            '{"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": [{"$sha256": "0"}]}]}',
            "has no such one",
        ),
    ],
)
def test_text_that_is_no_body_stays_as_typed_and_changes_nothing(text: str, said: str) -> None:
    one, before = draft(), draft()
    before.turns[0].id = one.turns[0].id
    typed(one, text)
    assert one.raw_json == text
    assert raw_body.current(one) == text
    assert said in (raw_body.problem(one) or "")
    with pytest.raises(RawProblem):
        raw_body.read(text, one)
    one.raw_json = None
    assert one == before


def test_bodies_of_every_shape_that_can_be_sent_pass_unchanged() -> None:
    body: JsonObject = {
        "model": "m",
        "max_tokens": 1,
        "stream": False,
        "system": [{"type": "text", "text": "{{x}}", "cache_control": {"type": "ephemeral"}}],
        "output_config": {"format": {"type": "json_schema", "schema": {}}, "task_budget": {}},
        "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}, "odd"]}],
    }
    one = Draft()
    typed(one, json.dumps(body))
    assert one.template_body() == body
    assert raw_body.problem(one) is None


def test_data_that_its_digest_could_not_bring_back_is_not_shortened() -> None:
    odd = DATA[:-4] + "====" + DATA[-4:]
    content: JsonObject = {"type": "base64", "data": odd}
    assert long_data.shorten(content) == (content, {})
    assert long_data.shorten({"type": "base64", "data": "QUJD"})[1] == {}
