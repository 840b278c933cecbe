"""JSON as it is typed: strict, and told where it is wrong."""

from __future__ import annotations

import pytest

from components.domain.json_types import Json
from components.domain.typed_json import TypedJsonFault, read, same, written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n "a": }', "Line 2, column 7"),
        ("", "Line 1, column 1"),
        ("NaN", "NaN is no JSON value"),
        ('{"a": 1, "a": 2}', "“a” stands twice"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(TypedJsonFault, match=said):
        read(text)


def test_a_value_is_read_back_as_written() -> None:
    value: Json = {"ü": [1, 2.5, None, True, "x"]}
    assert read(written(value)) == value
    assert "ü" in written(value)


def test_one_is_not_true() -> None:
    assert not same(1, True)
    assert not same({"a": [0]}, {"a": [False]})
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
