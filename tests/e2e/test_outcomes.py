"""Answers that end otherwise than by themselves: what is said, and the one click that goes on."""

from __future__ import annotations

import re

from e2e.browsing import FAST, Workbench
from e2e.running import RunningApp
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn


def test_a_cut_off_answer_runs_again_with_more_tokens(app: RunningApp, page: Page) -> None:
    draft = Draft(
        model="claude-haiku-4-5",
        max_tokens=60,
        turns=[Turn(text=f"Long tale {FAST} [sandbox:tokens length=120]")],
    )
    workbench = Workbench(page, app).open(draft)
    workbench.run_button.click()
    expect(workbench.main).to_contain_text("max tokens was reached")
    workbench.button("Run again with 1,024 tokens").click()
    expect(workbench.max_tokens).to_have_value("1024")
    expect(workbench.recent.filter(has_text="Long tale")).to_have_count(2)
    workbench.expect_state("Complete")
    expect(workbench.main).to_contain_text("120 out")
    expect(workbench.main).not_to_contain_text("max tokens was reached")


def test_a_refusal_says_what_to_do_and_offers_no_way_to_send_it_again(workbench: Workbench) -> None:
    workbench.ask(f"Something shady {FAST} [sandbox:refusal category=cyber after=10]")
    expect(workbench.answer).to_contain_text("Refused for safety (misuse of computers)")
    workbench.expect_state("Complete, refused")
    assert workbench.button("Run again").count() == 0
    assert workbench.button("Continue").count() == 0


def test_a_paused_turn_goes_on_with_one_click(workbench: Workbench) -> None:
    workbench.ask(f"Search the web for herons {FAST} [sandbox:pause]")
    expect(workbench.answer).to_contain_text("Paused in the middle")
    workbench.button("Continue").click()
    expect(workbench.answer).not_to_contain_text("Paused in the middle")
    workbench.expect_state("Complete")
    expect(workbench.user).to_have_value(f"Search the web for herons {FAST} [sandbox:pause]")
    expect(workbench.main).to_contain_text(re.compile("sent back as it came"))
    assert workbench.alerts.count() == 0


def test_the_answer_becomes_turns_of_the_draft(workbench: Workbench) -> None:
    workbench.ask(f"{FAST} [sandbox:echo]Say it with {{{{braces}}}} \\ and a `tick`")
    expect(workbench.page.get_by_role("textbox", name="braces")).to_be_visible()
    workbench.page.get_by_role("textbox", name="braces").fill("{{name}}")
    workbench.run_button.click()
    workbench.expect_state("Complete")
    workbench.button("Add answer to turns").click()
    assistant = workbench.page.get_by_role("textbox", name="Assistant")
    expect(assistant).to_have_value("Say it with \\{{name}} \\ and a `tick`")
    expect(workbench.user).to_have_count(2)
    assert workbench.page.get_by_role("textbox", name="name", exact=True).count() == 0
