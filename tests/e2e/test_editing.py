"""What is typed stays, and what cannot work is said before it is sent."""

from __future__ import annotations

import json
import re

from e2e.browsing import FAST, Workbench
from e2e.running import RunningApp
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn
from components.store.database import open_database
from components.store.runs import Runs

HOSTILE = "$5 \\n {{other}} \\{{x}} {} `'\"</script> $HOME \\\\ 🦆"


def test_a_draft_typed_just_before_a_reload_is_there_afterwards(workbench: Workbench) -> None:
    workbench.system.fill("You are terse.")
    workbench.user.press_sequentially("Typed, and never left the field")
    workbench.page.reload()
    expect(workbench.user).to_have_value("Typed, and never left the field")
    expect(workbench.system).to_have_value("You are terse.")
    assert workbench.recent.filter(has_text="never left the field").count() == 0, "nothing was sent"


def test_a_draft_survives_a_page_change_and_the_back_button(workbench: Workbench) -> None:
    page = workbench.page
    workbench.user.press_sequentially("Here and back again")
    workbench.go("History")
    expect(page.get_by_role("main").get_by_text("History", exact=True)).to_be_visible()
    workbench.go("API keys")
    expect(page.get_by_text("Add a connection")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("main").get_by_text("History", exact=True)).to_be_visible()
    assert page.get_by_text("Add a connection").count() == 0
    page.go_back()
    expect(workbench.user).to_have_value("Here and back again")
    expect(page.get_by_role("link", name="History")).to_be_visible()
    assert page.get_by_text("Page not found").count() == 0


def test_unfilled_variables_are_named_before_anything_is_sent(workbench: Workbench) -> None:
    page = workbench.page
    workbench.ask(f"Compare {{{{left}}}} with {{{{right}}}}, not \\{{{{this}}}} {FAST}")
    expect(workbench.alerts.first).to_contain_text("{{left}}, {{right}}")
    assert workbench.recent.filter(has_text="Compare").count() == 0, "nothing was sent"
    assert page.get_by_role("textbox", name="this").count() == 0

    page.get_by_role("textbox", name="left").fill(HOSTILE)
    page.get_by_role("textbox", name="right").fill("plain")
    page.get_by_role("textbox", name="right").press("Control+Enter")
    workbench.expect_state("Complete")
    page.get_by_role("tab", name="Request").click()
    body = page.get_by_role("tabpanel", name="Request").get_by_test_id("stCode").nth(1).inner_text()
    assert (
        json.loads(body)["messages"][0]["content"] == f"Compare {HOSTILE} with plain, not {{{{this}}}} {FAST}"
    )
    assert workbench.alerts.count() == 0


def test_a_parameter_the_model_refuses_is_mended_with_one_click(app: RunningApp, page: Page) -> None:
    draft = Draft(
        model="claude-opus-5-5",
        thinking={"type": "enabled", "budget_tokens": 2048},
        turns=[Turn(text=f"Switch the model {FAST}")],
    )
    workbench = Workbench(page, app).open(draft)
    expect(workbench.alerts).to_contain_text(re.compile("thinking", re.I))
    workbench.run_button.click()
    expect(workbench.alerts.filter(has_text="Nothing was sent")).to_be_visible()
    assert workbench.recent.filter(has_text="Switch the model").count() == 0

    workbench.page.locator("[class*=st-key-workbench-problems]").get_by_role("button").first.click()
    expect(workbench.alerts).to_have_count(0)
    expect(workbench.user).to_have_value(f"Switch the model {FAST}")
    workbench.run_button.click()
    workbench.expect_state("Complete")
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("tabpanel", name="Request")).not_to_contain_text("budget_tokens")


def test_any_model_id_can_be_typed(workbench: Workbench) -> None:
    workbench.model.click()
    workbench.model.fill("my-own-model")
    workbench.model.press("Enter")
    workbench.ask("Who are you?")
    expect(workbench.model).to_have_value("my-own-model")
    expect(workbench.main.get_by_text(re.compile("Complete$|Failed$"))).to_be_visible()
    expect(workbench.user).to_have_value("Who are you?")
    page = workbench.page
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("tabpanel", name="Request")).to_contain_text('"model": "my-own-model"')


def test_turns_are_added_moved_and_removed(workbench: Workbench) -> None:
    page = workbench.page
    workbench.user.fill(f"first {FAST}")
    workbench.button("Add assistant turn").click()
    assistant = page.get_by_role("textbox", name="Assistant")
    assistant.fill("second")
    workbench.button("Add user turn").click()
    expect(workbench.user).to_have_count(2)
    workbench.user.nth(1).fill(f"third {FAST}")
    workbench.user.nth(1).press("Control+Enter")
    workbench.expect_state("Complete")
    page.get_by_role("tab", name="Request").click()
    body = page.get_by_role("tabpanel", name="Request").get_by_test_id("stCode").nth(1).inner_text()
    assert [turn["content"] for turn in json.loads(body)["messages"]] == [
        f"first {FAST}",
        "second",
        f"third {FAST}",
    ]

    menus = workbench.main.get_by_role("button", name=re.compile("^(User|Assistant)"))
    expect(menus).to_have_count(3)
    menus.nth(2).click()
    page.get_by_role("menuitem", name="Move up").click()
    expect(menus.nth(2)).to_contain_text("Assistant")
    menus.nth(2).click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(assistant).to_have_count(0)
    expect(workbench.user).to_have_count(2)
    assert [workbench.user.nth(at).input_value() for at in (0, 1)] == [f"first {FAST}", f"third {FAST}"]


def test_an_example_and_new_replace_the_draft_and_it_can_be_brought_back(workbench: Workbench) -> None:
    workbench.user.fill("My own words")
    workbench.button("Explain to a newcomer").click()
    expect(workbench.user).to_have_value(re.compile("Explain {{topic}}"))
    workbench.button("Bring it back").click()
    expect(workbench.user).to_have_value("My own words")
    workbench.button("New").click()
    expect(workbench.user).to_have_value("")
    workbench.button("Bring it back").click()
    expect(workbench.user).to_have_value("My own words")
    assert workbench.recent.filter(has_text="My own words").count() == 0


def test_a_megabyte_pasted_into_the_user_turn_is_sent_whole(workbench: Workbench) -> None:
    page = workbench.page
    line = "A heron stands where the river bends; nothing moves but the water. 012345\n"
    text = f"Megabyte. {FAST} " + line * (1_000_000 // len(line)) + "THE VERY END"
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    workbench.user.click()
    page.keyboard.press("Control+V")
    expect(workbench.user).to_have_value(re.compile("THE VERY END$"))
    workbench.user.press("Control+Enter")
    workbench.expect_state("Complete")
    assert len(workbench.user.input_value()) == len(text)
    database = open_database(None, workbench.app.home)
    try:
        store = Runs(database)
        newest = store.page(limit=1)[0]
        saved = store.saved(newest.id)
    finally:
        database.close()
    assert saved is not None
    assert saved.run.request.body["messages"] == [{"role": "user", "content": text}]
    page.reload()
    expect(workbench.user).to_have_value(re.compile("THE VERY END$"))
    assert len(workbench.user.input_value()) == len(text)
