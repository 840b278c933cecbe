from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain import template

tricky = st.lists(
    st.sampled_from(["{", "}", "{{", "}}", "\\", "\\\\", "a", "b c", "é", "1", "_", " ", "\n", "$", "\\1"])
).map("".join)
texts = st.text() | tricky
values = st.dictionaries(st.sampled_from(["a", "b c", "é", "aa", "_"]), texts)


@given(texts, values)
def test_an_escaped_text_fills_to_itself(text: str, given_values: dict[str, str]) -> None:
    assert template.fill(template.escape(text), given_values) == text
    assert template.names([template.escape(text)]) == []


@given(texts.filter(bool))
def test_a_value_is_inserted_to_the_letter_and_never_looked_at_again(value: str) -> None:
    expected = f"<{value}|{value}>" if value else "<{{a}}|{{ a }}>"
    assert template.fill("<{{a}}|{{ a }}>", {"a": value, "b": "no"}) == expected


@given(texts)
def test_without_values_only_escapes_change(text: str) -> None:
    filled = template.fill(text, {})
    assert filled.count("{") == text.count("{")
    assert len(filled) <= len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{a}} and {{ b }}", ["a", "b"]),
        ("{{a}}{{a}}", ["a"]),
        ("{{first name}} {{x.y}} {{x-y}} {{_z}} {{größe}}", ["first name", "x.y", "x-y", "_z", "größe"]),
        ("\\{{a}}", []),
        ("\\\\{{a}}", ["a"]),
        ("\\\\\\{{a}}", []),
        ("{{1}} {{}} {{ }} {{a  b}} {{a\nb}} {{a|b}} {{#if}} {{{a}}", ["a"]),
        ("{a} {{a", []),
        ('{"k": {"x": {}}}', []),
    ],
)
def test_a_variable_is_a_name_in_double_braces(text: str, found: list[str]) -> None:
    assert template.names([text]) == found


def test_names_come_in_order_of_appearance_over_all_texts() -> None:
    assert template.names(["{{b}}", "{{a}} {{b}} {{c}}"]) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{a}}", "V"),
        ("{{ a }}", "V"),
        ("\\{{a}}", "{{a}}"),
        ("\\\\{{a}}", "\\V"),
        ("\\\\\\{{a}}", "\\{{a}}"),
        ("C:\\dir \\n \\", "C:\\dir \\n \\"),
        ("{{missing}}", "{{missing}}"),
        ("{{empty}}", "{{empty}}"),
        ("{{{a}}}", "{V}"),
    ],
)
def test_backslashes_before_braces_are_the_way_to_write_braces(text: str, filled: str) -> None:
    assert template.fill(text, {"a": "V", "empty": ""}) == filled


@pytest.mark.parametrize("text", ["\\" * 200_000, "{{" * 100_000, "{{a " * 50_000, "{{" + "a " * 100_000])
@pytest.mark.timeout(5)
def test_strange_text_takes_no_strange_time(text: str) -> None:
    assert template.names([text]) == []
    assert template.fill(text, {}) == text
