"""The prompt editor where a prompt is more than text: attachments, tool results, cache points, examples."""

from __future__ import annotations

import base64
import io
from html import unescape

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault
from ui.test_workbench import opened_with, user, words

from components.domain.draft import Draft, Example, Turn
from components.domain.findings import Finding, Fix, Scale
from components.domain.json_types import Json, JsonObject
from components.widgets.cache_points import at_the_end
from components.widgets.editing import call_line
from components.widgets.thumbnails import EDGE_PX, thumbnail

PDF = b"%PDF-1.4\n%%EOF"


def png(width: int = 60, height: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "PNG")
    return file.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def image(data: bytes) -> JsonObject:
    return {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": base64_of(data)},
    }


def text(content: str, **more: Json) -> JsonObject:
    return {"type": "text", "text": content, **more}


def call(call_id: str, city: str) -> JsonObject:
    return {"type": "tool_use", "id": call_id, "name": "weather", "input": {"city": city}}


def result(call_id: str, content: Json = "") -> JsonObject:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content}


def content(app: AppTest, position: int = 0) -> Json:
    """What a turn sends."""
    draft: Draft = app.session_state["bench"].draft
    messages = draft.body()["messages"]
    assert isinstance(messages, list)
    message = messages[position]
    assert isinstance(message, dict)
    return message["content"]


def kinds(app: AppTest, position: int = 0) -> list[str]:
    blocks = content(app, position)
    assert isinstance(blocks, list)
    return [str(block["type"]) for block in blocks if isinstance(block, dict)]


def open_attach(app: AppTest, key: str | None = None) -> AppTest:
    app.session_state[f"{key or user(app)}.attach"] = True
    app.run()
    assert_no_fault(app)
    return app


def upload(app: AppTest, *files: tuple[str, bytes], key: str | None = None) -> AppTest:
    """Open the control and hand it files, as one drop."""
    open_attach(app, key)
    app.file_uploader[0].set_value([(name, data, "") for name, data in files]).run()
    assert_no_fault(app)
    return app


def choose(app: AppTest, key: str, option: str) -> AppTest:
    app.menu_button(key=key).click(option).run()
    assert_no_fault(app)
    return app


# Attaching -------------------------------------------------------------------------------------------


def test_the_empty_page_has_a_closed_attach_control_and_no_uploader(open_app: OpenApp) -> None:
    app = open_app()
    assert not app.file_uploader
    assert app.session_state[f"{user(app)}.attach"] is False


