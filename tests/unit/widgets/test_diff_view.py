"""A difference on the screen: what is sent to the browser, and what the browser makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from bench.differences import texts
from e2e.browsing import NARROW, WIDE, launch
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest

from components.services.differences import Difference, Kind, difference
from components.widgets import diff_view as module

DRAWN_WITHIN_MS = 5_000
"""Far above what a difference takes, as others may use the machine."""

LINES = [f"Line {number} says nothing." for number in range(40)]
LONG = "\n".join(LINES)
CHANGED = LONG.replace("Line 20 says nothing", "Line 20 says little")


def _draw() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.diff_view import diff_view

    diff_view(st.session_state["difference"], key="view", **st.session_state["options"])


def sent(found: Difference, *, side_by_side: bool = False, fold: bool = True) -> dict[str, Any]:
    """What the browser gets: `content`, as JSON text, and its `digest`."""
    app = AppTest.from_function(_draw, default_timeout=20)
    app.session_state["difference"] = found
    app.session_state["options"] = {"side_by_side": side_by_side, "fold": fold}
    app.run()
    assert not app.exception
    return cast("dict[str, Any]", json.loads(app.get("bidi_component")[0].proto.json))


def test_the_browser_gets_every_piece_as_it_is() -> None:
    data = json.loads(sent(difference("a <b>old</b> 漢\n", "a <b>new</b> 漢\n"))["content"])
    assert data["rows"] == [["", 1, [["=", "a <b>"], ["−", "old"], ["+", "new"], ["=", "</b> 漢\n"]]]]
    assert (data["kind"], data["side"], data["fold"]) == ("Words", False, True)


def test_half_characters_are_written_out() -> None:
    data = json.loads(sent(difference('["\\ud800"]', '["x"]'))["content"])
    assert data["rows"][0][2][0] == ["−", '"\\ud800"']


def test_the_view_is_drawn_anew_only_for_something_else() -> None:
    one, other = difference("a", "b"), difference("a", "c")
    assert sent(one)["digest"] == sent(one)["digest"]
    assert len({sent(one)["digest"], sent(other)["digest"], sent(one, fold=False)["digest"]}) == 3


# In the browser ----------------------------------------------------------------------------------------

HOST = "<!doctype html><html><body style='margin: 0'><div id='host' style='--st-code-font: monospace'></div>"
MOUNT = """async ([html, css, script, data]) => {
  const host = document.getElementById("host");
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  if (!root.firstChild) {
    root.innerHTML = html;
    root.append(Object.assign(document.createElement("style"), { textContent: css }));
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    window.component = await import(address);
  }
  window.component.default({ data, parentElement: root });
}"""
WITHOUT = """(box, name) => {
  const copy = box.cloneNode(true);
  for (const each of copy.querySelectorAll(`.sign, .fold, ${name}`)) each.remove();
  return copy.textContent;
}"""
REDRAW = """async (data) => {
  const root = document.getElementById("host").shadowRoot;
  const box = root.querySelector(".difference");
  const start = performance.now();
  window.component.default({ data: { ...data, digest: "another" }, parentElement: root });
  for (let seen = -1; seen !== box.childElementCount;) {
    seen = box.childElementCount;
    box.getBoundingClientRect();
    await new Promise((done) => setTimeout(done, 0));
  }
  return performance.now() - start;
}"""
"""Draws all of it and lays out what is near the screen; the milliseconds that takes."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport=WIDE)  # type: ignore[arg-type]
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_content(HOST)
    yield opened
    opened.close()
    assert not faults


def shown(page: Page, found: Difference, *, side_by_side: bool = False, fold: bool = True) -> Locator:
    return shown_data(page, sent(found, side_by_side=side_by_side, fold=fold))


def shown_data(page: Page, data: dict[str, Any]) -> Locator:
    page.evaluate(MOUNT, [module._HTML, module._STYLE, module._SCRIPT, data])
    return page.locator(".difference")


in_browser = pytest.mark.e2e


@in_browser
def test_removed_and_added_words_carry_signs(page: Page) -> None:
    box = shown(page, difference("The cat sat.", "The dog sat."))
    expect(box.get_by_role("deletion")).to_have_text("−cat")
    expect(box.get_by_role("insertion")).to_have_text("+dog")
    expect(box).to_have_attribute("aria-label", "Difference of the two answers")


