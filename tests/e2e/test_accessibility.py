"""An axe scan of every page; what is allowed is Streamlit's own, named one by one."""

from __future__ import annotations

from typing import Literal

from e2e.browsing import FAST, Workbench, settle
from e2e.comparing import Comparing, Voting
from e2e.running import ROOT, RunningApp
from playwright.sync_api import Page, expect

from components.domain.draft import Draft, Turn

AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"

STREAMLITS_OWN = (
    ("list", 'data-testid="stSidebarNavItems"'),
    ("listitem", "<li class="),
    ("color-contrast", "<kbd aria-label="),
    ("color-contrast", '<span class="token token keyword">'),
)
"""Rule and part of the element: what neither a page nor the theme reaches. The grouped navigation puts blocks
between list and items; the key hint of a button and the keywords of coloured code have fixed colours."""

SCAN = """async () => {
  const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
  return found.violations.flatMap(rule => rule.nodes.map(node => ({
    rule: rule.id, impact: rule.impact, html: node.html.slice(0, 300), why: node.failureSummary,
  })));
}"""


IN_COLOUR = """(scheme) => {
  const [red] = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\\d+/);
  const fading = document.getAnimations().some(
    (each) => each instanceof CSSTransition && each.playState === "running");
  return (red < 128) === (scheme === "dark") && !fading;
}"""


def scan(page: Page) -> list[str]:
    """What axe finds on the page as it is now, in light and in dark colours."""
    settle(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [*scan_in(page, "light"), *scan_in(page, "dark")]


def scan_in(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(IN_COLOUR, arg=scheme)
    settle(page)
    found: list[dict[str, str]] = page.evaluate(SCAN)
    return [
        f"{scheme}: {finding['rule']} ({finding['impact']}): {finding['html']} {finding['why']}"
        for finding in found
        if not any(finding["rule"] == rule and part in finding["html"] for rule, part in STREAMLITS_OWN)
    ]


def test_pages_have_no_accessibility_findings_of_their_own(app: RunningApp, page: Page) -> None:
    workbench = Workbench(page, app).open(
        Draft(
            turns=[
                Turn(
                    text=f"Write `code` for {{{{it}}}} {FAST} [sandbox:echo]Text\n\n```python\nprint(1)\n```"
                )
            ]
        )
    )
    findings = {"empty workbench": scan(page)}
    for section, shows in (("Examples", "Ideal output"), ("Output schema", "follows a JSON schema")):
        workbench.button(section).click()
        expect(page.get_by_text(shows).first).to_be_visible()
        findings[section] = scan(page)
        workbench.button(section).click()
        expect(page.get_by_text(shows)).to_have_count(0)
    workbench.button("Edit as JSON").click()
    expect(page.get_by_label("Request body (JSON)")).to_be_visible()
    findings["JSON mode"] = scan(page)
    workbench.button("Back to the form").click()
    expect(workbench.user).to_be_visible()
    page.get_by_role("textbox", name="it").fill("me")
    workbench.run_button.click()
    workbench.expect_state("Complete")
    findings["workbench with an answer"] = scan(page)
    workbench.button("Get code").click()
    expect(page.get_by_role("dialog").get_by_test_id("stCode")).to_be_visible()
    findings["Get code"] = scan(page)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("This code sends the same request")).to_be_visible()
    findings["Verify"] = scan(page)
    page.keyboard.press("Escape")
    workbench.go("History")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    findings["History"] = scan(page)
    workbench.go("API keys")
    expect(page.get_by_text("Add a connection")).to_be_visible()
    findings["API keys"] = scan(page)
    assert {where: found for where, found in findings.items() if found} == {}


def test_the_compare_page_has_no_accessibility_findings_of_its_own(app: RunningApp, page: Page) -> None:
    comparing = Comparing(page, app)
    said = "{{name}} [sandbox:echo]Text\n\n```python\nprint(1)\n```\n\nand more"
    drafts = [
        Draft(model=model, turns=[Turn(text=f"{FAST} {text}")], values={"name": "me"})
        for model, text in (
            ("claude-haiku-4-5", said),
            ("claude-haiku-5-5", said.replace("more", "less")),
            ("claude-haiku-5-5", "[sandbox:permission]"),
        )
    ]
    comparing.open(*drafts, samples=2)
    findings = {"with the editor": scan(page)}
    page.get_by_role("button", name="Samples: 2").click()
    expect(page.get_by_role("spinbutton", name="At once")).to_be_visible()
    findings["Samples"] = scan(page)
    page.keyboard.press("Escape")
    comparing.run()
    findings["Answers"] = scan(page)
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_role("button", name="JSONL")).to_be_visible()
    findings["Take away"] = scan(page)
    page.keyboard.press("Escape")
    expect(comparing.tab("Differences")).to_contain_text("1 word removed, 1 added")
    findings["Differences"] = scan(page)
    page.get_by_text("Side by side", exact=True).click()
    findings["Differences side by side"] = scan(page)
    expect(comparing.tab("Figures").get_by_test_id("stVegaLiteChart").first).to_be_visible()
    findings["Figures"] = scan(page)
    voting = Voting(comparing)
    expect(voting.start).to_be_visible()
    findings["before the vote"] = scan(page)
    voting.start.click()
    voting.expect_pair(1, 1)
    findings["Blind vote"] = scan(page)
    voting.press("ArrowLeft")
    voting.expect_last_voted()
    voting.panel.get_by_role("button", name="Show the result").click()
    expect(voting.panel).to_contain_text("95 % range")
    findings["result of the vote"] = scan(page)
    assert {where: found for where, found in findings.items() if found} == {}


def test_each_page_has_a_title_of_its_own(app: RunningApp, page: Page) -> None:
    titles = set()
    for path, shows in (
        ("", "System prompt"),
        ("compare", "System prompt"),
        ("history", "Search"),
        ("keys", "Base URL"),
    ):
        page.goto(f"{app.url}/{path}")
        expect(page.get_by_label(shows).first).to_be_visible()
        titles.add(page.title())
    assert len(titles) == 4, titles
