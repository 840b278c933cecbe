"""The buttons of the Workbench's bar, and what is said below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
        help="The request on screen as a program, in ten languages and libraries",
    )


def import_button(show: Callable[[], None]) -> None:
    st.button(
        "Import",
        key="workbench.import",
        on_click=show,
        icon=":material/input:",
        type="tertiary",
        help="Fills the editor from a curl command, Python, TypeScript or JSON",
    )


def stop_button(stop: Callable[[], None], *, key: str) -> None:
    st.button(
        "Stop",
        key=key,
        icon=":material/stop:",
        on_click=stop,
        help="Ends the run at once and keeps what has arrived.",
    )


def run_button(run: Callable[[], None], *, live: bool, dialog: bool) -> None:
    """`dialog`: one is open above the page, and Ctrl+Enter in it must not send anything."""
    st.button(
        "Run",
        key="workbench.run",
        icon=":material/play_arrow:",
        type="primary",
        shortcut=None if dialog else "Ctrl+Enter",
        on_click=run,
        disabled=live,
        help="Sends the request on screen",
    )


def notices(
    also: str | None,
    *,
    refusal: str | None,
    insist: Callable[[], None] | None,
    notes: Sequence[str],
    models: str | None,
    unsaved: str | None,
    bring_back: Callable[[], None] | None,
) -> None:
    """What there is to say about the draft as a whole. `also` is Markdown; all but the last are sentences."""
    if also:
        st.caption(also)
    if refusal:
        st.error(literal(refusal), icon=":material/block:")
        if insist is not None:
            with st.container(horizontal=True, vertical_alignment="center", key="workbench.insist.row"):
                st.button("Send it anyway", key="workbench.insist", icon=":material/send:", on_click=insist)
                st.caption("For what the service has learned since this program was made.", width="content")
    for note in notes:
        st.info(literal(note), icon=":material/input:")
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
