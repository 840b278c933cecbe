from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.json_types import Json, JsonObject
from components.services.schemas import schema_of, schema_problem, validate

ITEMS: JsonObject = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "price": {"type": "number"}},
                "required": ["name", "price"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["items"],
    "additionalProperties": False,
}


def test_a_value_that_keeps_to_its_schema_has_no_faults() -> None:
    assert validate(ITEMS, {"items": [{"name": "a", "price": 1.5}]}) == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"items": [{"name": "a", "price": "x"}]}, "$.items[0].price: 'x' is not of type 'number'"),
        ({"items": [{"name": None, "price": 1}]}, "$.items[0].name: null is not of type 'string'"),
        ({"items": [{"name": True, "price": 1}]}, "$.items[0].name: true is not of type 'string'"),
        ({}, "$: 'items' is a required property"),
        ({"items": [], "b": 1}, "$: Additional properties are not allowed ('b' was unexpected)"),
        ([], "$: [] is not of type 'object'"),
    ],
)
def test_a_fault_is_said_with_its_place(value: Json, sentence: str) -> None:
    assert validate(ITEMS, value) == [sentence]


def test_many_and_long_faults_stay_readable() -> None:
    sentences = validate(ITEMS, {"items": ["x" * 5000] * 100})
    assert len(sentences) == 21
    assert all(len(sentence) < 400 for sentence in sentences)


def test_of_several_alternatives_the_nearest_is_named() -> None:
    schema: JsonObject = {
        "properties": {"a": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["b"]}]}}
    }
    assert validate(schema, {"a": {}}) == ["$.a: 'b' is a required property"]


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date-time", "2026-11-22T10:00:00Z", "2026-11-22"),
        ("date-time", "2026-11-22t10:00:00.123456789+01:00", "2026-02-30T10:00:00Z"),
        ("time", "00:00:00Z", "24:00"),
        ("date", "2026-11-22", "22.11.2026"),
        ("duration", "P1DT2H", "P"),
        ("duration", "P3W", "PT"),
        ("email", "a@b.org", "nobody"),
        ("hostname", "Example.org", "-a.org"),
        ("uri", "https://example.org/a?b#c", "example.org"),
        ("uri", "urn:isbn:1", "http://a b"),
        ("uri", "http://a", "http://[x"),
        ("ipv4", "127.0.0.1", "127.0.0.256"),
        ("ipv6", "::1", ":::"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
    ],
)
def test_formats_of_the_service_are_checked(format_: str, good: str, bad: str) -> None:
    schema: JsonObject = {"type": "string", "format": format_}
    assert validate(schema, good) == []
    assert validate(schema, bad) == [f"$: '{bad}' is not a '{format_}'"]


def test_a_format_says_nothing_about_what_is_no_text() -> None:
    assert validate({"format": "date-time"}, 5) == []


@pytest.mark.parametrize("schema", [{}, ITEMS, {"$schema": "http://json-schema.org/draft-07/schema#"}])
def test_a_schema_is_no_problem(schema: JsonObject) -> None:
    assert schema_problem(schema) is None


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ([], "A JSON schema is an object"),
        (True, "A JSON schema is an object"),
        (
            {"properties": {"a": {"type": "strin"}}},
            '$.properties.a.type: "strin" is none of the types array,',
        ),
        ({"required": "a"}, "$.required: 'a' is not of type 'array'"),
        ({"properties": []}, "$.properties: [] is not of type 'object'"),
        ({"pattern": "["}, "$.pattern: '[' is not a 'regex'"),
    ],
)
def test_what_is_no_schema_is_said_with_its_place(schema: Json, says: str) -> None:
    problem = schema_problem(schema)
    assert problem is not None
    assert problem.startswith(says)
    assert validate(schema, 1) == [f"The schema itself is not valid. {problem}"]


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"$ref": "http://127.0.0.1:1/schema.json"}, "refers to “http://127.0.0.1:1/schema.json”"),
        ({"$ref": "#/$defs/a"}, "$defs/a”, which is not in it"),
        ({"$ref": "#"}, "without end"),
        ({"$id": "http://[", "$ref": "a"}, "cannot be"),
    ],
)
def test_references_that_lead_nowhere_are_said_and_never_fetched(schema: JsonObject, says: str) -> None:
    (sentence,) = validate(schema, {"a": 1})
    assert says in sentence


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_keywords = st.sampled_from(
    [
        "type",
        "properties",
        "items",
        "$ref",
        "$id",
        "$defs",
        "anyOf",
        "pattern",
        "required",
        "format",
        "$anchor",
        "enum",
        "additionalProperties",
        "const",
        "minItems",
        "$schema",
        "$dynamicRef",
        "unevaluatedProperties",
    ]
)
_words = st.sampled_from(["string", "object", "#", "#/$defs/a", "http://[", "date-time", "a"])
_schemas = st.recursive(
    st.dictionaries(_keywords, _json | _words, max_size=4),
    lambda inner: st.dictionaries(_keywords, inner | st.lists(inner, max_size=2) | _words, max_size=4),
    max_leaves=6,
)


@given(_schemas, _json)
def test_schemas_and_values_of_any_shape_are_judged(schema: JsonObject, value: Json) -> None:
    assert isinstance(validate(schema, value), list)


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        ({}, None),
        ({"output_config": 1}, None),
        ({"output_config": {"format": {"type": "text", "schema": {}}}}, None),
        ({"output_config": {"format": {"type": "json_schema", "schema": 3}}}, None),
        ({"output_config": {"format": {"type": "json_schema", "schema": ITEMS}}}, ITEMS),
    ],
)
def test_the_schema_of_a_request_is_found(body: JsonObject, schema: JsonObject | None) -> None:
    assert schema_of(body) == schema


def test_importing_it_leaves_the_validator_for_later() -> None:
    program = "import sys, components.services.schemas; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_pattern_that_never_ends_holds_nothing_up() -> None:
    value = "a" * 60 + "!"
    assert validate({"type": "string", "pattern": "^(a+)+$"}, value) == []
    (sentence,) = validate({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {value: 1})
    assert "patternProperties" in sentence
