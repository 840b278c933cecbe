"""The API keys page, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput
from ui.conftest import OpenApp, assert_no_fault, show
from ui.test_workbench import faults, words

from components import runtime

SECRET = "sk-invalid-secret-0815"


def new(app: AppTest, field: str) -> TextInput:
    """A field of the form that adds a connection."""
    return next(each for each in app.text_input if re.fullmatch(rf"keys\.new\.\d+\.{field}", each.key or ""))


def add(app: AppTest, name: str, url: str, secret: str = "") -> AppTest:
    new(app, "name").input(name)
    new(app, "url").input(url)
    new(app, "secret").input(secret)
    next(button for button in app.button if button.label == "Add").click().run()
    assert_no_fault(app)
    return app


def added_id() -> str:
    return runtime.store().connections.list()[-1].id


def test_the_environments_connection_and_the_sandbox_are_there_from_the_start(
    open_app: OpenApp, sandbox_url: str
) -> None:
    said = words(open_app("keys"))
    assert "Environment" in said
    assert "Sandbox" in said
    assert sandbox_url.removeprefix("http://") in said
    assert "test-key" not in said


def test_a_connection_is_added_tested_used_and_removed(open_app: OpenApp, sandbox_url: str) -> None:
    app = add(open_app("keys"), "Own server", f"{sandbox_url}/v1/messages", "good-key")
    connection_id = added_id()
    assert runtime.store().connections.list()[-1].base_url == sandbox_url
    app.button(key=f"keys.test.{connection_id}").click().run()
    assert "It works" in app.success[0].value
    app.selectbox(key="shell.connection").select(connection_id).run()
    assert app.session_state["connection.chosen"] == connection_id
    app.button(key=f"keys.remove.{connection_id}").click().run()
    assert_no_fault(app)
    assert runtime.store().connections.list() == []
    assert app.selectbox(key="shell.connection").value == "environment"


def test_a_wrong_key_is_said_in_words_and_is_nowhere_to_be_seen(
    open_app: OpenApp, home: Path, sandbox_url: str
) -> None:
    app = add(open_app("keys"), "Wrong", sandbox_url, SECRET)
    app.button(key=f"keys.test.{added_id()}").click().run()
    assert "key" in faults(app)
    assert SECRET not in words(app)
    assert SECRET not in str([field.value for field in app.text_input])
    for file in home.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("name", "url", "says"),
    [
        ("", "http://127.0.0.1:1", "name"),
        ("Own", "", "base URL"),
        ("Own", "ftp://host", "http://"),
        ("Own", "http://me:pass@host", "user name"),
        ("Own", "http://host?key=1", "question mark"),
    ],
)
def test_what_cannot_be_a_connection_is_refused_where_it_was_typed(
    name: str, url: str, says: str, open_app: OpenApp
) -> None:
    app = add(open_app("keys"), name, url, "typed-key")
    assert says in faults(app)
    assert new(app, "name").value == name
    assert new(app, "url").value == url
    assert new(app, "secret").value == "typed-key"
    assert runtime.store().connections.list() == []


def test_a_name_that_is_taken_is_refused_and_the_form_keeps_its_text(
    open_app: OpenApp, sandbox_url: str
) -> None:
    app = add(open_app("keys"), "Twice", sandbox_url)
    add(app, "Twice", f"{sandbox_url}/other")
    assert "Twice" in faults(app)
    assert new(app, "url").value == f"{sandbox_url}/other"
    assert len(runtime.store().connections.list()) == 1


def test_after_adding_the_form_is_as_it_was(open_app: OpenApp, sandbox_url: str) -> None:
    app = add(open_app("keys"), "Own", sandbox_url, "some-key")
    assert [new(app, field).value for field in ("name", "url", "secret")] == [
        "",
        "https://api.anthropic.com",
        "",
    ]


def test_the_api_version_is_kept_per_connection(open_app: OpenApp) -> None:
    app = open_app("keys")
    app.selectbox(key="keys.version.environment").select("2026-10-21").run()
    assert_no_fault(app)
    chosen = {each.id: each.anthropic_version for each in runtime.connections()}
    assert chosen == {"environment": "2026-10-21", "sandbox": "2023-06-01"}
    show(app, "workbench")
    show(app, "keys")
    assert app.selectbox(key="keys.version.environment").value == "2026-10-21"


@pytest.mark.usefixtures("single_attempts")
def test_nobody_listening_is_said_in_words(open_app: OpenApp) -> None:
    app = add(open_app("keys"), "Nobody", "http://127.0.0.1:9")
    app.button(key=f"keys.test.{added_id()}").click().run()
    assert "127.0.0.1:9" in faults(app)
    assert "Traceback" not in words(app)
