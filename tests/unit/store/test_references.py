from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.store.attachments import a_pdf, base64_of, sha256_of

from components.domain.json_types import Json, JsonObject
from components.domain.long_data import restore
from components.domain.request import encode
from components.store.references import restored_text, shortened, shortened_run

DATA = base64_of(3_000)
REFERENCE: JsonObject = {"$sha256": sha256_of(DATA)}


def turns(*blocks: Json) -> JsonObject:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


def test_body_and_draft_hold_one_reference_each_and_come_back_exactly() -> None:
    body, draft = turns(a_pdf(DATA)), {"turns": [{"blocks": [a_pdf(DATA)]}]}
    text, short, data = shortened_run(encode(body), body, cast(JsonObject, draft))
    assert len(text) < 300
    assert short == {"turns": [{"blocks": [a_pdf(cast(str, REFERENCE))]}]}
    assert data == {sha256_of(DATA): DATA}
    assert restored_text(text, data) == encode(body)


@pytest.mark.parametrize(
    "body_json",
    [
        json.dumps(turns(a_pdf(DATA)), indent=2),
        encode(turns(a_pdf(DATA))).replace("user", "us\\u0065r"),
        encode(turns(a_pdf(DATA)))[:-1] + ',"max_tokens":1,"max_tokens":2}',
        encode(turns(a_pdf(DATA)))[:-1] + ',"top_p":NaN}',
        encode(turns(a_pdf(DATA), {"type": "text", "text": "?"})).replace("?", "\\ud83d"),
    ],
    ids=["indented", "escaped", "a name twice", "NaN", "half a character"],
)
def test_a_body_written_in_another_way_is_kept_whole(body_json: str) -> None:
    draft: JsonObject = {"turns": [a_pdf(DATA)]}
    assert shortened_run(body_json, json.loads(body_json), draft) == (body_json, draft, {})


@pytest.mark.parametrize(
    "typed", [REFERENCE, {"deep": [{"deeper": REFERENCE}]}], ids=["plain", "deep in something"]
)
def test_a_typed_reference_to_the_same_data_keeps_all_of_it_whole(typed: Json) -> None:
    body = {**turns(a_pdf(DATA)), "metadata": typed}
    assert shortened(body) == (body, {})
    assert shortened_run(encode(body), body, None) == (encode(body), None, {})
    only_in_draft: JsonObject = {"extra": typed}
    body = turns(a_pdf(DATA))
    assert shortened_run(encode(body), body, only_in_draft) == (encode(body), only_in_draft, {})


def test_a_typed_reference_to_other_data_stays_as_typed() -> None:
    other: JsonObject = {"$sha256": "0" * 64}
    body = {**turns(a_pdf(DATA), {"type": "text", "text": encode(other)}), "metadata": other}
    text, _, data = shortened_run(encode(body), body, None)
    assert len(data) == 1
    assert restored_text(text, data) == encode(body)


def test_a_reference_in_a_text_is_text() -> None:
    body = turns(a_pdf(DATA), {"type": "text", "text": f"What is {encode(REFERENCE)}?"})
    text, _, data = shortened_run(encode(body), body, None)
    assert len(data) == 1
    assert restored_text(text, data) == encode(body)


def test_content_nested_deeper_than_python_goes_is_kept_whole() -> None:
    deep: Json = a_pdf(DATA)
    for _ in range(5_000):
        deep = [deep]
    assert shortened(deep)[1] == {}


_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from([DATA, base64_of(2_000, 2), "!" * 2_000, sha256_of(DATA), encode(REFERENCE)]),
)
_names = st.sampled_from(["type", "data", "source", "$sha256", "é"])
_contents = st.recursive(
    _leaves | st.sampled_from([DATA, "A" * 1_024]).map(a_pdf) | st.just(REFERENCE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=12,
)


def _refers(content: Json) -> bool:
    """Whether it holds what `restore` cannot look at yet."""
    if isinstance(content, list):
        return any(map(_refers, content))
    if not isinstance(content, dict):
        return False
    return not isinstance(content.get("$sha256", ""), str) or any(map(_refers, content.values()))


@given(_contents.filter(lambda content: not _refers(content)))
def test_every_content_comes_back_exactly(content: Json) -> None:
    short, data = shortened(content)
    assert restore(short, data) == content
    body: JsonObject = {"messages": content}
    text, draft, data = shortened_run(encode(body), body, body)
    assert restored_text(text, data) == encode(body)
    assert restore(cast(Json, draft), data) == body
