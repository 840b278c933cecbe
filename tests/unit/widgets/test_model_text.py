"""Messages drawn whole, and drawn while they grow."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.domain.json_types import Json, JsonObject


def _draw_stepwise() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.model_text import MessagePainter

    painter = MessagePainter(st.container())
    steps = st.session_state["steps"]
    st.session_state["resent"] = [
        painter.draw(message, live=number < len(steps) - 1) for number, message in enumerate(steps)
    ]


def drawn(*steps: JsonObject | None) -> AppTest:
    app = AppTest.from_function(_draw_stepwise)
    app.session_state["steps"] = list(steps)
    app.run()
    assert not app.exception
    return app


def prose(app: AppTest) -> str:
    return "".join(element.value for element in app.markdown)


def text(content: str) -> JsonObject:
    return {"type": "text", "text": content}


def message(*blocks: JsonObject) -> JsonObject:
    return {"role": "assistant", "content": list(blocks)}


def test_prose_and_code_are_elements_of_their_own() -> None:
    app = drawn(message(text("Before $5\n\n```python\nprint('$')\n```\n\nAfter")))
    assert [element.value for element in app.code] == ["print('$')"]
    assert app.code[0].language == "python"
    assert "Before &#36;5" in prose(app)
    assert "After" in prose(app)


def growing(whole: str, step: int) -> list[JsonObject]:
    return [message(text(whole[:upto])) for upto in [*range(1, len(whole), step), len(whole)]]


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_text_that_grew_reads_as_one_drawn_whole(step: int) -> None:
    whole = (
        "One paragraph.\n\n" * 3 + "```sh\necho $HOME\n```\n\n- a\n- b\n\n" + "Long. " * 200 + "\n\nEnd $1"
    )
    stepwise, at_once = drawn(*growing(whole, step)), drawn(message(text(whole)))
    assert prose(stepwise) == prose(at_once)
    assert [code.value for code in stepwise.code] == [code.value for code in at_once.code]


def test_a_long_answer_is_not_sent_again_and_again() -> None:
    whole = "A sentence of some length, as answers have them. " * 12 + "\n\n"
    app = drawn(*growing(whole * 20, 400))
    resent: list[int] = app.session_state["resent"]
    assert sum(resent) < 4 * len(whole * 20)
    assert max(resent) < 2 * len(whole) + 800


def test_nothing_yet_draws_nothing() -> None:
    app = drawn(None, message(), message(text("")), message(text("")))
    assert prose(app) == ""


@pytest.mark.parametrize("live_before", [True, False])
def test_thinking_is_folded_away(live_before: bool) -> None:
    whole = message({"type": "thinking", "thinking": "Let me see $5", "signature": "s"}, text("Answer"))
    app = drawn(*([message({"type": "thinking", "thinking": "Let"})] if live_before else []), whole)
    assert [expander.label for expander in app.expander] == ["Thinking"]
    assert "Let me see &#36;5" in app.expander[0].markdown[0].value
    assert "Answer" in prose(app)


def test_thinking_without_its_text_is_said_not_shown() -> None:
    app = drawn(message({"type": "thinking", "thinking": "", "signature": "s"}, text("Answer")))
    assert not app.expander
    assert "not sent" in app.caption[0].value


def cited(content: str, *pages: int) -> JsonObject:
    citations: list[Json] = [
        {
            "type": "page_location",
            "cited_text": "So it is.",
            "document_title": "Book $1",
            "document_index": 0,
            "start_page_number": page,
            "end_page_number": page + 1,
        }
        for page in pages
    ]
    return {"type": "text", "text": content, "citations": citations}


CITED = [
    text("The grass is "),
    cited("green", 2),
    text(" and the sky is "),
    cited("blue.\n\n", 5, 2),
    text("```python\nprint(1)"),
    cited("\n```\n\n", 7),
    cited("Long. " * 100, 5),
    text("\n\nEnd."),
]


def test_cited_blocks_read_as_one_text_with_marks_and_a_list_of_sources() -> None:
    app = drawn(message(*CITED))
    assert "The grass is green &#91;1&#93; and the sky is blue. &#91;2&#93;&#91;1&#93;" in prose(app)
    assert [code.value for code in app.code] == ["print(1)"]
    assert [caption.value for caption in app.caption] == ["&#91;3&#93;"]
    (sources,) = app.expander
    assert sources.label == "Sources (3)"
    listed = sources.markdown[0].value
    assert "1. **Book &#36;1** &#183; page 2" in listed.replace(" · ", " &#183; ")
    assert "3. **Book &#36;1**" in listed
    assert "So it is&#46;" in listed


def shown(app: AppTest) -> list[str]:
    return [*(element.value for element in app.markdown), *(element.value for element in app.caption)]


def arriving(blocks: list[JsonObject], step: int) -> list[JsonObject]:
    """The Message while it streams: text first, then the block's citations, then the next block."""
    steps = []
    for at, block in enumerate(blocks):
        words = str(block["text"])
        begun = [text(words[:upto]) for upto in [*range(1, len(words), step), len(words)]]
        steps += [message(*blocks[:at], part) for part in [*begun, block]]
    return steps


