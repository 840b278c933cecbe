"""Messages drawn whole, and drawn while they grow."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.domain.json_types import JsonObject


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


def test_a_tool_call_shows_its_name_and_input_once_it_is_whole() -> None:
    call: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Bonn $"}}
    growing_call: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
    app = drawn(message(growing_call), message(call))
    assert [code.value for code in app.code] == ['{\n  "city": "Bonn $"\n}']
    assert "weather" in app.caption[0].value


def test_a_tool_call_without_input_is_shown_too() -> None:
    app = drawn(message({"type": "tool_use", "id": "toolu_1", "name": "now", "input": {}}))
    assert [code.value for code in app.code] == ["{}"]


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
    labels = [caption.value for caption in app.caption] + [expander.label for expander in app.expander]
    assert labels
    assert not [label for label in labels if "![" in label or "$" in label]
