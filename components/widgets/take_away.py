"""A comparison to take away: as a report, as tables, as programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.domain.compared import Column
from components.widgets.safe_markdown import literal


@dataclass(frozen=True, slots=True)
class Downloads:
    """What makes each file; called on the click, in a thread that may be another one than the page's."""

    report: Callable[[], bytes]
    csv: Callable[[], bytes]
    jsonl: Callable[[], bytes]


def take_away(
    columns: Sequence[Column],
    downloads: Downloads,
    get_code: Callable[[str], None],
    *,
    key: str = "compare.take_away",
) -> None:
    """Draw the button that opens the choice; `get_code` gets the id of the variant that was clicked."""
    box = st.popover("Take away", icon=":material/download:", key=key, on_change="rerun")
    if not box.open:
        return
    with box:
        if any(column.runs for column in columns):
            _files(downloads, key)
        else:
            st.caption("Files are there to take once something was sent.")
        st.caption("As a program")
        with st.container(horizontal=True, key=f"{key}.programs"):
            for column in columns:
                st.button(
                    f"Get code of {column.letter}",
                    key=f"{key}.code.{column.variant_id}",
                    icon=":material/code:",
                    on_click=get_code,
                    args=(column.variant_id,),
                    help=literal(column.model) or None,
                )


def _files(downloads: Downloads, key: str) -> None:
    with st.container(horizontal=True, key=f"{key}.files"):
        st.download_button(
            "Report",
            downloads.report,
            file_name="comparison.html",
            mime="text/html",
            key=f"{key}.report",
            icon=":material/description:",
            on_click="ignore",
            help="One HTML file with everything to read; it opens offline and prints",
        )
        st.download_button(
            "CSV",
            downloads.csv,
            file_name="comparison.csv",
            mime="text/csv",
            key=f"{key}.csv",
            icon=":material/table:",
            on_click="ignore",
            help="A line for each answer, for spreadsheets",
        )
        st.download_button(
            "JSONL",
            downloads.jsonl,
            file_name="comparison.jsonl",
            mime="application/jsonl",
            key=f"{key}.jsonl",
            icon=":material/data_object:",
            on_click="ignore",
            help="A line for each answer, with whole requests and responses",
        )
