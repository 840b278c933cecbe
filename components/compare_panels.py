"""The parts of the Compare page besides its columns: editor, dialogs, files, differences, figures, vote."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import runtime
from components.answer_actions import history_actions
from components.column_edits import ColumnEdits
from components.compare_actions import CompareDesk
from components.services.batch_file import BatchColumn, Plan, plan
from components.widgets.compare_editor import edited_picker, links
from components.widgets.parameters import max_tokens_field, model_picker, more_parameters, parameters_line
from components.widgets.problems import problems
from components.widgets.prompt_editor import prompt_editor
from components.widgets.raw_editor import raw_editor
from components.widgets.sections import sections, unplaced
from components.widgets.take_away import Downloads, take_away
from components.widgets.unfinished import pending_problem


def editor(desk: CompareDesk) -> bool:
    """The editor of one column, and what it shares with the others; returns whether it is open."""
    comparison, variant = desk.here.comparison, desk.edited
    edits = ColumnEdits(desk)
    draft, column, fix = variant.draft, desk.desks[variant.id], partial(edits.fix, variant.id)
    box = st.expander(
        "Prompt and parameters",
        expanded=not desk.has_runs,
        key="compare.editor",
        on_change="rerun",
    )
    if not box.open:
        return False
    with box:
        with st.container(horizontal=True, vertical_alignment="bottom", key="compare.editor.bar"):
            edited_picker(comparison, variant.id, desk.here.edit)
            if "Model" in comparison.linked:
                model_picker(draft, column.models, partial(edits.choose_model, variant.id))
            if "Max tokens" in comparison.linked:
                max_tokens_field(draft)
            version = column.connection.anthropic_version
            findings = more_parameters(draft, column.model, version, desk.looks[variant.id][0], fix)
            links(comparison, desk.here.link)
        if line := parameters_line(draft):
            st.caption(line)
        if draft.raw_json is None:
            prompt_editor(draft, findings, fix, model=column.model, also=comparison.variables)
            sections(draft, column.model, findings, fix, column.edit_json)
        else:
            raw_editor(draft, column.edit_form, also=comparison.variables)
        problems(unplaced(findings, draft), fix, key="compare.problems")
    return True


def dialogs(desk: CompareDesk) -> None:
    """The dialog that is open, if one is."""
    if desk.here.dialog is None:
        return
    name, about = desk.here.dialog
    variant = desk.here.comparison.variant(about)
    if name == "code" and variant is not None:
        from components.widgets.code_dialog import code_dialog

        column = desk.desks[about]
        findings, _ = desk.looks[about]
        code_dialog(column.request, column.connection, variant.draft, findings, desk.close_dialog)
    elif name == "connection" and variant is not None:
        from components.widgets.compare_dialogs import connection_dialog

        connection_dialog(
            desk.here.comparison.letter(about),
            runtime.connections(),
            variant.connection_id,
            partial(ColumnEdits(desk).choose_connection, about),
            desk.close_dialog,
        )
    elif name == "answer":
        from components.widgets.compare_dialogs import answer_dialog

        actions = history_actions(partial(runtime.engine().stop, about), None)
        answer_dialog(about, runtime.engine().view, actions, desk.close_dialog)
    elif name == "run":
        from components.widgets.compare_dialogs import run_dialog

        run_dialog(runtime.store().runs.page(limit=20), ColumnEdits(desk).add_from_run, desk.close_dialog)


def files(desk: CompareDesk) -> None:
    """The button that takes the comparison away, as a report, tables or programs."""
    columns = desk.columns

    def report() -> bytes:
        from components.services.comparison_report import Report, report_html

        said = runtime.blind_votes().said(desk.here.comparison.id, columns)
        return report_html(Report.of(desk.here.comparison.title(), columns, said))

    def csv() -> bytes:
        from components.services.comparison_export import csv_of

        return b"".join(csv_of(columns))

    def jsonl() -> bytes:
        from components.services.comparison_export import jsonl_of

        return b"".join(jsonl_of(columns))

    take_away(
        columns, Downloads(report, csv, jsonl), partial(desk.show_dialog, "code"), partial(_batch, desk)
    )


def _batch(desk: CompareDesk) -> Plan:
    """The requests of the columns as they are edited now."""
    comparison = desk.here.comparison
    columns = [
        BatchColumn(
            comparison.letter(variant.id),
            variant.draft,
            desk.desks[variant.id].connection,
            desk.looks[variant.id][0],
            pending_problem(variant.draft),
        )
        for variant in comparison.variants
    ]
    return plan(columns, comparison.samples)


def differences(desk: CompareDesk) -> None:
    from components.widgets.compare_differences import differences_section

    differences_section(desk.columns)


def figures(desk: CompareDesk) -> None:
    from components.widgets.compare_figures import figures_section

    figures_section(desk.columns)


def blind_vote(desk: CompareDesk, *, narrow: bool) -> None:
    from components.widgets.blind_vote import blind_vote_section

    blind_vote_section(desk.columns, runtime.blind_votes(), desk.here.comparison.id, narrow=narrow)
