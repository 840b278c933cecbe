"""The History page, without a browser."""

from __future__ import annotations

from ui.conftest import OpenApp, assert_no_fault, show
from ui.test_workbench import ask, newest, user, words

from components import runtime


def table_prompts(app: object) -> list[str]:
    return list(app.dataframe[0].value["Prompt"])  # type: ignore[attr-defined]


def test_the_empty_page_says_what_to_do_first(open_app: OpenApp) -> None:
    app = open_app("history")
    assert "No runs yet" in words(app)
    assert not app.dataframe


def test_runs_are_listed_newest_first(open_app: OpenApp) -> None:
    app = open_app()
    for text in ("first prompt", "second prompt"):
        ask(app, text)
    show(app, "history")
    assert table_prompts(app) == ["second prompt", "first prompt"]
    row = app.dataframe[0].value.iloc[0]
    assert row["State"].lower().startswith("complete")
    assert row["Model"] == "claude-opus-5-5"
    assert int(row["Out"]) > 0
    assert "2 runs" in words(app)


def test_text_search_narrows_the_list_and_says_when_nothing_is_left(open_app: OpenApp) -> None:
    app = open_app()
    for text in ("about herons", "about 100% of swans"):
        ask(app, text)
    show(app, "history")
    app.text_input(key="history.q").input("HERONS").run()
    assert table_prompts(app) == ["about herons"]
    app.text_input(key="history.q").input("100% of").run()
    assert table_prompts(app) == ["about 100% of swans"]
    app.text_input(key="history.q").input("no such words").run()
    assert "No run matches" in words(app)
    assert not app.dataframe


def test_state_and_model_narrow_the_list(open_app: OpenApp) -> None:
    app = open_app()
    ask(app, "good one")
    ask(app, "bad one [sandbox:permission]")
    show(app, "history")
    app.multiselect(key="history.state").select("failed").run()
    assert table_prompts(app) == ["bad one [sandbox:permission]"]
    app.multiselect(key="history.state").unselect("failed").run()
    app.multiselect(key="history.model").select("claude-opus-5-5").run()
    assert len(table_prompts(app)) == 2


def test_a_run_chosen_is_read_whole_and_restored(open_app: OpenApp) -> None:
    app = open_app()
    run = ask(app, "Bring me back")
    app.button(key="workbench.new").click().run()
    show(app, "history")
    app.session_state["history.here"].choose(run.id)
    app.run()
    assert_no_fault(app)
    said = words(app)
    assert "simulated" in said
    app.button(key="history.answer.restore").click().run()
    assert_no_fault(app)
    assert app.text_area(key=user(app)).value == "Bring me back"
    assert app.session_state["bench"].run_id == run.id
    assert runtime.store().runs.count() == 1


def test_an_address_with_a_run_shows_it(open_app: OpenApp) -> None:
    app = open_app()
    run = ask(app, "Share me")
    assert newest().id == run.id
    again = open_app("history")
    again.session_state["history.here"].choose(run.id)
    again.run()
    assert "Share me" in "\n".join(code.value for code in again.code)


def test_a_run_that_is_gone_is_said(open_app: OpenApp) -> None:
    app = open_app("history")
    app.session_state["history.here"].choose("no-such-run")
    app.run()
    assert "not in the history" in words(app)


def test_downloads_are_offered_when_there_is_something_to_download(open_app: OpenApp) -> None:
    app = open_app()
    show(app, "history")
    assert not app.get("download_button")
    show(app, "workbench")
    ask(app, "one")
    show(app, "history")
    assert len(app.get("download_button")) == 2


def test_a_run_found_by_a_search_is_restored(open_app: OpenApp) -> None:
    app = open_app()
    run = ask(app, "about herons")
    show(app, "history")
    app.text_input(key="history.q").input("herons").run()
    app.session_state["history.here"].choose(run.id)
    app.run()
    app.button(key="history.answer.restore").click().run()
    assert_no_fault(app)
    assert app.text_area(key=user(app)).value == "about herons"
