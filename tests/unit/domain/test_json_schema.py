"""What is taken for a JSON schema is what the meta-schema of draft 2020-12 takes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, SchemaError

from components.domain.json_schema import flaws
from components.domain.json_types import Json

KEYWORDS = sorted({*Draft202012Validator.VALIDATORS, "$defs", "title", "examples", "default", "deprecated"})
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 3)
    | st.sampled_from([0.0, 1.5, -0.5, 2.0])
    | st.sampled_from(["object", "string", "null", "#/$defs/a", "name", "date"])
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=10,
)


@settings(
    max_examples=600,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(SCHEMAS)
def test_it_agrees_with_the_meta_schema(schema: Json) -> None:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        assert list(flaws(schema)), schema
    else:
        assert list(flaws(schema)) == []


@pytest.mark.parametrize(
    ("schema", "path", "says"),
    [
        ("text", (), "must be a schema: an object, true or false"),
        ({"type": "strng"}, ("type",), "must be one of array, boolean, integer, null, number, object"),
        ({"properties": {"a": {"items": 5}}}, ("properties", "a", "items"), "must be a schema"),
        ({"required": ["a", "a"]}, ("required",), "must be a list of names, each once"),
        ({"anyOf": []}, ("anyOf",), "must be a list of at least one schema"),
        ({"$defs": {"a": {"minLength": -1}}}, ("$defs", "a", "minLength"), "must be a whole number"),
    ],
)
def test_a_flaw_is_named_with_its_place(schema: Json, path: tuple[str, ...], says: str) -> None:
    [(found, said)] = list(flaws(schema))
    assert found == path
    assert said.startswith(says)
