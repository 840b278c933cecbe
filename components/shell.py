"""The frame around every page: page config, navigation, the connection in use."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import runtime, state
from components.store.errors import StoreError
from components.widgets.connection_picker import connection_picker
from components.widgets.safe_markdown import literal

PAGES = Path(__file__).resolve().parent.parent / "pages"

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#b4552d"/>'
    '<path d="M8 10l5 6-5 6M15 22h9" stroke="#fff" stroke-width="3" fill="none" stroke-linecap="round"/>'
    "</svg>"
)
"""Drawn here, because Streamlit fetches the named icons from another host."""

st.set_page_config(page_icon=ICON, layout="wide")  # Before the navigation, which would set the page's icon.

page = st.navigation(
    {
        "Build": [
            st.Page(PAGES / "workbench.py", title="Workbench", icon=":material/edit_note:", default=True),
            st.Page(PAGES / "compare.py", title="Compare", icon=":material/compare:", url_path="compare"),
        ],
        "Review": [
            st.Page(PAGES / "history.py", title="History", icon=":material/history:", url_path="history"),
        ],
        "Settings": [
            st.Page(PAGES / "keys.py", title="API keys", icon=":material/key:", url_path="keys"),
        ],
    }
)

title = page.title if page.title == "Workbench" else f"{page.title} · Workbench"
st.set_page_config(page_title=title)
st.logo(ICON, size="large")

try:
    state.bench(runtime.store().drafts, runtime.claim_draft)
    connections = runtime.connections()
    with st.sidebar:
        if problem := runtime.environment_problem():
            st.warning(literal(problem))
        connection_picker(connections, state.connection_in_use(connections).id, state.choose_connection)
    page.run()
except StoreError as refusal:
    st.error(literal(str(refusal)), icon=":material/error:")
    st.button("Try again", icon=":material/refresh:", key="shell.retry")
