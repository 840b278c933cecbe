"""The history's table of comparisons: search, one page of them, and the choice of one to open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain import figures
from components.domain.comparison import LETTERS
from components.domain.comparison_summary import ComparisonSummary
from components.widgets.run_table import Page


def comparison_search() -> str:
    """The text to look for; it stays when the page is left and come to again."""
    text = st.text_input(
        "Search",
        key="history.comparisons.q",
        persist_state="session",
        placeholder="Part of a prompt or a model",
        icon=":material/search:",
        width=280,
    )
    return (text or "").strip()


def no_comparisons(*, filtered: bool) -> None:
    """The empty table."""
    if filtered:
        st.info("No comparison matches this search.", icon=":material/filter_alt_off:")
    else:
        st.info(
            "No comparisons yet. Run a prompt in two columns, or tick two runs in the list of runs.",
            icon=":material/compare:",
        )
        st.page_link("../pages/compare.py", label="Compare two variants", icon=":material/compare:")


def comparison_table(
    rows: Sequence[ComparisonSummary], page: Page, text: str, choose: Callable[[str], None]
) -> None:
    """Draw one page, found by this text; choosing a row reports its id."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "Time": [row.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S") for row in rows],
            "Prompt": [row.title for row in rows],
            "Models": [_models(row.models) for row in rows],
            "State": [f"{row.live} live" if row.live else "ended" for row in rows],
            "Runs": [figures.count(row.runs) for row in rows],
            "Cost": ["–" if row.cost_usd is None else figures.dollars(row.cost_usd) for row in rows],
            "Votes": [figures.count(row.votes) for row in rows],
        }
    )
    key = f"history.comparisons.table.{page.number}.{hash(text)}"
    ids = [row.id for row in rows]

    def chosen() -> None:
        picked = st.session_state[key]["selection"]
        positions = [*picked["rows"], *(row for row, _ in picked["cells"])]
        if positions:
            choose(ids[positions[0]])

    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        on_select=chosen,
        selection_mode=["single-row", "single-cell"],
        height=min(38 + 35 * len(rows), 600),
        column_config={
            "Time": st.column_config.TextColumn("Time", width=150),
            "Prompt": st.column_config.TextColumn("Prompt", width=290),
            "Models": st.column_config.TextColumn("Models", width=250),
            "State": st.column_config.TextColumn("State", width=70),
            "Runs": st.column_config.TextColumn("Runs", width=55, alignment="right"),
            "Cost": st.column_config.TextColumn("Cost", width=80, alignment="right"),
            "Votes": st.column_config.TextColumn("Votes", width=60, alignment="right"),
        },
    )


def _models(models: Sequence[str]) -> str:
    return ", ".join(f"{letter} {model}" for letter, model in zip(LETTERS, models, strict=False))
