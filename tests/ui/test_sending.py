"""What is stopped before it is sent, what may be sent all the same, and what is kept of the estimate."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp
from ui.test_workbench import faults, newest, user, wait_for_end, words

from components import runtime
from components.domain.draft import Draft, Turn
from components.domain.model import Model
from components.domain.run import RunState


def put(app: AppTest, draft: Draft) -> AppTest:
    app.session_state["bench"].replace_draft(draft)
    return app.run()


def within(seconds: float, true: Callable[[], object]) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(true())


def test_a_field_that_is_not_known_here_is_sent_only_when_one_insists(open_app: OpenApp) -> None:
    app = put(open_app(), Draft(turns=[Turn(text="Hi")], extra={"new_field": 1}))
    assert "workbench.insist" not in [button.key for button in app.button]
    app.button(key="workbench.run").click().run()
    assert "Nothing was sent" in faults(app)
    assert runtime.store().runs.count() == 0
    app.button(key="workbench.insist").click().run()
    wait_for_end(app)
    run = newest()
    assert run.request.body["new_field"] == 1
    assert run.state is RunState.FAILED, "the sandbox is as strict as the rules"


def test_what_the_model_refuses_cannot_be_insisted_on(open_app: OpenApp) -> None:
    draft = Draft(turns=[Turn(text="Hi")], extra={"new_field": 1}, thinking={"type": "disabled"})
    app = put(open_app(), draft)
    app.button(key="workbench.run").click().run()
    assert "Nothing was sent" in faults(app)
    assert "workbench.insist" not in [button.key for button in app.button]


def test_a_prompt_that_was_counted_as_too_long_is_not_sent(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = put(open_app(), Draft(turns=[Turn(text="A few words more than five tokens, by any count")]))
    assert within(10, lambda: "tokens ·" in words(app.run()))
    small = Model(id="claude-opus-5-5", display_name="Claude Opus 5.5", lifecycle="active", context=5)
    monkeypatch.setattr("components.services.models.ModelList.get", lambda *_: small)
    app.run()
    assert "Shorten it" in faults(app)
    app.button(key="workbench.run").click().run()
    assert "Nothing was sent" in faults(app)
    assert runtime.store().runs.count() == 0


def test_a_run_sent_before_its_tokens_were_counted_gets_its_estimate_afterwards(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("Quick").run()
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert within(10, lambda: newest().estimate is not None)
    estimate = newest().estimate
    assert estimate is not None
    assert estimate.input_tokens


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"model": "m", "max_tokens": "100", "messages": [{"role": "user", "content": "a"}]}, "max_tokens"),
        ({"model": "m", "max_tokens": 5, "messages": "hi"}, "messages"),
        ({"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": None}]}, "messages"),
        ({"model": ["m"], "max_tokens": 5, "messages": [{"role": "user", "content": "a"}]}, "model"),
    ],
)
def test_code_that_no_draft_can_hold_is_refused_and_the_draft_stays(
    open_app: OpenApp, body: dict[str, object], said: str
) -> None:
    app = put(open_app(), Draft(turns=[Turn(text="Stays")]))
    app.button(key="workbench.import").click().run()
    app.text_area(key="import.text").input(json.dumps(body))
    app.button(key="import.take").click().run()
    assert said in faults(app)
    assert app.session_state["bench"].draft.turns[0].text == "Stays"


def test_names_without_a_value_in_imported_code_become_variables(open_app: OpenApp) -> None:
    app = open_app()
    app.button(key="workbench.import").click().run()
    code = (
        'client.messages.create(model="claude-haiku-5-5", max_tokens=9, '
        'messages=[{"role": "user", "content": f"Hello {name}, {{x}}"}])'
    )
    app.text_area(key="import.text").input(code)
    app.button(key="import.take").click().run()
    draft = app.session_state["bench"].draft
    assert draft.variables == ["name"]
    draft.values["name"] = "Ada"
    assert draft.body()["messages"] == [{"role": "user", "content": "Hello Ada, {x}"}]