@pytest.mark.parametrize("step", [3, 50])
def test_a_cited_text_that_grew_reads_as_one_drawn_whole(step: int) -> None:
    stepwise, at_once = drawn(*arriving(CITED, step)), drawn(message(*CITED))
    assert "".join(shown(stepwise)) == "".join(shown(at_once))
    assert [code.value for code in stepwise.code] == [code.value for code in at_once.code]


def test_a_mark_waits_for_the_end_of_its_block() -> None:
    app = drawn(message(text("A "), cited("whol", 2)), message(text("A "), cited("whole", 2), text(" day")))
    assert prose(app).startswith("A whole &#91;1&#93; day")
    growing_alone = drawn(message(cited("whol", 2)), message(cited("whole", 2)))
    assert "whole &#91;1&#93;" in prose(growing_alone)


def test_many_cited_blocks_are_not_sent_again_and_again() -> None:
    blocks = [cited(f"Sentence {number} of some length. ", number) for number in range(200)]
    paragraphs = [text("\n\n") if at % 11 == 10 else block for at, block in enumerate(blocks)]
    app = drawn(*arriving(paragraphs, 400))
    resent: list[int] = app.session_state["resent"]
    assert max(resent) < 1200


def test_a_tool_call_shows_its_name_and_input_once_it_is_whole() -> None:
    call: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Bonn $"}}
    growing_call: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
    app = drawn(message(growing_call), message(call))
    assert "**weather**" in prose(app)
    assert "| **city** | Bonn &#36; |" in prose(app)
    assert "toolu&#95;1" in app.caption[0].value


def test_a_tool_call_is_announced_while_it_is_written() -> None:
    call: JsonObject = {"type": "tool_use", "id": "t", "name": "weather", "partial_json": '{"ci'}
    app = drawn(message(call), message(call), message(call, text("x")))
    assert "did not come to its end" in app.caption[0].value
    assert app.code[0].value == '{"ci'
    alone = AppTest.from_function(_draw_live)
    alone.session_state["message"] = message(call)
    assert [caption.value for caption in alone.run().caption] == ["Writing a call of weather…"]


def _draw_live() -> None:
    import streamlit as st

    from components.widgets.model_text import MessagePainter

    MessagePainter(st.container()).draw(st.session_state["message"], live=True)


def test_a_block_of_an_unknown_kind_is_shown_as_json() -> None:
    app = drawn(message({"type": "hologram", "data": "$x"}, text("After")))
    assert '"hologram"' in app.code[0].value
    assert "After" in prose(app)


@pytest.mark.parametrize("odd", [{"type": "text", "text": None}, {"type": "text"}, {"type": None}, {}])
def test_blocks_of_odd_shape_break_nothing(odd: JsonObject) -> None:
    app = drawn(message(odd, text("Good")))
    assert "Good" in prose(app)


def test_names_of_tools_and_blocks_are_text_not_markup() -> None:
    hostile = "` ![x](http://h/x.png) $a$"
    app = drawn(message({"type": "tool_use", "id": hostile, "name": hostile, "input": {}}, {"type": hostile}))
    labels = [each.value for each in [*app.caption, *app.markdown]] + [each.label for each in app.expander]
    assert len(labels) > 3
    assert not [label for label in labels if "![" in label or "$" in label]
