"""The history table: filters, one page of runs, and the choice of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import streamlit as st

from components.domain.run import Run, RunFilter, RunState, RunSummary
from components.widgets import figures
from components.widgets.safe_markdown import literal

PAGE_ROWS = 50


def run_filters(models: Sequence[str]) -> RunFilter:
    """Text, model, state and date; the filters stay when the page is left and come to again."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="history.filters"):
        text = st.text_input(
            "Search",
            key="history.q",
            persist_state="session",
            placeholder="Part of a prompt or an answer",
            icon=":material/search:",
            width=280,
        )
        chosen = st.multiselect(
            "Model", models, key="history.model", persist_state="session", width=240, placeholder="All"
        )
        states = st.multiselect(
            "State",
            [str(state) for state in RunState],
            key="history.state",
            persist_state="session",
            width=220,
            placeholder="All",
        )
        days = st.date_input("Dates", value=[], key="history.dates", width=220, format="YYYY-MM-DD")
    since, until = _span(days)
    return RunFilter(
        text=(text or "").strip(),
        models=tuple(chosen),
        states=tuple(RunState(state) for state in states),
        since=since,
        until=until,
    )


def _span(days: object) -> tuple[datetime | None, datetime | None]:
    """Local days, the last one included, as aware moments; one day alone has no end."""
    chosen = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    if not chosen:
        return None, None

    def start(day: date) -> datetime:
        return datetime.combine(day, time()).astimezone()

    if len(chosen) == 1:
        return start(chosen[0]), None
    return start(chosen[0]), start(chosen[-1] + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    """Counted from 1."""

    @property
    def offset(self) -> int:
        return (self.number - 1) * PAGE_ROWS


def page_picker(total: int) -> Page:
    pages = max(1, -(-total // PAGE_ROWS))
    if st.session_state.get("history.page", 1) > pages:
        st.session_state["history.page"] = pages
    if pages == 1:
        return Page(1)
    return Page(st.pagination(pages, key="history.page"))


def no_runs(*, filtered: bool) -> None:
    """The empty table."""
    if filtered:
        st.info("No run matches these filters.", icon=":material/filter_alt_off:")
    else:
        st.info("No runs yet. Every run appears here the moment it is sent.", icon=":material/history:")
        st.page_link("../pages/workbench.py", label="Try a prompt", icon=":material/edit_note:")


def run_table(
    rows: Sequence[RunSummary], page: Page, which: RunFilter, choose: Callable[[str], None]
) -> None:
    """Draw one page; choosing a row reports its run id. Positions never leave this function."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "Time": [row.queued_at.astimezone().strftime("%Y-%m-%d %H:%M:%S") for row in rows],
            "Prompt": [row.prompt_start for row in rows],
            "Model": [row.model for row in rows],
            "State": [str(row.state) for row in rows],
            "In": [figures.count(row.input_tokens) for row in rows],
            "Out": [figures.count(row.output_tokens) for row in rows],
            "Cost": ["–" if row.cost_usd is None else figures.dollars(row.cost_usd) for row in rows],
            "Took": [figures.seconds(row.duration_s) for row in rows],
        }
    )
    key = f"history.table.{page.number}.{hash(which)}"

    def chosen() -> None:
        picked = st.session_state[key]["selection"]
        positions = [*picked["rows"], *(row for row, _ in picked["cells"])]
        if positions:
            choose(rows[positions[0]].id)

    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        on_select=chosen,
        selection_mode=["single-row", "single-cell"],
        height=min(38 + 35 * len(rows), 600),
        column_config={
            "Time": st.column_config.TextColumn("Time", width=150),
            "Prompt": st.column_config.TextColumn("Prompt", width=330),
            "Model": st.column_config.TextColumn("Model", width=140),
            "State": st.column_config.TextColumn("State", width=90),
            "In": st.column_config.TextColumn("In", width=55, alignment="right"),
            "Out": st.column_config.TextColumn("Out", width=55, alignment="right"),
            "Cost": st.column_config.TextColumn("Cost", width=80, alignment="right"),
            "Took": st.column_config.TextColumn("Took", width=70, alignment="right"),
        },
    )


def run_heading(run: Run | None, close: Callable[[], None]) -> None:
    """Which run stands below the table."""
    with st.container(horizontal=True, vertical_alignment="center", key="history.heading"):
        when = run.times.queued.astimezone().strftime("%Y-%m-%d %H:%M:%S") if run else ""
        st.markdown(f"#### Run of {literal(when)}" if run else "#### Run", width="content", anchors=False)
        if run is not None:
            st.caption(f"{literal(run.request.model)} · {literal(run.connection)}", width="content")
        st.space("stretch")
        st.button("Close", key="history.close", icon=":material/close:", type="tertiary", on_click=close)
