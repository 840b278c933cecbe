"""A schema derived from an answer holds for that answer, and the service takes it."""

from __future__ import annotations

import pytest

from components.domain.json_types import Json
from components.domain.rules import check
from components.domain.schema_from_example import schema_of
from components.services.schemas import schema_problem, validate

ANSWERS: list[Json] = [
    {"name": "Ada", "born": 1815, "height": 1.7, "alive": False, "died": None},
    {"items": [{"a": 1}, {"a": 2.5, "b": "x"}, {"b": None}]},
    {"mixed": [1, "two", None, [3], {"four": 4}]},
    {"rows": [[1, 2], [], [3.5]]},
    {"nested": {"deep": {"deeper": [{"x": [{"y": 1}, {"y": 2, "z": 3}]}]}}},
    {"empty": {}, "list": []},
    ["a", "b"],
    {"a.b": 1, "ünïcode": "ß", "": 0},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_it_is_a_schema_that_the_answer_is_valid_for(answer: Json) -> None:
    schema = schema_of(answer)
    assert schema_problem(schema) is None
    assert validate(schema, answer) == []


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_the_service_takes_it(answer: Json) -> None:
    body: dict[str, Json] = {
        "model": "claude-opus-5-5",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Hi"}],
        "output_config": {"format": {"type": "json_schema", "schema": schema_of(answer)}},
    }
    assert check(body, anthropic_version="2026-10-21") == []


def test_objects_are_closed_and_all_their_fields_required() -> None:
    assert schema_of({"name": "Ada", "works": []}) == {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "works": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["name", "works"],
        "additionalProperties": False,
    }


def test_a_field_that_some_items_lack_is_optional() -> None:
    items = schema_of([{"a": 1, "b": 2}, {"b": 3}])["items"]
    assert isinstance(items, dict)
    assert items["required"] == ["b"]


def test_whole_and_broken_numbers_are_numbers() -> None:
    assert schema_of([1, 2.5])["items"] == {"type": "number"}
    assert schema_of([True, 1])["items"] == {"anyOf": [{"type": "boolean"}, {"type": "integer"}]}
