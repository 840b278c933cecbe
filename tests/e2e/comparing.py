"""The Compare page as a visitor finds it: by label and role."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any, Self

from e2e.browsing import WITHIN_MS, settle
from e2e.running import RunningApp
from playwright.sync_api import Locator, Page, expect

from components.domain.comparison import Comparison
from components.domain.draft import Draft
from components.services.comparisons import ComparisonKeeper
from components.store.comparisons import Comparisons
from components.store.database import open_database


def keep_comparison(home: Path, comparison: Comparison) -> str:
    """Put a comparison where the program finds it; returns its id for the address."""
    database = open_database(None, home)
    try:
        ComparisonKeeper(Comparisons(database)).save(comparison)
    finally:
        database.close()
    return comparison.id


def kept_comparison(home: Path, comparison_id: str) -> Comparison:
    """The comparison as the database has it."""
    database = open_database(None, home)
    try:
        found = ComparisonKeeper(Comparisons(database)).open(comparison_id)
    finally:
        database.close()
    assert found is not None
    return found


def runs_stored(home: Path, comparison_id: str) -> int:
    """How many runs a comparison has in the database."""
    database = open_database(None, home)
    try:
        return len(Comparisons(database).parts(comparison_id))
    finally:
        database.close()


class Column:
    """One column: its head with the controls, and the box with its answer."""

    def __init__(self, page: Page, letter: str) -> None:
        self._page = page
        self.letter = letter
        self.title = page.get_by_role("button", name=f"Column {letter}")
        # By text: an open list hides the roles of all that is not in it.
        self.head = page.get_by_test_id("stColumn").filter(
            has=page.get_by_text(f"Column {letter}", exact=True)
        )
        self.box = page.locator(f".st-key-compare-box-{letter}")
        self.whole = page.get_by_test_id("stColumn").filter(has=self.box)
        """The box, and what stands around it."""
        self.model = self.head.get_by_role("combobox", name="Model")
        self.max_tokens = self.head.get_by_role("spinbutton", name="Max tokens")
        self.run = self.head.get_by_role("button", name=f"Run {letter}", exact=True)
        self.stop = self.head.get_by_role("button", name=f"Stop {letter}", exact=True)
        self.alerts = self.head.get_by_role("alert")

    def expect_state(self, word: str) -> None:
        """`word` is what the badge above an ended answer says last."""
        expect(self.box.get_by_text(re.compile(rf"\b{word}$")).first).to_be_visible()

    def expect_streaming(self) -> None:
        """Wait until text of the answer is on the screen and more is to come."""
        expect(self.box).to_contain_text(re.compile("Streaming….*simulated", re.S))
        expect(self.stop).to_be_visible()

    def text(self) -> str:
        """The first words of the answer on the screen."""
        expect(self.box).to_contain_text("This answer is simulated")
        found = re.search(r"This answer is simulated[^\n]*", self.box.inner_text())
        assert found, self.box.inner_text()
        return found[0]

    def choose(self, entry: str) -> None:
        """Click an entry of the column's menu."""
        # While answers arrive the script goes on, and hidden elements of before stay.
        if self._page.get_by_role("button", name="Stop all").count() == 0:
            settle(self._page)
        self.title.click()
        self._page.get_by_role("menuitem", name=entry, exact=True).click()

    def choose_model(self, model: str) -> None:
        self.model.click()
        self.model.fill(model)
        self._page.get_by_role("option", name=model, exact=True).click()


