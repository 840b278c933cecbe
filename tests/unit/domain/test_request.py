from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.json_types import Json, JsonObject
from components.domain.request import VERSION_2026, Request, encode

json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
BODY: JsonObject = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "hé🦆\u2028"}]}


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_the_text_that_is_sent_says_exactly_the_body(body: JsonObject) -> None:
    request = Request.of(body)
    assert request.body == body
    assert json.loads(request.body_json.encode("utf-8")) == body


def test_the_text_is_plain_utf_8_without_blanks_in_the_order_given() -> None:
    assert encode({"b": "é", "a": [1, 2.0]}) == '{"b":"é","a":[1,2.0]}'


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "\ud83e"])
def test_what_json_cannot_carry_is_refused(bad: Json) -> None:
    with pytest.raises(ValueError):
        Request.of({**BODY, "x": bad})


def test_half_a_character_is_named_in_words() -> None:
    with pytest.raises(ValueError, match="half of a character"):
        encode({"x": "\ud83e"})


def test_a_request_cannot_change() -> None:
    request = Request.of(BODY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.body_json = "{}"  # type: ignore[misc]
    request.body["model"] = "other"
    assert request.model == "m"


def test_the_fingerprint_knows_what_the_service_can_tell_apart() -> None:
    same = Request.of(dict(reversed(BODY.items())), betas=["b", "a"])
    assert same.fingerprint == Request.of(BODY, betas=["a", "b"]).fingerprint
    others = [
        Request.of(BODY),
        Request.of(BODY, betas=["a"]),
        Request.of(BODY, anthropic_version=VERSION_2026),
        Request.of({**BODY, "max_tokens": 2}),
        Request.of({**BODY, "max_tokens": True}),
        Request.of({**BODY, "stream": True}),
        Request.of({**BODY, "stop_sequences": ["a", "b"]}),
        Request.of({**BODY, "stop_sequences": ["b", "a"]}),
    ]
    assert len({request.fingerprint for request in others}) == len(others)


@pytest.mark.parametrize(("value", "streams"), [(True, True), (False, False), (None, False), (1, False)])
def test_only_true_asks_for_a_stream(value: Json, streams: bool) -> None:
    assert Request.of({**BODY, "stream": value}).stream is streams
