"""The History page, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault, show
from ui.test_workbench import ask, newest, user, words

from components import runtime
from components.domain.comparison_summary import ComparisonSummary
from components.domain.run import Run
from components.services.comparisons import ComparisonKeeper
from components.state import History


def table_prompts(app: object) -> list[str]:
    return list(app.dataframe[0].value["Prompt"])  # type: ignore[attr-defined]


def asked(app: AppTest, *texts: str) -> list[Run]:
    """Runs of these prompts, and then the page."""
    runs = [ask(app, text) for text in texts]
    show(app, "history")
    return runs


def tick(app: AppTest, runs: list[Run]) -> None:
    """Tick exactly these, one after the other."""
    history: History = app.session_state["history.here"]
    listed = [row.id for row in runtime.store().runs.page(limit=50)]
    history.untick()
    for number in range(1, len(runs) + 1):
        history.tick(listed, [run.id for run in runs[:number]])
    app.run()
    assert_no_fault(app)


def ticks_drawn(app: AppTest) -> list[str]:
    """The prompts of the rows that have a tick on the screen."""
    key = "history.table." + app.dataframe[0].proto.id.partition("history.table.")[2]
    return [table_prompts(app)[row] for row in app.session_state[key]["selection"]["rows"]]


def comparisons() -> list[ComparisonSummary]:
    return runtime.store().comparisons.page(limit=50)


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


def test_a_run_ticked_alone_is_shown_whole_and_cannot_be_compared_yet(open_app: OpenApp) -> None:
    app = open_app()
    herons, _ = asked(app, "about herons", "about swans")
    assert "Tick two to six runs" in words(app)
    tick(app, [herons])
    assert app.session_state["history.here"].run_id == herons.id
    assert app.button(key="history.answer.restore")
    assert app.button(key="history.compare").disabled


def test_ticked_runs_open_side_by_side_in_the_order_of_the_ticks(open_app: OpenApp) -> None:
    app = open_app()
    herons, swans, ducks = asked(app, "about herons", "about swans", "about ducks")
    tick(app, [ducks, herons])
    assert app.session_state["history.here"].run_id == ducks.id, "the second tick shows no other run"
    button = app.button(key="history.compare")
    assert button.label == "Compare these 2"
    button.click().run()
    assert_no_fault(app)
    [made] = comparisons()
    keeper = ComparisonKeeper(runtime.store().comparisons)
    content = keeper.open(made.id)
    assert content is not None
    shown = keeper.run_ids(content)
    assert [shown[variant.id] for variant in content.variants] == [[ducks.id], [herons.id]]
    assert runtime.store().runs.count() == 3, "comparing sends nothing"
    show(app, "history")
    assert app.button(key="history.compare").disabled, "the ticks have done their work"
    assert swans.id not in {run_id for ids in shown.values() for run_id in ids}


@pytest.mark.parametrize(("number", "can_be"), [(1, False), (2, True), (6, True), (7, False)])
def test_two_to_six_runs_can_be_compared(open_app: OpenApp, number: int, can_be: bool) -> None:
    app = open_app()
    tick(app, asked(app, *(f"prompt {n}" for n in range(number))))
    assert app.button(key="history.compare").disabled is not can_be
    assert ("7 runs are ticked; two to six can be compared." in words(app)) is (number > 6)


def test_ticks_stay_on_their_runs_when_others_come_or_are_filtered_away(open_app: OpenApp) -> None:
    app = open_app()
    herons, swans = asked(app, "about herons", "about swans")
    tick(app, [herons, swans])
    assert ticks_drawn(app) == ["about swans", "about herons"]
    show(app, "workbench")
    asked(app, "about ducks")
    assert table_prompts(app)[0] == "about ducks"
    assert ticks_drawn(app) == ["about swans", "about herons"]
    app.text_input(key="history.q").input("herons").run()
    assert app.button(key="history.compare").label == "Compare these 2"
    history: History = app.session_state["history.here"]
    history.tick([herons.id], [])
    assert history.ticked == [swans.id]
    app.button(key="history.untick").click().run()
    assert history.ticked == []
    assert app.button(key="history.compare").disabled


def test_comparisons_have_a_list_of_their_own(open_app: OpenApp) -> None:
    app = open_app()
    runs = asked(app, "about herons", "about swans", "about ducks")
    app.radio(key="history.listed").set_value("Comparisons").run()
    assert_no_fault(app)
    assert "No comparisons yet" in words(app)
    assert not app.dataframe
    for pair in (runs[:2], runs[1:]):
        ComparisonKeeper(runtime.store().comparisons).of_runs(pair)
    app.run()
    row = app.dataframe[0].value.iloc[0]
    assert (row["Prompt"], row["Runs"], row["Votes"], row["State"]) == ("about swans", "2", "0", "ended")
    assert row["Models"] == "A claude-opus-5-5, B claude-opus-5-5"
    assert "2 comparisons" in words(app)
    app.text_input(key="history.comparisons.q").input("HERONS").run()
    assert table_prompts(app) == ["about herons"]
    app.text_input(key="history.comparisons.q").input("no such words").run()
    assert "No comparison matches" in words(app)
    assert not app.dataframe
