"""The Compare page: what two people who judge variants side by side do with it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.browsing import FAST, NARROW, WIDE, Workbench, settle, tick_row
from e2e.comparing import Comparing, Voting
from e2e.own_server import UNHURRIED, OwnServer
from e2e.running import RunningApp
from loopback import serve
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn
from components.sandbox.server import create_app

HAIKU, SONNET = "claude-haiku-4-5", "claude-sonnet-4-5-20250929"
"""Models that do not think, so that their text begins at once."""
SLOW = f"{UNHURRIED} [sandbox:tokens length=250]"
"""Under way until the server lets go."""
ENDLESS = "[sandbox:slow tokens_per_s=20] [sandbox:tokens length=2000]"


def asks(text: str, model: str = HAIKU, **fields: object) -> Draft:
    return Draft(model=model, turns=[Turn(text=text, id="first")], **fields)  # type: ignore[arg-type]


@pytest.fixture
def comparing(app: RunningApp, page: Page) -> Comparing:
    return Comparing(page, app)


@pytest.fixture
def varied(served_app: RunningApp, new_page: Callable[..., Page]) -> Comparing:
    """With a server whose answers differ from each other, and last."""
    return Comparing(new_page(served_app.url), served_app)


def test_two_models_are_compared_from_the_workbenchs_prompt(varied: Comparing, own_server: OwnServer) -> None:
    comparing = varied
    workbench = Workbench(comparing.page, comparing.app)
    workbench.open(asks(f"Compare us {SLOW}", system="Be calm."), "environment")
    workbench.go("Compare")
    comparing.expect_columns(2)
    expect(comparing.user).to_have_value(f"Compare us {SLOW}")
    expect(comparing.b.head).to_contain_text("Same as A.")
    comparing.b.choose_model(SONNET)
    expect(comparing.b.head).to_contain_text(f"Model: {SONNET}")
    expect(comparing.a.head).to_contain_text("The others are held against this column.")
    expect(comparing.a.model).to_have_value(HAIKU)
    comparing.run_all.click()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    expect(comparing.stop_all).to_be_visible()
    own_server.let_go()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")
    expect(comparing.main).to_contain_text("2 of 2 ended")
    expect(comparing.a.whole).to_contain_text(re.compile(rf"{HAIKU}.*250 out.*total"))
    expect(comparing.b.whole).to_contain_text(re.compile(rf"{SONNET}.*250 out.*total"))
    expect(comparing.stop_all).to_have_count(0)
    one, other = comparing.a.box.bounding_box(), comparing.b.box.bounding_box()
    assert one is not None
    assert other is not None
    assert (one["y"], one["height"]) == (other["y"], other["height"])
    assert comparing.runs_stored == 2


@pytest.mark.alone
def test_one_column_is_stopped_and_the_other_goes_on_to_its_end(
    varied: Comparing, own_server: OwnServer
) -> None:
    comparing = varied.open(asks(f"Stop me {SLOW}"), asks(f"Stop me {SLOW}", SONNET))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    clicked = time.monotonic()
    comparing.a.stop.click()
    comparing.a.expect_state("Stopped")
    assert time.monotonic() - clicked < 5
    expect(comparing.a.box).to_contain_text("Stopped. What had arrived by then is kept.")
    kept = comparing.a.text()
    own_server.let_go()
    comparing.b.expect_state("Complete")
    expect(comparing.b.box).to_contain_text("This answer is simulated: 250 tokens")
    comparing.page.reload()
    comparing.a.expect_state("Stopped")
    comparing.b.expect_state("Complete")
    assert comparing.a.text() == kept


@pytest.mark.alone
def test_stop_all_ends_every_column_at_once_and_keeps_the_texts(comparing: Comparing) -> None:
    comparing.open(asks(f"Stop all {ENDLESS}"), asks(f"Stop all {ENDLESS}", SONNET), samples=3)
    comparing.run_all.click()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    clicked = time.monotonic()
    comparing.stop_all.click()
    comparing.a.expect_state("Stopped")
    comparing.b.expect_state("Stopped")
    assert time.monotonic() - clicked < 8
    expect(comparing.stop_all).to_have_count(0)
    expect(comparing.run_all).to_be_enabled()
    comparing.a.text()


def test_a_reload_in_mid_stream_finds_both_columns_again(varied: Comparing, own_server: OwnServer) -> None:
    comparing = varied.open(asks(f"Reload me {SLOW}"), asks(f"Reload me {SLOW}", SONNET))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    address = comparing.page.url
    comparing.page.reload()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    own_server.let_go()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")
    expect(comparing.page).to_have_url(address)
    assert comparing.a.text().startswith("This answer is simulated: 250 tokens")
    assert comparing.runs_stored == 2


def test_a_page_change_in_mid_stream_does_not_touch_the_runs(
    varied: Comparing, own_server: OwnServer
) -> None:
    comparing = varied.open(asks(f"Leave me {SLOW}"), asks(f"Leave me {SLOW}", SONNET))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    go(comparing.page, "API keys")
    expect(comparing.page.get_by_text("Add a connection")).to_be_visible()
    go(comparing.page, "Compare")
    comparing.b.expect_streaming()
    own_server.let_go()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")
    assert comparing.runs_stored == 2


def go(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click(delay=80)


def test_a_killed_program_shows_the_columns_as_interrupted_with_their_texts(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page]
) -> None:
    app = new_app()
    comparing = Comparing(new_page(app.url), app)
    comparing.open(asks(f"Survive this {ENDLESS}"), asks(f"Survive this {ENDLESS}", SONNET))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    seen = [comparing.a.text(), comparing.b.text()]
    app.kill()
    app.start()
    comparing.page.reload()
    for column, text in zip((comparing.a, comparing.b), seen, strict=True):
        column.expect_state("Interrupted")
        assert column.text()[:25] == text[:25]
        expect(column.box.get_by_role("alert")).to_contain_text(
            "The program ended while this answer was arriving"
        )
    assert comparing.stop_all.count() == 0
    expect(comparing.run_all).to_be_enabled()


def test_one_columns_error_leaves_the_others_alone(comparing: Comparing) -> None:
    comparing.open(
        asks(f"Go on {FAST} [sandbox:echo]All is well"),
        asks("No [sandbox:permission]", SONNET),
        asks(f"Go on {FAST} [sandbox:echo]Here too"),
    )
    comparing.run_all.click()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Failed")
    comparing.c.expect_state("Complete")
    expect(comparing.b.box.get_by_role("alert")).to_contain_text("permission")
    expect(comparing.a.box).to_contain_text("All is well")
    expect(comparing.c.box).to_contain_text("Here too")
    expect(comparing.main).to_contain_text("1 without an answer")


def test_identical_answers_are_folded_with_their_count(comparing: Comparing) -> None:
    text = f"{FAST} [sandbox:echo]The same each time"
    comparing.open(asks(text), asks(text, SONNET), samples=5)
    expect(comparing.page.get_by_role("button", name=re.compile("Samples: 5"))).to_be_visible()
    comparing.run_all.click()
    for column in (comparing.a, comparing.b):
        expect(column.whole).to_contain_text("All 5 answers are identical")
    expect(comparing.main).to_contain_text("10 of 10 ended")
    assert comparing.runs_stored == 10


def test_the_number_of_samples_is_set_on_the_page(comparing: Comparing) -> None:
    comparing.open(asks(f"{FAST} [sandbox:echo]Me"), asks(f"{FAST} [sandbox:echo]Me", SONNET))
    comparing.page.get_by_role("button", name=re.compile("Samples: 1")).click()
    samples = comparing.page.get_by_role("spinbutton", name=re.compile("^Samples"))
    samples.fill("21")
    samples.press("Tab")
    expect(comparing.page.get_by_text("Samples: from 1 to 20. 1 is used.")).to_be_visible()
    samples.fill("3")
    samples.press("Tab")
    expect(comparing.page.get_by_role("button", name=re.compile("Samples: 3"))).to_be_visible()
    comparing.page.keyboard.press("Escape")
    settle(comparing.page)
    comparing.run_all.click()
    expect(comparing.a.whole).to_contain_text("All 3 answers are identical")
    assert comparing.runs_stored == 6


def test_a_prompt_is_linked_unlinked_and_linked_again(comparing: Comparing) -> None:
    comparing.open(asks("Common words"), asks("Common words", SONNET))
    comparing.user.fill("For both")
    comparing.user.blur()
    comparing.expect_kept_texts("For both", "For both")
    comparing.toggle_link("Prompt")
    expect(comparing.link("Prompt")).not_to_be_checked()
    comparing.edit("B")
    expect(comparing.user).to_have_value("For both")
    comparing.user.fill("For B alone")
    comparing.user.blur()
    comparing.expect_kept_texts("For both", "For B alone")
    comparing.edit("A")
    expect(comparing.user).to_have_value("For both")
    expect(comparing.b.head).to_contain_text("Turns: another text")
    comparing.edit("B")
    expect(comparing.user).to_have_value("For B alone")
    comparing.toggle_link("Prompt")
    expect(comparing.link("Prompt")).to_be_checked()
    expect(comparing.b.head).not_to_contain_text("Turns")
    expect(comparing.user).to_have_value("For B alone")
    comparing.undo.click()
    comparing.edit("A")
    expect(comparing.link("Prompt")).not_to_be_checked()
    expect(comparing.user).to_have_value("For both")
    comparing.page.reload()
    expect(comparing.user).to_have_value("For both")
    expect(comparing.b.head).to_contain_text("Turn")


def test_columns_are_added_up_to_six_taken_away_and_brought_back(comparing: Comparing) -> None:
    comparing.open(asks("Many"), asks("Many", SONNET))
    for count in range(3, 7):
        comparing.b.choose("Duplicate")
        comparing.expect_columns(count)
    expect(comparing.column("F").model).to_have_value(SONNET)
    comparing.a.title.click()
    menu = comparing.page.get_by_role("menuitem")
    expect(menu.filter(has_text="Remove")).to_be_visible()
    assert menu.filter(has_text="Duplicate").count() == 0
    comparing.page.keyboard.press("Escape")
    for count in (5, 4, 3, 2):
        comparing.a.choose("Remove")
        comparing.expect_columns(count)
    expect(comparing.a.model).to_have_value(SONNET)
    comparing.undo.click()
    comparing.expect_columns(3)
    comparing.page.reload()
    comparing.expect_columns(3)


def test_a_column_taken_away_in_mid_stream_is_stopped_and_comes_back_with_its_text(
    comparing: Comparing,
) -> None:
    comparing.open(*(asks(f"Take me away {ENDLESS}", model) for model in (HAIKU, SONNET, HAIKU)))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    comparing.b.expect_streaming()
    comparing.b.choose("Remove")
    expect(comparing.titles).to_have_count(2)
    expect(comparing.b.model).to_have_value(HAIKU)
    comparing.b.expect_streaming()
    comparing.undo.click()
    expect(comparing.titles).to_have_count(3)
    comparing.b.expect_state("Stopped")
    comparing.b.text()
    comparing.a.expect_streaming()
    comparing.stop_all.click()
    comparing.a.expect_state("Stopped")
    comparing.c.expect_state("Stopped")


def test_ctrl_enter_runs_all_with_the_newest_text(comparing: Comparing) -> None:
    comparing.open(asks("Old"), asks("Old", SONNET))
    comparing.user.fill(f"{FAST} [sandbox:echo]Typed in the last moment")
    comparing.user.press("Control+Enter")
    for column in (comparing.a, comparing.b):
        column.expect_state("Complete")
        expect(column.box).to_contain_text("Typed in the last moment")
    assert comparing.runs_stored == 2


def test_a_double_click_sends_once(varied: Comparing, own_server: OwnServer) -> None:
    comparing = varied.open(asks(f"Once {SLOW}"), asks(f"Once {SLOW}", SONNET))
    before = comparing.id
    comparing.run_all.dblclick()
    comparing.b.expect_streaming()
    own_server.let_go()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")
    assert comparing.id == before
    assert comparing.runs_stored == 2


def test_a_variable_of_column_b_alone_has_a_field_in_every_column(comparing: Comparing) -> None:
    comparing.open(
        asks(f"{FAST} [sandbox:echo]Hello"), asks(f"{FAST} [sandbox:echo]Hello {{{{bird}}}}", SONNET)
    )
    comparing.run_all.click()
    expect(comparing.main).to_contain_text("Nothing was sent: see column B.")
    expect(comparing.b.alerts.first).to_contain_text("{{bird}}")
    field = comparing.page.get_by_role("textbox", name="{{bird}}")
    field.fill("dipper")
    field.press("Control+Enter")
    comparing.b.expect_state("Complete")
    expect(comparing.b.box).to_contain_text("Hello dipper")
    comparing.a.expect_state("Complete")


def test_typing_while_answers_stream_neither_stops_them_nor_loses_a_word(
    varied: Comparing, own_server: OwnServer
) -> None:
    comparing = varied.open(asks(f"Keep on {SLOW}"), asks(f"Keep on {SLOW}", SONNET))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    if not comparing.system.is_visible():
        comparing.editor.click()
    comparing.system.press_sequentially("Typed while text arrived", delay=30)
    comparing.a.expect_streaming()
    own_server.let_go()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")
    expect(comparing.system).to_have_value("Typed while text arrived")
    expect(comparing.a.head).to_contain_text("Edited since this answer: System prompt")


def test_running_again_keeps_the_earlier_comparison_under_its_own_address(comparing: Comparing) -> None:
    comparing.open(
        asks(f"{FAST} [sandbox:echo]First words"), asks(f"{FAST} [sandbox:echo]First words", SONNET)
    )
    comparing.run_all.click()
    comparing.b.expect_state("Complete")
    comparing.a.expect_state("Complete")
    first = comparing.page.url
    if not comparing.user.is_visible():
        comparing.editor.click()
    comparing.user.fill(f"{FAST} [sandbox:echo]Second words")
    comparing.user.press("Control+Enter")
    expect(comparing.a.box).to_contain_text("Second words")
    expect(comparing.b.box).to_contain_text("Second words")
    expect(comparing.page).not_to_have_url(first)
    second = comparing.page.url
    comparing.page.goto(first)
    expect(comparing.a.box).to_contain_text("First words")
    expect(comparing.b.box).to_contain_text("First words")
    expect(comparing.main).not_to_contain_text("Edited since")
    comparing.page.goto(second)
    expect(comparing.a.box).to_contain_text("Second words")


def test_two_tabs_on_one_comparison_do_not_overwrite_each_other(
    app: RunningApp, new_page: Callable[..., Page]
) -> None:
    one = Comparing(new_page(app.url), app).open(
        asks(f"{FAST} [sandbox:echo]Shared"), asks(f"{FAST} [sandbox:echo]Shared", SONNET)
    )
    one.run_all.click()
    one.b.expect_state("Complete")
    one.a.expect_state("Complete")
    address = one.page.url
    other = Comparing(new_page(app.url), app)
    other.page.goto(address)
    other.expect_columns(2)
    expect(other.a.box).to_contain_text("Shared")
    expect(other.b.box).to_contain_text("Shared")
    other.b.choose_model("claude-haiku-5-5")
    expect(other.b.head).to_contain_text("Model: claude-haiku-5-5")
    expect(other.page).not_to_have_url(address)  # A copy of its own.
    one.page.reload()
    expect(one.b.model).to_have_value(SONNET)
    expect(one.page).to_have_url(address)
    other.page.reload()
    expect(other.b.model).to_have_value("claude-haiku-5-5")
    expect(other.b.box).to_contain_text("Shared")


def test_six_columns_on_a_narrow_window_stand_below_each_other_with_their_answers(
    app: RunningApp, new_page: Callable[..., Page]
) -> None:
    page = new_page(app.url, viewport=NARROW)
    texts = [f"{FAST} [sandbox:echo]Answer {letter}" for letter in "ABCDEF"]
    comparing = Comparing(page, app).open(*map(asks, texts))
    comparing.run_all.click()
    columns = [comparing.column(letter) for letter in "ABCDEF"]
    for column in columns:
        column.expect_state("Complete")
        expect(column.box).to_contain_text(f"Answer {column.letter}")
    settle(page)
    tops = []
    for column in columns:
        for part in (column.title, column.box):
            place = part.bounding_box()
            assert place is not None
            assert place["x"] >= 0
            assert place["x"] + place["width"] <= NARROW["width"]
            tops.append(place["y"])
    assert tops == sorted(tops), "head over answer, column after column"
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_window_that_becomes_narrow_puts_each_answer_below_its_head(
    app: RunningApp, new_page: Callable[..., Page]
) -> None:
    page = new_page(app.url, viewport=WIDE)
    comparing = Comparing(page, app).open(asks("Turn the phone"), asks("Turn the phone", SONNET))
    page.set_viewport_size(NARROW)
    expect(comparing.a.head.and_(comparing.a.whole)).to_be_visible()
    page.set_viewport_size(WIDE)
    expect(comparing.a.head.and_(comparing.a.whole)).to_have_count(0)


def test_the_code_of_a_column_and_one_answer_whole_are_shown_in_dialogs(comparing: Comparing) -> None:
    comparing.open(asks(f"{FAST} [sandbox:echo]Whole"), asks(f"{FAST} [sandbox:echo]Whole", SONNET))
    comparing.run_all.click()
    comparing.b.expect_state("Complete")
    comparing.a.expect_state("Complete")
    dialog = comparing.page.get_by_role("dialog")
    comparing.b.choose("Get code")
    expect(dialog.get_by_test_id("stCode").first).to_contain_text(SONNET)
    comparing.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    comparing.page.get_by_role("button", name="Take away").click()
    comparing.page.get_by_role("button", name="Get code of A").click()
    expect(dialog.get_by_test_id("stCode").first).to_contain_text("curl")
    expect(comparing.page.get_by_role("button", name="Get code of A")).to_have_count(0)
    comparing.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    comparing.b.choose("Request and response")
    expect(dialog).to_contain_text("Whole")
    dialog.get_by_role("tab", name="Request").click()
    expect(dialog.get_by_role("tabpanel", name="Request")).to_contain_text(SONNET)
    comparing.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert comparing.runs_stored == 2


def test_the_report_is_taken_away_and_opens_from_disk_with_the_network_off(
    comparing: Comparing, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    comparing.open(
        asks(f"{FAST} [sandbox:echo]**Bold** words of A"), asks(f"{FAST} [sandbox:echo]Words of B", SONNET)
    )
    comparing.run_all.click()
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")
    settle(comparing.page)
    comparing.page.get_by_role("button", name="Take away").click()
    files = {}
    for name in ("Report", "CSV", "JSONL"):
        with comparing.page.expect_download() as waiting:
            comparing.page.get_by_role("button", name=name, exact=True).click()
        files[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[name])
    assert len(files["JSONL"].read_text().splitlines()) == 2
    assert SONNET in files["CSV"].read_text()
    reader = new_page(comparing.app.url, offline=True, java_script_enabled=False)
    reader.goto(files["Report"].as_uri())
    report = reader.locator("body")
    for words in ("Bold words of A", "Words of B", HAIKU, SONNET, "Model: "):
        expect(report).to_contain_text(words)


def test_answers_scroll_together_on_wish(comparing: Comparing) -> None:
    long = f"{FAST} [sandbox:tokens length=1200]"
    comparing.open(asks(long), asks(long, SONNET))
    comparing.run()
    comparing.page.reload()  # While a text arrives, its box stays at the end.
    comparing.b.expect_state("Complete")
    comparing.a.expect_state("Complete")
    page, (a, b) = comparing.page, (comparing.a.box, comparing.b.box)
    top = "(box) => box.scrollTop"
    a.hover()
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => document.querySelector('.st-key-compare-box-A').scrollTop > 200")
    assert b.evaluate(top) == 0
    page.get_by_text("Scroll the answers together").click()
    settle(page)
    until = time.monotonic() + 20
    while b.evaluate(top) == 0:  # Nothing shows when the script has come.
        assert time.monotonic() < until
        a.hover()
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(100)


# The other tabs ---------------------------------------------------------------------------


def test_ten_pairs_are_voted_with_the_keyboard_and_the_names_come_afterwards(varied: Comparing) -> None:
    comparing = varied.open(
        asks("[sandbox:echo]- **swans** glide NUMBER"),
        asks("[sandbox:echo]## herons stand NUMBER", SONNET),
        samples=10,
    )
    comparing.run()
    voting = Voting(comparing)
    voting.start.click()

    def press_for_swans() -> None:
        voting.press("ArrowLeft" if "swans" in voting.left.inner_text() else "ArrowRight")

    for number in range(1, 8):
        voting.expect_pair(number, 10)
        for told in (HAIKU, SONNET, "**", "##", "Column", "tokens"):
            expect(voting.panel).not_to_contain_text(told)
        press_for_swans()
    voting.expect_pair(8, 10)
    voting.press("t")
    voting.expect_pair(9, 10)
    voting.press("b")
    voting.expect_pair(10, 10)
    voting.press("u")
    voting.expect_pair(9, 10)
    voting.press("s")
    voting.expect_pair(10, 10)
    press_for_swans()
    voting.expect_last_voted()
    expect(voting.panel).not_to_contain_text(HAIKU)
    voting.panel.get_by_role("button", name="Show the result").click()
    for told in (HAIKU, SONNET, "8 : 0", "95 % range"):
        expect(voting.panel).to_contain_text(told)
    comparing.page.reload()
    comparing.expect_columns(2)
    expect(comparing.tab("Blind vote")).to_contain_text("8 : 0")
    assert comparing.runs_stored == 20, "voting sends nothing"


def test_a_vote_goes_on_after_a_reload_at_the_pair_it_was_left_at(varied: Comparing) -> None:
    comparing = varied.open(
        asks("[sandbox:echo]swans NUMBER"), asks("[sandbox:echo]herons NUMBER", SONNET), samples=3
    )
    comparing.run()
    voting = Voting(comparing)
    voting.start.click()
    voting.expect_pair(1, 3)
    shown = voting.left.inner_text()
    voting.press("t")
    voting.expect_pair(2, 3)
    comparing.page.reload()
    comparing.expect_columns(2)
    voting = Voting(comparing)
    voting.expect_pair(2, 3)
    voting.press("u")
    voting.expect_pair(1, 3)
    assert voting.left.inner_text() == shown


def test_the_difference_of_two_answers_stands_beside_that_of_their_requests(comparing: Comparing) -> None:
    comparing.open(
        asks(f"{FAST} [sandbox:echo]The quick brown fox jumps"),
        asks(f"{FAST} [sandbox:echo]The quick red fox jumps", SONNET),
    )
    panel = comparing.tab("Differences")
    expect(panel).to_contain_text("as soon as there are two")
    comparing.tab("Answers")
    comparing.expect_columns(2)
    comparing.run()
    panel = comparing.tab("Differences")
    expect(panel).to_contain_text("1 word removed, 1 added")
    for told in ("brown", "red", HAIKU, SONNET):
        expect(panel.get_by_text(told).first).to_be_visible()


def test_the_figures_of_every_column_stand_in_one_table(comparing: Comparing) -> None:
    comparing.open(
        asks(f"{FAST} [sandbox:tokens length=40]"),
        asks(f"{FAST} [sandbox:tokens length=60]", SONNET),
        samples=3,
    )
    comparing.run()
    panel = comparing.tab("Figures")
    table = panel.get_by_role("table").first
    row = table.get_by_role("row").filter(has_text=re.compile("^Output"))
    expect(row).to_contain_text("40")
    expect(row).to_contain_text("60")
    expect(table).to_contain_text("end_turn")
    expect(panel.get_by_test_id("stVegaLiteChart").first).to_be_visible()


def test_answers_stream_on_while_another_tab_is_read(varied: Comparing, own_server: OwnServer) -> None:
    comparing = varied.open(asks(f"Read elsewhere {SLOW}"), asks(f"Read elsewhere {SLOW}", SONNET))
    comparing.run_all.click()
    comparing.a.expect_streaming()
    panel = comparing.tab("Figures")
    own_server.let_go()
    expect(panel).to_contain_text("250")
    expect(comparing.stop_all).to_have_count(0)
    expect(comparing.main).to_contain_text("2 of 2 ended")
    comparing.tab("Answers")
    comparing.a.expect_state("Complete")
    comparing.b.expect_state("Complete")


# From the history ---------------------------------------------------------------------------


def test_two_history_rows_are_opened_side_by_side(app: RunningApp, page: Page) -> None:
    for bird in ("dipper", "heron"):
        draft = asks(f"{FAST} [sandbox:echo]Two rows on the {{{{bird}}}}", values={"bird": bird})
        workbench = Workbench(page, app).open(draft)
        workbench.run_button.click()
        workbench.expect_state("Complete")
    go(page, "History")
    expect(page.get_by_text("Tick two to six runs")).to_be_visible()
    search_history(page, "Two rows on the")
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()
    tick_row(page, 2)
    expect(page.get_by_role("button", name="Untick all")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Answer")).to_contain_text("Two rows on the dipper")
    tick_row(page, 1)
    page.get_by_role("button", name="Compare these 2").click()
    comparing = Comparing(page, app)
    comparing.expect_columns(2)
    expect(comparing.a.box).to_contain_text("Two rows on the dipper")
    expect(comparing.b.box).to_contain_text("Two rows on the heron")
    expect(comparing.b.head).to_contain_text("Turns: another text")
    comparing.page.reload()
    expect(comparing.b.box).to_contain_text("Two rows on the heron")
    assert comparing.runs_stored == 2


def search_history(page: Page, text: str) -> None:
    search = page.get_by_role("textbox", name="Search")
    search.fill(text)
    search.press("Enter")


def test_a_comparison_is_found_in_the_history_and_opened(comparing: Comparing) -> None:
    text = f"{FAST} [sandbox:echo]Found in the history"
    comparing.open(asks(text), asks(text, SONNET))
    comparing.run()
    address = comparing.page.url
    comparing.add("New comparison of the Workbench's prompt")
    expect(comparing.user).not_to_have_value(text)
    go(comparing.page, "History")
    comparing.page.get_by_text("Comparisons", exact=True).click()
    expect(comparing.page.get_by_text("Choose one to open it.")).to_be_visible()
    search_history(comparing.page, "Found in the history")
    expect(comparing.page.get_by_text("1 comparison.")).to_be_visible()
    tick_row(comparing.page, 1)
    comparing.expect_columns(2)
    expect(comparing.b.box).to_contain_text("Found in the history")
    expect(comparing.page).to_have_url(address)


# Money ---------------------------------------------------------------------------


def test_no_more_is_sent_than_the_limit_in_dollars_pays_for(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page]
) -> None:
    with serve(create_app(0)) as url:
        app = new_app({"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "test-key"})
        comparing = Comparing(new_page(app.url), app)
        text = "[sandbox:tokens length=90]"
        comparing.open(asks(text, max_tokens=100), asks(text, SONNET, max_tokens=100), samples=20)
        page = comparing.page
        page.get_by_role("button", name="Samples: 20").click()
        limit = page.get_by_role("textbox", name="Stop at")
        limit.fill("nothing")
        limit.press("Tab")
        expect(page.get_by_text("A sum such as 0.50")).to_be_visible()
        limit.fill("0.01")
        limit.press("Tab")
        expect(page.get_by_role("button", name="Samples: 20 · up to $0.01")).to_be_visible()
        page.keyboard.press("Escape")
        settle(page)
        comparing.run_all.click()
        expect(comparing.main).to_contain_text("Stopped at the limit of $0.01")
        expect(comparing.stop_all).to_have_count(0)
        assert 2 < comparing.runs_stored < 40
