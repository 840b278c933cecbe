"""Looks at every page: `.venv/bin/python tests/screenshots.py FOLDER`; `--readme` takes the README's picture.

Into the folder go all pages, empty and full, 1440 and 390 pixels wide, light and dark; and of the Workbench
the moments between: the dialog, the parameters, an answer on its way, an answer cut off, an error.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from e2e.browsing import Workbench, launch, tick_row
from e2e.running import RunningApp
from playwright.sync_api import Browser, Page, expect, sync_playwright

from components.domain.draft import Draft, Turn

SIZES = {1440: {"width": 1440, "height": 1000}, 390: {"width": 390, "height": 1500}}
SCHEMES = ("light", "dark")
README = Path(__file__).resolve().parent / "screenshots" / "workbench.png"
README_SIZE = {"width": 1440, "height": 900}

PRETTY = Draft(
    system="You explain things in plain words, with one example.",
    turns=[Turn(text="List three ways to explain {{topic}} to someone who has never heard of it.")],
    values={"topic": "binary search"},
    thinking={"type": "adaptive", "display": "summarized"},
)
EARLIER = (
    "Name the rivers of southern Germany, from west to east.",
    "Write a Python function that checks whether a text is a palindrome, with two tests.",
    "Which of these two sentences reads better, and why?",
)
MOMENTS = {
    "live": "Tell a long story [sandbox:slow tokens_per_s=40] [sandbox:tokens length=900]",
    "refused": "Something shady [sandbox:refusal category=cyber]",
    "interrupted": "Break off [sandbox:tokens length=300] [sandbox:stream-error after=80]",
    "failed": "Too much [sandbox:spend-cap]",
}


@contextmanager
def visit(browser: Browser, size: dict[str, int], scheme: str) -> Iterator[Page]:
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def settled(page: Page) -> None:
    """Wait until nothing is drawn any more, and no field has the focus."""
    page.mouse.move(0, 0)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.wait_for_timeout(600)  # Fades and coloured code come after.


def run_whole(workbench: Workbench, draft: Draft) -> None:
    workbench.open(draft)
    workbench.run_button.click()
    expect(workbench.stop_button).to_have_count(0, timeout=60_000)
    expect(workbench.page.get_by_role("tab", name="Response")).to_be_visible()
    settled(workbench.page)


def every_page(page: Page, app: RunningApp, into: Path, name: str) -> None:
    for path, shows in (("", "Recent runs"), ("history", "Search"), ("keys", "Add a connection")):
        page.goto(f"{app.url}/{path}")
        expect(page.get_by_text(shows, exact=True).first).to_be_visible()
        settled(page)
        page.screenshot(path=into / f"{path or 'workbench'}-{name}.png")


def moments(page: Page, app: RunningApp, into: Path, name: str) -> None:
    """The Workbench with a finished answer and what can be opened on it, then in its other states."""
    workbench = Workbench(page, app)
    run_whole(workbench, PRETTY)
    page.screenshot(path=into / f"workbench-answered-{name}.png")
    page.get_by_role("tab", name="Request").click()
    settled(page)
    page.screenshot(path=into / f"workbench-request-{name}.png")
    workbench.button("Get code").click()
    expect(page.get_by_role("dialog").get_by_test_id("stCode")).to_be_visible()
    settled(page)
    page.screenshot(path=into / f"workbench-code-{name}.png")
    page.keyboard.press("Escape")
    workbench.main.get_by_role("button", name="Parameters").click()
    expect(page.get_by_text("Effort").first).to_be_visible()
    settled(page)
    page.screenshot(path=into / f"workbench-parameters-{name}.png")
    workbench.open(Draft(model="claude-opus-5-5", temperature=0.3, turns=[Turn(text="On {{topic}}")]))
    settled(page)
    page.screenshot(path=into / f"workbench-findings-{name}.png")
    for moment, prompt in MOMENTS.items():
        if moment == "live":
            workbench.open(Draft(turns=[Turn(text=prompt)])).run_button.click()
            workbench.expect_streaming()
            page.wait_for_timeout(2000)
        else:
            run_whole(workbench, Draft(turns=[Turn(text=prompt)]))
        page.screenshot(path=into / f"workbench-{moment}-{name}.png")
        if moment == "live":
            workbench.stop_button.click()
            workbench.expect_state("Stopped")
    page.goto(f"{app.url}/history")
    tick_row(page, 1)
    expect(page.get_by_role("button", name="Restore into the editor")).to_be_visible()
    settled(page)
    page.screenshot(path=into / f"history-chosen-{name}.png")


def gallery(into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        RunningApp(Path(home)) as app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        looks = [(size, scheme) for size in SIZES for scheme in SCHEMES]
        for size, scheme in looks:
            with visit(browser, SIZES[size], scheme) as page:
                every_page(page, app, into, f"empty-{size}-{scheme}")
        for size, scheme in looks:
            with visit(browser, SIZES[size], scheme) as page:
                moments(page, app, into, f"{size}-{scheme}")
        for size, scheme in looks:
            with visit(browser, SIZES[size], scheme) as page:
                every_page(page, app, into, f"full-{size}-{scheme}")


def readme() -> None:
    README.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        RunningApp(Path(home)) as app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
        visit(browser, README_SIZE, "light") as page,
    ):
        workbench = Workbench(page, app)
        for text in EARLIER:
            run_whole(workbench, Draft(turns=[Turn(text=text)]))
        run_whole(workbench, PRETTY)
        page.screenshot(path=README)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--readme"]:
            readme()
        case [folder] if not folder.startswith("-"):
            gallery(Path(folder))
        case _:
            sys.exit(__doc__)
