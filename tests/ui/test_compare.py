"""The Compare page, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from loopback import serve
from media_samples import png
from streamlit.testing.v1 import AppTest
from ui.conftest import OpenApp, assert_no_fault, show
from ui.test_sending import within
from ui.test_workbench import faults, labels, newest, wait_for_end, words

from components import compare_panels, runtime
from components.compare_state import Compare
from components.domain.answer import text_of
from components.domain.comparison import Comparison
from components.domain.connection import Connection
from components.domain.draft import Draft, Turn
from components.domain.json_types import Json, JsonObject
from components.domain.run import Run, RunState
from components.sandbox.server import create_app
from components.services.batch_file import BatchColumn, Plan, plan
from components.store.comparisons import Comparisons
from components.store.errors import DiskFull
from components.store.runs import Runs

HAIKU, OPUS = "claude-haiku-4-5", "claude-opus-5-5"


class Recorder:
    """A sandbox that notes the bodies it is sent."""

    def __init__(self) -> None:
        self.bodies: list[JsonObject] = []
        self._sandbox = create_app(0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].endswith("/v1/messages"):
            message = await receive()
            body = message["body"]
            while message.get("more_body"):
                message = await receive()
                body += message["body"]
            self.bodies.append(json.loads(body))
            given = iter([{"type": "http.request", "body": body, "more_body": False}])

            async def again() -> Any:
                return next(given, None) or await receive()

            await self._sandbox(scope, again, send)
        else:
            await self._sandbox(scope, receive, send)


@pytest.fixture
def sent(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[JsonObject]]:
    """The bodies of all messages that were sent, as they came over the wire."""
    recorder = Recorder()
    with serve(recorder) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        yield recorder.bodies


# Reading the page ---------------------------------------------------------------------------


def of(app: AppTest) -> Comparison:
    held: Compare = app.session_state["comparing"]
    return held.comparison


def head(app: AppTest, letter: str) -> str:
    """The beginning of the keys in a column's head."""
    return f"compare.head.{variant(app, letter)}"


def variant(app: AppTest, letter: str) -> str:
    return of(app).variants["ABCDEF".index(letter)].id


def choose(app: AppTest, letter: str, entry: str) -> AppTest:
    """Click an entry of a column's menu."""
    app.menu_button(key=f"{head(app, letter)}.menu").click(entry).run()
    assert_no_fault(app)
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert_no_fault(app)
    return app


def run_all(app: AppTest) -> AppTest:
    """Click, and come back when all has ended: while anything streams the page's script goes on."""
    click(app, "compare.run")
    assert within(20, lambda: not runtime.batches().live(of(app).id))
    app.run()
    assert_no_fault(app)
    return app


def runs(comparison: Comparison) -> list[list[Run]]:
    """The runs of each column."""
    ids = runtime.comparisons().run_ids(comparison)
    return [runtime.runs_of(ids[each.id]) for each in comparison.variants]


def kept(app: AppTest) -> Comparison:
    """The comparison of this tab as the database has it."""
    found = runtime.comparisons().open(of(app).id)
    assert found is not None
    return found


def turn(app: AppTest) -> str:
    """The key of the first turn's field in the editor."""
    held: Compare = app.session_state["comparing"]
    edited = of(app).variant(held.edited)
    assert edited is not None
    return f"workbench.turn.{edited.draft.turns[0].id}"


def progress(app: AppTest) -> str:
    return unescape("\n".join(each.text for each in app.progress))


Opened = Callable[..., AppTest]


@pytest.fixture
def compare(open_app: OpenApp) -> Opened:
    """Opens the page on a comparison of these drafts; what else is given are the comparison's fields."""

    def opened(*drafts: Draft, **fields: Any) -> AppTest:
        made = Comparison.of(*drafts)
        for name, value in fields.items():
            setattr(made, name, value)
        runtime.comparisons().save(made)
        app = open_app("compare", comparison=made.id)
        assert of(app).id == made.id
        return app

    return opened


def asks(text: str, model: str = HAIKU, **fields: Any) -> Draft:
    """A draft whose turn has the id of every other draft's here, as in drafts made from each other."""
    return Draft(model=model, turns=[Turn(text=text, id="first")], **fields)


