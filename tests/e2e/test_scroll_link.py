"""Boxes of different lengths that scroll together, in a page of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from e2e.browsing import WITHIN_MS
from e2e.running import ROOT, RunningApp
from playwright.sync_api import Page, expect

LINES = {"A": 40, "B": 60, "C": 90, "D": 150, "E": 300, "F": 2}
PAGE = f"""
import time
import streamlit as st
from components.widgets.scroll_link import scroll_link

LINES = {LINES}
linked = st.toggle("Linked", value=True)
grows = st.toggle("Grows")
st.button("Again")
places = {{}}
for column, (letter, lines) in zip(st.columns(6), LINES.items()):
    with column.container(height=300, key=f"box.{{letter}}"):
        for number in range(lines):
            st.text(f"{{letter}} {{number}}")
        places[letter] = st.container()
scroll_link(linked, "st-key-box-", list(LINES) if grows else [])
st.text("The link is on." if linked else "The link is off.")
while grows:
    for place in places.values():
        place.text("more")
    time.sleep(0.25)
"""
SHARES = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-box-"]')].map((box) =>
  [box.className.match(/st-key-box-(.)/)[1], box.scrollTop / Math.max(1, box.scrollHeight - box.clientHeight)]
))"""
LEFT_PX = """() => [...document.querySelectorAll('[class*="st-key-box-"]')].map(
  (box) => box.scrollHeight - box.clientHeight - box.scrollTop)"""
ALIKE = """(wanted) => [...document.querySelectorAll('[class*="st-key-box-"]')].every((box) => {
  const end = box.scrollHeight - box.clientHeight;
  return end === 0 || Math.abs(box.scrollTop / end - wanted) < 0.02;
})"""


@pytest.fixture(scope="module")
def boxes_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("scrolling")
    script = folder / "page.py"
    script.write_text(PAGE, encoding="utf-8")
    with RunningApp(folder, {"PYTHONPATH": str(ROOT)}, script) as running:
        yield running


@pytest.fixture
def boxes(boxes_app: RunningApp, new_page: Callable[..., Page]) -> Page:
    page = new_page(boxes_app.url)
    page.goto(boxes_app.url)
    expect(page.get_by_text("E 299")).to_be_attached()
    until = time.monotonic() + WITHIN_MS / 1000
    while shares(page)["B"] == 0:  # Nothing shows when the script has come.
        assert time.monotonic() < until
        turn_wheel(page, "A", 5)
        page.wait_for_timeout(100)
    turn_wheel(page, "A", -100_000)
    expect_all_at(page, 0)
    return page


def turn_wheel(page: Page, letter: str, by_px: int) -> None:
    page.locator(f".st-key-box-{letter}").hover()
    page.mouse.wheel(0, by_px)


def length_px(page: Page, letter: str) -> int:
    script = "(box) => box.scrollHeight - box.clientHeight"
    return int(page.locator(f".st-key-box-{letter}").evaluate(script))


def shares(page: Page) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(SHARES)
    return found


def expect_all_at(page: Page, share: float) -> None:
    page.wait_for_function(ALIKE, arg=share)


def test_each_box_goes_to_the_same_share_of_its_length_whichever_leads(boxes: Page) -> None:
    turn_wheel(boxes, "A", round(length_px(boxes, "A") * 0.5))
    expect_all_at(boxes, 0.5)
    turn_wheel(boxes, "E", -round(length_px(boxes, "E") * 0.3))
    expect_all_at(boxes, 0.2)
    turn_wheel(boxes, "C", 100_000)
    expect_all_at(boxes, 1)
    boxes.locator(".st-key-box-B").focus()
    boxes.keyboard.press("Home")
    expect_all_at(boxes, 0)


def test_a_box_without_anything_to_scroll_moves_no_other(boxes: Page) -> None:
    turn_wheel(boxes, "B", round(length_px(boxes, "B") * 0.5))
    expect_all_at(boxes, 0.5)
    turn_wheel(boxes, "F", 100)
    turn_wheel(boxes, "F", -100)
    expect_all_at(boxes, 0.5)


def test_the_link_survives_a_rerun_and_ends_when_it_is_turned_off(boxes: Page) -> None:
    boxes.get_by_role("button", name="Again").click()
    turn_wheel(boxes, "D", round(length_px(boxes, "D") * 0.4))
    expect_all_at(boxes, 0.4)
    boxes.get_by_text("Linked").click()
    expect(boxes.get_by_text("The link is off.")).to_be_visible()
    turn_wheel(boxes, "A", -100_000)
    boxes.wait_for_function("() => document.querySelector('.st-key-box-A').scrollTop === 0")
    assert shares(boxes)["D"] == pytest.approx(0.4, abs=0.02)


def test_growing_texts_stay_at_their_ends_until_one_is_scrolled_and_again_when_it_is_back(
    boxes: Page,
) -> None:
    turn_wheel(boxes, "A", 100_000)
    expect_all_at(boxes, 1)
    before = length_px(boxes, "A")
    boxes.get_by_text("Grows").click()
    grown_by = "(px) => document.querySelector('.st-key-box-A').scrollHeight > px + 300 + 400"
    boxes.wait_for_function(grown_by, arg=before)
    boxes.wait_for_function(f"() => ({LEFT_PX})().every((left) => left < 60)")

    turn_wheel(boxes, "C", -round(length_px(boxes, "C") * 0.5))
    boxes.wait_for_function(f"() => Object.values(({SHARES})()).every((share) => share < 0.7)")
    tops = (
        "[...document.querySelectorAll('[class*=\"st-key-box-\"]')].map((box) => Math.round(box.scrollTop))"
    )
    rested = f"() => window.before === (window.before = String({tops}))"
    boxes.wait_for_function(rested, polling=300)
    here = boxes.evaluate(tops)
    boxes.wait_for_function(grown_by, arg=length_px(boxes, "A"))
    assert boxes.evaluate(tops) == here, "nothing jumps while the texts grow"

    turn_wheel(boxes, "B", 100_000)
    turn_wheel(boxes, "B", 100_000)
    boxes.wait_for_function(grown_by, arg=length_px(boxes, "A"))
    boxes.wait_for_function(f"() => ({LEFT_PX})().every((left) => left < 60)")
