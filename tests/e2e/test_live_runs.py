"""A run belongs to the program, not to the page that watches it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from e2e.browsing import FAST, Workbench
from e2e.own_server import UNHURRIED, OwnServer
from e2e.running import RunningApp
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn

SLOW = f"{UNHURRIED} [sandbox:tokens length=120]"
"""Under way until the server lets go."""


def quiet(text: str, **parameters: object) -> Draft:
    """A draft for a model that does not think, so that its text begins at once."""
    return Draft(model="claude-haiku-4-5", turns=[Turn(text=text)], **parameters)  # type: ignore[arg-type]


def text_so_far(workbench: Workbench) -> str:
    """The first words of the answer on the screen."""
    expect(workbench.answer).to_contain_text("This answer is simulated")
    found = re.search(r"This answer is simulated[^\n]*", workbench.answer.inner_text())
    assert found, workbench.answer.inner_text()
    return found[0]


@pytest.mark.alone
def test_stop_keeps_the_text_and_starts_nothing(workbench: Workbench) -> None:
    workbench.ask("Count the swans [sandbox:slow tokens_per_s=20] [sandbox:tokens length=2000]")
    workbench.expect_streaming()
    clicked = time.monotonic()
    workbench.stop_button.click()
    workbench.expect_state("Stopped")
    assert time.monotonic() - clicked < 5
    expect(workbench.answer).to_contain_text("Stopped. What had arrived by then is kept.")
    kept = text_so_far(workbench)
    expect(workbench.run_button).to_be_enabled()
    workbench.page.reload()
    workbench.expect_state("Stopped")
    assert text_so_far(workbench) == kept
    expect(workbench.recent.filter(has_text="Count the swans")).to_have_count(1)
    assert workbench.button("Run again").count() == 0


@pytest.mark.alone
@pytest.mark.parametrize(
    "silence", ["[sandbox:slow-first-byte seconds=60]", "[sandbox:slow tokens_per_s=0.03]"]
)
def test_stop_ends_a_silent_stream_too(silence: str, workbench: Workbench) -> None:
    workbench.ask(f"Say nothing {silence}")
    expect(workbench.stop_button).to_be_visible()
    expect(workbench.answer).to_contain_text(re.compile("(Sending|Streaming)…"))
    clicked = time.monotonic()
    workbench.stop_button.click()
    workbench.expect_state("Stopped")
    assert time.monotonic() - clicked < 5
    assert workbench.state("Complete").count() == 0
    expect(workbench.user).to_have_value(f"Say nothing {silence}")


def test_a_reload_in_mid_stream_finds_the_run_again(
    served_app: RunningApp, own_server: OwnServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(served_app.url)
    workbench = Workbench(page, served_app).open(quiet(f"Reload me {SLOW}"), "environment")
    workbench.run_button.click()
    workbench.expect_streaming()
    page.reload()
    workbench.expect_streaming()
    own_server.let_go()
    workbench.expect_state("Complete")
    assert text_so_far(workbench).startswith("This answer is simulated: 120 tokens")
    expect(workbench.user).to_have_value(f"Reload me {SLOW}")
    expect(workbench.recent.filter(has_text="Reload me")).to_have_count(1)


def test_a_page_change_in_mid_stream_does_not_touch_the_run(
    served_app: RunningApp, own_server: OwnServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(served_app.url)
    workbench = Workbench(page, served_app).open(quiet(f"Leave me {SLOW}", system="Be calm."), "environment")
    workbench.run_button.click()
    workbench.expect_streaming()
    workbench.go("API keys")
    expect(page.get_by_text("Add a connection")).to_be_visible()
    expect(workbench.stop_button).to_have_count(0)
    workbench.go("Workbench")
    workbench.expect_streaming()
    own_server.let_go()
    workbench.expect_state("Complete")
    assert text_so_far(workbench).startswith("This answer is simulated: 120 tokens")
    expect(workbench.system).to_have_value("Be calm.")
    expect(workbench.user).to_have_value(f"Leave me {SLOW}")
    expect(page).to_have_url(re.compile("run="))


def test_typing_while_an_answer_streams_neither_stops_it_nor_loses_a_word(
    served_app: RunningApp, own_server: OwnServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(served_app.url)
    workbench = Workbench(page, served_app).open(quiet(f"Keep on {SLOW}"), "environment")
    workbench.run_button.click()
    workbench.expect_streaming()
    workbench.system.press_sequentially("Typed while text arrived", delay=30)
    workbench.expect_streaming()
    own_server.let_go()
    workbench.expect_state("Complete")
    expect(workbench.system).to_have_value("Typed while text arrived")
    assert workbench.state("Stopped").count() == 0
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("tabpanel", name="Request")).not_to_contain_text("Typed while")


def test_a_second_run_shows_nothing_of_the_first_answer(
    served_app: RunningApp, own_server: OwnServer, new_page: Callable[..., Page]
) -> None:
    page = new_page(served_app.url)
    workbench = Workbench(page, served_app).open(quiet(f"On the alder {FAST}"), "environment")
    workbench.run_button.click()
    expect(workbench.answer).to_contain_text("On the alder")
    workbench.expect_state("Complete")
    workbench.ask(f"On the birch {SLOW}")
    workbench.expect_streaming()
    expect(workbench.answer).not_to_contain_text("alder")
    expect(workbench.stop_button).to_be_visible()
    own_server.let_go()
    workbench.expect_state("Complete")
    assert "alder" not in workbench.answer.inner_text()


def test_an_overloaded_service_is_waited_for_in_sight(workbench: Workbench) -> None:
    workbench.ask(f"Patience [sandbox:overloaded times=2] {FAST}")
    expect(workbench.answer).to_contain_text("Trying again in")
    workbench.expect_state("Complete")
    expect(workbench.recent.filter(has_text="Patience")).to_have_count(1)
    assert workbench.alerts.count() == 0


@pytest.mark.alone
def test_a_rate_limit_is_waited_for_in_sight_and_stop_ends_the_wait(workbench: Workbench) -> None:
    workbench.ask("Slow down [sandbox:rate-limit retry-after=45]")
    expect(workbench.answer).to_contain_text(re.compile(r"Trying again in (4|3)\d.*s"))
    clicked = time.monotonic()
    workbench.stop_button.click()
    workbench.expect_state("Stopped")
    assert time.monotonic() - clicked < 5
    expect(workbench.run_button).to_be_enabled()


def test_an_error_in_mid_stream_keeps_the_text_and_says_what_happened(workbench: Workbench) -> None:
    workbench.ask(f"Break off {FAST} [sandbox:tokens length=400] [sandbox:stream-error after=60]")
    workbench.expect_state("Interrupted")
    expect(workbench.answer).to_contain_text("This answer is simulated")
    expect(workbench.alerts).to_contain_text(re.compile("overloaded", re.I))
    expect(workbench.button("Run again")).to_be_visible()
    assert workbench.state("Complete").count() == 0


def test_a_cut_connection_keeps_the_text(workbench: Workbench) -> None:
    workbench.ask(f"Cut the line {FAST} [sandbox:tokens length=400] [sandbox:cut after=60]")
    workbench.expect_state("Interrupted")
    expect(workbench.answer).to_contain_text("This answer is simulated")
    assert workbench.alerts.count() == 1


def test_a_killed_program_shows_the_run_as_interrupted_with_its_text(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page]
) -> None:
    app = new_app()
    page = new_page(app.url)
    workbench = Workbench(page, app).open(
        quiet("Survive this [sandbox:slow tokens_per_s=20] [sandbox:tokens length=2000]")
    )
    workbench.run_button.click()
    workbench.expect_streaming()
    seen = text_so_far(workbench)
    app.kill()
    app.start()
    page.reload()
    workbench.expect_state("Interrupted")
    assert text_so_far(workbench)[:25] == seen[:25]
    expect(workbench.alerts).to_contain_text("The program ended while this answer was arriving")
    expect(workbench.user).to_have_value(re.compile("Survive this"))
    assert workbench.stop_button.count() == 0


@pytest.mark.alone
def test_a_terminated_program_ends_at_once_and_keeps_the_text(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page]
) -> None:
    app = new_app()
    page = new_page(app.url)
    workbench = Workbench(page, app).open(
        quiet("Close the shop [sandbox:slow tokens_per_s=20] [sandbox:tokens length=2000]")
    )
    workbench.run_button.click()
    workbench.expect_streaming()
    began = time.monotonic()
    app.stop()
    assert time.monotonic() - began < 5
    app.start()
    page.reload()
    workbench.expect_state("Interrupted")
    expect(workbench.answer).to_contain_text("This answer is simulated")
    assert workbench.stop_button.count() == 0
