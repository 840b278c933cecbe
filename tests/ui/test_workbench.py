"""The Workbench page, without a browser."""

from __future__ import annotations

import html
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault, show

from components import runtime
from components.domain.answer import text_of
from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject
from components.domain.run import Run, RunState


def user(app: AppTest, position: int = 0) -> str:
    """The key of a turn's text area."""
    return f"workbench.turn.{app.session_state['bench'].draft.turns[position].id}"


def newest() -> Run:
    store = runtime.store().runs
    saved = store.saved(store.page(limit=1)[0].id)
    assert saved is not None
    return saved.run


def wait_for_end(app: AppTest) -> AppTest:
    """Let the run on the screen end, and show it."""
    run_id = app.session_state["bench"].run_id
    worker = runtime.engine()._workers.get(run_id)
    if worker is not None:
        worker.join(20)
    app.run()
    assert_no_fault(app)
    return app


def ask(app: AppTest, text: str) -> Run:
    app.text_area(key=user(app)).input(text).run()
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    return newest()


def words(app: AppTest) -> str:
    """All that is said on the page outside its fields, as it reads."""
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.success)
    return unescape("\n".join(str(element.value) for kind in kinds for element in kind))


def faults(app: AppTest) -> str:
    """What the red boxes say."""
    return unescape("\n".join(error.value for error in app.error))


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


# Empty and filled ---------------------------------------------------------------------------


def test_the_empty_page_says_what_to_do_first(open_app: OpenApp) -> None:
    app = open_app()
    said = words(app)
    assert "Try a prompt" in said
    assert "Runs appear here" in said
    assert not app.error
    assert not app.warning
    assert app.selectbox(key="workbench.model").value == "claude-opus-5-5"
    assert "Write a short program" in labels(app)


def test_a_run_is_answered_kept_and_listed(open_app: OpenApp) -> None:
    app = open_app()
    run = ask(app, "Why is the sky blue?")
    assert run.state is RunState.COMPLETE
    assert run.request.body["messages"] == [{"role": "user", "content": "Why is the sky blue?"}]
    assert run.connection == "Environment"
    assert run.draft is not None
    first_line = text_of(run.message).splitlines()[0]
    assert first_line in words(app)
    assert any("Why is the sky blue" in label for label in labels(app))


def test_run_sends_exactly_what_is_on_the_screen(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key="workbench.system").input("Be brief.").run()
    app.number_input(key="workbench.max_tokens").set_value(77).run()
    app.text_area(key=user(app)).input("Hi {{name}}").run()
    app.text_area(key="workbench.value.name").input("Ann {{x}} $").run()
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    body = newest().request.body
    assert body["system"] == "Be brief."
    assert body["max_tokens"] == 77
    assert body["messages"] == [{"role": "user", "content": "Hi Ann {{x}} $"}]


def test_an_example_fills_the_editor(open_app: OpenApp) -> None:
    app = open_app()
    app.button(key="workbench.example.Explain to a newcomer").click().run()
    assert "{{topic}}" in app.text_area(key=user(app)).value
    assert app.text_area(key="workbench.value.topic").value == "binary search"


