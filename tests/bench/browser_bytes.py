"""Bytes over the websocket to the browser, per byte of an answer that streams at 300 tokens a second."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.browsing import WIDE, Workbench, launch
from e2e.running import RunningApp
from playwright.sync_api import WebSocket, expect, sync_playwright

from components.domain.answer import text_of
from components.domain.draft import Draft, Turn
from components.store.database import open_database
from components.store.runs import Runs

TOKENS = 11_600
"""About 50 KB of prose in paragraphs."""
TOKENS_PER_S = 300
ENDS_WITHIN_MS = (TOKENS / TOKENS_PER_S + 30) * 1000


def measure(tokens: int = TOKENS) -> dict[str, float]:
    """Return the answer's size, what the browser received from the click on Run to the end, and the `ratio`.

    Payloads count as they are, before compression. Target: ratio ≤ 8.
    """
    received: list[int] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(len(payload)))

    prompt = f"[sandbox:slow tokens_per_s={TOKENS_PER_S}] [sandbox:tokens length={tokens}]"
    draft = Draft(model="claude-haiku-4-5", max_tokens=60_000, turns=[Turn(text=prompt)])
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningApp(Path(folder)) as app,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
        page.on("websocket", watch)
        workbench = Workbench(page, app).open(draft)
        page.wait_for_timeout(2000)  # Whatever is still on its way is not the answer's.
        received.clear()
        workbench.run_button.click()
        expect(workbench.state("Complete")).to_be_visible(timeout=ENDS_WITHIN_MS)
        expect(workbench.button("Plain text")).to_be_visible()
        page.wait_for_timeout(2000)
        answer_bytes = _answer_bytes(Path(folder))
    return {
        "answer_bytes": answer_bytes,
        "browser_bytes": sum(received),
        "ratio": sum(received) / answer_bytes,
    }


def _answer_bytes(home: Path) -> int:
    database = open_database(None, home)
    try:
        runs = Runs(database)
        saved = runs.saved(runs.page(limit=1)[0].id)
    finally:
        database.close()
    assert saved is not None
    return len(text_of(saved.run.message).encode())


if __name__ == "__main__":
    result = measure()
    print(
        f"bytes to the browser: {result['ratio']:.1f}× the answer's {result['answer_bytes'] / 1000:.0f} KB "
        f"at {TOKENS_PER_S} tokens/s (target ≤ 8×)"
    )