# What is sent ---------------------------------------------------------------------------


def test_the_workbenchs_prompt_stands_beside_itself_and_nothing_is_kept_until_something_changes(
    open_app: OpenApp,
) -> None:
    app = open_app()
    app.session_state["bench"].replace_draft(asks("Why is the sky blue?"))
    app.run()
    show(app, "compare")
    assert app.text_area(key=turn(app)).value == "Why is the sky blue?"
    assert [each.draft.model for each in of(app).variants] == [HAIKU, HAIKU]
    assert "Same as A." in words(app)
    assert runtime.comparisons().open(of(app).id) is None
    assert app.session_state["comparing"].address == {"comparison": None}
    app.selectbox(key=f"{head(app, 'B')}.model").select(OPUS).run()
    assert "Model: claude-opus-5-5" in words(app)
    assert kept(app).variants[1].draft.model == OPUS
    assert app.session_state["comparing"].address == {"comparison": of(app).id}


def test_each_column_sends_what_it_shows(compare: Opened, sent: list[JsonObject]) -> None:
    app = compare(asks(""), asks("", OPUS))
    app.text_area(key=turn(app)).input("Hi {{name}}").run()
    app.text_area(key="workbench.value.name").input("Ann {{x}} $").run()
    app.text_area(key="workbench.system").input("Be brief.").run()
    app.checkbox(key="compare.link.Max tokens").uncheck().run()
    app.number_input(key=f"{head(app, 'B')}.max_tokens").set_value(77).run()
    assert "Max tokens: 77" in words(app)
    shown = [each.draft.body() for each in of(app).variants]
    run_all(app)
    assert sorted(sent, key=lambda body: str(body["model"])) == shown
    assert [body["max_tokens"] for body in shown] == [4096, 77]
    assert {json.dumps(body["messages"]) for body in shown} == {
        '[{"role": "user", "content": "Hi Ann {{x}} $"}]'
    }
    assert [[run.request.body for run in each] for each in runs(of(app))] == [[body] for body in shown]
    assert [[run.state for run in each] for each in runs(of(app))] == [[RunState.COMPLETE]] * 2
    for [run] in runs(of(app)):
        assert text_of(run.message).splitlines()[0] in words(app)


def test_a_column_alone_is_sent_alone(compare: Opened, sent: list[JsonObject]) -> None:
    app = compare(asks("Hi"), asks("Hi", OPUS))
    click(app, f"{head(app, 'B')}.run")
    assert [body["model"] for body in sent] == [OPUS]
    assert [len(each) for each in runs(of(app))] == [0, 1]
    before = of(app).id
    click(app, f"{head(app, 'A')}.run")
    assert [body["model"] for body in sent] == [OPUS, HAIKU]
    assert of(app).id == before, "nothing had to be put aside"


def test_every_sample_is_the_same_request_and_identical_answers_are_folded(
    compare: Opened, sent: list[JsonObject]
) -> None:
    app = compare(asks("[sandbox:echo]Same"), asks("[sandbox:echo]Same", OPUS), samples=4)
    run_all(app)
    assert len(sent) == 8
    assert len({json.dumps(body, sort_keys=True) for body in sent}) == 2
    assert words(app).count("All 4 answers are identical") == 2
    assert [len(each) for each in runs(of(app))] == [4, 4]
    assert "8 of 8 ended" in progress(app)


@pytest.mark.usefixtures("single_attempts")
def test_different_answers_of_one_column_are_leafed_through(compare: Opened) -> None:
    text = "[sandbox:server-error times=1][sandbox:echo]At last"
    app = compare(asks(text), asks(text, OPUS), samples=2, at_once=1)
    run_all(app)
    assert words(app).count("2 different answers of 2 · this is sample 1") == 2
    assert "At last" not in words(app)
    for page in list(app.pagination):
        app.pagination(key=page.key).set_value(2).run()
    assert words(app).count("this is sample 2") == 2
    assert words(app).count("At last") == 2