def test_what_is_typed_survives_a_visit_to_another_page(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("Stay").run()
    show(app, "keys")
    show(app, "workbench")
    assert app.text_area(key=user(app)).value == "Stay"


def test_what_is_typed_is_there_for_a_new_tab_with_the_address(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("Stay").run()
    again = open_app(draft=app.session_state["bench"].draft_id)
    assert again.text_area(key=user(again)).value == "Stay"
    assert again.session_state["bench"].draft == app.session_state["bench"].draft


def test_nothing_typed_is_nothing_sent(open_app: OpenApp) -> None:
    app = open_app()
    app.button(key="workbench.run").click().run()
    assert "Nothing was sent" in words(app)
    assert runtime.store().runs.count() == 0


def test_unfilled_variables_are_named_and_nothing_is_sent(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("{{left}} or {{right}}").run()
    app.button(key="workbench.run").click().run()
    assert "{{left}}, {{right}}" in words(app)
    assert runtime.store().runs.count() == 0


# What the model would refuse ---------------------------------------------------------------------------


def opened_with(open_app: OpenApp, draft: Draft) -> AppTest:
    app = open_app()
    app.session_state["bench"].replace_draft(draft)
    return app.run()


@pytest.mark.parametrize(
    ("draft", "gone"),
    [
        (
            Draft(model="claude-opus-5-5", thinking={"type": "enabled", "budget_tokens": 2048}),
            ("thinking", "budget_tokens"),
        ),
        (Draft(model="claude-opus-5-5", temperature=0.3), ("temperature",)),
        (Draft(model="claude-haiku-4-5", effort="high"), ("output_config", "effort")),
    ],
    ids=["thinking budget", "temperature", "effort"],
)
def test_what_the_model_refuses_is_said_and_mended_with_one_click(
    draft: Draft, gone: tuple[str, ...], open_app: OpenApp
) -> None:
    draft.turns = [Turn(text="On {{topic}}")]
    draft.values = {"topic": "herons"}
    app = opened_with(open_app, draft)
    assert app.error
    app.button(key="workbench.run").click().run()
    assert "Nothing was sent" in words(app)
    assert runtime.store().runs.count() == 0
    for _ in range(3):
        fixes = [button for button in app.button if str(button.key).endswith(".fix")]
        if not fixes:
            break
        fixes[0].click().run()
    assert not app.error, words(app)
    place: object = app.session_state["bench"].draft.body()
    for step in gone:
        place = place.get(step) if isinstance(place, dict) else None
    assert place is None
    assert app.text_area(key=user(app)).value == "On {{topic}}"
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    assert newest().state is RunState.COMPLETE


def test_another_model_brings_its_own_controls_and_keeps_the_rest(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("Hi").run()
    app.selectbox(key="workbench.model").select("claude-haiku-4-5-20251001").run()
    assert_no_fault(app)
    assert app.text_area(key=user(app)).value == "Hi"
    assert app.session_state["bench"].draft.model == "claude-haiku-4-5-20251001"


# Turns ---------------------------------------------------------------------------


def test_turns_are_added_and_the_answer_becomes_one(open_app: OpenApp) -> None:
    app = open_app()
    ask(app, "[sandbox:echo]Use \\{{name}}")
    app.button(key="answer.add").click().run()
    draft: Draft = app.session_state["bench"].draft
    assert [turn.role for turn in draft.turns] == ["user", "assistant", "user"]
    assert app.text_area(key=user(app, 1)).value == "Use \\{{name}}"
    app.button(key="workbench.add_turn").click().run()
    assert [turn.role for turn in draft.turns] == ["user", "assistant", "user", "assistant"]


def test_a_new_draft_can_be_taken_back(open_app: OpenApp) -> None:
    app = open_app()
    app.text_area(key=user(app)).input("Mine").run()
    app.button(key="workbench.new").click().run()
    assert app.text_area(key=user(app)).value == ""
    app.button(key="workbench.bring_back").click().run()
    assert app.text_area(key=user(app)).value == "Mine"


# Ends other than complete ---------------------------------------------------------------------------


@pytest.mark.usefixtures("single_attempts")
@pytest.mark.parametrize(
    ("directive", "state", "says"),
    [
        ("[sandbox:server-error]", RunState.FAILED, "500"),
        ("[sandbox:permission]", RunState.FAILED, "403"),
        ("[sandbox:billing]", RunState.FAILED, "402"),
        ("[sandbox:spend-cap]", RunState.FAILED, "spend"),
        ("[sandbox:html status=404]", RunState.FAILED, "404"),
        ("[sandbox:not-json]", RunState.FAILED, "JSON"),
        ("[sandbox:stream-error after=20]", RunState.INTERRUPTED, "verloaded"),
        ("[sandbox:cut after=20]", RunState.INTERRUPTED, "kept"),
        ("[sandbox:no-stop]", RunState.INTERRUPTED, "kept"),
        ("[sandbox:refusal category=bio]", RunState.COMPLETE, "Refused for safety (biological risk)"),
        ("[sandbox:context-window]", RunState.COMPLETE, "context window is full"),
        ("[sandbox:empty]", RunState.COMPLETE, "without writing any text"),
        ("[sandbox:unknown-event]", RunState.COMPLETE, "simulated"),
        ("[sandbox:no-such-thing]", RunState.FAILED, "unknown directive"),
    ],
)
def test_every_end_is_said_in_words_and_the_draft_stays(
    directive: str, state: RunState, says: str, open_app: OpenApp
) -> None:
    app = open_app()
    run = ask(app, f"Please {directive}")
    assert run.state is state, run.error
    assert says in words(app)
    assert "Traceback" not in words(app)
    assert app.text_area(key=user(app)).value == f"Please {directive}"


def test_a_cut_off_answer_offers_more_tokens(open_app: OpenApp) -> None:
    app = opened_with(
        open_app,
        Draft(model="claude-haiku-4-5", max_tokens=50, turns=[Turn(text="[sandbox:tokens length=200]")]),
    )
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    more = next(button for button in app.button if button.label.startswith("Run again with"))
    more.click().run()
    wait_for_end(app)
    assert app.number_input(key="workbench.max_tokens").value == 1024
    assert newest().request.body["max_tokens"] == 1024
    assert runtime.store().runs.count() == 2


def test_a_run_restored_from_the_list_brings_its_draft_and_answer(open_app: OpenApp) -> None:
    app = open_app()
    run = ask(app, "Restore me")
    app.button(key="workbench.new").click().run()
    app.button(key=f"recent.{run.id}").click().run()
    assert app.text_area(key=user(app)).value == "Restore me"
    assert text_of(run.message).splitlines()[0] in words(app)
    assert runtime.store().runs.count() == 1


def test_an_address_with_a_run_nobody_knows_says_so(open_app: OpenApp) -> None:
    app = open_app()
    draft_id: str = app.session_state["bench"].draft_id
    app.text_area(key=user(app)).input("x").run()
    again = open_app(draft=draft_id, run="no-such-run")
    assert "not in the history" in words(again)


# Where something is broken ---------------------------------------------------------------------------


def test_a_corrupt_database_is_a_sentence_and_stays_as_it_is(home: Path, open_app: OpenApp) -> None:
    file = home / "workbench.db"
    file.write_bytes(b"this is no database, but somebody may want it back" * 100)
    before = file.read_bytes()
    app = open_app()
    assert len(app.error) == 1
    assert "workbench.db" in faults(app)
    assert "Traceback" not in words(app)
    assert file.read_bytes() == before
    app.button(key="shell.retry").click().run()
    assert len(app.error) == 1
    file.unlink()
    app.button(key="shell.retry").click().run()
    assert not app.error
    assert app.text_area(key="workbench.system").value == ""


def test_an_environment_address_that_is_none_is_said_and_the_rest_works(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "ftp://nowhere")
    app = open_app()
    assert "ANTHROPIC_BASE_URL" in html.unescape(app.sidebar.warning[0].value)
    assert app.sidebar.selectbox[0].options == ["Sandbox (simulated)"]
    assert app.button(key="workbench.run")


@pytest.mark.usefixtures("single_attempts")
def test_a_server_that_is_not_there_is_said_and_the_page_works(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    app = open_app()
    run = ask(app, "Anybody?")
    assert run.state is RunState.FAILED
    assert "127.0.0.1:9" in words(app)
    assert "model list" in words(app)


def test_a_database_that_refuses_a_run_sends_nothing_and_says_so(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from components.store.errors import DiskFull
    from components.store.runs import Runs

    app = open_app()

    def full(self: Runs, run: Run, owner: str) -> None:
        raise DiskFull("The disk is full. Make room, then try again.")

    monkeypatch.setattr(Runs, "add", full)
    app.text_area(key=user(app)).input("Important").run()
    app.button(key="workbench.run").click().run()
    assert "Nothing was sent. The disk is full." in words(app)
    assert app.text_area(key=user(app)).value == "Important"


def test_an_answer_in_one_piece_is_drawn_too(open_app: OpenApp) -> None:
    app = opened_with(open_app, Draft(stream=False, turns=[Turn(text="In one piece")]))
    app.button(key="workbench.run").click().run()
    wait_for_end(app)
    run = newest()
    assert run.state is RunState.COMPLETE
    assert "stream" not in run.request.body
    assert text_of(run.message).splitlines()[0] in words(app)


def test_tool_calls_and_unknown_blocks_in_the_draft_are_shown_not_edited(open_app: OpenApp) -> None:
    block: JsonObject = {"type": "tool_use", "id": "t", "name": "now", "input": {}}
    turns = [Turn(text="x"), Turn("assistant", blocks=[block])]
    app = opened_with(open_app, Draft(turns=turns))
    assert any("tool_use" in unescape(expander.label) for expander in app.expander)
