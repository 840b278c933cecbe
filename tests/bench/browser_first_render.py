"""Time to the Workbench's first render, against a page of one button, in turns."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.browsing import WIDE, launch
from e2e.running import RunningApp
from playwright.sync_api import Browser, sync_playwright

ROUNDS = 9
STARTS = 5
HELLO = Path(__file__).parent / "hello_world" / "app.py"
_LAST_THINGS = {"ours": "Recent runs", "hello": "Hello, world"}
"""What stands on the screen when a page is there."""


def measure(rounds: int = ROUNDS, starts: int = STARTS) -> dict[str, float]:
    """Return median seconds of both and the `ratio`s: of a navigation, and from the start of the process.

    Each navigation is a visitor's first: no cache. Targets: ratio ≤ 1.3.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        apps = {"ours": RunningApp(Path(folder) / "a"), "hello": RunningApp(Path(folder) / "b", script=HELLO)}
        with apps["ours"], apps["hello"]:
            for name, app in apps.items():
                _navigate(browser, app.url, _LAST_THINGS[name])
            pages = [
                {name: _navigate(browser, app.url, _LAST_THINGS[name]) for name, app in apps.items()}
                for _ in range(rounds)
            ]
        from_start = [
            {name: _start(browser, app, _LAST_THINGS[name]) for name, app in apps.items()}
            for _ in range(starts)
        ]
    figures: dict[str, float] = {}
    for kind, measured in (("page", pages), ("start", from_start)):
        for name in apps:
            figures[f"{kind}_{name}_s"] = statistics.median(each[name] for each in measured)
        figures[f"{kind}_ratio"] = figures[f"{kind}_ours_s"] / figures[f"{kind}_hello_s"]
    return figures


def _navigate(browser: Browser, url: str, last_thing: str) -> float:
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.get_by_text(last_thing, exact=True).wait_for(timeout=60_000)
    taken_s = time.perf_counter() - began
    context.close()
    return taken_s


def _start(browser: Browser, app: RunningApp, last_thing: str) -> float:
    began = time.perf_counter()
    with app:
        _navigate(browser, app.url, last_thing)
        return time.perf_counter() - began


if __name__ == "__main__":
    result = measure()
    for kind, what in (("page", "from navigation"), ("start", "from the start of the process")):
        print(
            f"first render {what}: {result[f'{kind}_ours_s']:.2f} s, {result[f'{kind}_ratio']:.2f}× "
            f"a page of one button ({result[f'{kind}_hello_s']:.2f} s; target ≤ 1.3×)"
        )