def test_files_dropped_together_come_before_the_text_in_their_order(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("What is in these, {{name}}?").run()
    app.text_area(key="workbench.value.name").input("Ann").run()
    upload(app, ("a.png", png()), ("b.pdf", PDF), ("notes.md", b"# Notes\n{{literal}}"))
    blocks = content(app)
    assert blocks == [
        image(png()),
        {
            "type": "document",
            "title": "b.pdf",
            "source": {"type": "base64", "media_type": "application/pdf", "data": base64_of(PDF)},
        },
        {
            "type": "document",
            "title": "notes.md",
            "source": {"type": "text", "media_type": "text/plain", "data": "# Notes\n{{literal}}"},
        },
        text("What is in these, Ann?"),
    ]
    said = words(app)
    assert "Image 1" in said
    assert "60 × 40 px" in said
    assert "b.pdf" in said
    assert app.text_area(key=user(app)).value == "What is in these, {{name}}?"


def test_the_control_closes_and_the_same_upload_is_not_taken_again(open_app: OpenApp) -> None:
    app = upload(open_app(), ("a.png", png()))
    assert not app.file_uploader
    app.run()
    open_attach(app)
    app.run()
    assert kinds(app) == ["image"]


def test_one_file_twice_in_one_drop_is_attached_once(open_app: OpenApp) -> None:
    app = upload(open_app(), ("a.png", png()), ("a.png", png()), ("b.png", png(61)))
    assert kinds(app) == ["image", "image"]


def test_a_second_upload_goes_behind_the_first(open_app: OpenApp) -> None:
    app = upload(open_app(), ("a.png", png()))
    app.text_area(key=user(app)).input("Compare").run()
    upload(app, ("b.png", png(61)))
    assert content(app) == [image(png()), image(png(61)), text("Compare")]


def test_a_file_nobody_takes_is_a_sentence_and_loses_nothing(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("Stay").run()
    upload(app, ("sheet.xlsx", b"PK\x03\x04\x00\x00"), ("a.png", png()))
    assert "sheet.xlsx" in words(app)
    assert content(app) == [image(png()), text("Stay")]
    app.button(key=f"{user(app)}.attach_said.read").click().run()
    assert "sheet.xlsx" not in words(app)
    assert content(app) == [image(png()), text("Stay")]


def test_an_address_becomes_an_image_or_a_pdf_and_nothing_is_fetched(open_app: OpenApp) -> None:
    app = open_app()
    for kind, address in (("image", "https://example.com/cat"), ("document", "https://example.com/paper")):
        open_attach(app)
        app.text_input(key=f"{user(app)}.attach_url").input(address).run()
        app.button(key=f"{user(app)}.attach_url.{kind}").click().run()
    assert content(app) == [
        {"type": "image", "source": {"type": "url", "url": "https://example.com/cat"}},
        {"type": "document", "source": {"type": "url", "url": "https://example.com/paper"}},
    ]
    assert "example.com" in words(app)


def test_what_is_no_address_is_said_where_it_was_typed(open_app: OpenApp) -> None:
    app = open_attach(open_app())
    app.text_input(key=f"{user(app)}.attach_url").input("file:///etc/passwd").run()
    app.button(key=f"{user(app)}.attach_url.image").click().run()
    assert "no web address" in words(app)
    assert app.text_input(key=f"{user(app)}.attach_url").value == "file:///etc/passwd"
    assert content(app) == ""


def test_an_attachment_is_removed_and_the_others_stay(open_app: OpenApp) -> None:
    blocks: list[Json] = [image(png()), text("between"), image(png(61)), text("end")]
    app = opened_with(open_app, Draft(turns=[Turn(blocks=blocks)]))
    app.button(key=f"{user(app)}.block.0.remove").click().run()
    assert content(app) == [text("between"), image(png(61)), text("end")]
    assert app.text_area(key=f"{user(app)}.block.0").value == "between"
    app.button(key=f"{user(app)}.block.1.remove").click().run()
    assert content(app) == [text("between"), text("end")]
    assert app.text_area(key=user(app)).value == "end"


def test_the_last_attachment_removed_leaves_plain_text(open_app: OpenApp) -> None:
    app = opened_with(open_app, Draft(turns=[Turn(blocks=[image(png()), text("end")])]))
    app.button(key=f"{user(app)}.block.0.remove").click().run()
    assert content(app) == "end"
    assert app.text_area(key=user(app)).value == "end"


def test_a_document_has_a_title_a_context_and_citations(open_app: OpenApp) -> None:
    app = upload(open_app(), ("notes.txt", b"Herons stand."))
    row = f"{user(app)}.block.0"
    app.session_state[f"{row}.options"] = True
    app.run()
    app.text_input(key=f"{row}.title").input("Herons").run()
    app.text_area(key=f"{row}.context").input("Old notes").run()
    app.toggle(key=f"{row}.citations").set_value(True).run()
    block = {
        "type": "document",
        "title": "Herons",
        "context": "Old notes",
        "citations": {"enabled": True},
        "source": {"type": "text", "media_type": "text/plain", "data": "Herons stand."},
    }
    assert content(app) == [block]
    assert "citations on" in words(app)
    assert "Herons stand." in [code.value for code in app.code]
    app.toggle(key=f"{row}.citations").set_value(False).run()
    app.text_input(key=f"{row}.title").input("").run()
    assert content(app) == [{name: block[name] for name in ("type", "context", "source")}]


def test_attachments_that_cannot_be_read_are_still_shown(open_app: OpenApp) -> None:
    odd: list[Json] = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "nonsense"}},
        {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
        {"type": "document"},
        {"type": "document", "source": {"type": "content", "content": "x"}, "title": "![x](http://y) $1$"},
    ]
    app = opened_with(open_app, Draft(turns=[Turn(blocks=[*odd])]))
    assert_no_fault(app)
    said = words(app)
    assert "cannot be read here" in said
    assert "file_1" in said
    assert "![x](http://y) $1$" in said
    assert content(app) == odd


