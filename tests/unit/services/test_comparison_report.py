from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_samples import heavy_png
from unit.media.images import an_image
from unit.services.compared_columns import a_body, answered, column, columns_of_samples, failed
from unit.store.samples import a_run

from components.domain.compared import Column
from components.domain.json_types import Json, JsonObject
from components.domain.run_figures import Plot, Series
from components.services.comparison_report import Report, report_html
from components.services.comparison_report.markup import MOST_CHARACTERS, Mark, html_of
from components.services.comparison_report.plot_drawing import drawing_of

MADE = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
HARMLESS: Final = (
    "html head meta title style body header main footer section article h1 h2 h3 h4 h5 h6 p ul ol li div "
    "span table thead tbody tr th td details summary pre code strong em s sup blockquote br hr a bdi img "
    "time figure figcaption svg line text circle"
)
HOSTILE: Final = (
    "<script>alert(1)</script></style></pre></title>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{7*7}}{% raw %}${7*7}",
    "[a](javascript:alert(1))",
    "[a](data:text/html,x)",
    "[a](vbscript:x)",
    '[a](https://a.example/"onmouseover="x "t")',
    "![i](https://a.example/p.png)",
    "![i](data:image/png;base64,AAAA)",
    "<https://a.example/?a=b&c=<d>>",
    "[r]\n\n[r]: javascript:alert(1)",
    "`` `</code>` ``",
    '```html x" onload="y\n</code></pre><script>\n```',
    "| a |\n|:-:|\n| </td><script> |",
    "# <b>\n> - 1. x",
    "\u202egnp.exe\u202c مرحبا",
    "\0\x01\x1b\x7f\x85\ud800\ufffe",
    "<!-- ]]> &lt;b&gt; &#0; &amp;",
    "\\<b>\\&",
)


