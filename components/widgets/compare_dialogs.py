"""The dialogs of the Compare page besides the code: one answer whole, a column's connection, a saved run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain import figures
from components.domain.connection import Connection
from components.domain.run import RunSummary
from components.widgets.answer_view import AnswerActions, answer_view
from components.widgets.live_answer import View
from components.widgets.safe_markdown import literal


def answer_dialog(run_id: str, view: View, actions: AnswerActions, closed: Callable[[], None]) -> None:
    """One run with its request and its response."""

    def draw() -> None:
        answer_view(run_id, view, actions, key="compare.whole")

    st.dialog("Request and response", width="large", icon=":material/article:", on_dismiss=closed)(draw)()


def connection_dialog(
    letter: str,
    connections: Sequence[Connection],
    chosen: str | None,
    choose: Callable[[str | None], None],
    closed: Callable[[], None],
) -> None:
    """Where one column is sent."""

    def draw() -> None:
        names = {connection.id: connection.name for connection in connections}
        ids = [None, *names]
        picked = st.radio(
            "Send this column over",
            ids,
            index=ids.index(chosen) if chosen in names else 0,
            format_func=lambda each: names[each] if each else "The connection in the sidebar",
            key=f"compare.connection.{letter}",
        )
        if st.button("Use it", key="compare.connection.use", type="primary"):
            choose(picked)
            closed()
            st.rerun()

    st.dialog(f"Connection of column {letter}", icon=":material/lan:", on_dismiss=closed)(draw)()


def run_dialog(rows: Sequence[RunSummary], add: Callable[[str], None], closed: Callable[[], None]) -> None:
    """The newest runs, of which one becomes a column."""

    def draw() -> None:
        if not rows:
            st.info("No runs yet.", icon=":material/history:")
        for row in rows:
            facts = f"{figures.ago(row.queued_at)} · {literal(row.model)}"
            if st.button(
                f":gray[{facts}] · {literal(row.prompt_start[:120]) or '(no text)'}",
                key=f"compare.from.{row.id}",
                type="tertiary",
                wrap=False,
            ):
                add(row.id)
                closed()
                st.rerun()
        st.caption("Older ones: tick two to six rows in the history.")

    st.dialog("Column from a saved run", width="large", icon=":material/history:", on_dismiss=closed)(draw)()
