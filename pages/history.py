"""The history: every run, newest first; one of them whole."""

import streamlit as st

from components import runtime, state
from components.widgets.answer_view import AnswerActions, answer_view
from components.widgets.export_buttons import export_buttons
from components.widgets.run_table import PAGE_ROWS, no_runs, page_picker, run_filters, run_table

store, engine = runtime.store(), runtime.engine()
history = state.history()

if history.go_to_workbench:
    history.go_to_workbench = False
    st.switch_page("../pages/workbench.py")

st.markdown("### History")
which = run_filters(store.runs.models())
total = store.runs.count(which)
if total == 0:
    no_runs(filtered=which.narrows)
else:
    page = page_picker(total)
    run_table(store.runs.page(which, limit=PAGE_ROWS, offset=page.offset), page, which, history.choose)
    export_buttons(lambda: store.runs.iterate(which), total)

if history.run_id is not None:

    def restore(run_id: str = history.run_id) -> None:
        if (seen := engine.view(run_id)) is not None:
            state.bench(store.drafts, runtime.claim_draft).restore(seen.run)
            history.go_to_workbench = True

    st.divider()
    answer_view(
        history.run_id,
        engine.view,
        AnswerActions(stop=lambda: engine.stop(history.run_id), restore=restore),
        key="history.answer",
    )
