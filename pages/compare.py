"""Compare: two to six variants side by side, their differences, their figures, a blind vote."""

import streamlit as st

from components import column_actions, compare_actions, compare_panels, compare_state, runtime, state
from components.widgets import compare_bar
from components.widgets.browser_side import browser_side
from components.widgets.compare_answers import LiveBox, draw_boxes, follow_boxes
from components.widgets.compare_columns import compare_columns
from components.widgets.redraw import redraw_when

store, keeper = runtime.store(), runtime.comparisons()
workbench = state.bench(store.drafts, runtime.claim_draft)
here = compare_state.compare(keeper, runtime.claim_draft, workbench.draft, runtime.runs_of)
if here.go_to_workbench:
    here.go_to_workbench = False
    st.switch_page("../pages/workbench.py")

desk = compare_actions.desk(here)
unsaved = desk.save()
narrow = browser_side(here.address)

with st.container(horizontal=True, vertical_alignment="center", key="compare.bar"):
    st.markdown("### Compare", width="content", anchors=False)
    st.space("stretch")
    compare_bar.add_menu(column_actions.additions(desk))
    compare_bar.samples_popover(here.comparison)
    compare_panels.files(desk)
    compare_bar.run_buttons(column_actions.run_actions(desk))
progress = compare_bar.progress_line(desk.shown_progress)
undo = here.undo if here.before is not None else None
compare_bar.notices(refused=desk.refused, notes=here.notes, unsaved=unsaved, undo=undo)

editor_open = compare_panels.editor(desk)
answers, differences, figures, vote = st.tabs(
    ["Answers", "Differences", "Figures", "Blind vote"], key="compare.tabs", on_change="rerun"
)
live_boxes: list[LiveBox] = []
with answers:
    if answers.open:
        heads = column_actions.heads(desk, editor_open=editor_open)
        live_boxes = compare_columns(desk.columns, heads, desk.views, narrow=narrow)
        compare_bar.scroll_toggle([box.letter for box in live_boxes])
with differences:
    if differences.open:
        compare_panels.differences(desk)
with figures:
    if figures.open:
        compare_panels.figures(desk)
with vote:
    if vote.open:
        compare_panels.blind_vote(desk, narrow=narrow)

compare_panels.dialogs(desk)
gone = here.gone()
if desk.live and answers.open and here.dialog is None and not gone:
    follow_boxes(live_boxes, runtime.engine().view, lambda: column_actions.news(desk, progress))
else:
    draw_boxes(live_boxes, runtime.engine().view)
    if here.dialog is None and (desk.live or desk.waits):  # Behind a dialog the page stays as it is.
        redraw_when(lambda: gone or column_actions.news(desk))
