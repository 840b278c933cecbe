from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from loopback import serve
from streamlit.testing.v1 import AppTest

from components import runtime
from components.api.errors import ApiError
from components.api.retry import RetryPolicy
from components.sandbox.server import create_app
from components.services import keychain
from components.store import database as database_module
from components.store.database import Database, open_database

SHELL = Path(__file__).resolve().parents[2] / "components" / "shell.py"


_REMEMBERED = (
    *(runtime.settings, runtime.models, runtime.token_counter, keychain.available),
    *(runtime.comparisons, runtime.batches, runtime.blind_votes),
)


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """A sandbox that answers as fast as it can."""
    with serve(create_app(0)) as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, sandbox_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh program as far as a page can tell: its own data directory, the sandbox as its environment."""
    for name in ("ANTHROPIC_AUTH_TOKEN", "WORKBENCH_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("ANTHROPIC_BASE_URL", sandbox_url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    opened: list[Database] = []

    def noted(url: str | None, folder: Path) -> Database:
        opened.append(open_database(url, folder))
        return opened[-1]

    monkeypatch.setattr(database_module, "open_database", noted)
    monkeypatch.setattr(runtime, "_store", None)
    monkeypatch.setattr(runtime, "_engine", None)
    monkeypatch.setattr(runtime, "_clients", {})
    keyring_before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    monkeypatch.setattr(runtime, "_paces", {})
    for remembered in _REMEMBERED:
        remembered.cache_clear()
    yield tmp_path
    if runtime._engine is not None:
        runtime._engine.close()
    for client in runtime._clients.values():
        client.close()
    for database in opened:
        database.close()
    keyring.set_keyring(keyring_before)
    for remembered in _REMEMBERED:
        remembered.cache_clear()


@pytest.fixture
def single_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are told at the first one: retries wait by the clock and say nothing new."""

    def never(policy: RetryPolicy, error: ApiError, attempt: int) -> None:
        return None

    monkeypatch.setattr(RetryPolicy, "delay_s", never)


OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_app(home: Path) -> OpenApp:
    """Opens a tab. `page` is the name of a page script; the rest goes into the address."""

    def open_page(page: str = "workbench", **address: str) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=20)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page != "workbench":
            show(app, page)
        assert_no_fault(app)
        return app

    return open_page


def show(app: AppTest, page: str) -> AppTest:
    """Go to another page of the same tab."""
    app.switch_page(f"../pages/{page}.py").run()
    assert_no_fault(app)
    return app


def assert_no_fault(app: AppTest) -> None:
    """No page may end in an uncaught exception, nor in the box that the program draws for one."""
    assert not app.exception
    assert not [error.value for error in app.error if "fault in the Workbench" in error.value]
