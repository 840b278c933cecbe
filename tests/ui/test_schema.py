"""The section Output schema: the schema itself, where it comes from, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import assert_no_fault
from ui.section_page import body, open_section, pending, view
from ui.test_workbench import faults, labels, words

from components.domain import catalogue
from components.domain.catalogue import MODELS
from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.rules import check
from components.services.schemas import schema_problem
from components.widgets.schema_section import EXAMPLES

KEY = "workbench.schema"
FIELDS = f"{KEY}.fields"
PERSON = EXAMPLES["Person"]


def asked(schema: Json) -> JsonObject:
    return {"type": "json_schema", "schema": schema}


def with_schema(schema: Json, model: str = "claude-opus-5-5") -> AppTest:
    return open_section("schema", Draft(model=model, output_format=asked(schema)))


def sent(app: AppTest) -> Json:
    config = cast(JsonObject, body(app).get("output_config", {}))
    return cast(JsonObject, config.get("format", {})).get("schema")


def test_nothing_is_sent_before_something_is_chosen() -> None:
    app = open_section("schema")
    assert "output_config" not in body(app)
    assert not app.text_area


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_schema_is_one_that_the_service_takes(title: str) -> None:
    app = open_section("schema")
    app.button(key=f"{KEY}.example.{title}").click().run()
    assert_no_fault(app)
    assert sent(app) == EXAMPLES[title]
    assert schema_problem(sent(app)) is None
    assert not check(body(app), anthropic_version="2026-10-21")
    assert f"Example: {title.lower()}" not in labels(app)


def test_switched_off_and_on_again_the_schema_is_back() -> None:
    app = with_schema(PERSON)
    app.toggle(key=f"{KEY}.on").set_value(False).run()
    assert "output_config" not in body(app)
    app.toggle(key=f"{KEY}.on").set_value(True).run()
    assert sent(app) == PERSON


def test_switched_on_without_one_it_begins_with_a_closed_object() -> None:
    app = open_section("schema")
    app.toggle(key=f"{KEY}.on").set_value(True).run()
    assert sent(app) == {"type": "object", "properties": {}, "additionalProperties": False}
    app.button(key=f"{FIELDS}.add").click().run()
    assert sent(app) == {
        "type": "object",
        "properties": {"field": {"type": "string"}},
        "required": ["field"],
        "additionalProperties": False,
    }


def test_rows_and_json_follow_each_other() -> None:
    app = with_schema(PERSON)
    app.selectbox(key=f"{FIELDS}.row.1.kind").select("array").run()
    app.selectbox(key=f"{FIELDS}.row.1.items").select("number").run()
    view(app, f"{FIELDS}.view", "JSON")
    text = app.text_area(key=f"{FIELDS}.text")
    assert json.loads(text.value)["properties"]["age"] == {"type": "array", "items": {"type": "number"}}
    assert json.loads(text.value)["properties"]["email"]["format"] == "email"
    text.input(json.dumps(PERSON)).run()
    assert sent(app) == PERSON
    assert app.text_area(key=f"{FIELDS}.text").value == json.dumps(PERSON)  # As it was typed.


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "line 1, column 2"), ("[]", "an object"), ('{"type": "strin"}', "strin"), ("", "an object")],
)
def test_what_is_no_schema_stays_in_the_field_and_blocks(text: str, said: str) -> None:
    app = view(with_schema(PERSON), f"{FIELDS}.view", "JSON")
    app.text_area(key=f"{FIELDS}.text").input(text).run()
    assert sent(app) == PERSON
    assert said in faults(app).lower()
    assert "The output schema" in (pending(app) or "")
    assert app.text_area(key=f"{FIELDS}.text").value == text
    app.toggle(key=f"{KEY}.on").set_value(False).run()
    assert pending(app) is None  # Switched off, it does not matter.
    app.toggle(key=f"{KEY}.on").set_value(True).run()
    assert app.text_area(key=f"{FIELDS}.text").value == text
    assert pending(app)
    app.button(key=f"{FIELDS}.text.drop").click().run()
    assert pending(app) is None


def test_a_schema_is_derived_from_an_answer() -> None:
    app = open_section("schema")
    app.session_state[f"{KEY}.answer"] = True
    app.run()
    app.text_area(key=f"{KEY}.answer.text").input('{"name": Ada}').run()
    app.button(key=f"{KEY}.answer.make").click().run()
    assert "Line 1, column 10" in faults(app)
    app.text_area(key=f"{KEY}.answer.text").input('{"name": "Ada", "born": 1815}').run()
    app.button(key=f"{KEY}.answer.make").click().run()
    assert sent(app) == {
        "type": "object",
        "properties": {"name": {"type": "string"}, "born": {"type": "integer"}},
        "required": ["name", "born"],
        "additionalProperties": False,
    }


def test_what_the_service_would_refuse_is_said_with_its_fix() -> None:
    app = with_schema({"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}})
    assert "additionalProperties" in faults(app)
    while app.error:
        app.button(key=f"{KEY}.problems.0.fix").click().run()
        assert_no_fault(app)
    assert sent(app) == {
        "type": "object",
        "properties": {"age": {"type": "integer"}},
        "additionalProperties": False,
    }


def test_findings_about_the_last_valid_schema_are_not_shown_beside_half_typed_text() -> None:
    app = view(with_schema({"type": "object", "properties": {}}), f"{FIELDS}.view", "JSON")
    assert len(app.error) == 1
    app.text_area(key=f"{FIELDS}.text").input("{").run()
    assert "additionalProperties" not in faults(app)


@pytest.mark.parametrize("schema", [{"type": "array", "items": {"type": "string"}}, {"$ref": "#"}])
def test_other_schemas_than_simple_objects_are_edited_as_json(schema: Json) -> None:
    app = with_schema(schema)
    assert json.loads(app.text_area(key=f"{FIELDS}.text").value) == schema


def test_a_format_of_tomorrow_is_edited_as_it_stands() -> None:
    app = open_section("schema", Draft(output_format={"type": "grammar", "rules": "a"}))
    app.text_area(key=f"{KEY}.format").input('{"type": "grammar", "rules": "b"}').run()
    assert body(app)["output_config"] == {"format": {"type": "grammar", "rules": "b"}}


def test_a_model_without_structured_outputs_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = replace(MODELS[0], id="without", display_name="Without", structured_outputs=False)
    monkeypatch.setitem(catalogue._BY_NAME, "without", lacking)
    app = with_schema(PERSON, model="without")
    assert "Without cannot follow an output schema" in words(app)
    app.button(key=f"{KEY}.problems.0.fix").click().run()
    assert sent(app) is None
    assert not app.toggle(key=f"{KEY}.on").value
