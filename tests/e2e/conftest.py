from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from e2e.browsing import WIDE, Faults, Workbench, assert_no_exception_box, launch
from e2e.running import RunningApp
from playwright.sync_api import Browser, Page, sync_playwright

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


PageFactory = Callable[..., Page]


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[PageFactory]:
    """Opens pages that fail the test on uncaught errors, exception boxes and requests to other hosts."""
    watched: list[tuple[Page, Faults]] = []

    def open_page(own: str, **options: object) -> Page:
        context = chromium.new_context(
            **{"viewport": WIDE, "permissions": ["clipboard-read", "clipboard-write"], **options}  # type: ignore[arg-type]
        )
        context.set_default_timeout(20_000)
        faults = Faults(context, own)
        page = context.new_page()
        watched.append((page, faults))
        return page

    yield open_page
    for page, faults in watched:
        assert_no_exception_box(page)
        page.context.close()
        assert faults.noted == []


@pytest.fixture
def page(app: RunningApp, new_page: PageFactory) -> Page:
    return new_page(app.url)


@pytest.fixture
def workbench(app: RunningApp, page: Page) -> Workbench:
    """An empty Workbench."""
    return Workbench(page, app).open()