# Blocks of every kind --------------------------------------------------------------------------------


def test_a_text_in_the_middle_is_edited_in_its_place_and_its_variables_count(open_app: OpenApp) -> None:
    blocks: list[Json] = [text("first {{a}}"), image(png()), text("second")]
    app = opened_with(open_app, Draft(turns=[Turn(blocks=blocks)]))
    app.text_area(key=f"{user(app)}.block.0").input("changed {{b}}").run()
    app.text_area(key="workbench.value.b").input("value").run()
    app.text_area(key=user(app)).input("end").run()
    assert content(app) == [text("changed value"), image(png()), text("end")]


def test_a_text_typed_and_a_block_removed_in_one_moment_loses_neither(open_app: OpenApp) -> None:
    blocks: list[Json] = [image(png()), text("middle"), image(png(61))]
    app = opened_with(open_app, Draft(turns=[Turn(blocks=blocks)]))
    app.text_area(key=f"{user(app)}.block.1").input("typed")
    app.button(key=f"{user(app)}.block.0.remove").click()
    app.run()
    assert content(app) == [text("typed"), image(png(61))]


def test_what_was_sent_back_as_it_came_is_one_folded_line(open_app: OpenApp) -> None:
    blocks: list[Json] = [
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "server_tool_use", "id": "w", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "w", "content": []},
        text("Found"),
        {"type": "something_new", "with": ["fields"]},
    ]
    app = opened_with(open_app, Draft(turns=[Turn(text="Hi"), Turn("assistant", blocks=[*blocks])]))
    folded = [unescape(expander.label) for expander in app.expander]
    assert folded == [
        "thinking, server_tool_use, web_search_tool_result: sent back as it came",
        "something_new: sent as it stands",
    ]
    assert not app.code
    row = f"{user(app, 1)}.block.4"
    app.session_state[f"{row}.fold"] = True
    app.run()
    assert '"fields"' in app.code[0].value
    app.button(key=f"{row}.remove").click().run()
    assert content(app, 1) == blocks[:4]


def test_a_system_prompt_of_several_texts_has_a_field_for_each(open_app: OpenApp) -> None:
    app = opened_with(open_app, Draft(system_blocks=[text("One"), text("Two")]))
    app.text_area(key="workbench.system.block.0").input("First").run()
    app.text_area(key="workbench.system").input("Second").run()
    draft: Draft = app.session_state["bench"].draft
    assert draft.body()["system"] == [text("First"), text("Second")]


# Tool results ----------------------------------------------------------------------------------------


@pytest.fixture
def with_calls(open_app: OpenApp) -> AppTest:
    """A conversation that waits for the results of two calls."""
    calls: list[Json] = [text("I look."), call("t1", "Paris"), call("t2", "Rome")]
    turns = [
        Turn(text="Weather?"),
        Turn("assistant", blocks=calls),
        Turn(blocks=[result("t1"), result("t2")]),
    ]
    return opened_with(open_app, Draft(turns=turns))


def test_each_call_has_a_place_for_its_result_named_after_it(with_calls: AppTest) -> None:
    app = with_calls
    key = user(app, 2)
    labels = [unescape(area.label) for area in app.text_area]
    assert 'Result of weather({"city": "Paris"})' in labels
    assert 'Result of weather({"city": "Rome"})' in labels
    assert 'tool_use: weather({"city": "Rome"})' in [unescape(expander.label) for expander in app.expander]
    app.text_area(key=f"{key}.block.0.result").input("18 °C {{literal}}").run()
    app.text_area(key=f"{key}.block.1.result").input('{"sky": "grey"}').run()
    app.text_area(key=key).input("And tomorrow?").run()
    assert content(app, 2) == [
        result("t1", "18 °C {{literal}}"),
        result("t2", '{"sky": "grey"}'),
        text("And tomorrow?"),
    ]