class Page(HTMLParser):
    """What a browser would make of a page, roughly."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def those(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def assert_inert(self) -> None:
        for tag, attrs in self.tags:
            assert tag in HARMLESS.split(), tag
            for name, value in attrs.items():
                assert not name.startswith("on"), (tag, attrs)
                if name == "href":
                    assert tag == "a"
                    assert str(value).lower().startswith(("http://", "https://")), value
                    assert "noreferrer" in str(attrs["rel"])
                elif name == "src":
                    assert str(value).startswith("data:image/"), value
                elif name == "style":
                    assert value in {"text-align:left", "text-align:center", "text-align:right"}, value
                else:
                    assert name not in {"srcset", "action", "formaction", "background", "ping", "xlink:href"}


def report(*columns: Column, title: str = "Which is better?", vote_words: tuple[str, ...] = ()) -> str:
    return report_html(Report(title, MADE, columns, vote_words)).decode()


def body_of(html: str) -> str:
    return html[html.index("<body>") :]


def test_a_report_tells_what_was_asked_what_came_and_what_it_took() -> None:
    first = answered("It is **blue**.", body=a_body("Why?", system="Be kind.", tools=[{"name": "look"}]))
    second = answered("Red.", body=a_body("Why?", "claude-haiku-5-5", system="Be kind."), cost_usd="0.001")
    columns = [column("A", first), column("B", second, differs=["Model: claude-haiku-5-5", "Tools: − look"])]
    html = report(*columns, vote_words=("A was chosen in 7 of 10 pairs.",))
    page = Page(html)
    page.assert_inert()
    for told in (
        "Which is better?",
        "2026-11-22 12:30 UTC",
        "A · claude-opus-5-5",
        "Tools: − look",
        "It is blue.",
        "$0.0010 · lowest",
        "A was chosen in 7 of 10 pairs.",
        '"max_tokens": 1024',
        "anthropic-version: 2023-06-01",
    ):
        assert told in page.text, told
    assert page.text.count("Be kind.") == 1 + 2, "once for all columns, and in the two exact requests"
    assert page.those("html") == [{"lang": "en"}]
    assert not any(attrs.get("scope") not in {"col", "row"} for attrs in page.those("th"))


def test_no_script_and_nothing_from_elsewhere_is_allowed_in_it() -> None:
    page = Page(report(column("A", answered())))
    policies = [a["content"] for a in page.those("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    ]
    style = report(column("A", answered())).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_inert_wherever_it_stands(hostile: str) -> None:
    plain = hostile.replace("\ud800", "")
    content: Json = [
        {"type": "thinking", "thinking": hostile},
        {"type": "text", "text": hostile},
        {"type": "tool_use", "id": "t", "name": hostile, "input": {hostile: hostile}},
        {"type": "server_tool_use", "name": "web_search", "input": {"query": hostile}},
        {"type": hostile, "x": hostile},
        {"type": "image", "source": {"type": "url", "url": hostile}},
        {
            "type": "text",
            "text": hostile,
            "citations": [
                {
                    "type": "web_search_result_location",
                    "url": hostile,
                    "title": hostile,
                    "cited_text": hostile,
                }
            ],
        },
    ]
    turns: Json = [
        {"role": plain, "content": [{"type": "text", "text": plain}, {"type": plain, "a": plain}]},
        {"role": "user", "content": [{"type": "tool_result", "content": plain}, plain]},
    ]
    body: JsonObject = {
        **a_body(),
        "messages": turns,
        "model": plain,
        "system": plain,
        "stop_sequences": [plain],
        "tools": [{"name": plain}],
    }
    run = answered(content, body=body, stop_reason=hostile)
    html = report(
        column("A", run, differs=[hostile]),
        column("B", failed(hostile, body=body)),
        title=hostile,
        vote_words=(hostile,),
    )
    page = Page(html)
    page.assert_inert()
    assert len(page.those("style")) == 1
    assert "49" not in body_of(html).replace("1049", ""), "nothing was computed"
    controls = [c for c in html if (c < " " and c not in "\t\n\r") or "\x7f" <= c < "\xa0"]
    assert controls == []


@given(
    st.lists(st.sampled_from([*HOSTILE, "\n\n", " ", "\n", "*", "_", "~~", "> ", "- ", "\t"]), max_size=12)
)
def test_no_mixture_of_hostile_markdown_makes_anything_live(parts: list[str]) -> None:
    page = Page(html_of("".join(parts), [Mark(3, (1,)), Mark(9, (2, 3))] if len("".join(parts)) > 9 else []))
    page.assert_inert()


@given(st.text(max_size=200))
def test_any_text_is_laid_out(text: str) -> None:
    Page(html_of(text)).assert_inert()


def test_links_lead_to_the_web_alone_and_images_are_words() -> None:
    html = html_of(
        "[a](https://a.example/?x=1&y=2) [b](javascript:1) [c](/etc) ![d](https://d.example/p.png)"
    )
    assert [attrs["href"] for attrs in Page(html).those("a")] == ["https://a.example/?x=1&y=2"]
    assert "[b](javascript:1) [c](/etc) " in html
    assert "[Image: d, https://d.example/p.png]" in html
    assert not Page(html).those("img")


def test_headings_of_an_answer_stand_below_those_of_the_report() -> None:
    page = Page(html_of("# One\n\n## Two\n\n###### Six"))
    assert [tag for tag, _ in page.tags] == ["h5", "h6", "h6"]


@pytest.mark.parametrize(
    "text",
    ['{"a": [1, 2], "b": "*not emphasis*"}', "> " * 150 + "deep", "*a* " * (MOST_CHARACTERS // 4 + 1)],
    ids=["JSON", "too deep", "too long"],
)
def test_what_markdown_would_spoil_stays_as_it_stands(text: str) -> None:
    page = Page(html_of(text))
    assert [tag for tag, _ in page.tags] == ["pre"]
    assert page.text.removeprefix("\n") == text


def test_code_keeps_its_first_empty_line() -> None:
    assert Page(html_of("```\n\n  x\n```")).text == "\n\n  x\n\n"


def test_a_long_answer_is_there_to_its_end_and_made_soon() -> None:
    html = report(column("A", answered("word " * 200_000 + "END")))
    assert "word END</pre>" in html


def test_footnotes_stand_behind_their_words_or_below_where_they_would_change_the_markdown() -> None:
    text = "Grass is *green*. Sky is blue."
    assert html_of(text, [Mark(17, (1,)), Mark(30, (1, 2))]) == (
        "<p>Grass is <em>green</em>.<sup>[1]</sup> Sky is blue.<sup>[1]</sup><sup>[2]</sup></p>\n"
    )
    fenced = "```\ncode\n```"
    assert html_of(fenced, [Mark(len(fenced), (1,))]).endswith("</pre>\n<p><sup>[1]</sup></p>")


def test_cited_texts_read_as_one_and_name_their_sources() -> None:
    content: Json = [
        {"type": "text", "text": "Grass is "},
        {
            "type": "text",
            "text": "green",
            "citations": [
                {
                    "type": "char_location",
                    "document_title": "On grass",
                    "document_index": 0,
                    "cited_text": "It is green.",
                    "start_char_index": 0,
                    "end_char_index": 12,
                }
            ],
        },
        {"type": "text", "text": "."},
    ]
    page = Page(report(column("A", answered(content))))
    assert "Grass is green[1]." in page.text
    assert "On grass · characters 1–12: “It is green.”" in page.text


def test_identical_answers_stand_once_with_their_samples() -> None:
    page = Page(report(column("A", answered("Yes."), answered("No."), answered("Yes."))))
    assert page.text.count("Yes.") == 1
    assert "2 identical answers: samples 1, 3" in page.text
    assert "3 samples, 2 different" in page.text
    assert "Sample 2" in page.text


def test_parts_that_differ_stand_under_their_letters() -> None:
    bodies = [a_body("Why?", system="Kind."), a_body("Why?", system="Brief."), a_body("Why?")]
    page = Page(
        report(*(column(letter, answered(body=each)) for letter, each in zip("ABC", bodies, strict=True)))
    )
    asked = page.text.split("What was asked")[1].split("Answers")[0]
    assert [line for line in asked.split("\n") if line] == [
        "System prompt",
        *("A", "Kind.", "B", "Brief.", "C", "None"),
        "User",
        "Why?",
        "The same in every column",
        "model: claude-opus-5-5",
        "max_tokens: 1024",
        "stream: true",
        "anthropic-version: 2023-06-01",
        "connection: Sandbox",
    ]


def test_turns_that_only_some_columns_have_say_so() -> None:
    longer = {
        **a_body("Hi"),
        "messages": [*a_body("Hi")["messages"], {"role": "assistant", "content": "Oh,"}],
    }  # type: ignore[misc]
    page = Page(report(column("A", answered()), column("B", answered(body=longer))))
    asked = page.text.split("What was asked")[1].split("The same")[0]
    assert [line for line in asked.split("\n") if line] == [
        "User, turn 1",
        *("A", "Hello", "B", "Hi"),
        "Assistant, turn 2",
        *("A", "None", "B", "Oh,"),
    ]


def test_images_come_along_small_and_documents_by_name_and_size() -> None:
    data = an_image("PNG", 1200, 800)
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    document = {
        "type": "document",
        "title": "notes.txt",
        "source": {"type": "text", "media_type": "text/plain", "data": "x" * 99},
    }
    run = answered(body=a_body([image, document, {"type": "text", "text": "What is it?"}]))
    html = report(column("A", run))
    page = Page(html)
    page.assert_inert()
    (shown,) = page.those("img")
    assert str(shown["src"]).startswith("data:image/png;base64,")
    assert "Image, 1,200 × 800 pixels" in page.text
    assert "Text file “notes.txt”, 99 bytes" in page.text
    assert data not in html, "the exact request names long data by its digest"
    assert '"$sha256"' in page.text


def test_a_small_picture_in_a_large_file_is_told_in_words() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": heavy_png(900_000)}
    html = report(column("A", answered(body=a_body([{"type": "image", "source": source}]))))
    assert len(html) < 60_000
    assert "Image, 64 × 64 pixels, 900," in html


def test_errors_live_runs_and_columns_without_runs_are_told() -> None:
    columns = [column("A", failed("The key was refused.")), column("B", a_run()), column("C")]
    page = Page(report(*columns))
    assert "The key was refused." in page.text
    assert "Queued when this report was made" in page.text
    assert "Nothing was sent." in page.text


def test_samples_have_plots_that_say_what_they_show() -> None:
    page = Page(report(*columns_of_samples(2, 8)))
    drawn = page.those("svg")
    assert len(drawn) == 5
    assert all(attrs["role"] == "img" for attrs in drawn)
    assert str(drawn[0]["aria-label"]).startswith("Output tokens of every sample. A: 8 from ")
    assert len(page.those("circle")) == 5 * 2 * 8


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20), st.sampled_from(["$", "s", ""]))
def test_every_dot_of_a_plot_lies_on_its_scale(values: list[float], unit: str) -> None:
    series = Series("A", tuple(values), tuple(map(str, values)), values[0], str(values[0]))
    drawn = drawing_of(Plot("Cost", unit, (series,), max(values), "words"))
    first, *_, last = drawn.ticks
    assert first.label in {"$0", "0 s", "0"}
    assert 2 <= len(drawn.ticks) <= 5
    assert all(first.x <= dot <= last.x <= drawn.width for dot in drawn.strips[0].dots)
    assert all("E" not in tick.label for tick in drawn.ticks)


def test_requests_are_told_exactly() -> None:
    body = a_body("Größe 😀", temperature=0.5, metadata={"user_id": "a"})
    html = report(column("A", answered(body=body)))
    page = Page(html)
    start = page.text.rindex("\n{\n")
    exact, _ = json.JSONDecoder().raw_decode(page.text[start:].lstrip())
    assert exact == body
