"""The Workbench: the draft on the left, its answer on the right, the newest runs below."""

import streamlit as st

from components import actions, runtime, state
from components.widgets.answer_view import AnswerActions, answer_view, stop_button
from components.widgets.browser_side import browser_side
from components.widgets.code_dialog import code_dialog
from components.widgets.first_steps import first_steps
from components.widgets.parameters import (
    max_tokens_field,
    model_picker,
    more_parameters,
    parameters_line,
)
from components.widgets.problems import problems
from components.widgets.prompt_editor import belongs_to_editor, prompt_editor
from components.widgets.recent_runs import recent_runs
from components.widgets.redraw import redraw_when
from components.widgets.top_bar import get_code_button, new_button, notices, run_button

store, engine = runtime.store(), runtime.engine()
bench = state.bench(store.drafts, runtime.claim_draft)
desk = actions.desk(bench)
draft, findings, live = bench.draft, desk.findings(), desk.live
narrow = browser_side(bench.address)

with st.container(horizontal=True, vertical_alignment="bottom", key="workbench.bar"):
    model_picker(draft, desk.models)
    max_tokens_field(draft)
    findings = more_parameters(draft, desk.model, desk.connection.anthropic_version, findings, desk.fix)
    st.space("stretch")
    new_button(desk.start_new, disabled=draft.is_fresh)
    get_code_button(desk.show_code)
    if live:
        stop_button(desk.stop, key="workbench.stop")
    run_button(desk.run, live=live)

with st.container(key="workbench.notices"):
    problems([f for f in findings if not belongs_to_editor(f, draft)], desk.fix, key="workbench.problems")
    if also := parameters_line(draft):
        st.caption(also)
    notices(
        refusal=desk.refusal,
        models=desk.models.problem,
        unsaved=desk.save(),
        bring_back=bench.bring_back if bench.replaced is not None else None,
    )

editor, answer = st.columns(2, gap="medium")
with editor:
    prompt_editor(draft, findings, desk.fix)
    if not narrow:
        recent_runs(store.runs.page(limit=5), bench.run_id, desk.restore)
with answer:
    if bench.run_id is None:
        first_steps(desk.connection, desk.use_example)
    else:
        answer_view(
            bench.run_id,
            engine.view,
            AnswerActions(
                add_to_turns=desk.add_answer,
                run_again=desk.run_again,
                run_with_more_tokens=desk.run_with_more_tokens,
                more_tokens=desk.more_tokens(),
                continue_turn=desk.continue_turn,
            ),
        )
if narrow:  # There the columns stand below each other, and the answer comes first.
    recent_runs(store.runs.page(limit=5), bench.run_id, desk.restore)

if desk.models.loading:
    redraw_when(desk.models_are_there)
if bench.code_open:
    code_dialog(desk.request, desk.connection, draft.unfilled, desk.hide_code)
if live and not desk.live:  # It ended while the page was drawn, and nobody watches it any more.
    st.rerun()
