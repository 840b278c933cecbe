"""Get code: copy it, download it, run it, have it verified."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.browsing import Workbench, settle
from e2e.running import RunningApp
from media_samples import png
from playwright.sync_api import Locator, Page, expect

from components.domain.draft import Draft, Turn
from components.snippets import TARGETS

PROMPT = 'It\'s $5 "here" \\ `now`\nand {{there}} 🦆'

Open = Callable[[Draft], Locator]


@pytest.fixture
def open_code(app: RunningApp, page: Page) -> Open:
    """Opens the dialog for a draft."""

    def opened(draft: Draft) -> Locator:
        Workbench(page, app).open(draft).button("Get code").click()
        dialog = page.get_by_role("dialog")
        expect(code(dialog)).to_be_visible()
        settle(page)
        return dialog

    return opened


@pytest.fixture
def dialog(open_code: Open) -> Locator:
    return open_code(
        Draft(
            model="claude-haiku-4-5",
            stream=False,
            turns=[Turn(text=PROMPT)],
            values={"there": "a {{literal}} value"},
        )
    )


def code(dialog: Locator) -> Locator:
    return dialog.get_by_test_id("stCode").last


def shown(dialog: Locator) -> str:
    return code(dialog).locator("code").inner_text()


def choose(dialog: Locator, title: str) -> None:
    """Choose a language, and wait until its code is there."""
    before = shown(dialog)
    language = dialog.get_by_role("combobox", name="Language")
    language.click()
    language.fill(title)
    dialog.page.get_by_role("option", name=title, exact=True).click()
    dialog.page.wait_for_function(
        "before => document.querySelector('[role=dialog] [data-testid=stCode] code').innerText !== before",
        arg=before,
    )
    settle(dialog.page)


def switch(dialog: Locator, label: str) -> None:
    dialog.get_by_text(label, exact=True).click()
    settle(dialog.page)


def download(dialog: Locator, folder: Path) -> Path:
    with dialog.page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def run(command: list[str], folder: Path, **more: str) -> str:
    """Run a program with any key; returns what it prints."""
    environment = {"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "any key", **more}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_code_is_copied_exactly_as_shown_in_every_language(dialog: Locator) -> None:
    page = dialog.page
    copied: list[str] = []
    for number, target in enumerate(TARGETS.values()):
        if number:
            choose(dialog, target.title)
        page.evaluate("() => navigator.clipboard.writeText('before')")
        code(dialog).hover()
        dialog.get_by_role("button", name="Copy to clipboard").click()
        page.wait_for_function("async () => (await navigator.clipboard.readText()) !== 'before'")
        copied.append(page.evaluate("() => navigator.clipboard.readText()"))
        assert copied[-1].strip() == shown(dialog).strip()
    assert len(set(copied)) == len(TARGETS) == 10
    assert not [source for source in copied if "sk-" in source]


def test_the_downloaded_script_runs_and_gets_an_answer(dialog: Locator, tmp_path: Path) -> None:
    script = download(dialog, tmp_path)
    assert script.suffix == ".sh"
    assert script.read_text().strip() == shown(dialog).strip()
    answer = json.loads(run(["bash", str(script)], tmp_path))
    assert answer["type"] == "message"
    assert "simulated" in answer["content"][0]["text"]


def test_a_streaming_snippet_streams(dialog: Locator, tmp_path: Path) -> None:
    switch(dialog, "Streaming")
    expect(code(dialog)).to_contain_text('"stream": true')
    assert "event: message_stop" in run(["bash", "-c", shown(dialog)], tmp_path)
    assert dialog.page.get_by_role("alert").count() == 0


def test_variables_become_arguments_whose_values_may_be_others(open_code: Open, tmp_path: Path) -> None:
    dialog = open_code(
        Draft(
            model="claude-haiku-4-5",
            stream=False,
            turns=[Turn(text="[sandbox:echo]It is {{first name}}.")],
            values={"first name": "O'Neill $HOME"},
        )
    )
    switch(dialog, "Variables as arguments")
    expect(code(dialog)).to_contain_text("FIRST_NAME")
    script = str(download(dialog, tmp_path))
    assert "It is O'Neill $HOME." in run(["bash", script], tmp_path)
    assert "It is `id` \\\\ 东." in run(["bash", script], tmp_path, FIRST_NAME="`id` \\ 东")
    choose(dialog, "Python SDK")
    expect(code(dialog)).to_contain_text("first_name")


def test_attachments_as_files_come_in_a_zip_that_runs(open_code: Open, tmp_path: Path) -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": png(40, 30)}}
    content = [image, {"type": "text", "text": "What is this?"}]
    body = {"model": "claude-haiku-4-5", "max_tokens": 99, "messages": [{"role": "user", "content": content}]}
    dialog = open_code(Draft.of_body(body))  # type: ignore[arg-type]
    switch(dialog, "Attachments as files")
    expect(code(dialog)).not_to_contain_text(png(40, 30))
    packed = download(dialog, tmp_path)
    assert packed.suffix == ".zip"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "request"
    assert sorted(each.name for each in folder.iterdir()) == ["image.png", "request.sh"]
    assert json.loads(run(["sh", "request.sh"], folder))["type"] == "message"


def test_verify_runs_the_code_and_says_what_was_compared(dialog: Locator) -> None:
    found = dialog.locator("[class*=st-key-code-verified]")
    verify = dialog.get_by_role("button", name="Verify")
    for title, versions in (("curl", r"curl \d"), ("Python SDK", r"Python 3\.\d+.*anthropic 2\.")):
        if title != "curl":
            choose(dialog, title)
            expect(found.get_by_test_id("stAlert")).to_have_count(0)
        verify.click()
        expect(found).to_contain_text("This code sends the same request as the Workbench.")
        expect(found).to_contain_text(re.compile(versions))
        expect(found).to_contain_text("Method and path: POST /v1/messages.")
        expect(found).to_contain_text("anthropic-version 2023-06-01")
    switch(dialog, "Streaming")
    expect(found.get_by_test_id("stAlert")).to_have_count(0)


def test_cancelled_or_left_in_the_middle_verify_leaves_nothing(dialog: Locator) -> None:
    page = dialog.page
    found = dialog.locator("[class*=st-key-code-verified]")
    verify = dialog.get_by_role("button", name="Verify")
    cancel = dialog.get_by_role("button", name="Cancel")
    choose(dialog, "Python SDK")
    verify.dblclick()
    cancel.click()
    expect(cancel).to_have_count(0)
    expect(found.get_by_test_id("stAlert")).to_have_count(0)

    verify.click()
    expect(cancel).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    settle(page)
    page.get_by_role("button", name="Get code", exact=True).click()
    expect(code(dialog)).to_contain_text("import anthropic")
    expect(found.get_by_test_id("stAlert").or_(cancel)).to_have_count(0)

    verify.click()
    expect(cancel).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Get code", exact=True)).to_be_visible()
    expect(dialog).to_have_count(0)


def test_a_long_prompt_becomes_code_that_can_be_used(open_code: Open) -> None:
    dialog = open_code(
        Draft(stream=False, turns=[Turn(text="A line with “words”, and more of them.\n" * 5_000)])
    )
    expect(dialog).to_contain_text("without colours")
    choose(dialog, "Go")
    switch(dialog, "Streaming")
    expect(dialog.get_by_role("button", name="Download")).to_be_visible()
