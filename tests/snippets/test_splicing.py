"""What of a body becomes an argument or a file, and how it stands in JSON text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from request_bodies import valid

from components.domain.draft import Draft
from components.domain.examples import Example
from components.domain.template import escape
from components.snippets import FORMS, Form, UnavailableForm, available_forms, snippet
from components.snippets.json_text import ascii_json, json_parts, readable_json
from components.snippets.request_parts import RequestParts, request_parts
from components.snippets.spliced import Argument, FileContent, Part, Spliced
from components.snippets.variables import camel, identifiers, screaming, snake

PNG = base64.b64encode(b"\x89PNG, or nearly").decode()
BODY: dict[str, Any] = {"model": "claude-opus-5-5", "max_tokens": 10}

texts = st.text(st.one_of(st.sampled_from('{}@\\"a\n'), st.characters(exclude_categories=["Cs"])))


def parts_of(body: dict[str, Any], form: Form, **more: Any) -> RequestParts:
    return request_parts({**BODY, **body}, anthropic_version="2023-06-01", form=form, **more)


def asking(*content: Any, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(content)}], **more}


def image(data: str = PNG, media_type: str = "image/png") -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}


def document(data: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": data},
        **more,
    }


@given(texts, texts, texts)
def test_a_template_is_filled_as_the_draft_fills_it(system: str, said: str, value: str) -> None:
    draft = Draft(system=system + "{{a}}", examples=[Example("{{a}}", "\\{{b}}")], values={"a": value})
    draft.turns[0].text = said + "{{b}} \\{{a}} {{c}}"
    parts = parts_of(draft.template_for_code(), Form(template=True), values=draft.values)
    assert json.dumps(parts.wire_body, sort_keys=True) == json.dumps(draft.body(), sort_keys=True)


def test_templates_stand_in_system_and_messages_and_nowhere_else() -> None:
    tool = {"name": "x", "description": "{{a}}", "input_schema": {"type": "object"}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": "{{a}}"}
    body = asking({"type": "text", "text": "{{a}}"}, result, system="{{b}}", tools=[tool])
    parts = parts_of(body, Form(template=True), values={"a": "1", "b": "2"})
    assert parts.arguments == (Argument("b", "2"), Argument("a", "1"))
    assert parts.body["tools"] == [tool]
    assert parts.body["system"] == "2"
    assert parts.body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "1"}, result]}]


def test_a_variable_without_a_value_is_sent_as_it_was_written() -> None:
    parts = parts_of({"messages": [{"role": "user", "content": "Hi {{ you }}"}]}, Form(template=True))
    assert parts.body["messages"] == [{"role": "user", "content": "Hi {{ you }}"}]
    assert parts.arguments == (Argument("you", "{{ you }}"),)


def test_a_variable_without_a_value_that_is_written_in_two_ways_is_refused() -> None:
    body = {"messages": [{"role": "user", "content": "Hi {{ you }} and {{you}}"}]}
    with pytest.raises(UnavailableForm, match=r"\{\{you\}\} has no value and is written in several ways"):
        parts_of(body, Form(template=True))
    parts = parts_of(body, Form(template=True), values={"you": "x"})
    assert parts.arguments == (Argument("you", "x"),)


def test_attachments_become_files_with_names_of_their_own() -> None:
    known = {hashlib.sha256(base64.b64decode(PNG)).hexdigest(): "my photo (1).jpeg"}
    body = asking(
        image(),
        image(),
        image(base64.b64encode(b"other").decode()),
        image(base64.b64encode(b"third").decode(), "image/webp"),
        document("One\r\n", title="../../etc/note.py"),
        document("Two", title="con"),
        document("Three", title="request"),
        {"type": "tool_result", "tool_use_id": "t", "content": [document("Four")]},
    )
    parts = parts_of(body, Form(attachments=True), file_names=known)
    assert [(file.name, file.encoding) for file in parts.files] == [
        ("my-photo-1.png", "base64"),
        ("image.png", "base64"),
        ("image.webp", "base64"),
        ("etc-note.txt", "text"),
        ("con-2.txt", "text"),
        ("request-2.txt", "text"),
        ("document.txt", "text"),
    ]
    assert parts.files[3].content == b"One\r\n"
    assert json.loads(json.dumps(parts.body))["messages"] == body["messages"]


@pytest.mark.parametrize(
    "source",
    [
        {"type": "base64", "media_type": "image/png", "data": PNG + "\n"},
        {"type": "base64", "media_type": "image/png", "data": "A"},
        {"type": "base64", "media_type": "image/png", "data": "漢字"},
        {"type": "base64", "media_type": "image/x-own", "data": PNG},
        {"type": "base64", "media_type": "image/png", "data": ""},
        {"type": "base64", "media_type": "image/png", "data": None},
        {"type": "base64", "media_type": "image/png"},
        {"type": "url", "url": "https://example.com/a.png", "media_type": "image/png", "data": PNG},
        "file",
    ],
)
def test_what_a_file_would_not_give_back_exactly_stays_in_the_body(source: Any) -> None:
    with pytest.raises(UnavailableForm, match="Nothing is attached"):
        parts_of(asking({"type": "image", "source": source}), Form(attachments=True))
    parts = parts_of(asking({"type": "image", "source": source}, image()), Form(attachments=True))
    assert json.loads(json.dumps(parts.body))["messages"][0]["content"][0]["source"] == source


@given(valid().map(lambda sample: sample.body))
def test_with_files_beside_it_a_body_is_still_the_same_body(body: dict[str, Any]) -> None:
    try:
        parts = request_parts(body, anthropic_version="2023-06-01", form=Form(attachments=True))
    except UnavailableForm:
        return
    assert json.dumps(parts.wire_body, sort_keys=True) == json.dumps(body, sort_keys=True)
    for file in parts.files:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(gif|jpg|pdf|png|txt|webp)", file.name)


def put_in(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Argument):
        return json.dumps(part.value)[1:-1]
    return base64.b64encode(part.content).decode()


@pytest.mark.parametrize("text_of", [readable_json, ascii_json])
@given(pieces=st.lists(texts | st.builds(Argument, st.just("a"), texts)), key=texts)
def test_json_in_parts_is_the_json_of_the_whole(text_of: Any, pieces: list[Part], key: str) -> None:
    whole = "".join(piece if isinstance(piece, str) else piece.value for piece in map(_known, pieces))
    body = {key: [Spliced.of(tuple(pieces), whole)], "{@0}": "{@1}"}
    parts = json_parts(body, text_of)
    assert json.loads("".join(map(put_in, parts))) == {key: [whole], "{@0}": "{@1}"}
    assert sum(isinstance(part, Argument) for part in parts) == sum(
        isinstance(piece, Argument) for piece in pieces
    )


def _known(part: Part) -> str | Argument:
    assert not isinstance(part, FileContent)
    return part


def test_ascii_json_is_ascii() -> None:
    assert ascii_json({"x": "é漢😀\u202e\x7f"}).isascii()


def test_identifiers_are_all_different_and_never_reserved() -> None:
    names = ["class", "first name", "first-name", "größe", "漢字", "1st", "_", "a.b"]
    assert identifiers(names, snake, frozenset({"class", "a_b"})) == {
        "class": "class_2",
        "first name": "first_name",
        "first-name": "first_name_2",
        "größe": "gr_e",
        "漢字": "value",
        "1st": "value_1st",
        "_": "value_2",
        "a.b": "a_b_2",
    }
    assert identifiers(["first name"], camel, frozenset()) == {"first name": "firstName"}
    assert identifiers(["first name"], screaming, frozenset()) == {"first name": "FIRST_NAME"}


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (Form(template=True), "no {{variable}}"),
        (Form(attachments=True), "Nothing is attached"),
        (Form(tool_loop=True), "no tool of your own"),
        (Form(parsed=True), "no output schema"),
        (Form(count_tokens=True, parsed=True), "nothing to parse"),
    ],
)
def test_a_form_this_request_gives_no_reason_for_is_refused_in_words(form: Form, why: str) -> None:
    with pytest.raises(UnavailableForm, match=why):
        parts_of({"messages": [{"role": "user", "content": "Hi"}]}, form)


def test_a_form_a_target_does_not_have_is_refused_in_words() -> None:
    tool = {"name": "x", "input_schema": {"type": "object"}}
    body = {**BODY, "messages": [], "tools": [tool]}
    with pytest.raises(UnavailableForm, match="curl has no form"):
        snippet("curl", body, anthropic_version="2023-06-01", form=Form(tool_loop=True))


def test_only_forms_that_apply_are_offered() -> None:
    body = {**BODY, "messages": [{"role": "user", "content": "Hi"}]}
    template = {**BODY, "messages": [{"role": "user", "content": "Hi {{a}}"}]}
    assert available_forms("curl", body) == ("count_tokens",)
    assert available_forms("curl", body, body) == ("count_tokens",)
    assert available_forms("curl", template, template) == ("template", "count_tokens")
    assert set(available_forms("curl", template, template)) <= set(FORMS)


def test_counting_leaves_out_what_that_endpoint_does_not_take() -> None:
    body = {"messages": [], "stream": True, "stop_sequences": ["x"], "system": "Hi", "metadata": {}}
    parts = parts_of(body, Form(count_tokens=True), stream=True)
    assert parts.wire_body == {"model": "claude-opus-5-5", "system": "Hi", "messages": []}
    assert parts.path == "/v1/messages/count_tokens"


@given(texts)
def test_an_escaped_text_has_no_arguments(text: str) -> None:
    with pytest.raises(UnavailableForm):
        parts_of({"messages": [], "system": escape(text)}, Form(template=True))


@pytest.mark.parametrize(
    ("said", "stream", "sent"), [(False, False, False), (False, True, True), (None, False, None)]
)
def test_what_the_body_says_about_streaming_is_sent_as_it_is(said: Any, stream: bool, sent: Any) -> None:
    parts = parts_of({"messages": [], "stream": said}, Form(), stream=stream)
    assert parts.wire_body["stream"] is sent
    assert parts.stream is stream


def test_a_loop_that_would_never_end_is_refused() -> None:
    tool = {"name": "x", "input_schema": {"type": "object"}}
    with pytest.raises(UnavailableForm, match="never end"):
        parts_of({"messages": [], "tools": [tool], "tool_choice": {"type": "any"}}, Form(tool_loop=True))
