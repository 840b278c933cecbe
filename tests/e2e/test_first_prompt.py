"""The main job, from the first key press to code that sends the same request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from e2e.browsing import FAST, NARROW, Workbench, tick_row
from e2e.running import RunningApp
from playwright.sync_api import Page, expect


def test_a_first_prompt_streams_is_kept_and_becomes_code(workbench: Workbench) -> None:
    page = workbench.page
    prompt = "Which river runs through Heidelberg? [sandbox:slow tokens_per_s=60]"
    expect(workbench.main.get_by_text("Try a prompt")).to_be_visible()
    workbench.user.press_sequentially(prompt)
    page.keyboard.press("Control+Enter")

    workbench.expect_streaming()
    assert workbench.state("Complete").count() == 0, "still streaming"
    workbench.expect_state("Complete")
    expect(workbench.answer).to_contain_text("simulated")
    expect(workbench.main).to_contain_text(re.compile(r"\d+ in · \d+ out.*first text .* total .* \$0"))
    expect(workbench.user).to_have_value(prompt)
    expect(workbench.recent.filter(has_text="Heidelberg")).to_have_count(1)

    workbench.button("Get code").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("curl")
    source = dialog.get_by_test_id("stCode").inner_text()
    assert prompt in source
    assert f"{workbench.app.url}/sandbox/v1/messages" in source
    assert "sk-" not in source
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.get_by_role("tab", name="Request").click()
    sent = page.get_by_role("tabpanel", name="Request").get_by_test_id("stCode").nth(1).inner_text()
    assert json.loads(sent)["messages"] == [{"role": "user", "content": prompt}]

    workbench.go("History")
    tick_row(page, 1)
    expect(page.get_by_role("tabpanel", name="Answer")).to_contain_text("simulated")
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("tabpanel", name="Request")).to_contain_text(prompt)
    assert page.get_by_role("button", name="Stop").count() == 0


def test_run_by_mouse_right_after_typing_sends_the_text_as_typed(workbench: Workbench) -> None:
    workbench.user.press_sequentially(f"Name one tree, please, quickly {FAST}")
    workbench.run_button.click()
    workbench.expect_state("Complete")
    expect(workbench.answer).to_contain_text("quickly")
    expect(workbench.recent.filter(has_text="Name one tree, please, quickly")).to_have_count(1)
    assert workbench.alerts.count() == 0


def test_ctrl_enter_twice_in_a_row_sends_the_newest_text_each_time(workbench: Workbench) -> None:
    for word in ("alder", "birch"):
        workbench.ask(f"Tell me of the {word} tree {FAST}")
        expect(workbench.answer).to_contain_text(f"Tell me of the {word} tree")
        workbench.expect_state("Complete")
    assert "alder" not in workbench.answer.inner_text()


def test_a_fast_double_click_starts_one_run(workbench: Workbench) -> None:
    workbench.user.fill("Only once, said the heron [sandbox:slow tokens_per_s=60]")
    workbench.run_button.dblclick()
    expect(workbench.stop_button).to_be_visible()
    workbench.expect_state("Complete")
    expect(workbench.recent.filter(has_text="Only once, said the heron")).to_have_count(1)


@pytest.mark.parametrize(
    ("path", "shows"),
    [("/history", "History"), ("/keys", "Add a connection"), ("/?draft=none&run=none", "System prompt")],
)
def test_a_deep_link_opened_first_after_a_start_has_the_frame(
    path: str, shows: str, new_app: Callable[..., RunningApp], new_page: Callable[..., Page]
) -> None:
    app = new_app()
    page = new_page(app.url)
    page.goto(f"{app.url}{path}")
    expect(page.get_by_role("main").get_by_text(shows).first).to_be_visible()
    for name in ("Workbench", "History", "API keys"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Connection")).to_be_visible()
    expect(page).to_have_title(re.compile("Workbench|History|API keys"))
    assert page.get_by_text("Page not found").count() == 0


def test_a_first_prompt_on_a_narrow_screen(app: RunningApp, new_page: Callable[..., Page]) -> None:
    page = new_page(app.url, viewport=NARROW)
    workbench = Workbench(page, app).open()
    workbench.ask(f"A short word for a small screen {FAST}")
    workbench.expect_state("Complete")
    expect(workbench.answer).to_contain_text("small")
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("tabpanel", name="Request")).to_contain_text("/v1/messages")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, "nothing sticks out at the side"