def test_what_is_linked_is_sent_by_all_and_what_is_not_by_one(
    compare: Opened, sent: list[JsonObject]
) -> None:
    app = compare(asks("Linked"), asks("Linked", OPUS))
    app.checkbox(key="compare.link.Prompt").uncheck().run()
    choose(app, "B", "Edit")
    app.text_area(key=turn(app)).input("Only B").run()
    assert [each.draft.turns[0].text for each in of(app).variants] == ["Linked", "Only B"]
    assert "Turn 1" in words(app) or "Turns" in words(app)
    run_all(app)
    assert {str(body["model"]): body["messages"] for body in sent} == {
        HAIKU: [{"role": "user", "content": "Linked"}],
        OPUS: [{"role": "user", "content": "Only B"}],
    }


def test_linking_again_takes_the_edited_columns_text_and_can_be_taken_back(compare: Opened) -> None:
    app = compare(asks("From A"), asks("From B", OPUS))
    assert "Prompt" not in of(app).linked
    choose(app, "B", "Edit")
    assert app.text_area(key=turn(app)).value == "From B"
    app.session_state["compare.editor"] = True
    app.checkbox(key="compare.link.Prompt").check().run()
    assert_no_fault(app)
    assert [each.draft.turns[0].text for each in of(app).variants] == ["From B", "From B"]
    click(app, "compare.undo")
    assert [each.draft.turns[0].text for each in of(app).variants] == ["From A", "From B"]
    assert "Prompt" not in of(app).linked
    assert [each.draft.turns[0].text for each in kept(app).variants] == ["From A", "From B"]


def test_one_set_of_values_serves_all_even_a_variable_of_column_b_alone(
    compare: Opened, sent: list[JsonObject]
) -> None:
    app = compare(asks("Say {{both}}"), asks("Shout {{both}} and {{mine}}", OPUS))
    app.text_area(key="workbench.value.both").input("hello").run()
    app.text_area(key="workbench.value.mine").input("goodbye").run()
    run_all(app)
    assert {body["messages"][0]["content"] for body in sent} == {  # type: ignore[index, call-overload]
        "Say hello",
        "Shout hello and goodbye",
    }


def test_what_is_typed_stays_when_another_column_is_edited_in_the_same_moment(compare: Opened) -> None:
    app = compare(asks("Old"), asks("Old", OPUS))
    app.text_area(key=turn(app)).input("New")
    choose(app, "B", "Edit")
    assert [each.draft.turns[0].text for each in of(app).variants] == ["New", "New"]
    assert app.text_area(key=turn(app)).value == "New"


@pytest.mark.parametrize("entry", ["Duplicate", "Remove", "Get code", "Open in the Workbench"])
def test_what_is_typed_in_the_moment_of_a_columns_menu_is_typed_for_all(entry: str, compare: Opened) -> None:
    app = compare(asks("Old"), asks("Old", OPUS), asks("Old"))
    app.text_area(key=turn(app)).input("New")
    choose(app, "B", entry)
    assert {each.draft.turns[0].text for each in of(app).variants} == {"New"}
    assert "Prompt" in of(app).linked
    if entry == "Open in the Workbench":
        assert app.session_state["bench"].draft.turns[0].text == "New"


# What is not sent ---------------------------------------------------------------------------


def refused(app: AppTest, letter: str) -> str:
    """Run all has to refuse because of this column; returns what is said."""
    click(app, "compare.run")
    assert f"Nothing was sent: see column {letter}." in faults(app)
    assert runtime.store().runs.count() == 0
    return faults(app)


def test_an_unfilled_variable_of_one_column_keeps_all_from_being_sent(
    compare: Opened, sent: list[JsonObject]
) -> None:
    app = compare(asks("Hi"), asks("Hi {{left}} and {{right}}", OPUS), asks("Hi"))
    assert "No value yet for {{left}}, {{right}}" in refused(app, "B")
    assert sent == []
    click(app, f"{head(app, 'A')}.run")
    assert len(sent) == 1
    assert "see column" not in faults(app)


def test_what_a_models_limit_forbids_keeps_all_from_being_sent(
    compare: Opened, sent: list[JsonObject]
) -> None:
    app = compare(asks("Hi", OPUS, max_tokens=100_000), asks("Hi", max_tokens=100_000))
    assert "64,000" in refused(app, "B")
    assert sent == []


