"""The dialog behind “Import”: pasted code becomes the draft."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.widgets.safe_markdown import literal

_KEY = "import.text"


def import_dialog(take: Callable[[str], str | None], closed: Callable[[], None]) -> None:
    """Open the dialog. It stays while the page is run again, until it is closed or the code was taken.

    `take` puts the code into the editor, or returns why it cannot.
    """
    dialog = st.dialog("Import", width="large", icon=":material/input:", on_dismiss=closed)
    dialog(_import)(take)


def _import(take: Callable[[str], str | None]) -> None:
    st.caption(
        "Paste a curl command, a Python or TypeScript call of the SDK, or a JSON body. It is read, never "
        "run, and a key in it is dropped."
    )
    text = st.text_area("Code or JSON", key=_KEY, height=320, placeholder="curl https://…/v1/messages …")
    taken = st.button(
        "Put it into the editor",
        key="import.take",
        type="primary",
        icon=":material/input:",
        help="The draft that is there now can be brought back.",
    )
    with st.container():
        if taken and (problem := take(text)):
            st.error(literal(problem), icon=":material/block:")
        elif taken:
            st.rerun()
