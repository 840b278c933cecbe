"""The buttons of the Workbench's bar."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def new_button(start_new: Callable[[], None], *, disabled: bool) -> None:
    st.button(
        "New",
        key="workbench.new",
        icon=":material/note_add:",
        type="tertiary",
        on_click=start_new,
        disabled=disabled,
        help="Empties the editor. The draft that was there can be brought back.",
    )


def get_code_button() -> bool:
    return st.button(
        "Get code",
        key="workbench.code",
        icon=":material/code:",
        help="The request on screen as curl, Python, TypeScript",
    )


def run_button(run: Callable[[], None], *, live: bool) -> None:
    st.button(
        "Run",
        key="workbench.run",
        icon=":material/play_arrow:",
        type="primary",
        shortcut="Ctrl+Enter",
        on_click=run,
        disabled=live,
        help="Sends the request on screen",
    )


def undo_notice(bring_back: Callable[[], None]) -> None:
    """Said after a restore has replaced what was in the editor."""
    with st.container(horizontal=True, vertical_alignment="center", key="workbench.undo"):
        st.caption("Another draft was in the editor before.", width="content")
        st.button(
            "Bring it back",
            key="workbench.bring_back",
            icon=":material/undo:",
            type="tertiary",
            on_click=bring_back,
        )
