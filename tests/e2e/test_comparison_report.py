"""The report in a browser: from disk, with the network off and no script, on screen and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from e2e.browsing import NARROW, WIDE, WITHIN_MS
from e2e.running import ROOT
from playwright.sync_api import Browser, BrowserContext, Page, expect
from unit.media.images import an_image
from unit.services.compared_columns import MODELS, a_body, answered, column, columns_of_samples, failed

from components.domain.compared import Column
from components.services.comparison_report import Report, report_html

AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
SCAN = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const found = await axe.run(document, { runOnly: rules });
  return found.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.html.slice(0, 200)));
}"""
HOSTILE = (
    '</style></title></pre><script>document.title = "run"</script><img src="https://elsewhere.example/p.png" '
    'onerror="document.title = 1"> ![x](https://elsewhere.example/q.png) [x](javascript:alert(1)) '
    "<style>@import 'https://elsewhere.example/s.css'</style><meta http-equiv=refresh content=0> {{7*7}} "
    "\0 \u202e"
)
TEXT = (
    "# Why\n\nLight is **scattered**, see [there](https://elsewhere.example/a).\n\n"
    "| colour | wave length | scattered | and a column more | and another one |\n|---|--:|---|---|---|\n"
    "| blue | 450 nm | much | of no use | https://elsewhere.example/a/long/address/without/a/space |\n\n"
    f"```python\nprint('{'wide ' * 60}')\n```\n\n{'longword' * 60}\n\n{HOSTILE}\n\n"
)


def a_comparison() -> tuple[Column, ...]:
    """Six columns of samples, with everything that can be wide, and what would like to be run."""
    image = {"type": "image", "source": {"type": "base64", "data": an_image("PNG", 900, 600)}}
    columns = columns_of_samples(6, 20)
    for place, (each, model) in enumerate(zip(columns, MODELS, strict=True)):
        turn = [image, {"type": "text", "text": HOSTILE.replace("\0", "")}]
        body = a_body(turn, model, system=f"{'narrow' * 50} {place}", metadata={"user_id": "u" * 300})
        content = [
            {"type": "thinking", "thinking": HOSTILE},
            {"type": "text", "text": TEXT * (1 + place)},
            {"type": "tool_use", "id": "t", "name": HOSTILE, "input": {"city": "x" * 500}},
        ]
        runs = (answered(content, body=body), failed(HOSTILE, body=body), *each.runs)
        columns[place] = column(each.letter, *runs, differs=[HOSTILE] if place else [])
    return tuple(columns)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "comparison.html"
    made = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    path.write_bytes(report_html(Report(HOSTILE, made, a_comparison(), (HOSTILE, "A tie."))))
    return path


Opener = Callable[..., Page]


@pytest.fixture
def open_file(chromium: Browser, file: Path) -> Iterator[Opener]:
    """Opens the report with the network cut; nothing but the file itself may be asked for."""
    contexts: list[BrowserContext] = []
    files: set[str] = set()
    asked: list[str] = []
    said: list[str] = []

    def opened(path: Path = file, **options: object) -> Page:
        context = chromium.new_context(**{"viewport": WIDE, "offline": True, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        files.add(path.as_uri())
        page.goto(path.as_uri())
        expect(page.get_by_role("heading", name="What was asked")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert {url for url in asked if not url.startswith("data:image/png;")} == files
    assert said == []


def assert_fits(page: Page) -> None:
    """Nothing sticks out sideways, but for what scrolls within a box of its own."""
    size: dict[str, int] = page.evaluate(
        "() => ({ page: document.documentElement.scrollWidth, window: document.documentElement.clientWidth })"
    )
    assert size["page"] <= size["window"]
    wider: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter(e => !e.closest(".wide, svg") && e.getBoundingClientRect().right > innerWidth + 0.5)
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert wider == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_reads_without_script_and_network(
    scheme: str, size: dict[str, int], open_file: Opener
) -> None:
    page = open_file(java_script_enabled=False, viewport=size, color_scheme=scheme)
    assert_fits(page)
    expect(page.get_by_role("heading", name="F · llama")).to_be_visible()
    expect(page.get_by_role("row", name="Total time").first).to_contain_text("s –")
    expect(page.get_by_role("img", name="Cost of every sample")).to_be_visible()
    thinking = page.locator("details").first
    expect(thinking.locator("pre")).to_be_hidden()
    thinking.locator("summary").click()
    expect(thinking.locator("pre")).to_contain_text("{{7*7}}")
    assert page.locator("script, iframe, object, embed, link, form, img:not([src^='data:'])").count() == 0


def test_hostile_text_does_nothing_where_scripts_may_run(open_file: Opener) -> None:
    page = open_file()
    assert page.title().startswith("</style></title></pre><script>")
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("text", ["word and more " * 75_000, "W" * 1_000_000], ids=["words", "one word"])
def test_an_answer_of_a_million_characters_is_laid_out(text: str, open_file: Opener, tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    path.write_bytes(report_html(Report.of("Long", [column("A", answered(text))])))
    page = open_file(path, viewport=NARROW)
    assert_fits(page)
    expect(page.get_by_role("heading", name="Exact requests")).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_no_accessibility_findings(scheme: str, open_file: Opener) -> None:
    page = open_file(color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(SCAN)
    assert found == []


def test_the_report_prints_on_a4_with_nothing_cut_off(open_file: Opener, tmp_path: Path) -> None:
    page = open_file(java_script_enabled=False, color_scheme="dark")
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    printed = pypdf.PdfReader(paper)
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in printed.pages} == {
        (595, 842)
    }
    text = "".join("".join(sheet.extract_text() for sheet in printed.pages).split())
    for told in ("F·llama", "wide" * 60, "longword" * 60, "RequestofF"):
        assert told in text, told
    # On paper nothing scrolls: what is wider than the sheet would be lost.
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})
    wider: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
          .map(e => e.outerHTML.slice(0, 160))"""
    )
    assert wider == []
