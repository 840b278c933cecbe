from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from e2e.browsing import PERMISSIONS, WIDE, WITHIN_MS, Faults, Workbench, assert_no_fault, launch
from e2e.running import RunningApp
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AppFactory = Callable[..., RunningApp]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The program, shared by the ordinary journeys: what they find depends on no other journey."""
    with RunningApp(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture
def new_app(tmp_path: Path) -> Iterator[AppFactory]:
    """Starts a program of one's own: another environment, or one to be killed."""
    started: list[RunningApp] = []

    def start(environment: Mapping[str, str] | None = None, home: Path = tmp_path / "home") -> RunningApp:
        started.append(RunningApp(home, environment))
        return started[-1].start()

    yield start
    for running in started:
        running.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Module scope, because Playwright keeps an event loop in this thread that later tests must not meet."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """The tabs of one visitor: they share the browser's cache, which makes them quick to open."""
    context = chromium.new_context(viewport=WIDE, permissions=PERMISSIONS)
    yield context
    context.close()


PageFactory = Callable[..., Page]


@pytest.fixture
def new_page(chromium: Browser, visitor: BrowserContext) -> Iterator[PageFactory]:
    """Opens pages that fail the test on uncaught errors, exception boxes and requests to other hosts.

    With options, which are those of `Browser.new_context`, the page is another visitor's.
    """
    watched: list[tuple[Page, Faults]] = []
    others: list[BrowserContext] = []

    def open_page(own: str, **options: object) -> Page:
        context = visitor
        if options:
            context = chromium.new_context(**{"viewport": WIDE, "permissions": PERMISSIONS, **options})  # type: ignore[arg-type]
            others.append(context)
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        watched.append((page, Faults(page, own)))
        return page

    yield open_page
    for page, _ in watched:
        assert_no_fault(page)
        page.close()
    for context in others:
        context.close()
    assert [fault for _, faults in watched for fault in faults.noted] == []


@pytest.fixture
def page(app: RunningApp, new_page: PageFactory) -> Page:
    return new_page(app.url)


@pytest.fixture
def workbench(app: RunningApp, page: Page) -> Workbench:
    """An empty Workbench."""
    return Workbench(page, app).open()
