"""The buttons of the Workbench's bar, and what is said below them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.widgets.safe_markdown import literal


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


def get_code_button(show: Callable[[], None]) -> None:
    st.button(
        "Get code",
        key="workbench.code",
        on_click=show,
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


def notices(
    *, refusal: str | None, models: str | None, unsaved: str | None, bring_back: Callable[[], None] | None
) -> None:
    """What there is to say about the draft as a whole. All but the last are sentences."""
    if refusal:
        st.error(literal(refusal), icon=":material/block:")
    if models:
        st.warning(literal(f"The model list could not be loaded. {models}"), icon=":material/cloud_off:")
    if unsaved:
        st.warning(literal(unsaved), icon=":material/save:")
    if bring_back is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="workbench.undo"):
            st.caption("Another draft was in the editor before.", width="content")
            st.button(
                "Bring it back",
                key="workbench.bring_back",
                icon=":material/undo:",
                type="tertiary",
                on_click=bring_back,
            )
