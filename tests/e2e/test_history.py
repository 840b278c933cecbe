"""The History page: every run, restored and exported."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

from e2e.browsing import FAST, Workbench, click_row, settle, tick_row
from e2e.comparing import Comparing
from e2e.running import RunningApp
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn

PROMPT = f'Describe {{{{what}}}}, "quoted" {FAST}'


def test_runs_are_listed_restored_and_exported(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page], tmp_path: Path
) -> None:
    app = new_app()
    page = new_page(app.url, timezone_id="Europe/Berlin")
    page.goto(f"{app.url}/history")
    expect(page.get_by_text("No runs yet")).to_be_visible()

    workbench = Workbench(page, app).open(
        Draft(
            system="Answer {{how}}.",
            turns=[Turn(text=PROMPT)],
            values={"how": "kindly", "what": "a kingfisher"},
            model="claude-haiku-4-5",
        )
    )
    workbench.run_button.click()
    workbench.expect_state("Complete")
    workbench.button("New").click()
    expect(workbench.user).to_have_value("")
    workbench.ask(f"=SUM(1,1) another prompt {FAST}")
    workbench.expect_state("Complete")

    workbench.go("History")
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()

    def downloaded(name: str) -> str:
        settle(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target.read_text(encoding="utf-8-sig")

    table = list(csv.DictReader(downloaded("CSV").splitlines()))
    assert len(table) == 2
    assert any("kingfisher" in value for value in table[1].values())
    assert not any(value.startswith("=") for row in table for value in row.values()), "no live formulas"
    records = [json.loads(line) for line in downloaded("JSONL").splitlines()]
    assert len(records) == 2
    assert "kingfisher" in json.dumps(records[1])
    said = "".join(block["text"] for block in records[1]["message"]["content"] if block["type"] == "text")
    last_words = " ".join(said.replace("*", "").split()[-4:])

    page.get_by_role("textbox", name="Search").fill("KINGFISHER")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_text("1 run", exact=True)).to_be_visible()
    assert len(list(csv.DictReader(downloaded("CSV").splitlines()))) == 1

    tick_row(page, 1)
    expect(page.get_by_role("tabpanel", name="Answer")).to_contain_text("simulated")
    page.get_by_role("button", name="Restore into the editor").click()
    expect(workbench.user).to_have_value(PROMPT)
    expect(workbench.system).to_have_value("Answer {{how}}.")
    expect(page.get_by_role("textbox", name="what")).to_have_value("a kingfisher")
    expect(page.get_by_role("textbox", name="how")).to_have_value("kindly")
    expect(workbench.model).to_have_value("claude-haiku-4-5")
    expect(workbench.button("Add answer to turns")).to_be_enabled()
    expect(workbench.answer).to_contain_text(last_words)
    assert workbench.stop_button.count() == 0, "restoring sends nothing"
    expect(workbench.recent).to_have_count(2)


def test_filters_without_a_match_say_so_and_stay(workbench: Workbench) -> None:
    page = workbench.page
    workbench.ask(f"At least one run {FAST}")
    workbench.expect_state("Complete")
    workbench.go("History")
    search = page.get_by_role("textbox", name="Search")
    search.fill("no such words")
    search.press("Enter")
    expect(page.get_by_text("No run matches")).to_be_visible()
    workbench.go("API keys")
    expect(page.get_by_text("Add a connection")).to_be_visible()
    workbench.go("History")
    expect(page.get_by_text("No run matches")).to_be_visible()
    expect(search).to_have_value("no such words")
    assert page.get_by_test_id("stDataFrame").count() == 0


def test_a_recent_run_is_restored_with_one_click(app: RunningApp, page: Page) -> None:
    draft = Draft(turns=[Turn(text=f"Recall {{{{bird}}}} now {FAST}")], values={"bird": "the dipper"})
    workbench = Workbench(page, app).open(draft)
    workbench.run_button.click()
    workbench.expect_state("Complete")
    workbench.button("New").click()
    expect(workbench.user).to_have_value("")
    workbench.recent.filter(has_text="Recall the dipper now").click()
    expect(workbench.user).to_have_value(f"Recall {{{{bird}}}} now {FAST}")
    expect(page.get_by_role("textbox", name="bird")).to_have_value("the dipper")
    expect(workbench.answer).to_contain_text("dipper")
    expect(workbench.recent.filter(has_text="Recall the dipper now")).to_have_count(1)


def test_ticked_runs_open_side_by_side_and_the_comparison_is_found_again(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page]
) -> None:
    app = new_app()
    page = new_page(app.url)
    workbench = Workbench(page, app).open()
    for bird in ("heron", "kingfisher", "dipper"):
        workbench.ask(f"Describe the {bird} {FAST}")
        expect(workbench.recent.filter(has_text=bird)).to_have_count(1)
        expect(workbench.answer).to_contain_text(bird)
        workbench.expect_state("Complete")
        expect(workbench.run_button).to_be_enabled()
        settle(page)

    workbench.go("History")
    expect(page.get_by_text("3 runs")).to_be_visible()
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    tick_row(page, 3)
    heading = page.get_by_role("heading", name="Run of")
    expect(heading).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Answer")).to_contain_text("heron")
    expect(compare).to_be_disabled()
    tick_row(page, 1)
    expect(page.get_by_role("button", name="Compare these 2")).to_be_enabled()
    expect(page.get_by_role("tabpanel", name="Answer")).to_contain_text("heron")
    click_row(page, 2)
    expect(page.get_by_role("tabpanel", name="Answer")).to_contain_text("kingfisher")
    page.get_by_role("button", name="Compare these 2").click()

    comparing = Comparing(page, app)
    comparing.expect_columns(2)
    expect(comparing.a.box).to_contain_text("heron")
    expect(comparing.b.box).to_contain_text("dipper")
    opened = comparing.id
    assert comparing.runs_stored == 2

    workbench.go("History")
    expect(page.get_by_role("button", name="Compare")).to_be_disabled()
    page.get_by_text("Comparisons", exact=True).click()
    expect(page.get_by_text("1 comparison.")).to_be_visible()
    page.get_by_role("textbox", name="Search").fill("HERON")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_text("1 comparison.")).to_be_visible()
    page.reload()
    page.get_by_text("Comparisons", exact=True).click()
    click_row(page, 1)
    comparing.expect_columns(2)
    expect(comparing.a.box).to_contain_text("heron")
    expect(page).to_have_url(re.compile(opened))  # Opening makes no second comparison.
