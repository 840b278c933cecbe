"""The Workbench: the draft on the left, its answer on the right, the newest runs below."""

import streamlit as st

from components import actions, runtime, state
from components.widgets import top_bar
from components.widgets.before_you_send import before_you_send
from components.widgets.browser_side import browser_side
from components.widgets.code_dialog import code_dialog
from components.widgets.first_steps import first_steps
from components.widgets.import_dialog import import_dialog
from components.widgets.model_switch import model_switch
from components.widgets.parameters import max_tokens_field, model_picker, more_parameters, parameters_line
from components.widgets.problems import problems
from components.widgets.prompt_editor import prompt_editor
from components.widgets.raw_editor import raw_editor
from components.widgets.recent_runs import recent_runs
from components.widgets.redraw import redraw_when
from components.widgets.sections import sections, unplaced

store, engine = runtime.store(), runtime.engine()
bench = state.bench(store.drafts, runtime.claim_draft)
desk = actions.desk(bench)
draft, live, (findings, ahead), narrow = bench.draft, desk.live, desk.look(), browser_side(bench.address)

with st.container(horizontal=True, vertical_alignment="bottom", key="workbench.bar"):
    model_picker(draft, desk.models, desk.choose_model)
    max_tokens_field(draft)
    findings = more_parameters(draft, desk.model, desk.connection.anthropic_version, findings, desk.fix)
    st.space("stretch")
    top_bar.new_button(desk.start_new, disabled=draft.is_fresh)
    if live:  # In a place that is free then: the bar must not grow, nor Run move from under the mouse.
        top_bar.stop_button(desk.stop, key="workbench.stop")
    else:
        top_bar.import_button(desk.show_import)
    top_bar.get_code_button(desk.show_code)
    top_bar.run_button(desk.run, live=live, dialog=bench.dialog is not None)

with st.container(key="workbench.notices"):
    model_switch(desk.model, desk.pending_switch(), desk.switch_model, desk.keep_model)
    problems(unplaced(findings, draft), desk.fix, key="workbench.problems")
    top_bar.notices(
        parameters_line(draft),
        refusal=desk.refusal,
        insist=desk.insist if desk.may_insist else None,
        notes=bench.notes,
        models=desk.models.problem,
        unsaved=desk.save(),
        bring_back=bench.bring_back if bench.replaced is not None else None,
    )

editor, answer = st.columns(2, gap="medium")
with editor:
    if draft.raw_json is None:
        prompt_editor(draft, findings, desk.fix, model=desk.model)
        sections(draft, desk.model, findings, desk.fix, desk.edit_json)
    else:
        raw_editor(draft, desk.edit_form)
    before_you_send(ahead)
    if not narrow:
        recent_runs(store.runs.page(limit=5), bench.run_id, desk.restore)
with answer:
    if bench.run_id is None:
        first_steps(desk.connection, desk.use_example)
    else:
        from components.answer_actions import answer_actions  # The first screen needs none of it.
        from components.widgets.answer_view import answer_view

        answer_view(bench.run_id, engine.view, answer_actions(desk))
if narrow:  # There the columns stand below each other, and the answer comes first.
    recent_runs(store.runs.page(limit=5), bench.run_id, desk.restore)

if desk.models.loading or (ahead and ahead.counted.pending):
    redraw_when(desk.nothing_under_way)
if bench.dialog == "code":
    code_dialog(desk.request, desk.connection, draft, desk.look()[0], desk.close_dialog)
elif bench.dialog == "import":
    import_dialog(desk.import_code, desk.close_dialog)
if live and not desk.live:  # It ended while the page was drawn, and nobody watches it any more.
    st.rerun()
