"""The parameters: what model and version take, and nothing else."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault
from ui.test_workbench import faults, newest, opened_with, wait_for_end, words

from components import runtime
from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject

FIELD = "workbench.parameters"


def opened(open_app: OpenApp, draft: Draft) -> AppTest:
    """The Workbench with this draft and the popover open."""
    draft.turns = [Turn(text="Hi")]
    app = opened_with(open_app, draft)
    app.session_state[FIELD] = True
    app.run()
    assert_no_fault(app)
    assert not app.warning
    return app


def body(app: AppTest) -> JsonObject:
    draft: Draft = app.session_state["bench"].draft
    return draft.body()


def test_every_field_lands_where_the_api_wants_it(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(model="claude-opus-5-5"))
    app.selectbox(key=f"{FIELD}.effort").select("low").run()
    app.selectbox(key=f"{FIELD}.thinking").select("adaptive").run()
    app.selectbox(key=f"{FIELD}.display").select("summarized").run()
    app.text_area(key=f"{FIELD}.stop").input("END\n\\n\\nHuman:").run()
    app.toggle(key=f"{FIELD}.stream").set_value(False).run()
    assert_no_fault(app)
    sent = body(app)
    assert sent["output_config"] == {"effort": "low"}
    assert sent["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert sent["stop_sequences"] == ["END", "\n\nHuman:"]
    assert "stream" not in sent
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert newest().request.body == sent


def test_what_was_set_can_be_unset(open_app: OpenApp) -> None:
    draft = Draft(model="claude-opus-5-5", effort="low", thinking={"type": "adaptive"}, stop_sequences=["x"])
    app = opened(open_app, draft)
    app.selectbox(key=f"{FIELD}.effort").select("").run()
    app.selectbox(key=f"{FIELD}.thinking").select("").run()
    app.text_area(key=f"{FIELD}.stop").input("").run()
    assert not {"output_config", "thinking", "stop_sequences"} & set(body(app))


def test_an_older_model_takes_sampling_and_a_budget(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(model="claude-haiku-4-5"))
    app.number_input(key=f"{FIELD}.temperature").set_value(0.3).run()
    app.number_input(key=f"{FIELD}.top_k").set_value(5).run()
    assert body(app)["temperature"] == 0.3
    assert body(app)["top_k"] == 5
    assert isinstance(body(app)["top_k"], int)
    app.selectbox(key=f"{FIELD}.thinking").select("enabled").run()
    app.number_input(key=f"{FIELD}.budget").set_value(3000).run()
    assert body(app)["thinking"] == {"type": "enabled", "budget_tokens": 3000}


@pytest.mark.parametrize(
    ("model", "version", "offered"),
    [
        ("claude-haiku-4-5", "2023-06-01", True),
        ("claude-haiku-4-5", "2026-10-21", False),
        ("claude-opus-5-5", "2023-06-01", False),
        ("claude-opus-5-5", "2026-10-21", False),
    ],
)
def test_sampling_is_offered_only_where_model_and_version_take_it(
    model: str, version: str, offered: bool, open_app: OpenApp
) -> None:
    app = open_app("keys")
    app.selectbox(key="keys.version.environment").select(version).run()
    app.switch_page("../pages/workbench.py").run()
    app = opened(lambda: app, Draft(model=model))
    keys = [field.key for field in app.number_input]
    assert (f"{FIELD}.temperature" in keys) is offered
    assert ("takes no temperature" in words(app)) is not offered


def test_a_value_the_model_refuses_stays_in_sight_with_its_fix(open_app: OpenApp) -> None:
    app = opened(open_app, Draft(model="claude-opus-5-5", temperature=0.3))
    assert app.number_input(key=f"{FIELD}.temperature").value == 0.3
    assert "temperature" in faults(app)


@pytest.mark.parametrize("max_tokens", [-5, 10**9])
def test_max_tokens_beyond_the_models_bounds_is_said_and_not_sent(max_tokens: int, open_app: OpenApp) -> None:
    app = opened_with(open_app, Draft(turns=[Turn(text="Hi")]))
    app.number_input(key="workbench.max_tokens").set_value(max_tokens).run()
    assert "max tokens" in faults(app).lower() or "max_tokens" in faults(app)
    app.button(key="workbench.run").click().run()
    assert runtime.store().runs.count() == 0
    assert app.number_input(key="workbench.max_tokens").value == max_tokens
