"""Which connection this tab uses; on every page, in the sidebar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain.connection import Connection
from components.state import entered, seed


def connection_picker(connections: Sequence[Connection], used: str, choose: Callable[[str], None]) -> None:
    ids = [connection.id for connection in connections]
    names = {connection.id: connection.name for connection in connections}
    key = "shell.connection"
    if st.session_state.get(key) != used:
        st.session_state.pop(key, None)

    def changed() -> None:
        choose(entered(key, used))

    st.selectbox(
        "Connection",
        ids,
        index=ids.index(used),
        key=seed(key, used),
        format_func=lambda connection_id: names.get(connection_id, connection_id),
        on_change=changed,
        help="Where requests go. Add others under API keys.",
    )
