"""Which connection this tab uses; on every page, in the sidebar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain.connection import Connection
from components.state import entered, seed


def connection_picker(
    connections: Sequence[Connection], chosen: str | None, choose: Callable[[str], None]
) -> None:
    ids = [connection.id for connection in connections]
    names = {connection.id: connection.name for connection in connections}
    key = "shell.connection"
    if st.session_state.get(key) not in ids:
        st.session_state.pop(key, None)

    now = chosen if chosen in ids else ids[0]

    def changed() -> None:
        choose(entered(key, now))

    st.selectbox(
        "Connection",
        ids,
        index=ids.index(now),
        key=seed(key, now),
        format_func=lambda connection_id: names.get(connection_id, connection_id),
        on_change=changed,
        help="Where requests go. Add others under API keys.",
    )
