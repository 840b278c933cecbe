"""The rest of the parameters: tier, speed, place, caching, betas, and fields without a control."""

from __future__ import annotations

import json
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault
from ui.test_workbench import faults, newest, opened_with, wait_for_end, words

from components import runtime
from components.domain.draft import Draft, Turn
from components.domain.json_types import Json, JsonObject
from components.widgets.parameters import parameters_line

KEY = "workbench.options"
EXTRA = f"{KEY}.extra"
SCHEMA: JsonObject = {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}


def opened(open_app: OpenApp, draft: Draft) -> AppTest:
    """The Workbench with this draft, the popover and the options in it open."""
    draft.turns = [Turn(text="Hi")]
    app = opened_with(open_app, draft)
    app.session_state["workbench.parameters"] = app.session_state[KEY] = True
    app.run()
    assert_no_fault(app)
    assert not app.warning
    return app


def draft_of(app: AppTest) -> Draft:
    draft: Draft = app.session_state["bench"].draft
    return draft


def body(app: AppTest) -> JsonObject:
    return draft_of(app).body()


def keys(app: AppTest) -> set[str | None]:
    widgets = (*app.selectbox, *app.text_input, *app.text_area, *app.multiselect)
    return {widget.key for widget in widgets}


def test_nothing_of_it_is_drawn_before_it_is_opened(open_app: OpenApp) -> None:
    app = opened_with(open_app, Draft(turns=[Turn(text="Hi")]))
    app.session_state["workbench.parameters"] = True
    app.run()
    assert not {key for key in keys(app) if key and key.startswith(KEY)}


def test_every_option_lands_where_the_api_wants_it(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(model="claude-opus-5-5"))
    app.selectbox(key=f"{KEY}.service_tier").select("standard_only").run()
    app.selectbox(key=f"{KEY}.inference_geo").select("us").run()
    app.selectbox(key=f"{KEY}.speed").select("fast").run()
    app.selectbox(key=f"{KEY}.cache_control").select("1h").run()
    app.text_input(key=f"{KEY}.user_id").input(" user-7 ").run()
    app.text_input(key=f"{KEY}.container").input("container_1").run()
    app.text_area(key=EXTRA).input('{"diagnostics": {"previous_message_id": null}}').run()
    assert_no_fault(app)
    assert draft_of(app).extra == {
        "service_tier": "standard_only",
        "inference_geo": "us",
        "speed": "fast",
        "cache_control": {"type": "ephemeral", "ttl": "1h"},
        "metadata": {"user_id": "user-7"},
        "container": "container_1",
        "diagnostics": {"previous_message_id": None},
    }
    sent = body(app)
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert newest().request.body == sent


def test_what_was_set_can_be_unset(open_app: OpenApp) -> None:
    extra: JsonObject = {
        "service_tier": "auto",
        "inference_geo": "global",
        "speed": "fast",
        "cache_control": {"type": "ephemeral"},
        "metadata": {"user_id": "x"},
        "container": "c",
        "diagnostics": {},
    }
    app = opened(open_app, Draft(model="claude-opus-5-5", extra=extra))
    for name in ("service_tier", "inference_geo", "speed", "cache_control"):
        app.selectbox(key=f"{KEY}.{name}").select("").run()
    for name in ("user_id", "container"):
        app.text_input(key=f"{KEY}.{name}").input("").run()
    app.text_area(key=EXTRA).input("").run()
    assert draft_of(app).extra == {}


# As far as the model takes it --------------------------------------------------------------------


def test_fast_mode_brings_the_beta_where_the_model_wants_it(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(model="claude-opus-5"))
    app.selectbox(key=f"{KEY}.speed").select("fast").run()
    assert draft_of(app).betas == ("fast-mode-2026-02-01",)
    assert not app.error
    app.selectbox(key=f"{KEY}.speed").select("").run()
    assert draft_of(app).betas == ()


@pytest.mark.parametrize(
    ("model", "missing", "said"),
    [
        ("claude-sonnet-5-5", {"speed"}, "has no fast mode"),
        ("claude-opus-4-6", {"speed"}, "standard speed"),
        ("claude-haiku-4-5", {"speed", "inference_geo"}, "cannot be told where"),
    ],
)
def test_what_the_model_does_not_take_is_a_sentence_instead(
    model: str, missing: set[str], said: str, open_app: OpenApp
) -> None:
    app = opened(open_app, Draft(model=model))
    assert not {f"{KEY}.{name}" for name in missing} & keys(app)
    assert said in words(app)


def test_what_is_set_stays_in_sight_on_any_model(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(model="claude-haiku-4-5", extra={"speed": "fast", "inference_geo": "us"}))
    assert app.selectbox(key=f"{KEY}.speed").value == "fast"
    assert "fast" in faults(app)
    app.selectbox(key=f"{KEY}.speed").select("").run()
    app.selectbox(key=f"{KEY}.inference_geo").select("").run()
    assert draft_of(app).extra == {}


