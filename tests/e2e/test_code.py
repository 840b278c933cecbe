"""Get code: copy it, download it, run it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from e2e.browsing import Workbench
from e2e.running import RunningApp
from playwright.sync_api import Locator, Page, expect

from components.domain.draft import Draft, Turn

PROMPT = 'It\'s $5 "here" \\ `now`\nand {{there}} 🦆'


@pytest.fixture
def dialog(app: RunningApp, page: Page) -> Locator:
    draft = Draft(
        model="claude-haiku-4-5",
        stream=False,
        turns=[Turn(text=PROMPT)],
        values={"there": "a {{literal}} value"},
    )
    Workbench(page, app).open(draft).button("Get code").click()
    opened = page.get_by_role("dialog")
    expect(opened.get_by_test_id("stCode")).to_be_visible()
    return opened


def shown(dialog: Locator) -> str:
    return dialog.get_by_test_id("stCode").locator("code").inner_text()


def test_code_is_copied_exactly_as_shown_in_every_language(dialog: Locator) -> None:
    page = dialog.page
    copied: list[str] = []
    for title, mark in (
        ("curl", "curl "),
        ("Python", "import anthropic"),
        ("TypeScript", "@anthropic-ai/sdk"),
    ):
        dialog.get_by_role("radio", name=title).or_(dialog.get_by_role("button", name=title)).first.click()
        expect(dialog.get_by_test_id("stCode")).to_contain_text(mark)
        page.evaluate("() => navigator.clipboard.writeText('before')")
        dialog.get_by_test_id("stCode").hover()
        dialog.get_by_role("button", name="Copy to clipboard").click()
        page.wait_for_function("async () => (await navigator.clipboard.readText()) !== 'before'")
        copied.append(page.evaluate("() => navigator.clipboard.readText()"))
        assert copied[-1].strip() == shown(dialog).strip()
    assert len(set(copied)) == 3
    assert not [source for source in copied if "sk-" in source]


def test_the_downloaded_script_runs_and_gets_an_answer(dialog: Locator, tmp_path: Path) -> None:
    with dialog.page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download").click()
    script = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(script)
    assert script.suffix == ".sh"
    assert script.read_text().strip() == shown(dialog).strip()
    ran = subprocess.run(
        ["bash", str(script)],
        env={"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "any key"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["type"] == "message"
    assert "simulated" in answer["content"][0]["text"]


def test_a_streaming_snippet_streams(dialog: Locator) -> None:
    dialog.get_by_text("Streaming").click()
    expect(dialog.get_by_test_id("stCode")).to_contain_text('"stream": true')
    ran = subprocess.run(
        ["bash", "-c", shown(dialog)],
        env={"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "any key"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr
    assert "event: message_stop" in ran.stdout
    assert dialog.page.get_by_role("alert").count() == 0