def test_a_result_can_be_an_error_and_not_again(with_calls: AppTest) -> None:
    app = with_calls
    key = user(app, 2)
    app.toggle(key=f"{key}.block.1.is_error").set_value(True).run()
    assert content(app, 2) == [result("t1"), {**result("t2"), "is_error": True}]
    app.toggle(key=f"{key}.block.1.is_error").set_value(False).run()
    assert content(app, 2) == [result("t1"), result("t2")]


def test_an_image_is_attached_to_a_result_and_taken_off(with_calls: AppTest) -> None:
    app = with_calls
    row = f"{user(app, 2)}.block.0"
    app.text_area(key=f"{row}.result").input("A map").run()
    upload(app, ("map.png", png()), key=row)
    assert content(app, 2) == [result("t1", [image(png()), text("A map")]), result("t2")]
    assert app.text_area(key=f"{row}.result").value == "A map"
    app.button(key=f"{row}.block.0.remove").click().run()
    assert content(app, 2) == [result("t1", "A map"), result("t2")]


def test_a_result_of_one_text_block_or_of_nothing_is_edited_like_a_text(open_app: OpenApp) -> None:
    bare: JsonObject = {"type": "tool_result", "tool_use_id": "t2"}
    results: list[Json] = [result("t1", [text("old")]), bare]
    turns = [
        Turn(text="?"),
        Turn("assistant", blocks=[call("t1", "A"), call("t2", "B")]),
        Turn(blocks=results),
    ]
    app = opened_with(open_app, Draft(turns=turns))
    row = f"{user(app, 2)}.block"
    assert app.text_area(key=f"{row}.0.result").value == "old"
    assert content(app, 2) == [result("t1", [text("old")]), bare]
    app.text_area(key=f"{row}.0.result").input("new").run()
    app.text_area(key=f"{row}.1.result").input("there").run()
    assert content(app, 2) == [result("t1", "new"), result("t2", "there")]


def test_an_answer_that_waits_for_results_has_no_empty_field_behind_its_calls(with_calls: AppTest) -> None:
    app = with_calls
    keys = [area.key for area in app.text_area]
    assert user(app, 1) not in keys
    assert f"{user(app, 1)}.block.0" in keys


# Caching ---------------------------------------------------------------------------------------------

FIVE_MINUTES: JsonObject = {"type": "ephemeral"}
ONE_HOUR: JsonObject = {"type": "ephemeral", "ttl": "1h"}


def test_a_turn_gets_a_cache_point_another_one_and_none(open_app: OpenApp) -> None:
    app = open_app()
    menu = f"{user(app)}.menu"
    assert not [option for option in app.menu_button(key=menu).options if "Cache" in option]
    app.text_area(key=user(app)).input("Long").run()
    choose(app, menu, "Cache up to here (5 minutes)")
    assert content(app) == [text("Long", cache_control=FIVE_MINUTES)]
    assert "Cached up to here for 5 minutes" in words(app)
    choose(app, menu, "Cache up to here (1 hour)")
    assert content(app) == [text("Long", cache_control=ONE_HOUR)]
    assert app.text_area(key=user(app)).value == "Long"
    choose(app, menu, "Remove the cache point")
    assert content(app) == "Long"
    assert "Cached" not in words(app)