def test_values_of_tomorrow_stay_as_they_are(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(extra={"service_tier": "flex", "inference_geo": "mars"}))
    assert app.selectbox(key=f"{KEY}.service_tier").value == "flex"
    assert app.selectbox(key=f"{KEY}.inference_geo").value == "mars"


# Betas -------------------------------------------------------------------------------------------


def test_betas_are_chosen_or_typed(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(betas=("mine-2026-01-01",)))
    chosen = app.multiselect(key=f"{KEY}.betas")
    assert chosen.value == ["mine-2026-01-01"]
    assert any("no effect" in option for option in chosen.options)
    chosen.set_value(["mine-2026-01-01", "compact-2026-09-04"]).run()
    assert draft_of(app).betas == ("mine-2026-01-01", "compact-2026-09-04")


def test_a_name_that_no_header_carries_is_not_sent_and_blocks(open_app: OpenApp) -> None:
    app = opened(open_app, Draft())
    app.multiselect(key=f"{KEY}.betas").set_value(["compact-2026-09-04", "bäd"]).run()
    assert draft_of(app).betas == ("compact-2026-09-04",)
    assert app.multiselect(key=f"{KEY}.betas").value == ["compact-2026-09-04", "bäd"]
    assert "is no beta name" in faults(app)
    app.button(key="workbench.run").click().run()
    assert runtime.store().runs.count() == 0
    app.multiselect(key=f"{KEY}.betas").set_value(["compact-2026-09-04"]).run()
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert newest().request.betas == ("compact-2026-09-04",)


# Extra fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Line 1, column 2"),
        ("[1]", "an object"),
        ('{"temperature": 1}', "Temperature"),
        ('{"tools": []}', "the section Tools"),
        ('{"service_tier": "auto"}', "Service tier"),
        ('{"metadata": {"user_id": "x"}}', "User id"),
        ('{"output_config": {"effort": "low"}}', "Effort"),
        ('{"output_config": {"format": {}}}', "Output schema"),
        ('{"a": 1, "a": 2}', "twice"),
    ],
)
def test_what_does_not_belong_into_the_box_stays_typed_and_blocks_run(
    text: str, said: str, open_app: OpenApp
) -> None:
    app = opened(open_app, Draft(extra={"diagnostics": {}, "speed": "fast"}))
    app.text_area(key=EXTRA).input(text).run()
    assert said in faults(app)
    assert draft_of(app).extra == {"diagnostics": {}, "speed": "fast"}
    app.button(key="workbench.run").click().run()
    assert runtime.store().runs.count() == 0
    assert "The extra fields" in faults(app)
    assert app.text_area(key=EXTRA).value == text
    app.text_area(key=EXTRA).input("{}").run()
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert newest().request.body["speed"] == "fast"


def test_a_field_that_its_control_cannot_show_stands_in_the_box(open_app: OpenApp) -> None:
    metadata: Json = {"user_id": "x", "team": "y"}
    app = opened(open_app, Draft(extra={"metadata": metadata}))
    assert json.loads(app.text_area(key=EXTRA).value) == {"metadata": metadata}
    assert f"{KEY}.user_id" not in keys(app)
    assert "among the extra fields" in words(app)


def test_what_stood_in_the_box_may_stay_there(open_app: OpenApp) -> None:
    strange: JsonObject = {"temperature": "hot"}
    app = opened(open_app, Draft(model="of-tomorrow", extra=strange))
    app.text_area(key=EXTRA).input('{"temperature": "hot", "new_field": 1}').run()
    assert draft_of(app).extra == {"temperature": "hot", "new_field": 1}


def test_a_beta_field_gets_its_beta_with_one_click(open_app: OpenApp) -> None:
    app = opened(open_app, Draft())
    app.text_area(key=EXTRA).input('{"context_management": {"edits": []}}').run()
    assert "needs the beta context-management-2025-06-27" in faults(app)


# The line ----------------------------------------------------------------------------------------


def line(draft: Draft) -> str:
    return unescape(parameters_line(draft) or "").removeprefix("Also sent: ")


def test_the_line_is_empty_when_nothing_else_is_sent() -> None:
    assert parameters_line(Draft()) is None


def test_the_line_tells_everything_else_that_is_sent() -> None:
    draft = Draft(
        effort="low",
        tools=[{"name": "a"}, {"name": "b"}],
        tool_choice={"type": "tool", "name": "a"},
        output_format=SCHEMA,
        extra={
            "cache_control": {"type": "ephemeral"},
            "speed": "fast",
            "metadata": {"user_id": "someone"},
            "mcp_servers": [],
            "output_config": {"task_budget": {}},
        },
        betas=("one-2026", "two-2026"),
    )
    assert line(draft) == (
        "effort low, 2 tools, tool choice a, output schema, automatic caching, speed fast, user id, "
        "mcp_servers, output_config, beta one-2026, beta two-2026"
    )
    assert line(Draft(betas=("a", "b", "c"))) == "3 betas"
