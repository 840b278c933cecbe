"""The history: every run, newest first; one of them whole."""

import streamlit as st

from components import runtime, state
from components.answer_actions import history_actions
from components.widgets.answer_view import answer_view
from components.widgets.browser_side import browser_side
from components.widgets.export_buttons import export_buttons
from components.widgets.redraw import redraw_when
from components.widgets.run_table import PAGE_ROWS, no_runs, page_picker, run_filters, run_heading, run_table

store, engine = runtime.store(), runtime.engine()
history = state.history()

if history.go_to_workbench:
    history.go_to_workbench = False
    st.switch_page("../pages/workbench.py")


def restore() -> None:
    if history.run_id and (seen := engine.view(history.run_id)):
        state.bench(store.drafts, runtime.claim_draft).restore(seen.run)
        history.go_to_workbench = True


def stop() -> None:
    if history.run_id:
        engine.stop(history.run_id)


st.markdown("### History", anchors=False)
which = run_filters(store.runs.models())
total = store.runs.count(which)
rows = []
with st.container():
    if total == 0:
        no_runs(filtered=which.narrows)
    else:
        page = page_picker(total)
        rows = store.runs.page(which, limit=PAGE_ROWS, offset=page.offset)
        run_table(rows, page, which, history.choose)
        export_buttons(lambda: store.runs.iterate(which), total)

if history.run_id is not None:
    seen = engine.view(history.run_id)
    run_heading(seen.run if seen else None, history.close)
    answer_view(history.run_id, engine.view, history_actions(stop, restore), key="history.answer")

browser_side({"run": history.run_id})
live = [row.id for row in rows if row.state.live]
if live:
    redraw_when(lambda: any((now := engine.view(run_id)) is None or not now.live for run_id in live))