def test_a_connection_without_a_key_keeps_all_from_being_sent(
    compare: Opened, sent: list[JsonObject]
) -> None:
    runtime.store().connections.save(Connection("keyless", "Keyless", "https://api.anthropic.com"))
    app = compare(asks("Hi"), asks("Hi"), asks("Hi"))
    of(app).variants[2].connection_id = "keyless"
    app.run()
    assert "over Keyless" in words(app)
    assert "This connection has no key: add one under API keys." in refused(app, "C")
    assert sent == []


def test_an_empty_prompt_is_refused_for_every_column(compare: Opened, sent: list[JsonObject]) -> None:
    app = compare(asks(""), asks("", OPUS))
    refused(app, "A, B")
    assert sent == []


def test_a_refusal_is_gone_once_what_it_was_about_is_mended(compare: Opened) -> None:
    app = compare(asks("Hi {{who}}"), asks("Hi {{who}}", OPUS))
    refused(app, "A, B")
    app.text_area(key="workbench.value.who").input("you").run()
    assert not app.error, faults(app)


def test_what_only_one_columns_model_refuses_is_mended_there_and_unlinked(
    compare: Opened, sent: list[JsonObject]
) -> None:
    app = compare(asks("Hi", temperature=0.5), asks("Hi", OPUS, temperature=0.5))
    assert "temperature" in refused(app, "B")
    fix = next(each for each in app.button if str(each.key).startswith(f"{head(app, 'B')}.problems"))
    click(app, str(fix.key))
    assert "Parameters: no longer the same in every column, so linked no more." in words(app)
    run_all(app)
    assert {str(body["model"]): body.get("temperature") for body in sent} == {HAIKU: 0.5, OPUS: None}