class Comparing:
    """The Compare page."""

    def __init__(self, page: Page, app: RunningApp) -> None:
        self.page = page
        self.app = app
        self.main = page.get_by_role("main")
        self.run_all = page.get_by_role("button", name=re.compile("^Run all"))
        self.stop_all = page.get_by_role("button", name="Stop all", exact=True)
        self.undo = page.get_by_role("button", name="Bring it back")
        self.user = page.get_by_role("textbox", name="User", exact=True)
        self.system = page.get_by_role("textbox", name="System prompt")
        self.titles = page.get_by_role("button", name=re.compile("^Column [A-F]$"))
        self.editor = page.locator("summary", has_text="Prompt and parameters")
        self.progress = page.get_by_test_id("stProgress").first
        self.a, self.b, self.c = (self.column(letter) for letter in "ABC")

    def open(self, *drafts: Draft, **fields: Any) -> Self:
        """Open the page on a comparison of these drafts; what else is given are the comparison's fields."""
        made = Comparison.of(*drafts)
        for name, value in fields.items():
            setattr(made, name, value)
        self.page.goto(f"{self.app.url}/compare?comparison={keep_comparison(self.app.home, made)}")
        self.expect_columns(len(made.variants))
        return self

    def expect_columns(self, count: int) -> None:
        expect(self.run_all).to_be_visible()
        expect(self.titles).to_have_count(count)
        settle(self.page)

    def column(self, letter: str) -> Column:
        return Column(self.page, letter)

    @property
    def id(self) -> str:
        """The comparison in the address."""
        expect(self.page).to_have_url(re.compile(r"comparison=\w+"))
        found = re.search(r"comparison=(\w+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def expect_kept_texts(self, *texts: str) -> None:
        """Wait until the first turn of each column is this in the database."""
        until = time.monotonic() + WITHIN_MS / 1000
        while True:
            kept = [each.draft.turns[0].text for each in kept_comparison(self.app.home, self.id).variants]
            if kept == list(texts):
                return
            assert time.monotonic() < until, kept
            self.page.wait_for_timeout(50)

    @property
    def runs_stored(self) -> int:
        return runs_stored(self.app.home, self.id)

    def tab(self, name: str) -> Locator:
        """Go to one of the tabs; returns what it shows."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        panel = self.page.get_by_role("tabpanel", name=name)
        expect(panel).to_be_visible()
        return panel

    def link(self, name: str) -> Locator:
        """The checkbox for what is the same in every column."""
        return self.page.locator(".st-key-compare-links").get_by_role("checkbox", name=name, exact=True)

    def toggle_link(self, name: str) -> None:
        settle(self.page)
        self.page.locator(".st-key-compare-links").get_by_text(name, exact=True).click()

    def edit(self, letter: str) -> None:
        """Put a column whose prompt is its own into the editor."""
        settle(self.page)
        before = self.user.get_attribute("id") or ""
        choice = self.page.get_by_role("radiogroup", name="Edit column")
        choice.get_by_text(letter, exact=True).click(delay=80)
        expect(choice.get_by_role("radio", name=letter, exact=True)).to_be_checked()
        expect(self.user).not_to_have_attribute("id", before)

    def add(self, entry: str) -> None:
        settle(self.page)
        self.page.get_by_role("button", name="Add", exact=True).click()
        self.page.get_by_role("menuitem", name=entry).click()

    def run(self) -> None:
        """Run all, and wait until every column has ended."""
        expect(self.titles.first).to_be_visible()
        settle(self.page)
        self.run_all.click()
        for letter in "ABCDEF"[: self.titles.count()]:
            expect(self.column(letter).stop).to_have_count(0)
            expect(self.column(letter).box).not_to_contain_text("No answer yet.")
        expect(self.stop_all).to_have_count(0)


class Voting:
    """The blind vote of the Compare page."""

    def __init__(self, comparing: Comparing) -> None:
        self._page = comparing.page
        self.panel = comparing.tab("Blind vote")
        self.start = self.panel.get_by_role("button", name="Start voting")
        self.left = self._page.locator("[class*=st-key-compare-vote-left_box]")

    def expect_pair(self, number: int, of: int) -> None:
        """Wait until this pair is on the screen, and long enough that its keys are heard."""
        expect(self.panel).to_contain_text(f"Pair {number} of {of}")
        expect(self._page.locator(f"[data-pair$='-{number - 1}']")).to_be_attached()

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def expect_last_voted(self) -> None:
        expect(self.panel).to_contain_text("That was the last pair.")
        expect(self._page.locator("[data-pair$='-None']")).to_be_attached()
