"""A browser page that watches itself, and the Workbench as a visitor finds it: by label and role."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import browser
from e2e.running import RunningApp
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, expect
from playwright.sync_api import Request as WebRequest

from components.domain.draft import Draft
from components.services.drafts import DraftKeeper
from components.store.database import open_database
from components.store.drafts import Drafts

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1440, "height": 1000}
NARROW = {"width": 390, "height": 844}
FAST = "[sandbox:slow tokens_per_s=3000]"
"""In a prompt whose answer's pace does not matter."""
PERMISSIONS = ["clipboard-read", "clipboard-write"]
WITHIN_MS = 30_000
"""How long a journey waits for what it expects; on a busy machine a page takes seconds."""


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium of this machine. Raises `RuntimeError` when there is none."""
    path = browser.find()
    if path is None:
        raise RuntimeError("No Chromium was found; tests/run.sh installs one.")
    expect.set_options(timeout=WITHIN_MS)
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


SETTLED = """(call) => {
  const drawn = document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-stale="true"]');
  if (window.settling?.call !== call) window.settling = { call };
  window.settling.since = drawn ? window.settling.since ?? performance.now() : undefined;
  return drawn && performance.now() - window.settling.since >= 150;
}"""
"""Drawn, and for a moment: what was clicked just before has to reach the server and come back."""


class Faults:
    """What no page of the program may do, noted while a page is used."""

    def __init__(self, page: Page, own: str) -> None:
        self._own = urlsplit(own).netloc
        self.noted: list[str] = []
        page.on("pageerror", lambda error: self.noted.append(f"uncaught error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Bad delta path" in message.text:
            self.noted.append(f"console: {message.text}")

    def _request(self, request: WebRequest) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self._own:
            self.noted.append(f"request to another host: {request.url}")


def assert_no_fault(page: Page) -> None:
    """No page may end in Streamlit's box for uncaught exceptions, or in the program's own."""
    boxes = page.get_by_test_id("stException").or_(page.get_by_text("A fault in the Workbench"))
    assert boxes.count() == 0, boxes.all_inner_texts()


def keep_draft(home: Path, draft: Draft, connection_id: str = "sandbox") -> str:
    """Put a draft where the program finds it; returns its id for the address."""
    draft_id = uuid.uuid4().hex
    database = open_database(None, home)
    try:
        DraftKeeper(Drafts(database)).save(draft_id, draft, connection_id)
    finally:
        database.close()
    return draft_id


def settle(page: Page) -> None:
    """Wait until the page is drawn to its end: before, elements of the last time stand among the new ones,
    and a click may be lost or meet another element than the one looked for. Not for the Compare page while
    answers arrive, whose script does not end.
    """
    page.wait_for_function(SETTLED, arg=uuid.uuid4().hex)


def press(button: Locator) -> None:
    """Click when the page is settled."""
    settle(button.page)
    button.click()


TICK_PX = 18
CELL_PX = 100


def click_row(page: Page, number: int, from_left_px: int = CELL_PX) -> None:
    """Click a row of the history table, counted from 1. It is drawn on a canvas: the mouse has to find it."""
    settle(page)
    grid = page.get_by_test_id("stDataFrame")
    expect(grid.locator("canvas").first).to_be_visible()
    grid.click(position={"x": from_left_px, "y": 19 + 35 * number})


def tick_row(page: Page, number: int) -> None:
    """Tick a row of the history table, counted from 1, or take its tick away."""
    click_row(page, number, TICK_PX)


class Workbench:
    """The Workbench page as a visitor sees it."""

    def __init__(self, page: Page, app: RunningApp) -> None:
        self.page = page
        self.app = app
        self.main = page.get_by_role("main")
        self.system = page.get_by_role("textbox", name="System prompt")
        self.user = page.get_by_role("textbox", name="User", exact=True)
        self.model = page.get_by_role("combobox", name="Model")
        self.max_tokens = page.get_by_role("spinbutton", name="Max tokens")
        self.run_button = page.get_by_role("button", name=re.compile(r"^Run(?! again)"))
        self.stop_button = page.get_by_role("button", name="Stop", exact=True)
        # The first of two, when the pane is redrawn: Streamlit keeps the old elements until the script ends.
        self.answer = page.get_by_role("tabpanel", name="Answer").first
        self.alerts = self.main.get_by_role("alert")
        self.recent = page.locator("[class*=st-key-recent]").get_by_role("button")

    def open(self, draft: Draft | None = None, connection_id: str = "sandbox") -> Self:
        """Open the page with this draft, an empty one without."""
        draft_id = keep_draft(self.app.home, draft or Draft(), connection_id)
        self.page.goto(f"{self.app.url}/?draft={draft_id}")
        expect(self.run_button).to_be_visible()
        expect(self.page.get_by_text("Recent runs").first).to_be_visible()
        return self

    def ask(self, text: str) -> None:
        """Type into the first user turn and press Ctrl+Enter."""
        self.user.fill(text)
        self.user.press("Control+Enter")

    def state(self, word: str) -> Locator:
        return self.page.locator("[class*=st-key-answer-head]").get_by_text(re.compile(rf"\b{word}$")).first

    def expect_state(self, word: str) -> None:
        expect(self.state(word)).to_be_visible()

    def expect_streaming(self) -> None:
        """Wait until text of the answer is on the screen and more is to come."""
        expect(self.stop_button).to_be_visible()
        expect(self.answer).to_contain_text(re.compile("Streaming….*simulated", re.S))

    def choose_model(self, model: str) -> None:
        self.model.click()
        self.model.fill(model)
        self.page.get_by_role("option", name=model, exact=True).click()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.main.get_by_role("button", name=name, exact=True)

    def go(self, page_title: str) -> None:
        """Click on a link of the navigation as a hand does: with none of its time between press and release,
        Streamlit loses the click while text just typed is on its way.
        """
        self.page.get_by_role("link", name=page_title, exact=True).click(delay=80)
