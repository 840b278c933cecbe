"""Differences: exact, whatever the texts; sensible where it matters; quick in the worst case."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import cast

import pytest
from bench.differences import texts
from hypothesis import given
from hypothesis import strategies as st

from components.domain.json_types import Json, JsonObject
from components.domain.request import VERSION_2026, Request
from components.services import structure_difference as structure
from components.services.differences import (
    Difference,
    Kind,
    answer_text,
    difference,
    request_difference,
    suitable_kind,
)
from components.services.structure_difference import ABSENT, Absent, Entry, Position
from components.services.word_difference import Sign, words

WORST_S = 2.0
"""Of processor time, which others on the machine do not count into; the bench has the real figures."""

unicode_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(list("aab \n\r\t.,'’\u200d\ufe0f\u0301\U0001f44d\U0001f3fd\U0001f1e9\U0001f1ea漢か")),
    ),
    max_size=60,
)
few_words = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", ".", "the", "\n\n"]), max_size=40).map(
    "".join
)
json_values: st.SearchStrategy[Json] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.sampled_from([0.0, 1.0, 1.5]),
        st.sampled_from(["", "1", "a b", "a c"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=20,
)


def before_and_after(found: Difference) -> tuple[str, str]:
    pieces = [piece for row in found.rows for piece in row.pieces]
    return (
        "".join(piece.text for piece in pieces if piece.sign is not Sign.ADDED),
        "".join(piece.text for piece in pieces if piece.sign is not Sign.REMOVED),
    )


def drawn(found: Difference) -> str:
    """`a [-b-]{+c+}`, as `git diff --word-diff` writes it."""
    marks = {Sign.SAME: "{}", Sign.REMOVED: "[-{}-]", Sign.ADDED: "{{+{}+}}"}
    return "".join(marks[piece.sign].format(piece.text) for row in found.rows for piece in row.pieces)


def told(found: Difference) -> dict[str, str]:
    """What changed of a structure, by path."""
    return {row.path: drawn(Difference(found.kind, (row,), 0, 0)) for row in found.rows if not row.same}


# Exactness ---------------------------------------------------------------------------------------------


@given(unicode_text)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text
    assert all(words(text))


@pytest.mark.parametrize("kind", [Kind.WORDS, Kind.LINES])
@given(before=unicode_text | few_words, after=unicode_text | few_words)
def test_pieces_joined_are_both_texts_to_the_byte(kind: Kind, before: str, after: str) -> None:
    found = difference(before, after, kind)
    assert before_and_after(found) == (before, after)
    assert found.same == (before == after)
    assert not found.same or found.removed == found.added == 0
    assert all(piece.text for row in found.rows for piece in row.pieces)
    for row in found.rows:
        assert all(one.sign is not other.sign for one, other in pairwise(row.pieces))


@given(few_words, few_words)
def test_only_whole_words_change(before: str, after: str) -> None:
    tokens = {*words(before), *words(after)}
    for row in difference(before, after, Kind.WORDS).rows:
        for piece in row.pieces:
            assert set(words(piece.text)) <= tokens


@given(json_values, json_values)
def test_entries_of_a_structure_turn_one_value_into_the_other(before: Json, after: Json) -> None:
    one, other = structure.read(json.dumps(before)), structure.read(json.dumps(after))
    entries = structure.differences(one, other)
    assert applied(one, entries) == other
    assert all(entry.same for entry in entries) == (
        json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    )


def applied(value: Json, entries: list[Entry]) -> Json:
    """What the entries make of a value, by what they say and nothing else."""
    here = [entry for entry in entries if not entry.path]
    if here:
        assert here[0].before == value
        return cast(Json, here[0].after)
    inner: dict[structure.Step, list[Entry]] = {}
    for entry in entries:
        inner.setdefault(entry.path[0], []).append(
            Entry(entry.path[1:], entry.before, entry.after, entry.same)
        )
    made_list: dict[int, Json] = {}
    made: JsonObject = {}
    for step, below in inner.items():
        gone = not below[0].path and isinstance(below[0].after, Absent)
        new = not below[0].path and isinstance(below[0].before, Absent)
        if isinstance(step, Position):
            assert isinstance(value, list)
            assert (step.before is None) == new
            assert (step.after is None) == gone
            if step.after is not None:
                old = cast(Json, ABSENT) if step.before is None else value[step.before]
                made_list[step.after] = applied(old, below)
        elif not gone:
            assert isinstance(value, dict)
            made[step] = applied(cast(Json, ABSENT) if new else value[step], below)
    if isinstance(value, list):
        assert sorted(made_list) == list(range(len(made_list)))
        return [made_list[place] for place in range(len(made_list))]
    return made


@given(json_values)
def test_the_order_of_keys_is_no_difference(value: Json) -> None:
    found = difference(json.dumps(value), json.dumps(turned(value), indent=3), Kind.STRUCTURE)
    assert found.same
    assert found.kind is Kind.STRUCTURE


def turned(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: turned(each) for name, each in reversed(value.items())}
    return [turned(each) for each in value] if isinstance(value, list) else value


# Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("The cat sat.", "The dog sat.", "The [-cat-]{+dog+} sat."),
        ("the dog", "the cat and the dog", "the {+cat and the +}dog"),
        ("I don't know", "I do know", "I [-don't-]{+do+} know"),
        ("pi is 3.14", "pi is 3.15", "pi is [-3.14-]{+3.15+}"),
        ("a  b", "a b", "a[-  -]{+ +}b"),
        ("one two three four", "five six seven eight", "[-one two three four-]{+five six seven eight+}"),
        ("A\n\nB", "C\n\nD", "[-A-]{+C+}\n\n[-B-]{+D+}"),
        ("我喜欢吃苹果", "我很喜欢吃香蕉", "我{+很+}喜欢吃[-苹果-]{+香蕉+}"),
        ("ok 👍🏽 and 🇩🇪", "ok 👍🏿 and 🇫🇷", "ok [-👍🏽-]{+👍🏿+} and [-🇩🇪-]{+🇫🇷+}"),
        ("👩‍👩‍👧 here", "👩‍👩‍👦 here", "[-👩‍👩‍👧-]{+👩‍👩‍👦+} here"),
        ("cafe\u0301 au lait", "cafe au lait", "[-cafe\u0301-]{+cafe+} au lait"),
        ("", "new", "{+new+}"),
    ],
)
def test_prose_is_compared_by_whole_words(before: str, after: str, expected: str) -> None:
    assert drawn(difference(before, after, Kind.WORDS)) == expected


def test_a_moved_list_item_keeps_what_it_says() -> None:
    before = "- **Hash**: fast.\n- **Full-text**: for words in long texts.\n"
    after = "- **Full-text**: for words in long documents.\n- **GIN**: for arrays.\n"
    assert "Full-text**: for words in long [-texts-]" in drawn(difference(before, after, Kind.WORDS))


def test_a_long_common_sentence_stays_however_much_is_new_around_it() -> None:
    kept = "It was the best of times, it was the worst of times."
    found = difference(
        f"{'old ' * 90}{kept}{' older' * 90}", f"{'new ' * 90}{kept}{' newer' * 90}", Kind.WORDS
    )
    assert kept in "".join(
        piece.text for row in found.rows for piece in row.pieces if piece.sign is Sign.SAME
    )


def test_words_are_counted_without_spaces_and_punctuation() -> None:
    found = difference("Good day, my friend!", "Good evening.", Kind.WORDS)
    assert (found.removed, found.added) == (3, 1)


def test_each_line_end_that_stayed_ends_a_row() -> None:
    found = difference("a b\nc\n\nd", "a x\nc\n\nd", Kind.WORDS)
    assert [("".join(piece.text for piece in row.pieces), row.size) for row in found.rows] == [
        ("a bx\n", 1),
        ("c\n\n", 2),
        ("d", 1),
    ]


# Lines -------------------------------------------------------------------------------------------------


def test_code_is_compared_by_lines_with_the_words_of_a_changed_line_marked() -> None:
    before = "def mean(values):\n    return sum(values) / len(values)\n\nmain()\n"
    after = "def mean(numbers):\n    return sum(values) / len(values)\n\n\nprint(1)\nmain()\n"
    found = difference(before, after, Kind.LINES)
    assert drawn(found) == (
        "def mean([-values-]{+numbers+}):\n"
        "    return sum(values) / len(values)\n\n"
        "{+\n+}{+print(1)\n+}main()\n"
    )
    assert (found.removed, found.added) == (1, 3)


def test_lines_unlike_each_other_are_removed_and_added_whole() -> None:
    found = difference("x = 1\n", "import os\n", Kind.LINES)
    assert drawn(found) == "[-x = 1\n-]{+import os\n+}"


def test_another_line_end_is_a_difference() -> None:
    assert drawn(difference("a\r\nb", "a\nb", Kind.LINES)) == "a[-\r\n-]{+\n+}b"


# Structure ---------------------------------------------------------------------------------------------


def test_json_is_compared_by_path() -> None:
    before = {
        "name": "Ada",
        "born": 1815,
        "tags": ["math", "poetry"],
        "works": [{"id": 1, "title": "Notes"}, {"id": 2, "title": "Letters", "pages": None}],
        "odd key": True,
    }
    after = {
        "works": [
            {"id": 3, "title": "Diary"},
            {"title": "Notes", "id": 1},
            {"id": 2, "title": "Letters", "pages": 0},
        ],
        "tags": ["poetry", "logic"],
        "born": "1815",
        "name": "Ada",
        "odd key": False,
        "died": 1852,
    }
    found = difference(json.dumps(before), f"```json\n{json.dumps(after)}\n```")
    assert found.kind is Kind.STRUCTURE
    assert told(found) == {
        "born": '[-1815-]{+"1815"+}',
        "tags[0]": '[-"math"-]',
        "tags[1]": '{+"logic"+}',
        "works[0]": '{+{\n  "id": 3,\n  "title": "Diary"\n}+}',
        "works[1→2].pages": "[-null-]{+0+}",
        '["odd key"]': "[-true-]{+false+}",
        "died": "{+1852+}",
    }
    assert (found.changed, found.removed, found.added) == (3, 1, 4)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1", '"1"'),
        ("0", "false"),
        ("null", '"null"'),
        ("1", "1.0"),
        ("1.10", "1.1"),
        ("[]", "{}"),
        ("0", "null"),
        ("12345678901234567890.1", "12345678901234567890.2"),
        ("1e999", "1e998"),
        ('""', "null"),
    ],
)
def test_values_of_another_kind_or_writing_are_told_apart(before: str, after: str) -> None:
    found = difference(f"[{before}]", f"[{after}]", Kind.STRUCTURE)
    assert found.kind is Kind.STRUCTURE
    assert not found.same


def test_long_texts_in_json_are_compared_by_words() -> None:
    found = difference('{"a": {"b": "the quick\\nbrown fox"}}', '{"a": {"b": "the slow\\nbrown fox"}}')
    assert told(found) == {"a.b": '"the [-quick-]{+slow+}\nbrown fox"'}


def test_the_same_json_written_otherwise_is_called_so() -> None:
    found = difference('{"a": 1, "b": 2}', '{"b":2,"a":1}')
    assert found.same
    assert found.rewritten
    assert not difference("[1]", "[1]").rewritten


@pytest.mark.parametrize(
    "text",
    ["No JSON.", '{"a": 1} and more', '{"a": 1, "a": 2}', "[NaN]", "[" * 100_000, "", "```json\n{\n```"],
)
def test_what_is_no_json_is_compared_by_lines(text: str) -> None:
    found = difference('{"a": 2}', text, Kind.STRUCTURE)
    assert found.kind is Kind.LINES
    assert "JSON" in found.note
    assert before_and_after(found) == ('{"a": 2}', text)


def test_json_nested_as_deep_as_it_can_be_read_is_compared() -> None:
    found = difference("[" * 400 + "1" + "]" * 400, "[" * 400 + "2" + "]" * 400, Kind.STRUCTURE)
    assert found.changed == 1


# The kind ----------------------------------------------------------------------------------------------


PROSE = "An index is a data structure.\nIt makes reading faster; and writing slower:\n\n- one\n- two\n"
CODE = "def mean(values):\n    total = sum(values)\n    return total / len(values)\n"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ('{"a": 1}', "[1]", Kind.STRUCTURE),
        ('```json\n{"a": 1}\n```', ' {"a": 2}\n', Kind.STRUCTURE),
        ("42", "43", Kind.WORDS),
        ('{"a": 1}', '{"a": 1', Kind.LINES),
        ('Here:\n```json\n{"a": 1}\n```', '{"a": 2}', Kind.LINES),
        (PROSE, PROSE + "More.", Kind.WORDS),
        (CODE, CODE, Kind.LINES),
        (f"So:\n```python\n{CODE}```\n", f"```\n{CODE}```", Kind.LINES),
        (f"{PROSE * 3}\n```python\nprint(1)\n```", PROSE, Kind.WORDS),
        ("SELECT a\nFROM b;\n", "SELECT c\nFROM b;", Kind.LINES),
        ("", "", Kind.WORDS),
    ],
)
def test_the_kind_suits_the_texts(before: str, after: str, kind: Kind) -> None:
    assert suitable_kind(before, after) is kind


# Answers and requests ----------------------------------------------------------------------------------


def test_calls_of_tools_are_part_of_what_an_answer_says() -> None:
    def message(city: str, *content: Json) -> JsonObject:
        call: JsonObject = {"type": "tool_use", "id": city, "name": "weather", "input": {"city": city}}
        return {"content": [*content, call]}

    calls = [answer_text(message(city)) for city in ("Oslo", "Rome")]
    assert told(difference(*calls)) == {"[0].input.city": '[-"Oslo"-]{+"Rome"+}'}
    text: JsonObject = {"type": "text", "text": "Let me look."}
    assert answer_text(message("Oslo", text)).startswith("Let me look.\n\nCalls:\n[")
    assert answer_text({"content": [text]}) == "Let me look."
    assert answer_text(None) == ""


def a_request(**more: Json) -> JsonObject:
    return {
        "model": "claude-opus-5-5",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "Hi"}],
        **more,
    }


def test_requests_are_compared_with_their_headers() -> None:
    before = Request.of(a_request(system="Be very brief."), betas=["a", "b"])
    after = Request.of(
        a_request(system="Be brief.", model="claude-haiku-5-5"), anthropic_version=VERSION_2026, betas=["b"]
    )
    assert told(request_difference(before, after)) == {
        "headers.anthropic-version": '[-"2023-06-01"-]{+"2026-10-21"+}',
        "headers.anthropic-beta[0]": '[-"a"-]',
        "model": '[-"claude-opus-5-5"-]{+"claude-haiku-5-5"+}',
        "system": '"Be [-very -]brief."',
    }


def test_requests_of_one_fingerprint_are_the_same() -> None:
    one = Request.of(a_request(), betas=["a", "b"])
    other = Request.of(dict(reversed(a_request().items())), betas=["b", "a"])
    assert one.fingerprint == other.fingerprint
    assert request_difference(one, other).same


def test_files_in_requests_are_told_apart_and_not_shown() -> None:
    def with_image(data: str) -> Request:
        source: Json = {"type": "base64", "media_type": "image/png", "data": data}
        return Request.of(
            a_request(messages=[{"role": "user", "content": [{"type": "image", "source": source}]}])
        )

    found = request_difference(with_image("A" * 900_000), with_image("B" * 900_000))
    assert list(told(found)) == ["messages[0].content[0].source.data"]
    assert sum(len(piece.text) for row in found.rows for piece in row.pieces) < 1000
    assert request_difference(with_image("AAAA"), with_image("AAAA")).same


# Time --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", texts())
def test_50_kb_are_compared_at_once_in_every_kind(name: str) -> None:
    before, after = texts()[name]
    for kind in (None, *Kind):
        difference.cache_clear()
        start = time.process_time()
        found = difference(before, after, kind)
        assert time.process_time() - start < WORST_S
        if found.kind is not Kind.STRUCTURE:
            assert before_and_after(found) == (before, after)


def test_texts_too_long_for_one_matching_are_matched_line_by_line() -> None:
    lines = [
        f"line {number} of a very long text, which says that it is number {number}\n"
        for number in range(6000)
    ]
    before, after = "".join(lines), "".join(lines).replace("line 3000 of", "row 3000 of").replace("a", "a ")
    found = difference(before, after[:-200], Kind.WORDS)
    assert before_and_after(found) == (before, after[:-200])
    assert 2 * sum(row.same for row in difference(before, "".join(lines[1:]) + "x", Kind.WORDS).rows) > len(
        lines
    )