def test_a_database_that_refuses_sends_nothing_and_says_so(
    compare: Opened, sent: list[JsonObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = compare(asks("Important"), asks("Important", OPUS))

    def full(*_: Any, **__: Any) -> None:
        raise DiskFull("The disk is full. Make room, then try again.")

    monkeypatch.setattr(Runs, "add", full)
    monkeypatch.setattr(Comparisons, "save", full)
    app.text_area(key=turn(app)).input("More important").run()
    assert "could not be saved and would not survive a reload. The disk is full." in words(app)
    click(app, "compare.run")
    assert "Nothing was sent. The disk is full." in words(app)
    assert sent == []
    assert app.text_area(key=turn(app)).value == "More important"


def test_a_disk_that_fills_while_runs_are_stored_is_said_and_the_page_goes_on(
    compare: Opened, sent: list[JsonObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = compare(asks("Important"), asks("Important", OPUS))

    def full(*_: Any, **__: Any) -> None:
        raise DiskFull("The disk is full. Make room, then try again.")

    monkeypatch.setattr(Runs, "add", full)
    run_all(app)
    assert "The disk is full." in progress(app)
    assert sent == []


# Errors, missing answers, limits ---------------------------------------------------------------------------


@pytest.mark.usefixtures("single_attempts")
def test_one_columns_error_leaves_the_others_alone(compare: Opened) -> None:
    app = compare(
        asks("[sandbox:echo]Fine"), asks("No [sandbox:permission]", OPUS), asks("[sandbox:echo]Fine too")
    )
    run_all(app)
    states = [run.state for [run] in runs(of(app))]
    assert states == [RunState.COMPLETE, RunState.FAILED, RunState.COMPLETE]
    assert "permission" in faults(app)
    assert "Fine" in words(app)
    assert "Fine too" in words(app)
    assert "3 of 3 ended, 1 without an answer" in progress(app)


@pytest.mark.usefixtures("single_attempts")
def test_send_the_missing_sends_exactly_the_requests_of_before(
    compare: Opened, sent: list[JsonObject]
) -> None:
    text = "[sandbox:server-error times=1] Tell of {{what}}"
    values = {"what": "swans"}
    app = compare(asks(text, values=values), asks(text, OPUS, values=values), samples=3, at_once=1)
    run_all(app)
    assert len(sent) == 6
    before, address = list(sent), of(app).id
    assert "Send the missing 4" in labels(app)
    click(app, "compare.missing")
    assert within(20, lambda: not runtime.batches().live(of(app).id))
    assert of(app).id == address, "they belong to the same comparison"
    added = sent[6:]
    assert len(added) == 4
    assert all(body in before for body in added)
    assert [len(each) for each in runs(of(app))] == [5, 5]
    drafts = [run.draft for each in runs(of(app)) for run in each]
    assert all(draft is not None and draft["values"] == values for draft in drafts)


@pytest.mark.usefixtures("single_attempts")
def test_the_missing_of_an_edited_column_are_not_offered(compare: Opened) -> None:
    text = "[sandbox:server-error times=1] Hi"
    app = compare(asks(text), asks(text, OPUS))
    run_all(app)
    assert "Send the missing 2" in labels(app)
    app.selectbox(key=f"{head(app, 'B')}.model").select("claude-haiku-5-5").run()
    assert "Send the missing 1" in labels(app)
    assert "Edited since this answer: Model: claude-haiku-5-5" in words(app)


def test_no_more_is_sent_than_the_limit_pays_for(compare: Opened, sent: list[JsonObject]) -> None:
    text = "[sandbox:tokens length=90]"
    limit = Decimal("0.005")
    app = compare(
        asks(text, OPUS, max_tokens=100),
        asks(text, OPUS, max_tokens=100, system="Be brief."),
        samples=20,
        limit_usd=limit,
    )
    run_all(app)
    costs = [run.cost_usd for each in runs(of(app)) for run in each]
    assert 0 < len(sent) < 40
    assert len(costs) == len(sent)
    spent = sum(cost for cost in costs if cost is not None)
    assert None not in costs
    assert spent <= limit
    assert spent > limit - Decimal("0.0025"), "and no less than could be sent"
    assert "Stopped at the limit of $0.005" in progress(app)


def test_a_limit_that_cannot_be_kept_sends_nothing(compare: Opened, sent: list[JsonObject]) -> None:
    app = compare(asks("Hi"), asks("Hi", "claude-mythos-5-1"), limit_usd=Decimal(1))
    click(app, "compare.run")
    assert "the limit in dollars could not be kept" in faults(app)
    assert sent == []
    assert runtime.store().runs.count() == 0


# What stays ---------------------------------------------------------------------------


def test_what_is_typed_is_there_for_a_new_tab_with_the_address(compare: Opened, open_app: OpenApp) -> None:
    app = compare(asks("First"), asks("First", OPUS))
    app.text_area(key=turn(app)).input("Typed {{x}}").run()
    app.text_area(key="workbench.value.x").input("value").run()
    app.checkbox(key="compare.link.Prompt").uncheck().run()
    choose(app, "B", "Edit")
    app.text_area(key=turn(app)).input("Other").run()
    again = open_app("compare", comparison=of(app).id)
    assert of(again).to_json() == of(app).to_json()
    assert again.text_area(key=turn(again)).value == "Typed {{x}}"


def test_a_new_tab_with_the_address_sends_over_the_same_connection(
    compare: Opened, open_app: OpenApp
) -> None:
    app = compare(asks("Costs nothing"), asks("Costs nothing", OPUS))
    picker = app.sidebar.selectbox[0]
    assert picker.options == ["Environment", "Sandbox (simulated)"]
    picker.select("sandbox").run()
    app.text_area(key=turn(app)).input("Costs nothing at all").run()
    again = open_app("compare", comparison=of(app).id)
    assert again.sidebar.selectbox[0].value == "sandbox"


def test_what_was_run_is_there_for_a_new_tab_with_the_address(compare: Opened, open_app: OpenApp) -> None:
    app = compare(asks("[sandbox:echo]Found again"), asks("[sandbox:echo]Found again", OPUS))
    run_all(app)
    again = open_app("compare", comparison=of(app).id)
    assert words(again).count("Found again") >= 2
    assert runtime.store().runs.count() == 2


def test_another_page_and_back_shows_the_same_comparison(compare: Opened) -> None:
    app = compare(asks("First"), asks("First", OPUS))
    app.text_area(key=turn(app)).input("Typed").run()
    before = of(app).to_json()
    show(app, "keys")
    show(app, "compare")
    assert of(app).to_json() == before
    assert app.text_area(key=turn(app)).value == "Typed"


def test_an_address_nobody_knows_opens_a_new_comparison(open_app: OpenApp) -> None:
    app = open_app("compare", comparison="0" * 32)
    assert of(app).id != "0" * 32
    assert "Run all" in labels(app)


def test_running_again_keeps_the_earlier_comparison_as_it_was_run(
    compare: Opened, open_app: OpenApp, sent: list[JsonObject]
) -> None:
    values = {"w": "one"}
    app = compare(
        asks("[sandbox:echo]First {{w}}", values=values),
        asks("[sandbox:echo]First {{w}}", OPUS, values=values),
    )
    run_all(app)
    first = of(app).id
    for each in of(app).variants:
        each.draft.turns[0].text = "[sandbox:echo]Second {{w}}"
        each.draft.values["w"] = "two"
    app.run()
    assert words(app).count("Edited since this answer") == 2
    run_all(app)
    second = of(app).id
    assert second != first
    assert words(app).count("Second two") >= 2
    assert "First one" not in words(app)
    assert "Edited since" not in words(app)

    earlier = open_app("compare", comparison=first)
    assert of(earlier).id == first
    assert [each.draft.turns[0].text for each in of(earlier).variants] == ["[sandbox:echo]First {{w}}"] * 2
    assert [each.draft.values for each in of(earlier).variants] == [values] * 2
    assert words(earlier).count("First one") >= 2
    assert "Edited since" not in words(earlier)
    later = open_app("compare", comparison=second)
    assert words(later).count("Second two") >= 2
    assert len(sent) == 4


def test_running_one_column_again_keeps_the_other_answer(
    compare: Opened, open_app: OpenApp, sent: list[JsonObject]
) -> None:
    app = compare(asks("[sandbox:echo]A speaks"), asks("[sandbox:echo]B speaks", OPUS))
    run_all(app)
    first = of(app).id
    of(app).variants[1].draft.turns[0].text = "[sandbox:echo]B changed"
    app.run()
    click(app, f"{head(app, 'B')}.run")
    assert of(app).id != first
    assert len(sent) == 3
    assert "A speaks" in words(app)
    assert "B changed" in words(app)
    assert "B speaks" not in words(app)
    earlier = open_app("compare", comparison=first)
    assert "B speaks" in words(earlier)
    assert "B changed" not in words(earlier)
    assert len(runs(of(earlier))[0]) == 1


def test_a_new_comparison_leaves_the_old_one_where_it_was(compare: Opened, open_app: OpenApp) -> None:
    app = compare(asks("[sandbox:echo]Old"), asks("[sandbox:echo]Old", OPUS))
    run_all(app)
    before = of(app).id
    app.menu_button(key="compare.add").click("New comparison of the Workbench's prompt").run()
    assert_no_fault(app)
    assert of(app).id != before
    assert "No answer yet." in words(app)
    assert words(open_app("compare", comparison=before)).count("Old") >= 2


# Columns of saved runs ---------------------------------------------------------------------------


def stored(app: AppTest, *drafts: Draft) -> list[Run]:
    """Send these from the Workbench, and wait."""
    found = []
    for draft in drafts:
        app.session_state["bench"].replace_draft(draft)
        app.run()
        app.button(key="workbench.run").click().run()
        wait_for_end(app)
        found.append(newest())
    return found


def opened_of(app: AppTest, chosen: list[Run]) -> AppTest:
    """What ticking these rows in the history does."""
    app.session_state["comparing.runs"] = [run.id for run in chosen]
    return show(app, "compare")


def test_runs_with_other_values_of_a_variable_keep_their_texts(
    open_app: OpenApp, sent: list[JsonObject]
) -> None:
    app = open_app()
    made = stored(
        app,
        asks("On {{bird}} and \\{{this}}", values={"bird": "the dipper"}),
        asks("On {{bird}} and \\{{this}}", OPUS, values={"bird": "the heron"}),
    )
    opened_of(app, made)
    assert [each.draft.body() for each in of(app).variants] == [run.request.body for run in made]
    for run in made:
        assert text_of(run.message).splitlines()[0] in words(app)
    assert "Edited since" not in words(app)
    assert len(sent) == 2, "opening sends nothing"
    assert app.session_state["comparing"].address == {"comparison": of(app).id}
    run_all(app)
    assert sorted(map(json.dumps, sent[2:])) == sorted(map(json.dumps, sent[:2]))


def test_runs_of_equal_prompts_typed_apart_are_linked(open_app: OpenApp) -> None:
    app = open_app()
    drafts = [Draft(model=model, turns=[Turn(text="Typed twice")]) for model in (HAIKU, OPUS)]
    opened_of(app, stored(app, *drafts))
    assert "Prompt" in of(app).linked


def test_runs_of_one_prompt_with_the_same_values_are_linked_templates(open_app: OpenApp) -> None:
    app = open_app()
    texts = {"turns": [Turn(text="On {{bird}}")], "values": {"bird": "the dipper"}}
    opened_of(app, stored(app, Draft(model=HAIKU, **texts), Draft(model=OPUS, **texts)))
    assert [each.draft.turns[0].text for each in of(app).variants] == ["On {{bird}}"] * 2
    assert "Prompt" in of(app).linked


def test_a_saved_run_becomes_a_column(open_app: OpenApp) -> None:
    app = open_app()
    [run] = stored(app, asks("Saved", max_tokens=99))
    show(app, "compare")
    app.menu_button(key="compare.add").click("Column from a saved run…").run()
    click(app, f"compare.from.{run.id}")
    assert len(of(app).variants) == 3
    assert of(app).variants[2].draft.body() == run.request.body


# Columns ---------------------------------------------------------------------------


def test_columns_are_added_up_to_six_and_taken_away_down_to_two(compare: Opened) -> None:
    app = compare(asks("Hi"), asks("Hi", OPUS))
    assert "Remove" not in app.menu_button(key=f"{head(app, 'A')}.menu").options
    for count in range(3, 7):
        choose(app, "B", "Duplicate")
        assert len(of(app).variants) == count
    assert [each.draft.model for each in of(app).variants] == [HAIKU, *[OPUS] * 5]
    assert "Duplicate" not in app.menu_button(key=f"{head(app, 'B')}.menu").options
    assert app.menu_button(key="compare.add").options == ["New comparison of the Workbench's prompt"]
    for count in range(5, 1, -1):
        choose(app, "B", "Remove")
        assert len(of(app).variants) == count
    assert "Remove" not in app.menu_button(key=f"{head(app, 'A')}.menu").options
    click(app, "compare.undo")
    assert len(of(app).variants) == 3
    assert len(kept(app).variants) == 3


def test_a_removed_column_comes_back_with_its_answer(compare: Opened) -> None:
    app = compare(asks("[sandbox:echo]One"), asks("[sandbox:echo]Two", OPUS), asks("[sandbox:echo]Three"))
    run_all(app)
    choose(app, "B", "Remove")
    assert "Two" not in words(app)
    click(app, "compare.undo")
    assert "Two" in words(app)
    assert "Edited since" not in words(app)


def test_a_column_goes_to_the_workbench_and_its_comparison_stays(compare: Opened) -> None:
    app = compare(asks("From A"), asks("From B", OPUS))
    before = of(app).to_json()
    choose(app, "B", "Open in the Workbench")
    assert (
        app.text_area(key=f"workbench.turn.{app.session_state['bench'].draft.turns[0].id}").value == "From B"
    )
    assert app.session_state["bench"].draft.model == OPUS
    app.session_state["bench"].draft.turns[0].text = "Changed there"
    app.run()
    show(app, "compare")
    assert of(app).to_json() == before


def test_a_column_in_json_mode_sends_what_is_typed(compare: Opened, sent: list[JsonObject]) -> None:
    app = compare(asks("Form"), asks("Form", OPUS))
    click(app, "workbench.raw_open")
    body = of(app).variants[0].draft.body()
    typed = {**body, "max_tokens": 55, "messages": [{"role": "user", "content": "Typed as JSON"}]}
    app.text_area(key="workbench.raw").input(json.dumps(typed)).run()
    assert_no_fault(app)
    run_all(app)
    assert {(str(each["model"]), each["max_tokens"]) for each in sent} == {(HAIKU, 55), (OPUS, 55)}
    assert {json.dumps(each["messages"]) for each in sent} == {json.dumps(typed["messages"])}


def test_code_of_a_column_is_that_columns(compare: Opened) -> None:
    app = compare(asks("Hi", max_tokens=4321), asks("Hi", OPUS, max_tokens=4321))
    choose(app, "B", "Get code")
    code = "\n".join(each.value for each in app.code)
    assert OPUS in code
    assert HAIKU not in code
    assert "4321" in code


def test_a_column_of_its_own_connection_is_sent_there(compare: Opened, sent: list[JsonObject]) -> None:
    other = Recorder()
    with serve(other) as url:
        runtime.store().connections.save(Connection("other", "Other server", url))
        app = compare(asks("Hi"), asks("Hi", OPUS))
        choose(app, "B", "Connection…")
        app.radio(key="compare.connection.B").set_value("other").run()
        click(app, "compare.connection.use")
        assert "over Other server" in words(app)
        assert kept(app).variants[1].connection_id == "other"
        run_all(app)
        assert [body["model"] for body in sent] == [HAIKU]
        assert [body["model"] for body in other.bodies] == [OPUS]
        assert [run.connection for [run] in runs(of(app))] == ["Environment", "Other server"]


def test_an_attached_image_is_sent_by_every_column_and_found_again(
    compare: Opened, open_app: OpenApp, sent: list[JsonObject]
) -> None:
    pixels = png(40, 30)
    image: JsonObject = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": pixels},
    }
    content: list[Json] = [image, {"type": "text", "text": "What is this?"}]
    body: JsonObject = {"model": HAIKU, "max_tokens": 99, "messages": [{"role": "user", "content": content}]}
    draft = Draft.of_body(body)
    app = compare(draft, replace(draft, model=OPUS))
    run_all(app)
    assert [run.state for [run] in runs(of(app))] == [RunState.COMPLETE] * 2
    assert all(pixels in json.dumps(body) for body in sent)
    again = open_app("compare", comparison=of(app).id)
    assert of(again).to_json() == of(app).to_json()
    assert "Edited since" not in words(again)


def test_broken_json_in_one_column_sends_nothing(compare: Opened, sent: list[JsonObject]) -> None:
    app = compare(asks("Form"), asks("Form", OPUS))
    click(app, "workbench.raw_open")
    app.text_area(key="workbench.raw").input('{"model": ').run()
    assert_no_fault(app)
    assert "Nothing was sent" in refused(app, "A")
    assert sent == []


def test_leaving_a_column_in_json_mode_keeps_what_its_text_said(compare: Opened) -> None:
    app = compare(asks("Form"), asks("Other", OPUS))
    click(app, "workbench.raw_open")
    typed = {**of(app).variants[0].draft.body(), "max_tokens": 55}
    app.text_area(key="workbench.raw").input(json.dumps(typed)).run()
    choose(app, "B", "Edit")
    assert app.text_area(key=turn(app)).value == "Other"
    assert of(app).variants[0].draft.max_tokens == 55


def test_the_batch_is_that_of_the_columns_as_they_are_edited(
    compare: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[list[BatchColumn], int]] = []

    def noted(columns: list[BatchColumn], samples: int) -> Plan:
        asked.append((columns, samples))
        return plan(columns, samples)

    monkeypatch.setattr(compare_panels, "plan", noted)
    app = compare(asks("Hi {{name}}"), asks("Hi {{name}}", OPUS), samples=3)
    assert not asked, "nobody has opened it"
    app.session_state["compare.take_away"] = True
    app.run()
    assert "Column B is left out. No value yet for {{name}}" in words(app)
    app.text_area(key="workbench.value.name").input("Ann").run()
    assert "6 requests, at half the price" in words(app)
    columns, samples = asked[-1]
    assert samples == 3
    assert [each.letter for each in columns] == ["A", "B"]
    assert [each.draft.body() for each in columns] == [each.draft.body() for each in of(app).variants]
    assert [each.connection.name for each in columns] == ["Environment"] * 2


def test_what_is_half_typed_keeps_its_column_out_of_the_batch(compare: Opened) -> None:
    app = compare(asks("Hi"), asks("Hi", OPUS))
    click(app, "workbench.raw_open")
    app.text_area(key="workbench.raw").input("{").run()
    app.session_state["compare.take_away"] = True
    app.run()
    assert "Column A is left out. Line 1" in words(app)
    assert "1 request, at half the price" in words(app)
