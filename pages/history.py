"""The history: every run and every comparison, newest first; one run whole, or some side by side."""

import streamlit as st

from components import runtime, state
from components.answer_actions import history_actions
from components.widgets import comparison_table, run_table
from components.widgets.answer_view import answer_view
from components.widgets.browser_side import browser_side
from components.widgets.export_buttons import export_buttons
from components.widgets.redraw import redraw_when
from components.widgets.run_table import PAGE_ROWS, page_picker

store, engine = runtime.store(), runtime.engine()
history = state.history()

if history.next_page is not None:
    name, history.next_page = history.next_page, None
    st.switch_page(f"../pages/{name}.py")


def restore() -> None:
    if history.run_id and (seen := engine.view(history.run_id)):
        state.bench(store.drafts, runtime.claim_draft).restore(seen.run)
        history.next_page = "workbench"


def stop() -> None:
    if history.run_id:
        engine.stop(history.run_id)


def runs() -> None:
    which = run_table.run_filters(store.runs.models())
    total = store.runs.count(which)
    rows = []
    with st.container():
        if total == 0:
            run_table.no_runs(filtered=which.narrows)
        else:
            page = page_picker(total)
            rows = store.runs.page(which, limit=PAGE_ROWS, offset=page.offset)
            run_table.compare_ticked(history.ticked, history.compare, history.untick)
            run_table.run_table(rows, page, which, history.ticked, history.tick, history.choose)
            export_buttons(lambda: store.runs.iterate(which), total)
    if history.run_id is not None:
        seen = engine.view(history.run_id)
        run_table.run_heading(seen.run if seen else None, history.close)
        answer_view(history.run_id, engine.view, history_actions(stop, restore), key="history.answer")
    if live := [row.id for row in rows if row.state.live]:
        redraw_when(lambda: any((now := engine.view(run_id)) is None or not now.live for run_id in live))


def comparisons() -> None:
    text = comparison_table.comparison_search()
    total = store.comparisons.count(text)
    with st.container():
        if total == 0:
            comparison_table.no_comparisons(filtered=bool(text))
            return
        page = page_picker(total, key="history.comparisons.page")
        rows = store.comparisons.page(text, limit=PAGE_ROWS, offset=page.offset)
        comparison_table.comparison_table(rows, page, text, history.open_comparison)
        st.caption(f"{total:,} comparison{'s' if total != 1 else ''}. Choose one to open it.")
    if any(row.live for row in rows):
        redraw_when(lambda: store.comparisons.page(text, limit=PAGE_ROWS, offset=page.offset) != rows)


if run_table.history_bar():
    comparisons()
else:
    runs()
browser_side({"run": history.run_id})
