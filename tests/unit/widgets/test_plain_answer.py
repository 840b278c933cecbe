"""Answers as they are shown in a blind vote: their words, and none of the habits that tell a model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.domain.json_types import Json, JsonObject
from components.widgets.plain_answer import plain_answer, plain_text


def a_message(*blocks: JsonObject) -> JsonObject:
    content: list[Json] = [*blocks]
    return {"role": "assistant", "content": content}


def a_text(text: str) -> JsonObject:
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**Bold**, *slanted*, ~~gone~~ and `code`", "Bold, slanted, gone and code"),
        ("# Title\n\nText", "Title\n\nText"),
        ("Title\n=====\nText", "Title\n\nText"),
        ("One  \ntwo\\\nthree\nfour", "One\ntwo\nthree\nfour"),
        ("One<br>two<BR />three", "One\ntwo\nthree"),
        ("A\n\n\n\n\nB", "A\n\nB"),
        ("A\n\n---\n\nB", "A\n\nB"),
        ("> Quoted\n> text", "Quoted\ntext"),
        ("[a link](https://example.com/x)", "a link (https://example.com/x)"),
        ("<https://example.com>", "https://example.com"),
        ("<me@example.com>", "me@example.com"),
        ("![A cat](cat.png)", "image: A cat (cat.png)"),
        ("5 \\* 3 &lt; 20 &amp; \\# $x$", "5 * 3 < 20 & # $x$"),
        ("a\u00a0b\u2009c\u200bd\ufeff  e", "a b cd e"),
        ("| a | **b** |\n|---|:-:|\n| 1 | `2` |", "a | b\n1 | 2"),
        ("an <b>html</b> tag", "an <b>html</b> tag"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_marks_go_and_words_stay(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


@pytest.mark.parametrize("bullet", ["-", "*", "+"])
def test_all_bullets_are_one_kind(bullet: str) -> None:
    tight = f"{bullet} one\n{bullet} two\n  {bullet} deep\n{bullet} three"
    loose = f"{bullet}   one\n\n{bullet}   two\n\n    {bullet}   deep\n\n{bullet}   three"
    assert plain_text(tight) == plain_text(loose) == "• one\n• two\n  • deep\n• three"


def test_numbers_of_a_list_stay_and_look_alike() -> None:
    assert plain_text("3) three\n4) four") == plain_text("3. three\n\n4. four") == "3. three\n4. four"


def test_an_item_of_several_parts_stays_together() -> None:
    assert plain_text("1. one\n\n   more\n\n   ```\n   x\n     y\n   ```\n2. two") == (
        "1. one\n   more\n   x\n     y\n2. two"
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "```python\ndef f(x):\n    return x ** 2 # *not* slanted\n```",
        "~~~\ndef f(x):\n\treturn x ** 2 # *not* slanted   \n~~~",
        "    def f(x):\n        return x ** 2 # *not* slanted",
    ],
)
def test_code_keeps_its_lines_and_not_its_frame(markdown: str) -> None:
    assert plain_text(markdown) == "def f(x):\n    return x ** 2 # *not* slanted"


@pytest.mark.parametrize(
    "text",
    [
        '{"a":["*x*",1],"b":"é"}',
        '{\n    "a": [\n "*x*", 1], "b": "\\u00e9"}',
        '```json\n{"a":["*x*",1],"b":"é"}\n```',
    ],
)
def test_json_is_indented_in_one_way_and_none_of_it_is_taken_for_markdown(text: str) -> None:
    assert plain_text(text) == '{\n  "a": [\n    "*x*",\n    1\n  ],\n  "b": "é"\n}'


@pytest.mark.parametrize("text", ["[see *this*]", "{not json", "[" * 100_000])
def test_what_only_begins_like_json_is_text(text: str) -> None:
    assert plain_text(text) == text.replace("*", "")


def test_thinking_and_results_are_not_shown_and_calls_are_plain() -> None:
    message = a_message(
        {"type": "thinking", "thinking": "I am a model", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        a_text("Let me **see"),
        a_text("**."),
        {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Zürich", "days": 2}},
        {"type": "server_tool_use", "id": "t2", "name": "web_search", "input": {"query": "x"}},
        {"type": "web_search_tool_result", "tool_use_id": "t2", "content": []},
        a_text("Done."),
    )
    assert plain_answer(message) == (
        'Let me see.\n\ncalls weather({"city": "Zürich", "days": 2})\n\n'
        'calls web_search({"query": "x"})\n\nDone.'
    )


@pytest.mark.parametrize(
    "message", [None, {}, a_message(), a_message({"type": "tool"}), a_message(a_text(""))]
)
def test_nothing_to_say_is_empty(message: JsonObject | None) -> None:
    assert plain_answer(message) == ""


def test_halves_of_characters_do_not_stop_the_page() -> None:
    for text in ("half \ud83e", '{"a": "\\ud83e"}', "```\n\ud83e\n```"):
        plain_text(text).encode()
    plain_answer(a_message({"type": "tool_use", "name": "\ud83e", "input": {"\ud83e": "\ud83e"}})).encode()


MARKS = st.sampled_from(list("*_`~#>-+|[]()!<>{}\"'\\:$= \n\t123ab&;"))


@settings(max_examples=300, deadline=None)
@given(st.text(MARKS, max_size=80))
def test_any_text_has_an_even_plain_form(text: str) -> None:
    plain = plain_text(text)
    assert "\n\n\n" not in plain
    assert plain == plain.strip("\n")
    assert not any(line != line.rstrip() for line in plain.split("\n"))