def test_a_cache_point_stays_at_the_end_of_its_turn(open_app: OpenApp) -> None:
    marked: JsonObject = {**image(png()), "cache_control": ONE_HOUR}
    app = opened_with(open_app, Draft(turns=[Turn(blocks=[marked])]))
    app.text_area(key=user(app)).input("More").run()
    assert content(app) == [image(png()), text("More", cache_control=ONE_HOUR)]
    upload(app, ("b.png", png(61)))
    assert content(app) == [image(png()), image(png(61)), text("More", cache_control=ONE_HOUR)]
    app.text_area(key=user(app)).input("").run()
    assert content(app) == [image(png()), {**image(png(61)), "cache_control": ONE_HOUR}]


def test_a_cache_point_within_a_turn_is_shown_and_removed(open_app: OpenApp) -> None:
    marked: JsonObject = {**image(png()), "cache_control": FIVE_MINUTES}
    app = opened_with(open_app, Draft(turns=[Turn(blocks=[marked, text("Hi")])]))
    assert "Cached up to here for 5 minutes" in words(app)
    app.button(key=f"{user(app)}.block.0.uncache").click().run()
    assert content(app) == [image(png()), text("Hi")]


def test_the_system_prompt_is_cached_and_so_is_the_whole_request_by_itself(open_app: OpenApp) -> None:
    app = open_app()
    draft: Draft = app.session_state["bench"].draft
    app.text_area(key="workbench.system").input("Rules").run()
    choose(app, "workbench.system.menu", "Cache up to here (1 hour)")
    choose(app, "workbench.system.menu", "Cache automatically (5 minutes)")
    assert draft.body()["system"] == [text("Rules", cache_control=ONE_HOUR)]
    assert draft.body()["cache_control"] == FIVE_MINUTES
    app.text_area(key="workbench.system").input("Other rules").run()
    assert draft.body()["system"] == [text("Other rules", cache_control=ONE_HOUR)]
    assert "Cached automatically for 5 minutes" in words(app)
    choose(app, "workbench.system.menu", "Stop automatic caching")
    choose(app, "workbench.system.menu", "Remove the cache point")
    assert draft.body()["system"] == "Other rules"
    assert "cache_control" not in draft.body()


def test_a_breakpoint_moves_with_the_end_whatever_happens_to_its_block() -> None:
    turn = Turn(blocks=[image(png()), text("end", cache_control=ONE_HOUR)])
    at_the_end(turn, lambda: setattr(turn, "typed", ""))
    assert turn.cached == "1h"
    at_the_end(turn, lambda: turn.remove_block(0))
    assert turn.blocks is None


# The editor by itself --------------------------------------------------------------------------------


def _editor() -> None:
    import streamlit as st

    from components.domain.catalogue import find
    from components.widgets.examples_box import examples_box
    from components.widgets.prompt_editor import prompt_editor

    state = st.session_state
    prompt_editor(
        state["draft"], state["findings"], state["applied"].append, model=find(state["draft"].model)
    )
    examples_box(state["draft"])


def editor(draft: Draft, *findings: Finding) -> AppTest:
    app = AppTest.from_function(_editor)
    app.session_state["draft"], app.session_state["findings"] = draft, list(findings)
    app.session_state["applied"] = []
    app.run()
    assert not app.exception
    return app


def test_a_finding_about_an_image_stands_in_its_row_with_its_fix() -> None:
    large = Finding(
        "image_pixels",
        ("messages", 0, "content", 1, "source"),
        "",
        "Too many pixels.",
        Fix("Scale down to 2000 px", (), scale=(Scale(("messages", 0, "content", 1), 2000),)),
    )
    last = Finding("text_blank", ("messages", 0, "content", 2), "", "Of the last text.")
    app = editor(Draft(turns=[Turn(blocks=[image(png()), image(png(61)), text("x")])]), large, last)
    turn = app.session_state["draft"].turns[0].id
    assert [unescape(error.value) for error in app.error] == ["Too many pixels.", "Of the last text."]
    fix = app.button(key=f"workbench.problems.workbench.turn.{turn}.block.1.0.0.fix")
    assert unescape(fix.label) == "Scale down to 2000 px"
    fix.click().run()
    assert app.session_state["applied"] == [large]


