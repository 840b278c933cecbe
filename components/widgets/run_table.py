"""The history table: filters, one page of runs, the choice of one, and of some to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import streamlit as st

from components.domain import figures
from components.domain.comparison import FEWEST, MOST
from components.domain.run import Run, RunFilter, RunState, RunSummary
from components.widgets.safe_markdown import literal

PAGE_ROWS = 50


def history_bar() -> bool:
    """The page's title and what it lists; returns whether that is comparisons, not runs."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="history.bar"):
        st.markdown("### History", width="content", anchors=False)
        listed = st.radio(
            "What is listed",
            ["Runs", "Comparisons"],
            horizontal=True,
            label_visibility="collapsed",
            key="history.listed",
            persist_state="session",
        )
    return listed == "Comparisons"


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


def page_picker(total: int, key: str = "history.page") -> Page:
    pages = max(1, -(-total // PAGE_ROWS))
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = pages
    if pages == 1:
        return Page(1)
    return Page(st.pagination(pages, key=key))


def no_runs(*, filtered: bool) -> None:
    """The empty table."""
    if filtered:
        st.info("No run matches these filters.", icon=":material/filter_alt_off:")
    else:
        st.info("No runs yet. Every run appears here the moment it is sent.", icon=":material/history:")
        st.page_link("../pages/workbench.py", label="Try a prompt", icon=":material/edit_note:")


def run_table(
    rows: Sequence[RunSummary],
    page: Page,
    which: RunFilter,
    ticked: Sequence[str],
    tick: Callable[[Sequence[str], Sequence[str]], None],
    choose: Callable[[str], None],
) -> None:
    """Draw one page of runs, those of the ids in `ticked` with a tick.

    `tick` gets the ids of the rows and of those among them that are ticked after a change, `choose` the id of
    the row whose cell was clicked. Positions, which is what Streamlit knows, never leave this function: rows
    move when new runs come.
    """
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
    ids = [row.id for row in rows]
    positions = [position for position, run_id in enumerate(ids) if run_id in ticked]
    known = st.session_state.get(key, {"selection": {"rows": []}})["selection"]["rows"]
    if sorted(known) != positions:
        st.session_state[key] = {"selection": {"rows": positions}}

    def changed() -> None:
        picked = st.session_state[key]["selection"]
        if sorted(picked["rows"]) != positions:
            tick(ids, [ids[position] for position in picked["rows"]])
        elif picked["cells"]:
            choose(ids[picked["cells"][0][0]])

    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        on_select=changed,
        selection_mode=["multi-row", "single-cell"],
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


def compare_ticked(
    ticked: Sequence[str], compare: Callable[[Sequence[str]], None], untick: Callable[[], None]
) -> None:
    """What can be done with the ticked runs, these ids. `compare` gets them in the order of the ticks.

    Always of the same size, so that the table below does not move under the mouse.
    """
    number = len(ticked)
    can_be = FEWEST <= number <= MOST
    if can_be:
        said = "They open side by side, in the order of the ticks."
    elif number > MOST:
        said = f"{number} runs are ticked; two to six can be compared."
    else:
        said = "Tick two to six runs to compare them."
    with st.container(horizontal=True, vertical_alignment="center", key="history.ticked"):
        st.caption(said, width=300)
        st.button(
            f"Compare these {number}" if can_be else "Compare",
            key="history.compare",
            icon=":material/compare:",
            type="primary",
            on_click=compare,
            args=(list(ticked),),
            disabled=not can_be,
        )
        st.button("Untick all", key="history.untick", type="tertiary", on_click=untick, disabled=not number)


def run_heading(run: Run | None, close: Callable[[], None]) -> None:
    """Which run stands below the table."""
    with st.container(horizontal=True, vertical_alignment="center", key="history.heading"):
        when = run.times.queued.astimezone().strftime("%Y-%m-%d %H:%M:%S") if run else ""
        st.markdown(f"#### Run of {literal(when)}" if run else "#### Run", width="content", anchors=False)
        if run is not None:
            st.caption(f"{literal(run.request.model)} · {literal(run.connection)}", width="content")
        st.space("stretch")
        st.button("Close", key="history.close", icon=":material/close:", type="tertiary", on_click=close)
