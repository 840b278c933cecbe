"""JSON mode: the request body itself in a text field; the form follows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain import raw_body
from components.domain.draft import Draft
from components.state import entered, forget
from components.widgets.prompt_editor import variables
from components.widgets.safe_markdown import literal

_KEY = "workbench.raw"


def raw_editor(draft: Draft, close: Callable[[], None], *, also: Sequence[str] = ()) -> None:
    """Draw the body as text. What cannot be read stays in the field, and nothing is sent meanwhile.

    `also` names variables that get a field without being in this draft.
    """
    text = raw_body.current(draft)
    if st.session_state.get(_KEY) != text:
        st.session_state[_KEY] = text

    def changed() -> None:
        if draft.raw_json is None:
            return  # Word of a field that has gone since: the browser reports once more what it held.
        raw_body.take(draft, entered(_KEY, text))
        for beside in ("workbench.model", "workbench.max_tokens", "workbench.parameters."):
            forget(beside)

    wrong = raw_body.problem(draft)
    st.text_area(
        "Request body (JSON)",
        text,
        key=_KEY,
        height=min(max(300, 26 * text.count("\n") + 60), 640),
        on_change=changed,
    )
    with st.container():
        if wrong:
            st.error(literal(f"This text is not sent. {wrong}"), icon=":material/data_object:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Drop this text, back to the form" if wrong else "Back to the form",
            key="workbench.raw_close",
            icon=":material/edit_note:",
            type="tertiary",
            on_click=close,
        )
        st.caption("Variables and their escapes work as in the form. Long attachments stand by their hash.")
    with st.container():
        variables(draft, also)
