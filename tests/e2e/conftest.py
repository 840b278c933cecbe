from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast

import pytest
from e2e.browsing import PERMISSIONS, WIDE, WITHIN_MS, Faults, Workbench, assert_no_fault, launch
from e2e.own_server import OwnServer
from e2e.running import RunningApp
from loopback import serve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AppFactory = Callable[..., RunningApp]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.flaky(reruns=1))
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with RunningApp(tmp_path_factory.mktemp("app")) as running:
        yield running


def is_second_try(request: pytest.FixtureRequest) -> bool:
    """What the first try of a journey has left in a shared program would be in the way of the second."""
    return getattr(request.node, "execution_count", 1) > 1


@pytest.fixture
def app(request: pytest.FixtureRequest) -> RunningApp:
    """The program, shared by the ordinary journeys: what they find depends on no other journey."""
    if is_second_try(request):
        return cast(AppFactory, request.getfixturevalue("new_app"))()
    return cast(RunningApp, request.getfixturevalue("shared_app"))


Served = tuple[OwnServer, RunningApp]


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """The program with a server of the tests as the connection of its environment."""
    own = OwnServer()
    with serve(own) as url:
        environment = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "test-key"}
        with RunningApp(home, environment) as running:
            yield own, running


@pytest.fixture(scope="session")
def shared_served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as both:
        yield both


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A server that can be told when to end its answers, and the program that sends to it."""
    with ExitStack() as stack:
        both: Served
        if is_second_try(request):
            both = stack.enter_context(serving(tmp_path / "served"))
        else:
            both = request.getfixturevalue("shared_served")
        both[0].hold()
        stack.callback(both[0].let_go)
        yield both


@pytest.fixture
def own_server(served: Served) -> OwnServer:
    return served[0]


@pytest.fixture
def served_app(served: Served) -> RunningApp:
    return served[1]


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
