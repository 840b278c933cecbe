"""A comparison to take away: as a report, as tables, as programs, as a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.domain.compared import Column
from components.services import batch_file
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
    batch: Callable[[], batch_file.Plan],
    *,
    key: str = "compare.take_away",
) -> None:
    """Draw the button that opens the choice; `get_code` gets the id of the variant that was clicked.

    `batch` is asked only while the choice is open.
    """

    def code_of(variant_id: str) -> None:
        st.session_state[key] = False  # Left open, the choice would lie over the dialog.
        get_code(variant_id)

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
                    on_click=code_of,
                    args=(column.variant_id,),
                    help=literal(column.model) or None,
                )
        _batch(batch(), f"{key}.batch")


def _batch(plan: batch_file.Plan, key: str) -> None:
    st.caption("For Message Batches")
    for sentence in plan.refused:
        st.warning(literal(sentence), icon=":material/block:")
    if not plan.batches:
        return
    requests = sum(batch.requests for batch in plan.batches)
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.download_button(
            "Batch file",
            plan.archive,
            file_name=batch_file.FILE_NAME,
            mime="application/zip",
            key=f"{key}.file",
            icon=":material/stacks:",
            on_click="ignore",
            help="The requests of the columns as they are now, in JSON Lines, with the command to send them",
        )
        st.caption(f"{requests} request{'s' if requests != 1 else ''}, at half the price, within a day.")
    for note in plan.notes:
        st.caption(literal(note))


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
