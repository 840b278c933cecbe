"""A model's Markdown on its way to the screen: nothing lost, nothing loaded, nothing rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from components.widgets.safe_markdown import Segment, final_segments, literal, safe, segments

PIECES = (
    "\n", "\n\n", "\r\n", " ", "    ", "- ", "1. ", "> ", "# ", "===\n", "---\n", "a | b\n", "--|--\n",
    "```\n", "```python\n", "````\n", "~~~\n", "  ```\n", "`", "``", "\\", "\\`", "*", "**", "_",
    "![x](http://h/x.png)", "![r][r]", "[r]: http://h/r.png\n", "\\![x](http://h/x.png)", "[a](b)", "![",
    "$5", "$$x$$", "$", "\\$", ":red[x]", ":material/home:", ":smile:", ":", "&#36;", "&", "<b>",
    "<img src=x>",    "<!--", "-->", "<script>\n", "word", "two words", "é🦆", "\t", "x" * 900,
)  # fmt: skip
markdown = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)

_full = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_full.core.ruler.disable("text_join")


def inline_tokens(source: str) -> Iterator[Token]:
    """What CommonMark makes of a segment. Character references stay apart from text as written."""
    for token in _full.parse(source):
        yield token
        yield from token.children or ()


def shown(found: Iterable[Segment]) -> list[tuple[str | None, str]]:
    """Language and text of what is on the screen; neighbouring prose is one."""
    joined: list[tuple[str | None, str]] = []
    for segment in found:
        if segment.language is None and joined and joined[-1][0] is None:
            joined[-1] = (None, joined[-1][1] + segment.text)
        else:
            joined.append((segment.language, segment.text))
    return joined


def streamed(text: str, cuts: Iterable[int]) -> list[Segment]:
    """What a painter ends up with when the text arrives in pieces that end at these places."""
    drawn: list[Segment] = []
    sealed = 0
    for upto in [*sorted(cuts), len(text)]:
        for segment in final_segments(text[:upto], sealed):
            drawn.append(segment)
            sealed = segment.end
    return [*drawn, *segments(text, sealed)]


@given(markdown, st.lists(st.integers(0, 400), max_size=30))
@example("- a\n\n```\nx\n```\n", [4, 5, 9])
def test_a_stream_ends_up_as_the_whole_text_would(text: str, cuts: list[int]) -> None:
    assert shown(streamed(text, [cut for cut in cuts if cut < len(text)])) == shown(segments(text))


@given(markdown)
def test_every_piece_of_text_is_in_exactly_one_segment(text: str) -> None:
    ends = [0, *(segment.end for segment in segments(text))]
    assert all(first < second for first, second in pairwise(ends))
    assert ends[-1] <= len(text)
    assert not text[ends[-1] :].strip()


@given(markdown)
@example("`a\n- b ![x](http://h/x.png) `c")
@example("# a ` b\nc $5 ![x](http://h/x.png) `")
@example("| a ` |\n|---|\n| ![x](http://h/x.png) ` |\n")
@example("<b title='`'>![x](http://h/x.png)`</b>")
@example("[a](<`> ) ![x](http://h/x.png) `")
def test_no_image_is_left_outside_code(text: str) -> None:
    for segment in segments(text):
        if segment.language is None:
            assert [token for token in inline_tokens(segment.text) if token.type == "image"] == []


@given(markdown)
@example("`a\n- b $5$ `c")
def test_no_maths_and_no_directive_is_left_outside_code(text: str) -> None:
    for segment in segments(text):
        if segment.language is not None:
            continue
        for token in inline_tokens(segment.text):
            if token.type == "text":
                assert "$" not in token.content
                assert not re.search(r":[a-z]+\[|:material/|:[a-z_]+:", token.content), token.content


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "![x](http://h/x.png)",
        "a :red[b] and :material/home: and :smile: :+1: :-1:",
        "Note: this :) stays",
        "`$x` and `![y](z)` and ``a ` b``",
        "C:\\path and 10:30 and a::b",
        "<b>bold?</b> & co",
        "**bold** and *thin*",
        "&#36; and &amp;",
    ],
)
def test_prose_reads_as_commonmark_would_have_it(text: str) -> None:
    """But for images, which stay text: character references decode to the characters they stand for."""
    plain = MarkdownIt("commonmark").disable("image")
    assert plain.render(safe(text)) == plain.render(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```python\nprint('$')\n```", ("python", "print('$')")),
        ("```\na\n\nb\n```", ("", "a\n\nb")),
        ("````\n```\nx\n```\n````", ("", "```\nx\n```")),
        ("~~~sh extra\nx\n~~~", ("sh", "x")),
        ("```js\nopen to the end $", ("js", "open to the end $")),
        ("```\n:material/home: ![x](y)\n```", ("", ":material/home: ![x](y)")),
    ],
)
def test_a_fence_is_code_to_the_letter(text: str, code: tuple[str, str]) -> None:
    assert shown(segments(text)) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "1. Do this:\n\n   ```bash\n   echo $HOME\n\n   echo a:b ![x](y)\n   ```\n\n2. Then that.",
        "- item\n\n  ~~~\n  $5 :red[x]\n  ~~~\n",
        "Text:\n\n    cost = $5\n    x:y = ![a](b)\n",
        "> ```\n> $a\n>\n> $b\n> ```\n",
    ],
)
def test_code_inside_lists_and_quotes_and_indented_code_is_faithful_too(text: str) -> None:
    def codes(source: str) -> list[str]:
        kinds = {"fence", "code_block"}
        return [t.content.removesuffix("\n") for t in inline_tokens(source) if t.type in kinds]

    found = [
        code
        for segment in segments(text)
        for code in (codes(segment.text) if segment.language is None else [segment.text])
    ]
    assert found == codes(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
@example("$x$ ![a](b) :red[c] `d` <i> &amp; \\ * _ # | ~")
def test_a_literal_shows_exactly_the_text_on_one_line(text: str) -> None:
    rendered = "".join(
        child.content for token in _full.parse(literal(text)) for child in token.children or ()
    )
    assert rendered == " ".join(text.split())


def test_a_literal_at_the_start_of_a_line_is_no_heading_list_or_rule() -> None:
    for text in ("# a", "- a", "1. a", "> a", "---", "1) a", "+ a", "```", "    a", "[a]: b"):
        tokens = [token.type for token in _full.parse(literal(text))]
        assert tokens == ["paragraph_open", "inline", "paragraph_close"], text


def test_a_growing_answer_is_sealed_paragraph_by_paragraph() -> None:
    paragraph = "word " * 200 + "\n\n"
    text = paragraph * 5
    sealed = final_segments(text)
    assert len(sealed) >= 4
    assert final_segments(text, sealed[-1].end) == []
    assert final_segments("no line end yet") == []


@pytest.mark.parametrize(
    "text",
    [
        "`" * 20_000,
        "` `` " * 5_000,
        "\\" * 50_000,
        "$" * 50_000,
        "![" * 25_000,
        "\n\n" * 20_000,
        "- " * 5_000,
    ],
    ids=["ticks", "mixed ticks", "backslashes", "dollars", "images", "blank lines", "nested lists"],
)
@pytest.mark.timeout(10)
def test_strange_text_takes_no_strange_time(text: str) -> None:
    assert segments(text) or not text.strip()
