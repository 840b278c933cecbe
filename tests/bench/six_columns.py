"""Six columns of the Compare page, each streaming 100 tokens a second: `python tests/bench/six_columns.py`.

The sandbox that answers is a process of its own, so that the server's time is the Workbench's alone.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.browsing import WIDE, launch
from e2e.comparing import Comparing
from e2e.running import RunningApp
from loopback import serve
from playwright.sync_api import Page, WebSocket, expect, sync_playwright

from components.domain.comparison import LETTERS
from components.domain.draft import Draft, Turn
from components.sandbox.server import create_app

TOKENS_PER_S = 100
WATCHED_S = 10
CLICKS = 20
BETWEEN_CLICKS_MS = 400
TOKENS = TOKENS_PER_S * 120

CLICK = """async ([button, shown]) => {
  const visible = (selector) => [...document.querySelectorAll(selector)].find((found) => found.offsetParent);
  const start = performance.now();
  visible(button).focus();
  visible(button).click();
  while (!eval(shown)) {
    if (performance.now() - start > 20000) throw new Error(`not shown: ${shown}`);
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
"""Milliseconds from a click until what the server draws in answer to it is in a frame."""

SAMPLES = ".st-key-compare-samples-popover button"
SAMPLES_FIELD = ".st-key-compare-samples input"
A_STOP = '[class*="st-key-compare-head-"][class*="-stop"] button'


def measure(clicks: int = CLICKS) -> dict[str, float]:
    """Return the server's CPU time as a share of a core and bytes to the browser per second while all columns
    stream, the median and longest time of so many clicks, and until a stopped column says so.

    Targets: cpu < 1, click_ms < 300.
    """
    received: list[int] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(len(payload)))

    with (
        tempfile.TemporaryDirectory() as folder,
        _sandbox() as base_url,
        RunningApp(Path(folder), {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_API_KEY": "bench"}) as app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
        page.on("websocket", watch)
        comparing = Comparing(page, app).open(*(_draft(column) for column in range(len(LETTERS))))
        comparing.run_all.click()
        for letter in LETTERS:
            expect(comparing.column(letter).box).to_contain_text(re.compile("Streaming….*simulated", re.S))
        page.wait_for_timeout(2000)  # The page settles.
        used_s, came = _cpu_s(app), sum(received)
        page.wait_for_timeout(WATCHED_S * 1000)
        share = (_cpu_s(app) - used_s) / WATCHED_S
        bytes_per_s = (sum(received) - came) / WATCHED_S
        clicks_ms = [_open_samples_ms(page) for _ in range(clicks)]
        stops_ms = [_stop_ms(page, letter) for letter in LETTERS[:-1]]
    return {
        "cpu": share,
        "bytes_per_s": bytes_per_s,
        "click_ms": statistics.median(clicks_ms or [0]),
        "worst_click_ms": max(clicks_ms, default=0),
        "stop_ms": statistics.median(stops_ms),
    }


def _draft(column: int) -> Draft:
    orders = f"[sandbox:slow tokens_per_s={TOKENS_PER_S}] [sandbox:tokens length={TOKENS}]"
    return Draft(
        model="claude-haiku-4-5",
        max_tokens=60_000,
        turns=[Turn(text=f"{orders} A detailed list of ideas about tides and harbours, number {column}")],
    )


def _open_samples_ms(page: Page) -> float:
    """Open the popover for samples, whose content comes from the server, and close it again."""
    waited = float(page.evaluate(CLICK, [SAMPLES, f"visible('{SAMPLES_FIELD}')"]))
    while page.locator(SAMPLES_FIELD).count():
        page.wait_for_timeout(BETWEEN_CLICKS_MS)
        page.keyboard.press("Escape")
        page.wait_for_timeout(BETWEEN_CLICKS_MS)
    return waited


def _stop_ms(page: Page, letter: str) -> float:
    """Stop the first column that is live, this one, and wait until its end is told."""
    told = f"visible('.st-key-compare-box-{letter}').innerText.includes('Stopped')"
    waited = float(page.evaluate(CLICK, [A_STOP, told]))
    page.wait_for_timeout(BETWEEN_CLICKS_MS)
    return waited


def _cpu_s(app: RunningApp) -> float:
    """Processor time the program has used so far. Linux only."""
    assert app._process is not None
    fields = Path(f"/proc/{app._process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _sandbox() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, __file__, "sandbox"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.communicate()


if __name__ == "__main__":
    if sys.argv[1:] == ["sandbox"]:
        with serve(create_app()) as url:
            print(url, flush=True)
            sys.stdin.read()
    else:
        for name, figure in measure(*map(int, sys.argv[1:])).items():
            print(f"{name}: {figure:.2f}")
