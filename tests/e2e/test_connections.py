"""Connections and their keys: what is wrong is said in words, and no key turns up where it should not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.browsing import Workbench, press
from e2e.running import RunningApp, free_port
from playwright.sync_api import Locator, Page, expect

KEY = "sk-invalid-7f3c9a0b"
SLOW_KEYCHAIN = """
import time
from keyring.backend import KeyringBackend

class Keychain(KeyringBackend):
    priority = 1
    kept = {}

    def get_password(self, service, name):
        time.sleep(1)
        return self.kept.get(name)

    def set_password(self, service, name, secret):
        self.kept[name] = secret

    def delete_password(self, service, name):
        del self.kept[name]
"""


@pytest.fixture
def app(new_app: Callable[..., RunningApp]) -> RunningApp:
    """A program of one's own: the connections of the shared one are those it starts with."""
    return new_app()


def add_connection(page: Page, name: str, url: str, key: str) -> Locator:
    """Fill in the form on the page; returns the new connection's card, while the page may still be drawn."""
    page.get_by_role("textbox", name="Name").last.fill(name)
    page.get_by_role("textbox", name="Base URL").last.fill(url)
    page.get_by_role("textbox", name="Key or token").last.fill(key)
    page.get_by_role("button", name="Add", exact=True).click()
    card = page.locator("[class*=st-key-keys-card-]").filter(has_text=name)
    expect(card).to_be_visible()
    return card


def choose_connection(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Connection").click()
    page.get_by_role("option", name=name).click()


def test_a_wrong_key_is_said_in_words_and_shows_up_nowhere(workbench: Workbench) -> None:
    page, app = workbench.page, workbench.app
    workbench.go("API keys")
    card = add_connection(page, "Wrong key", f"{app.url}/sandbox/v1/messages", KEY)
    expect(card).to_contain_text(f"{app.url}/sandbox")
    press(card.get_by_role("button", name="Test"))
    expect(card.get_by_role("alert")).to_contain_text(re.compile("key", re.I))
    assert KEY not in page.content()
    choose_connection(page, "Wrong key")
    workbench.go("Workbench")
    workbench.user.fill("Typed and not lost")
    workbench.user.press("Control+Enter")
    workbench.expect_state("Failed")
    expect(workbench.answer.get_by_role("alert")).to_contain_text(re.compile("key", re.I))
    expect(workbench.user).to_have_value("Typed and not lost")
    expect(workbench.button("Run again")).to_be_visible()
    page.get_by_role("tab", name="Response").click()
    expect(page.get_by_role("tabpanel", name="Response")).to_contain_text("401")
    assert KEY not in page.content()
    assert KEY not in page.url
    for file in app.home.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file.name


def test_a_server_that_is_not_there_is_named(app: RunningApp, page: Page) -> None:
    page.goto(f"{app.url}/keys")
    address = f"http://127.0.0.1:{free_port()}"
    card = add_connection(page, "Nobody home", address, "")
    press(card.get_by_role("button", name="Test"))
    expect(card.get_by_role("alert")).to_contain_text("127.0.0.1")
    assert "Traceback" not in page.content()
    card.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove this connection").click()
    expect(card).to_have_count(0)
    expect(page.get_by_text("Sandbox (simulated)").first).to_be_visible()


def test_while_a_slow_keychain_is_asked_no_card_has_the_buttons_of_another(
    new_app: Callable[..., RunningApp], new_page: Callable[..., Page], tmp_path: Path
) -> None:
    (tmp_path / "slow_keychain.py").write_text(SLOW_KEYCHAIN, encoding="utf-8")
    app = new_app({"PYTHON_KEYRING_BACKEND": "slow_keychain.Keychain", "PYTHONPATH": str(tmp_path)})
    page = new_page(app.url)
    page.goto(f"{app.url}/keys")
    card = add_connection(page, "Wrong key", f"{app.url}/sandbox", KEY)
    card.get_by_role("button", name="Test").click()
    expect(card.get_by_role("alert")).to_contain_text(re.compile("key", re.I))
    expect(page.get_by_text("It works")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Key or token")).to_have_value("")
    assert KEY not in page.content()


def test_a_bad_address_is_refused_where_it_was_typed_and_nothing_is_lost(app: RunningApp, page: Page) -> None:
    page.goto(f"{app.url}/keys")
    page.get_by_role("textbox", name="Name").fill("Bad address")
    page.get_by_role("textbox", name="Base URL").fill("ftp://example")
    page.get_by_role("textbox", name="Key or token").fill("secret")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("http://")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Bad address")
    expect(page.get_by_role("textbox", name="Base URL")).to_have_value("ftp://example")
    expect(page.get_by_role("textbox", name="Key or token")).to_have_value("secret")
    assert page.locator("[class*=st-key-keys-card-]").filter(has_text="Bad address").count() == 0
