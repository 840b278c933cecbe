"""Rows say all of a simple schema, and leave the rest of it alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.domain.json_types import Json, JsonObject
from components.domain.schema_rows import KINDS, Row, free_name, rows_of, values_of, with_rows, written_values

SIMPLE: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Booking",
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "Who"},
        "guests": {"type": "integer", "minimum": 1, "default": 2},
        "meal": {"type": "string", "enum": ["lunch", "dinner"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "anything": {"type": "array"},
        "extra": {"type": "object"},
        "window": {"type": "boolean"},
        "price": {"type": "number"},
    },
    "required": ["guests", "name"],
    "additionalProperties": False,
}


def test_rows_give_back_the_schema_they_were_read_from() -> None:
    rows = rows_of(SIMPLE)
    assert rows is not None
    assert [row.kind for row in rows] == [
        "string",
        "integer",
        "enum",
        "array",
        "array",
        "object",
        "boolean",
        "number",
    ]
    assert with_rows(SIMPLE, rows) == SIMPLE
    assert rows[1].rest == {"minimum": 1, "default": 2}


@pytest.mark.parametrize(
    "schema",
    [
        None,
        [],
        {},
        {"type": "array"},
        {"type": "object", "properties": []},
        {"type": "object", "required": "a"},
        {"type": "object", "required": ["not there"]},
        {"type": "object", "properties": {"a": True}},
        {"type": "object", "properties": {"a": {}}},
        {"type": "object", "properties": {"a": {"type": ["string", "null"]}}},
        {"type": "object", "properties": {"a": {"type": "null"}}},
        {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}},
        {"type": "object", "properties": {"a": {"type": "string", "anyOf": [{}]}}},
        {"type": "object", "properties": {"a": {"type": "string", "enum": [1]}}},
        {"type": "object", "properties": {"a": {"type": "string", "enum": ["x, y"]}}},
        {"type": "object", "properties": {"a": {"type": "integer", "enum": [1, 2]}}},
        {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "array"}}}},
        {
            "type": "object",
            "properties": {"a": {"type": "array", "items": {"type": "string", "minLength": 1}}},
        },
        {"type": "object", "properties": {"a": {"type": "string", "description": 1}}},
    ],
)
def test_what_rows_cannot_say_is_not_simple(schema: Json) -> None:
    assert rows_of(schema) is None


def test_a_change_touches_only_its_row() -> None:
    rows = rows_of(SIMPLE) or []
    changed = with_rows(SIMPLE, [replace(rows[0], description="Whose table"), *rows[1:]])
    assert changed["required"] == ["guests", "name"]
    assert {**changed, "properties": None} == {**SIMPLE, "properties": None}
    assert SIMPLE["properties"]["name"]["description"] == "Who"  # type: ignore[index, call-overload]


def test_required_follows_the_rows() -> None:
    empty: JsonObject = {"type": "object"}
    assert with_rows(empty, []) == {"type": "object"}
    assert with_rows(empty, [Row("a"), Row("b", required=False)]) == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "required": ["a"],
    }
    once = with_rows(empty, [Row("a")])
    assert "required" not in with_rows(once, [Row("a", required=False)])


@pytest.mark.parametrize("kind", KINDS)
def test_another_type_drops_what_belonged_to_the_old_one(kind: str) -> None:
    row = Row("a", "integer", "What", rest={"minimum": 1}).of_kind(kind)
    schema = with_rows({"type": "object"}, [row])
    assert rows_of(schema) == [row]
    assert (row.description, row.rest) == ("What", {})


def test_values_are_split_at_commas_once() -> None:
    assert values_of(" a, b ,,a") == ("a", "b")
    assert written_values(("a", "b")) == "a, b"


def test_a_free_name_is_numbered() -> None:
    assert free_name("a", []) == "a"
    assert free_name("a", ["a", "a_2"]) == "a_3"
