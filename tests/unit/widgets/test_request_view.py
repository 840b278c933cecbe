"""The Request tab: what was sent, with long base64 shortened and the whole of it at hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.domain.json_types import Json, JsonObject
from components.domain.request import Request
from components.widgets.request_view import shortened, size


def _draw() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.request_view import request_view

    request_view(st.session_state["request"], "https://api.example.org", key="request")


def drawn(body: JsonObject, betas: tuple[str, ...] = ()) -> AppTest:
    app = AppTest.from_function(_draw)
    app.session_state["request"] = Request.of(body, betas=betas)
    app.run()
    assert not app.exception
    return app


def image(data: str) -> JsonObject:
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def test_a_plain_request_is_shown_whole() -> None:
    app = drawn({"model": "m", "messages": [image("A" * 1_000)]}, betas=("one", "two"))
    assert "anthropic-beta: one,two" in app.code[0].value
    assert "A" * 1_000 in app.code[1].value
    assert not app.info
    assert not app.get("download_button")


def test_long_base64_is_shortened_and_the_exact_body_can_be_had() -> None:
    body: JsonObject = {"model": "m", "messages": [{"role": "user", "content": [image("A" * 1_200_000)] * 2}]}
    app = drawn(body)
    assert app.code[1].value.count('"data": "…(image/png, 1.2 MB of base64)…"') == 2
    assert len(app.code[1].value) < 2_000
    assert "2 files in base64, 2.4 MB" in app.info[0].value
    assert len(app.get("download_button")) == 1


@pytest.mark.parametrize(
    "source",
    [
        {"type": "text", "media_type": "text/plain", "data": "x" * 5_000},
        {"type": "base64", "data": ["x" * 5_000]},
        {"data": "x" * 5_000},
    ],
)
def test_nothing_else_is_shortened(source: JsonObject) -> None:
    left_out: list[int] = []
    assert shortened({"source": source}, left_out) == {"source": source}
    assert left_out == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_json)
def test_a_value_without_long_data_stays_as_it_is(value: Json) -> None:
    assert shortened(value, []) == value


@pytest.mark.parametrize(
    ("characters", "words"),
    [(840, "840 B"), (12_345, "12 kB"), (999_400, "999 kB"), (999_600, "1.0 MB"), (1_234_567, "1.2 MB")],
)
def test_sizes_have_the_unit_that_suits_them(characters: int, words: str) -> None:
    assert size(characters) == words