def test_findings_find_their_rows_behind_the_examples() -> None:
    about_image = Finding("x", ("messages", 0, "content", 1), "", "Of the image.")
    about_examples = Finding("x", ("messages", 0, "content", 0), "", "Of the examples.")
    draft = Draft(examples=[Example("a", "b")], turns=[Turn(blocks=[image(png()), text("x")])])
    app = editor(draft, about_examples, about_image)
    assert [unescape(error.value) for error in app.error] == ["Of the image.", "Of the examples."]


def test_a_cache_point_tells_the_least_length_and_the_rough_one() -> None:
    draft = Draft(
        system="word " * 1000,
        turns=[Turn(blocks=[text("Hi", cache_control=FIVE_MINUTES)]), Turn("assistant", "later " * 9000)],
    )
    line = next(unescape(caption.value) for caption in editor(draft).caption if "Cached" in caption.value)
    assert "from 512 tokens on, about 1,6" in line


def test_a_system_turn_is_offered_where_the_model_takes_one() -> None:
    draft = Draft(model="claude-opus-5-5", turns=[Turn(text="Hi")])
    app = editor(draft)
    app.button(key="workbench.add_system_turn").click().run()
    assert [turn.role for turn in draft.turns] == ["user", "system"]
    assert "workbench.add_system_turn" not in [button.key for button in app.button]
    for never in (
        Draft(model="claude-haiku-4-5", turns=[Turn(text="Hi")]),
        Draft(turns=[Turn()]),
        Draft(turns=[Turn(text="Hi"), Turn("assistant", "Ho")]),
    ):
        app = editor(never)
        assert "workbench.add_system_turn" not in [button.key for button in app.button]
        menu = app.menu_button(key=f"workbench.turn.{never.turns[0].id}.menu")
        assert not [option for option in menu.options if "System" in option]


def test_examples_are_added_edited_and_removed() -> None:
    draft = Draft(turns=[Turn(text="Now")])
    app = editor(draft)
    app.text_area(key="workbench.examples.0.input").input("2 + 2").run()
    app.text_area(key="workbench.examples.0.output").input("{{4}}").run()
    app.button(key="workbench.examples.add").click().run()
    app.text_area(key="workbench.examples.1.input").input("3 + 3").run()
    assert draft.examples == [Example("2 + 2", "{{4}}"), Example("3 + 3", "")]
    message = draft.body()["messages"]
    assert isinstance(message, list)
    assert isinstance(message[0], dict)
    first = message[0]["content"]
    assert isinstance(first, list)
    assert isinstance(first[0], dict)
    assert "<ideal_output>\n{{4}}\n</ideal_output>" in str(first[0]["text"])
    app.button(key="workbench.examples.0.remove").click().run()
    assert draft.examples == [Example("3 + 3", "")]
    assert app.text_area(key="workbench.examples.0.input").value == "3 + 3"


def test_looking_at_the_examples_changes_nothing() -> None:
    draft = Draft()
    app = editor(draft)
    assert app.text_area(key="workbench.examples.0.input").value == ""
    assert draft.is_fresh
    app.button(key="workbench.examples.add").click().run()
    assert len([area for area in app.text_area if str(area.key).startswith("workbench.examples.")]) == 4


# Small pieces ----------------------------------------------------------------------------------------


def test_a_thumbnail_is_small_made_once_and_none_for_what_is_no_image() -> None:
    data = base64_of(png(900, 300))
    made = thumbnail(data)
    assert made is not None
    assert isinstance(made.image, bytes)
    with Image.open(io.BytesIO(made.image)) as picture:
        assert max(picture.size) == EDGE_PX
    assert thumbnail(data) is made
    assert thumbnail("nonsense") is None
    assert thumbnail(base64_of(PDF)) is None


def test_a_call_reads_as_one_line_however_long() -> None:
    assert call_line("f", {"a": "ü"}) == 'f({"a": "ü"})'
    assert len(call_line("f", {"a": "x" * 500})) < 100
