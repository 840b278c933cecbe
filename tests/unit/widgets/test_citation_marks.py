"""Footnote marks in a model's text: to be seen, in the right place, and changing nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.widgets.citations import Mark, Piece, mark_line, with_marks
from components.widgets.safe_markdown import segments

PIECES = (
    "\n", "\n\n", " ", "    ", "- ", "1. ", "> ", "# ", "===\n", "---\n", "a | b\n", "--|--\n", "| x | y |",
    "```\n", "```python\n", "~~~\n", "`", "``", "\\", "*", "**", "_", "[a](b)", "[a](", ")", "[r]",
    "[r]: http://h/r.png\n", "[1]: http://evil.org\n", "![x](http://h/x.png)", "$5", ":red[x]", "&", "&#36;",
    "<b>", "<div>\n", "<img src=x>", "<!--", "word", "two words.", "é🦆", "\ue000", "(x", "http://a.org/b",
)  # fmt: skip
chunks = st.lists(
    st.tuples(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.booleans()), max_size=6
)

_plain = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def marked(parts: list[tuple[str, bool]]) -> tuple[str, list[Mark]]:
    """The whole text of some blocks, and a mark of its own for each cited one."""
    text, marks = "", []
    for number, (part, cited) in enumerate(parts, start=1):
        text += part
        if cited and text.strip():
            marks.append(Mark(len(text.rstrip()), (number,)))
    return text, marks


def drawn(parts: list[tuple[str, bool]]) -> list[Piece]:
    text, marks = marked(parts)
    return with_marks(segments(text), text, 0, marks)


def rendered(pieces: list[Piece]) -> str:
    return "".join(_plain.render(piece.segment.text) for piece in pieces if piece.segment.language is None)


@given(chunks)
@example([("```python\nprint(1)", True), ("\n```\n", True), ("After.", True)])
@example([("see [a](http://x", True), ("/y) now", True)])
@example([("**bold.", True), ("**", True), ("tail", False)])
@example([("Use `code", True), ("` now", True)])
@example([("| a | b |\n|---|---|\n| c | d |", True), ("\n| e | f |\n", True)])
def test_marks_change_nothing_but_the_words_they_follow(parts: list[tuple[str, bool]]) -> None:
    text, marks = marked(parts)
    plain = segments(text)
    pieces = with_marks(plain, text, 0, marks)
    assert [(piece.segment.language, piece.segment.end) for piece in pieces] == [
        (segment.language, segment.end) for segment in plain
    ]
    for piece, segment in zip(pieces, plain, strict=True):
        if segment.language is not None:
            assert piece.segment == segment, "code stays to the letter"
            continue
        before, after = _plain.render(segment.text), _plain.render(piece.segment.text)
        numbers = {str(number) for mark in marks for number in mark.numbers}
        for number in numbers:
            after = re.sub(rf" \[{number}\](?![^<>]*[\"'][^<>]*>)", "", after)
            before = re.sub(rf" \[{number}\](?![^<>]*[\"'][^<>]*>)", "", before)
        assert after == before


@given(chunks)
def test_every_mark_is_drawn_exactly_once(parts: list[tuple[str, bool]]) -> None:
    parts = [(re.sub(r"\[\d", "[x", part), cited) for part, cited in parts]
    text, marks = marked(parts)
    pieces = with_marks(segments(text), text, 0, marks)
    shown = rendered(pieces)
    below = [number for piece in pieces for number in piece.below]
    for mark in marks:
        (number,) = mark.numbers
        assert shown.count(f" [{number}]") + below.count(number) == 1, (number, shown, below)


def one_line(parts: list[tuple[str, bool]]) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", rendered(drawn(parts))).split())


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ([("The grass is ", False), ("green", True), (", the sky ", False), ("blue.", True)],
         "The grass is green [2], the sky blue. [4]"),
        ([("One.\n\n", True), ("Two.", True)], "One. [1] Two. [2]"),
        ([("- a\n", True), ("- b\n", True)], "a [1] b [2]"),
        ([("# Head\n", True)], "Head [1]"),
        ([("It is **bold**", True), (" here", False)], "It is bold [1] here"),
        ([("| a | b |\n|---|---|\n| c | d |", True)], "a b c d [1]"),
        ([("Costs $5", True), (" and $6", True)], "Costs $5 [1] and $6 [2]"),
        ([("A `tick`", True)], "A tick [1]"),
        ([("[1]: http://evil.org\n\nWords", True)], "Words [1]"),
    ],
)  # fmt: skip
def test_a_mark_follows_the_words_it_belongs_to(parts: list[tuple[str, bool]], line: str) -> None:
    assert one_line(parts) == line


def test_a_mark_is_never_a_link() -> None:
    pieces = drawn([("[1]: http://evil.org\n\nWords", True), ("(http://evil.org)", False)])
    assert "href" not in rendered(pieces)


@pytest.mark.parametrize(
    "parts",
    [
        [("```python\nprint(1)", True), ("\n```\n", False)],
        [("Use `co", True), ("de` now", False)],
        [("    indented", True)],
        [("See [a](http://h/", True), ("x) now", False)],
        [("<div>\nwords", True), ("\n</div>", False)],
    ],
)
def test_where_a_mark_would_change_the_text_it_stands_below(parts: list[tuple[str, bool]]) -> None:
    (piece,) = drawn(parts)
    assert piece.below == (1,)
    assert piece.segment == segments("".join(part for part, _ in parts))[0]


def test_several_marks_of_one_place_stand_together() -> None:
    (piece,) = with_marks(segments("Cited."), "Cited.", 0, [Mark(6, (1, 12))])
    assert _plain.render(piece.segment.text) == "<p>Cited. [1][12]</p>\n"


def test_one_mark_without_a_place_leaves_the_others_theirs() -> None:
    (piece,) = drawn([("One", True), (" and `co", True), ("de` and two", True)])
    assert (
        one_line([("One", True), (" and `co", True), ("de` and two", True)]) == "One [1] and code and two [3]"
    )
    assert piece.below == (2,)


def test_marks_count_from_where_the_segments_do() -> None:
    text = "Sealed before. Then more"
    (piece,) = with_marks(segments(text, 15), text, 15, [Mark(14, (1,)), Mark(19, (2,)), Mark(24, (3,))])
    assert _plain.render(piece.segment.text) == "<p>Then [2] more [3]</p>\n"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["word ", "`tick ", "[a](b ", "| a ", "**b "])
def test_many_marks_take_no_strange_time(piece: str) -> None:
    parts = [(piece * 5, True)] * 2_000
    text, marks = marked(parts)
    pieces = with_marks(segments(text), text, 0, marks)
    assert len(pieces) == len(segments(text))


def test_a_line_of_marks_is_text() -> None:
    assert _plain.render(mark_line([1, 2])) == "<p>[1] [2]</p>\n"