@in_browser
@pytest.mark.parametrize("name", ["prose, 30% edited", "prose, 1% edited", "ideographs"])
def test_what_is_drawn_are_both_texts(page: Page, name: str) -> None:
    before, after = texts()[name]
    found = difference(before, after, Kind.WORDS)
    box = shown(page, found, fold=False)
    assert box.evaluate(WITHOUT, "ins") == before
    assert box.evaluate(WITHOUT, "del") == after


@in_browser
def test_markup_stays_text(page: Page) -> None:
    box = shown(page, difference("<img src=x onerror=alert(1)> a", "<img src=x onerror=alert(1)> <b>b</b>"))
    expect(box).to_contain_text("<img src=x onerror=alert(1)>")
    assert box.locator("img, b").count() == 0


@in_browser
@pytest.mark.parametrize("side_by_side", [False, True])
def test_identical_lines_are_folded_and_open_in_the_browser(page: Page, side_by_side: bool) -> None:
    box = shown(page, difference(LONG, CHANGED), side_by_side=side_by_side)
    fold = box.get_by_role("button", name="… 19 identical lines")
    expect(box).not_to_contain_text("Line 5 ")
    expect(fold.first).to_have_attribute("aria-expanded", "false")
    fold.first.focus()
    page.keyboard.press("Enter")
    expect(box.get_by_text("Line 5 says nothing.").first).to_be_visible()
    box.get_by_role("button", name="Fold 19 identical lines").click()
    expect(box.get_by_text("Line 5 says nothing.").first).to_be_hidden()


@in_browser
def test_a_rerun_with_the_same_difference_leaves_what_was_opened(page: Page) -> None:
    found = difference(LONG, CHANGED)
    shown(page, found).get_by_role("button").first.click()
    expect(shown(page, found).get_by_text("Line 5 says nothing.")).to_be_visible()
    expect(shown(page, found, fold=False).get_by_role("button")).to_have_count(0)


@in_browser
def test_a_long_paragraph_is_folded_around_its_change(page: Page) -> None:
    paragraph = " ".join(f"word{number}" for number in range(500))
    found = difference(paragraph, paragraph.replace("word250", "other"))
    box = shown(page, found)
    assert len(box.inner_text()) < 600
    box.get_by_role("button").first.click()
    expect(box).to_contain_text("word100")
    box.get_by_role("button").last.click()
    assert box.evaluate(WITHOUT, "ins") == paragraph


@in_browser
def test_lines_carry_signs_in_the_margin_and_marks_within(page: Page) -> None:
    box = shown(page, difference("x = 1\nkept(a)\n", "y = 1\nkept(b)\nnew()\n", Kind.LINES))
    removed, added = box.locator(".removed"), box.locator(".added")
    expect(removed).to_have_text(["−x = 1\n", "−kept(a)\n"], use_inner_text=False)
    expect(added).to_have_text(["+y = 1\n", "+kept(b)\n", "+new()\n"], use_inner_text=False)
    expect(added.nth(1).get_by_role("insertion")).to_have_text("b")


@in_browser
def test_a_structure_is_drawn_by_path(page: Page) -> None:
    box = shown(
        page, difference('{"a": {"b": 1}, "c": [1, 2, 3], "d": null}', '{"a": {"b": 2}, "c": [1, 2, 3]}')
    )
    expect(box.locator(".path")).to_have_text(["a.b", "d"])
    expect(box.get_by_role("button")).to_have_text("… 3 identical values")
    expect(box.get_by_role("deletion")).to_have_text(["1", "null"])
    expect(box.get_by_role("insertion")).to_have_text(["2"])


@in_browser
def test_a_changed_line_end_can_be_seen(page: Page) -> None:
    box = shown(page, difference("a b c\nd", "a b c\n\n\nd"))
    assert box.locator("ins .end").first.evaluate("e => getComputedStyle(e, '::before').content") == '"↵"'


@in_browser
def test_two_columns_become_one_where_there_is_no_room(page: Page) -> None:
    box = shown(page, difference("The cat sat.", "The dog sat."), side_by_side=True)
    expect(box.locator(".pair")).to_have_count(1)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    expect(box.locator(".pair")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    expect(box.locator(".pair")).to_have_count(1)


@in_browser
@pytest.mark.parametrize("side_by_side", [False, True])
@pytest.mark.parametrize("name", ["prose, 30% edited", "equal lines", "JSON names", "JSON rows"])
def test_50_kb_are_drawn_at_once(page: Page, name: str, side_by_side: bool) -> None:
    data = sent(difference(*texts()[name]), side_by_side=side_by_side)
    shown_data(page, data)
    took_ms = page.evaluate(REDRAW, data)
    assert took_ms < DRAWN_WITHIN_MS
