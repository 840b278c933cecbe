"""Values made for schemas, those of ordinary tools included, which may use any keyword."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import jsonschema
import pytest

from components.sandbox.patterns import text_for
from components.sandbox.schema_values import make

SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "string", "minLength": 40, "maxLength": 45},
    {"type": "string", "maxLength": 2},
    {"type": "integer", "minimum": 5, "maximum": 6},
    {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
    {"type": "integer", "multipleOf": 7, "minimum": 20},
    {"type": "integer", "maximum": -3},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": "number", "minimum": 0.1, "maximum": 0.2},
    {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "string"}},
    {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2, 3]}},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "items": {"type": "null"}},
    {"type": "array"},
    {"type": ["null", "integer"]},
    {"enum": ["a", 1, None, {"x": []}]},
    {"const": {"k": [1]}},
    {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"required": ["a"]}]},
    {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    {"type": "object", "required": ["free"], "additionalProperties": {"type": "integer"}},
    {
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        "$ref": "#/$defs/node",
    },
    {
        "$defs": {
            "tree": {
                "type": "object",
                "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
                "required": ["kids"],
            }
        },
        "$ref": "#/$defs/tree",
    },
    {
        "definitions": {
            "list": {
                "type": "object",
                "properties": {"tail": {"anyOf": [{"$ref": "#/definitions/list"}, {"type": "null"}]}},
                "required": ["tail"],
            }
        },
        "$ref": "#/definitions/list",
    },
    {"type": "string", "format": "uuid"},
    {"type": "string", "pattern": "^\\+?[0-9 ]{6,12}$"},
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_value_is_valid_for_its_schema(schema: dict[str, Any]) -> None:
    for seed in range(20):
        for words in ([], ["Oslo", "weather", "river"]):
            jsonschema.validate(make(schema, Random(seed), words), schema)


@pytest.mark.parametrize("format_", ["date", "email", "ipv4", "ipv6", "uuid"])
def test_formats_have_their_form(format_: str) -> None:
    value = make({"type": "string", "format": format_}, Random(1), [])
    checker = jsonschema.FormatChecker()
    jsonschema.validate(value, {"type": "string", "format": format_}, format_checker=checker)


def test_a_choice_follows_the_prompt() -> None:
    schema: dict[str, Any] = {"enum": ["celsius", "fahrenheit", "kelvin"]}
    assert all(make(schema, Random(seed), ["Kelvin"]) == "kelvin" for seed in range(10))


@pytest.mark.parametrize(
    "schema", [{"type": "array", "minItems": 10**9}, {"type": "string", "minLength": 10**9}]
)
def test_absurd_demands_are_not_met_but_survived(schema: dict[str, Any]) -> None:
    value = make(schema, Random(1), ["word"])
    assert isinstance(value, list | str)
    assert len(value) <= 2_000


@pytest.mark.parametrize(
    "pattern",
    [
        "^a+b*c?$",
        "[a-f0-9]{8}",
        "^(foo|bar)-\\d{2,}$",
        "\\w+@\\w+\\.com",
        "^[^x]{3}$",
        "a|b|c",
        "^$",
        "x{0,2}y",
    ],
)
def test_a_text_matches_its_pattern(pattern: str) -> None:
    for seed in range(30):
        text = text_for(pattern, Random(seed))
        assert text is not None
        assert re.search(pattern, text)


@pytest.mark.parametrize("pattern", ["(", "[", "(?<=x)y", "a{999999999}", "\\"])
def test_a_pattern_that_is_not_read_gives_none(pattern: str) -> None:
    assert text_for(pattern, Random(1)) is None
