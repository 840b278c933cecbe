"""The connections there are, each with its test, and the form that adds one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import streamlit as st

from components.domain.connection import AUTHS, SERVICE_URL, Connection, InvalidAddress, base_url_of
from components.domain.request import API_VERSIONS, VERSION_2023
from components.services.checks import SecretStatus, Verdict
from components.state import entered, forget, seed
from components.widgets.fresh import fresh_container
from components.widgets.safe_markdown import literal

_AUTH_WORDS = {"x-api-key": "API key (x-api-key)", "bearer": "Bearer token (Authorization)"}


class ConnectionActions(Protocol):
    """What the page lets this widget do. A change that cannot be made raises `ValueError` with a sentence."""

    def add(self, connection: Connection, secret: str) -> None: ...
    def change(self, connection: Connection, secret: str | None) -> None: ...
    def remove(self, connection: Connection) -> None: ...
    def test(self, connection: Connection) -> Verdict: ...
    def secret_status(self, connection: Connection) -> SecretStatus: ...


def connection_list(connections: Sequence[Connection], used: str, actions: ConnectionActions) -> None:
    # Fresh when a card comes or goes: while the page is redrawn, a card that moved up or down would keep the
    # buttons of the card that stood there before, and a click would be about another connection.
    with fresh_container("keys.cards", tuple(connection.id for connection in connections)):
        for connection in connections:
            with st.container(border=True, key=f"keys.card.{connection.id}"):
                _card(connection, connection.id == used, actions)


def _card(connection: Connection, used: bool, actions: ConnectionActions) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{literal(connection.name)}**", width="content")
        if used:
            st.badge("in use", color="green")
    status = actions.secret_status(connection)
    st.caption(f"{literal(connection.base_url)} · {_AUTH_WORDS[connection.auth]} · {status.kept}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _version(connection, actions)
        if st.button("Test", key=f"keys.test.{connection.id}", icon=":material/network_check:"):
            with st.spinner("Asking for the model list…"):
                st.session_state[f"keys.verdict.{connection.id}"] = actions.test(connection)
        if connection.id not in {"sandbox", "environment"}:
            with st.popover("Change", icon=":material/edit:", key=f"keys.change.{connection.id}"):
                _change_form(connection, actions)
            with st.popover(
                "Remove", icon=":material/delete:", type="tertiary", key=f"keys.removal.{connection.id}"
            ):
                st.markdown("Its key is removed with it. Its runs stay in the history.")
                st.button(
                    "Remove this connection",
                    key=f"keys.remove.{connection.id}",
                    on_click=actions.remove,
                    args=(connection,),
                )
    verdict = st.session_state.get(f"keys.verdict.{connection.id}")
    if isinstance(verdict, Verdict):
        (st.success if verdict.works else st.error)(literal(verdict.sentence))


def _version(connection: Connection, actions: ConnectionActions) -> None:
    key = f"keys.version.{connection.id}"

    def changed() -> None:
        _attempt(
            lambda: actions.change(
                replace(connection, anthropic_version=entered(key, connection.anthropic_version)), None
            ),
            key,
        )

    st.selectbox(
        "API version",
        API_VERSIONS,
        index=API_VERSIONS.index(connection.anthropic_version),
        key=seed(key, connection.anthropic_version),
        on_change=changed,
        width=160,
        help="2026-10-21 takes no sampling parameters. 2023-06-01 is understood by every server.",
    )
    _said(key)


def _change_form(connection: Connection, actions: ConnectionActions) -> None:
    prefix = f"keys.edit.{connection.id}"
    with st.form(prefix, border=False):
        name, url, auth, secret = _fields(prefix, connection)
        if st.form_submit_button("Save", type="primary"):
            changed = _read(name, url, auth, connection, prefix)
            if changed and _attempt(lambda: actions.change(changed, secret or None), prefix):
                forget(f"keys.edit.{connection.id}")
                st.rerun()
    _said(prefix)


def new_connection_form(actions: ConnectionActions, *, keychain: bool) -> None:
    """Add a connection. What was typed stays until it is accepted."""
    # Another form after each that was accepted: what the browser still sends of the old one is for nobody, so
    # a key that was typed does not come back with a click made while the page is redrawn.
    accepted = st.session_state.setdefault("keys.accepted", 0)
    prefix = f"keys.new.{accepted}"
    with st.form(prefix):
        st.markdown("**Add a connection**")
        name, url, auth, secret = _fields(prefix, None)
        version = st.selectbox("API version", API_VERSIONS, key=f"{prefix}.version", index=0)
        st.caption(
            "The key goes into this computer's keychain."
            if keychain
            else "This machine has no keychain: the key is kept until this browser tab is reloaded or closed."
        )
        if st.form_submit_button("Add", type="primary", icon=":material/add:"):
            blank = Connection("", "", "", anthropic_version=version or VERSION_2023)
            made = _read(name, url, auth, blank, prefix)
            if made and _attempt(lambda: actions.add(made, secret), prefix):
                st.session_state["keys.accepted"] = accepted + 1
                forget(f"{prefix}.")
                st.toast(f"{literal(made.name)} was added and is in use.", icon=":material/check:")
                st.rerun()
    _said(prefix)


def _fields(prefix: str, now: Connection | None) -> tuple[str, str, str, str]:
    name_now, url_now, auth_now = (now.name, now.base_url, now.auth) if now else ("", SERVICE_URL, AUTHS[0])
    name = st.text_input("Name", name_now, key=seed(f"{prefix}.name", name_now), placeholder="My key")
    url = st.text_input(
        "Base URL",
        url_now,
        key=seed(f"{prefix}.url", url_now),
        placeholder="https://api.anthropic.com",
    )
    auth = st.selectbox(
        "Authentication",
        list(AUTHS),
        index=AUTHS.index(auth_now),
        key=seed(f"{prefix}.auth", auth_now),
        format_func=lambda auth: _AUTH_WORDS[auth],
    )
    secret = st.text_input(
        "Key or token",
        type="password",
        key=seed(f"{prefix}.secret", ""),
        autocomplete="off",
        placeholder="unchanged" if now else "Leave empty for servers that take none",
    )
    return name or "", url or "", str(auth), secret or ""


def _read(name: str, url: str, auth: str, now: Connection, prefix: str) -> Connection | None:
    if not name.strip():
        st.session_state[f"{prefix}.said"] = "Give the connection a name."
        return None
    try:
        tidy = base_url_of(url)
    except InvalidAddress as problem:
        st.session_state[f"{prefix}.said"] = str(problem)
        return None
    return replace(now, name=name.strip(), base_url=tidy, auth="bearer" if auth == "bearer" else "x-api-key")


def _attempt(change: Callable[[], None], prefix: str) -> bool:
    """Make a change; keep the sentence for the screen when it cannot be made."""
    st.session_state.pop(f"{prefix}.said", None)
    forget("keys.verdict.")
    try:
        change()
    except ValueError as problem:
        st.session_state[f"{prefix}.said"] = str(problem)
        return False
    return True


def _said(prefix: str) -> None:
    if said := st.session_state.get(f"{prefix}.said"):
        st.error(literal(str(said)), icon=":material/error:")
