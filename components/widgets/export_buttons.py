"""Downloads of the runs that are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from components.domain.run import Run
from components.services.export import csv_of, jsonl_of


def export_buttons(runs: Callable[[], Iterable[Run]], total: int) -> None:
    """CSV for spreadsheets, JSONL with everything; written when the button is clicked."""
    with st.container(horizontal=True, vertical_alignment="center", key="history.export"):
        st.caption(f"{total:,} run{'s' if total != 1 else ''}", width="content")
        st.download_button(
            "CSV",
            lambda: b"".join(csv_of(runs())),
            file_name="runs.csv",
            mime="text/csv",
            key="history.csv",
            icon=":material/download:",
            on_click="ignore",
            help="What is listed, for spreadsheets",
        )
        st.download_button(
            "JSONL",
            lambda: b"".join(jsonl_of(runs())),
            file_name="runs.jsonl",
            mime="application/jsonl",
            key="history.jsonl",
            icon=":material/download:",
            on_click="ignore",
            help="What is listed, with whole requests and responses",
        )
