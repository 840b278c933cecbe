"""The section Tools: a list, a form for each, the service's own as switches, the tool choice."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault
from ui.section_page import body, open_section, pending, typed, view
from ui.test_workbench import faults, labels, newest, opened_with, wait_for_end, words

from components import runtime
from components.domain.draft import Draft, Turn
from components.domain.json_types import Json, JsonObject
from components.domain.tool_catalogue import SERVER_TOOLS
from components.domain.tool_definitions import EXAMPLES

KEY = "workbench.tools"
SCHEMA = f"{KEY}.0.schema"
WEATHER = EXAMPLES["Weather"]
SEARCH: JsonObject = {"type": "web_search_20260318", "name": "web_search"}
FORCIBLE = "claude-haiku-5-5"


def with_tools(*tools: Json, model: str = "claude-opus-5-5", editing: int | None = None) -> AppTest:
    app = open_section("tools", Draft(model=model, tools=list(tools)))
    if editing is not None:
        app.button(key=f"{KEY}.{editing}.edit").click().run()
        assert_no_fault(app)
    return app


def tools(app: AppTest) -> list[JsonObject]:
    return cast("list[JsonObject]", body(app).get("tools", []))


def schema(app: AppTest) -> JsonObject:
    return cast(JsonObject, tools(app)[0]["input_schema"])


def menu(app: AppTest, key: str, option: str) -> AppTest:
    app.menu_button(key=key).set_value(option).run()
    assert_no_fault(app)
    return app


def opened(app: AppTest, key: str) -> AppTest:
    """Open a popover or an expander."""
    app.session_state[key] = True
    app.run()
    assert_no_fault(app)
    return app


# The list ---------------------------------------------------------------------------------------


def test_an_empty_section_offers_examples_and_sends_nothing() -> None:
    app = open_section("tools")
    assert "Example: weather" in labels(app)
    assert "tools" not in body(app)
    assert "tool_choice" not in body(app)
    assert not app.selectbox
    app.button(key=f"{KEY}.example.Weather").click().run()
    assert tools(app) == [WEATHER]
    assert "tool_choice" not in body(app)


def test_the_list_tells_name_kind_and_beginning_of_the_description() -> None:
    bash: JsonObject = {"type": "bash_20250124", "name": "bash"}
    app = with_tools({**WEATHER, "strict": True, "description": "x" * 500}, bash)
    said = words(app)
    assert "get_weather" in said
    assert "strict" in said
    assert "xxx…" in said
    assert "x" * 200 not in said
    assert "bash_20250124" in said


def test_a_tool_is_duplicated_moved_and_removed() -> None:
    app = with_tools(WEATHER)
    menu(app, f"{KEY}.0.menu", "Duplicate")
    assert [tool["name"] for tool in tools(app)] == ["get_weather", "get_weather_2"]
    menu(app, f"{KEY}.1.menu", "Move up")
    assert [tool["name"] for tool in tools(app)] == ["get_weather_2", "get_weather"]
    menu(app, f"{KEY}.0.menu", "Remove")
    assert tools(app) == [WEATHER]


# The form ---------------------------------------------------------------------------------------


def test_a_new_tool_is_made_in_the_form() -> None:
    app = open_section("tools")
    app.button(key=f"{KEY}.add").click().run()
    app.text_input(key=f"{KEY}.0.name").input("book_table").run()
    app.text_area(key=f"{KEY}.0.description").input("Books a table.").run()
    app.button(key=f"{SCHEMA}.add").click().run()
    app.text_input(key=f"{SCHEMA}.row.0.name").input("guests").run()
    app.selectbox(key=f"{SCHEMA}.row.0.kind").select("integer").run()
    app.text_input(key=f"{SCHEMA}.row.0.description").input("How many").run()
    app.button(key=f"{SCHEMA}.add").click().run()
    app.selectbox(key=f"{SCHEMA}.row.1.kind").select("enum").run()
    app.text_input(key=f"{SCHEMA}.row.1.values").input("lunch, dinner").run()
    app.checkbox(key=f"{SCHEMA}.row.1.required").uncheck().run()
    assert_no_fault(app)
    assert tools(app) == [
        {
            "name": "book_table",
            "description": "Books a table.",
            "input_schema": {
                "type": "object",
                "properties": {
                    "guests": {"type": "integer", "description": "How many"},
                    "parameter": {"type": "string", "enum": ["lunch", "dinner"]},
                },
                "required": ["guests"],
                "additionalProperties": False,
            },
        }
    ]
    assert list(tools(app)[0]) == ["name", "description", "input_schema"]
    assert pending(app) is None


@pytest.mark.parametrize("name", ["", "get weather", "x" * 129, "web_search"])
def test_a_name_that_cannot_be_sent_stays_in_the_field_and_blocks(name: str) -> None:
    app = with_tools(WEATHER, SEARCH, editing=0)
    app.text_input(key=f"{KEY}.0.name").input(name).run()
    assert tools(app)[0]["name"] == "get_weather"
    assert app.text_input(key=f"{KEY}.0.name").value == name
    assert "This is not sent" in faults(app)
    assert "get_weather" in (pending(app) or "")
    app.text_input(key=f"{KEY}.0.name").input("weather").run()
    assert tools(app)[0]["name"] == "weather"
    assert pending(app) is None
    assert not app.error


def test_rows_and_json_follow_each_other() -> None:
    app = with_tools(WEATHER, editing=0)
    view(app, f"{SCHEMA}.view", "JSON")
    text = app.text_area(key=f"{SCHEMA}.text")
    assert json.loads(text.value) == WEATHER["input_schema"]
    text.input('{"type": "object", "properties": {"place": {"type": "string"}}}').run()
    assert schema(app) == {"type": "object", "properties": {"place": {"type": "string"}}}
    assert app.segmented_control(key=f"{SCHEMA}.view").value == "JSON"
    view(app, f"{SCHEMA}.view", "Rows")
    assert app.text_input(key=f"{SCHEMA}.row.0.name").value == "place"
    app.text_input(key=f"{SCHEMA}.row.0.name").input("town").run()
    view(app, f"{SCHEMA}.view", "JSON")
    assert '"town"' in app.text_area(key=f"{SCHEMA}.text").value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "object",\n "properties": }', "line 2, column 16"),
        ('{"type": "array"}', "type"),
        ('{"type": "object", "properties": {"a": {"type": "strin"}}}', "strin"),
        ('{"type": "object", "type": "object"}', "twice"),
        ("", "object"),
    ],
)
def test_a_schema_that_is_none_stays_in_the_field_and_blocks(text: str, said: str) -> None:
    app = with_tools(WEATHER, editing=0)
    view(app, f"{SCHEMA}.view", "JSON")
    app.text_area(key=f"{SCHEMA}.text").input(text).run()
    assert schema(app) == WEATHER["input_schema"]
    assert app.text_area(key=f"{SCHEMA}.text").value == text
    assert said in faults(app).lower()
    assert pending(app)
    app.button(key=f"{KEY}.0.edit").click().run()  # The form closed and opened again: it is still there.
    assert pending(app)
    assert "unfinished" in words(app)
    app.button(key=f"{KEY}.0.edit").click().run()
    assert app.text_area(key=f"{SCHEMA}.text").value == text
    app.button(key=f"{SCHEMA}.text.drop").click().run()
    assert json.loads(app.text_area(key=f"{SCHEMA}.text").value) == WEATHER["input_schema"]
    assert pending(app) is None


def test_a_schema_too_rich_for_rows_is_edited_as_json_and_says_so() -> None:
    rich: JsonObject = {"type": "object", "properties": {"a": {"anyOf": [{"type": "null"}]}}}
    app = with_tools({"name": "x", "input_schema": rich}, editing=0)
    assert app.segmented_control(key=f"{SCHEMA}.view").disabled
    assert "more than rows can show" in words(app)
    assert json.loads(app.text_area(key=f"{SCHEMA}.text").value) == rich


def test_two_parameters_cannot_share_a_name() -> None:
    app = with_tools(WEATHER, editing=0)
    app.text_input(key=f"{SCHEMA}.row.1.name").input("city").run()
    assert list(cast(JsonObject, schema(app)["properties"])) == ["city", "unit"]
    assert "city" in faults(app)
    assert pending(app)
    app.button(key=f"{SCHEMA}.row.1.remove").click().run()
    assert list(cast(JsonObject, schema(app)["properties"])) == ["city"]
    assert pending(app) is None


def test_what_was_typed_goes_with_the_tool_it_belongs_to() -> None:
    app = with_tools(WEATHER, editing=0)
    view(app, f"{SCHEMA}.view", "JSON")
    app.text_area(key=f"{SCHEMA}.text").input("{").run()
    app.text_input(key=f"{KEY}.0.name").input("weather").run()
    assert list(typed(app)) == [("tools", "weather", "schema")]
    menu(app, f"{KEY}.0.menu", "Remove")
    assert pending(app) is None


def test_a_removal_elsewhere_leaves_nothing_pending() -> None:
    app = with_tools(WEATHER, editing=0)
    app.text_input(key=f"{KEY}.0.name").input("not a name").run()
    app.session_state["draft"].tools = []
    app.run()
    assert pending(app) is None


def test_the_options_of_a_tool() -> None:
    app = opened(with_tools(WEATHER, editing=0), f"{KEY}.0.options")
    app.toggle(key=f"{KEY}.0.strict").set_value(True).run()
    app.selectbox(key=f"{KEY}.0.eager").select("true").run()
    app.selectbox(key=f"{KEY}.0.cache").select("1h").run()
    app.text_area(key=f"{KEY}.0.examples").input('[{"city": "Lyon"}]').run()
    assert tools(app)[0] == {
        **WEATHER,
        "strict": True,
        "eager_input_streaming": True,
        "cache_control": {"type": "ephemeral", "ttl": "1h"},
        "input_examples": [{"city": "Lyon"}],
    }
    app.toggle(key=f"{KEY}.0.strict").set_value(False).run()
    app.selectbox(key=f"{KEY}.0.eager").select("").run()
    app.selectbox(key=f"{KEY}.0.cache").select("").run()
    app.text_area(key=f"{KEY}.0.examples").input("").run()
    assert tools(app) == [WEATHER]


def test_an_example_that_breaks_the_schema_is_not_sent() -> None:
    app = opened(with_tools(WEATHER, editing=0), f"{KEY}.0.options")
    app.text_area(key=f"{KEY}.0.examples").input('[{"unit": "kelvin"}]').run()
    assert "input_examples" not in tools(app)[0]
    assert "Example 1 does not fit the schema" in faults(app)
    assert pending(app)


def test_a_strict_tool_with_an_open_object_gets_its_fix_beside_it() -> None:
    loose: JsonObject = {"name": "x", "strict": True, "input_schema": {"type": "object", "properties": {}}}
    app = with_tools(loose, editing=0)
    assert "additionalProperties" in faults(app)
    app.button(key=f"{KEY}.0.problems.0.fix").click().run()
    assert schema(app)["additionalProperties"] is False
    assert f"{KEY}.0.name" in [field.key for field in app.text_input]  # The form is still open.


def test_the_whole_tool_can_be_edited_as_json() -> None:
    app = with_tools(WEATHER)
    menu(app, f"{KEY}.0.menu", "Edit as JSON")
    changed = {**WEATHER, "name": "weather", "allowed_callers": ["direct"]}
    app.text_area(key=f"{KEY}.0.json").input(json.dumps(changed)).run()
    assert tools(app) == [changed]
    app.text_area(key=f"{KEY}.0.json").input('{"name": "weather"}').run()
    assert tools(app) == [changed]
    assert pending(app)
    app.text_area(key=f"{KEY}.0.json").input(json.dumps(WEATHER)).run()
    assert pending(app) is None
    menu(app, f"{KEY}.0.menu", "Edit in the form")
    assert app.text_input(key=f"{KEY}.0.name").value == "get_weather"


# Pasting and built-ins --------------------------------------------------------------------------


def test_definitions_are_pasted_and_faults_keep_the_text() -> None:
    app = opened(open_section("tools"), f"{KEY}.paste")
    app.text_area(key=f"{KEY}.paste.text").input("[{]").run()
    app.button(key=f"{KEY}.paste.add").click().run()
    assert "Line 1, column 3" in faults(app)
    assert app.text_area(key=f"{KEY}.paste.text").value == "[{]"
    function = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    app.text_area(key=f"{KEY}.paste.text").input(json.dumps([WEATHER, function])).run()
    app.button(key=f"{KEY}.paste.add").click().run()
    assert tools(app) == [WEATHER, {"name": "f", "input_schema": {"type": "object"}}]
    assert app.text_area(key=f"{KEY}.paste.text").value == ""
    assert "2 tools added" in words(app)
    assert "OpenAI" in words(app)


def test_a_client_tool_is_added_from_the_menu_and_has_its_versions() -> None:
    app = menu(open_section("tools"), f"{KEY}.client", "Text editor")
    app.button(key=f"{KEY}.0.edit").click().run()
    app.number_input(key=f"{KEY}.0.max_characters").set_value(500).run()
    assert tools(app) == [
        {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 500}
    ]
    app.selectbox(key=f"{KEY}.0.version").select("text_editor_20250124").run()
    assert tools(app) == [{"type": "text_editor_20250124", "name": "str_replace_editor"}]


@pytest.mark.parametrize("kind", SERVER_TOOLS, ids=lambda kind: kind.prefix)
def test_a_server_tool_is_a_switch_in_its_newest_version(kind: Any) -> None:
    app = open_section("tools")
    key = f"{KEY}.server.{kind.prefix.rstrip('_')}.on"
    app.toggle(key=key).set_value(True).run()
    assert tools(app) == [kind.made()]
    app.toggle(key=key).set_value(False).run()
    assert "tools" not in body(app)


def test_the_options_of_a_server_tool_come_back_with_it() -> None:
    key = f"{KEY}.server.web_search"
    app = opened(with_tools(SEARCH), f"{key}.options")
    app.number_input(key=f"{key}.max_uses").set_value(3).run()
    app.text_area(key=f"{key}.allowed_domains").input("example.com\n\n docs.example.com ").run()
    app.text_input(key=f"{key}.user_location.city").input("Lyon").run()
    app.toggle(key=f"{key}.response_inclusion").set_value(True).run()
    made: JsonObject = {
        **SEARCH,
        "max_uses": 3,
        "allowed_domains": ["example.com", "docs.example.com"],
        "user_location": {"type": "approximate", "city": "Lyon"},
        "response_inclusion": "excluded",
    }
    assert tools(app) == [made]
    assert app.text_area(key=f"{key}.blocked_domains").disabled
    app.toggle(key=f"{key}.on").set_value(False).run()
    assert not tools(app)
    app.toggle(key=f"{key}.on").set_value(True).run()
    assert tools(app) == [made]


def test_an_older_version_loses_the_options_it_does_not_have() -> None:
    key = f"{KEY}.server.web_fetch"
    fetch: JsonObject = {
        "type": "web_fetch_20260318",
        "name": "web_fetch",
        "citations": {"enabled": True},
        "use_cache": False,
    }
    app = opened(with_tools(fetch), f"{key}.options")
    app.selectbox(key=f"{key}.version").select("web_fetch_20250910").run()
    assert tools(app) == [{"type": "web_fetch_20250910", "name": "web_fetch", "citations": {"enabled": True}}]
    assert f"{key}.use_cache" not in [toggle.key for toggle in app.toggle]


def test_a_half_typed_domain_stays_as_it_is_typed() -> None:
    key = f"{KEY}.server.web_search"
    app = opened(with_tools(SEARCH), f"{key}.options")
    app.text_area(key=f"{key}.allowed_domains").input("example.com\n").run()
    assert app.text_area(key=f"{key}.allowed_domains").value == "example.com\n"


# All of them ------------------------------------------------------------------------------------


def test_the_tool_choice_is_what_the_model_takes() -> None:
    app = with_tools(WEATHER, model=FORCIBLE)
    choice = app.selectbox(key=f"{KEY}.choice")
    choice.select("tool:get_weather").run()
    assert body(app)["tool_choice"] == {"type": "tool", "name": "get_weather"}
    app.toggle(key=f"{KEY}.one").set_value(True).run()
    assert body(app)["tool_choice"] == {
        "type": "tool",
        "name": "get_weather",
        "disable_parallel_tool_use": True,
    }
    app.selectbox(key=f"{KEY}.choice").select("any").run()
    assert body(app)["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    app.selectbox(key=f"{KEY}.choice").select("none").run()
    assert body(app)["tool_choice"] == {"type": "none"}
    app.selectbox(key=f"{KEY}.choice").select("").run()
    assert "tool_choice" not in body(app)


def test_one_call_at_a_time_needs_no_choice_of_ones_own() -> None:
    app = with_tools(WEATHER)
    app.toggle(key=f"{KEY}.one").set_value(True).run()
    assert body(app)["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    app.toggle(key=f"{KEY}.one").set_value(False).run()
    assert "tool_choice" not in body(app)


def test_a_model_that_cannot_be_forced_says_why_choices_are_missing() -> None:
    app = with_tools(WEATHER)
    assert app.selectbox(key=f"{KEY}.choice").options == [
        "The model's own (auto)",
        "Auto: the model decides",
        "None: it must not use any",
    ]
    assert "cannot be forced" in words(app)


def test_a_choice_the_model_refuses_stays_in_sight_with_its_fix() -> None:
    app = open_section("tools", Draft(tools=[WEATHER], tool_choice={"type": "tool", "name": "get_weather"}))
    assert app.selectbox(key=f"{KEY}.choice").value == "tool:get_weather"
    app.button(key=f"{KEY}.problems.0.fix").click().run()
    assert body(app)["tool_choice"] == {"type": "auto"}


def test_the_choice_follows_a_new_name() -> None:
    draft = Draft(model=FORCIBLE, tools=[WEATHER], tool_choice={"type": "tool", "name": "get_weather"})
    app = open_section("tools", draft)
    app.button(key=f"{KEY}.0.edit").click().run()
    app.text_input(key=f"{KEY}.0.name").input("weather").run()
    assert body(app)["tool_choice"] == {"type": "tool", "name": "weather"}


def test_the_breakpoint_after_all_tools_stays_after_all_tools() -> None:
    app = with_tools(WEATHER)
    cache = app.selectbox(key=f"{KEY}.cache")
    assert "512" in cache.help
    cache.select("5m").run()
    assert tools(app) == [{**WEATHER, "cache_control": {"type": "ephemeral"}}]
    app.toggle(key=f"{KEY}.server.web_search.on").set_value(True).run()
    assert tools(app) == [WEATHER, {**SEARCH, "cache_control": {"type": "ephemeral"}}]
    app.toggle(key=f"{KEY}.server.web_search.on").set_value(False).run()
    assert tools(app) == [{**WEATHER, "cache_control": {"type": "ephemeral"}}]
    app.selectbox(key=f"{KEY}.cache").select("").run()
    assert tools(app) == [WEATHER]


def test_tools_of_any_shape_can_be_seen_and_removed() -> None:
    app = with_tools("nonsense", {"type": "tool_of_tomorrow_2027"}, {"name": 3})
    assert "tool_of_tomorrow_2027" in words(app)
    for _ in range(3):
        menu(app, f"{KEY}.0.menu", "Remove")
    assert "tools" not in body(app)


def test_run_sends_the_tools_on_the_screen_and_nothing_while_one_is_half_typed(open_app: OpenApp) -> None:
    app = opened_with(open_app, Draft(turns=[Turn(text="Hi")], tools=[WEATHER]))
    app.button(key="sections.tools.switch").click().run()
    app.button(key=f"{KEY}.0.edit").click().run()
    view(app, f"{SCHEMA}.view", "JSON")
    app.text_area(key=f"{SCHEMA}.text").input('{"type": "object"').run()
    app.button(key="workbench.run").click().run()
    assert runtime.store().runs.count() == 0
    assert "The schema of the tool “get_weather” cannot be sent as typed" in faults(app)
    app.text_area(key=f"{SCHEMA}.text").input('{"type": "object"}').run()
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert newest().request.body["tools"] == [{**WEATHER, "input_schema": {"type": "object"}}]
