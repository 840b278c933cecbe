"""The heads of the Compare page's columns, with what their buttons do."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from components import runtime
from components.actions import Desk
from components.column_edits import ColumnEdits
from components.compare_actions import CompareDesk
from components.domain.comparison import FEWEST, LINKABLE, Variant
from components.widgets.compare_bar import RunActions, draw_progress
from components.widgets.compare_head import Head, HeadActions

_DRAWN_AGAIN_AFTER_S: Final = 0.7


def heads(desk: CompareDesk, *, editor_open: bool) -> list[tuple[Head, HeadActions]]:
    """One for each variant, in order; what the open editor says is not said again."""
    variants = desk.here.comparison.variants
    return [(_head(desk, variant, editor_open), _actions(desk, variant.id)) for variant in variants]


def _head(desk: CompareDesk, variant: Variant, editor_open: bool) -> Head:
    comparison, column = desk.here.comparison, desk.desks[variant.id]
    findings, ahead = desk.looks[variant.id]
    if editor_open:
        said = {(each.rule, each.path, each.sentence) for each in desk.looks[desk.edited.id][0]}
        findings = [each for each in findings if (each.rule, each.path, each.sentence) not in said]
    live = desk.column_live(variant.id)
    return Head(
        letter=comparison.letter(variant.id),
        draft=variant.draft,
        models=column.models,
        differs=comparison.differs(variant),
        changed=desk.changed_since(variant.id),
        findings=findings,
        ahead=ahead,
        refusal=column.refusal,
        connection=_connection(column, variant),
        own=frozenset(LINKABLE) - comparison.linked,
        edited=variant.id == desk.here.edited,
        live=live,
        may_run=not desk.live or not desk.run_ids.get(variant.id),
        has_answer=bool(desk.run_ids.get(variant.id)),
    )


def _connection(column: Desk, variant: Variant) -> str | None:
    """The name of a connection of its own."""
    if column.gone:
        return "a connection that is gone"
    return column.connection.name if variant.connection_id else None


def _actions(desk: CompareDesk, variant_id: str) -> HeadActions:
    comparison = desk.here.comparison
    run_ids, edits = desk.run_ids.get(variant_id), ColumnEdits(desk)
    return HeadActions(
        choose_model=partial(edits.choose_model, variant_id),
        changed=partial(edits.changed, variant_id),
        fix=partial(edits.fix, variant_id),
        run=partial(desk.run_one, variant_id),
        stop=partial(desk.stop_one, variant_id),
        edit=partial(edits.edit, variant_id),
        get_code=partial(desk.show_dialog, "code", variant_id),
        show_answer=partial(desk.show_dialog, "answer", run_ids[0] if run_ids else ""),
        open_in_workbench=partial(edits.open_in_workbench, variant_id),
        choose_connection=partial(desk.show_dialog, "connection", variant_id),
        duplicate=None if comparison.full else partial(edits.duplicate, variant_id),
        remove=partial(edits.remove, variant_id) if len(comparison.variants) > FEWEST else None,
    )


def additions(desk: CompareDesk) -> dict[str, Callable[[], None]]:
    """What can be added → how."""
    columns: dict[str, Callable[[], None]] = {
        "Column from the Workbench": ColumnEdits(desk).add_from_workbench,
        "Column from a saved run…": partial(desk.show_dialog, "run"),
    }
    new: dict[str, Callable[[], None]] = {"New comparison of the Workbench's prompt": desk.new}
    return new if desk.here.comparison.full else {**columns, **new}


def run_actions(desk: CompareDesk) -> RunActions:
    return RunActions(
        live=desk.live,
        dialog=desk.here.dialog is not None,
        missing=sum(desk.missing().values()),
        run=desk.run_all,
        stop=desk.stop_all,
        send_missing=desk.send_missing,
    )


def news(desk: CompareDesk, place: DeltaGenerator | None = None) -> bool:
    """Whether the page has more to show than how far it is; that is drawn, where there is a place for it.

    While samples come and go by the dozen, at most every so often: each time all of the page is drawn.
    """
    now, drawn = runtime.batches().progress(desk.here.comparison.id), desk.progress
    if place is not None and now is not None and now.live:
        draw_progress(place, now)
    if desk.waits and desk.nothing_under_way():
        return True
    if now is None or drawn is None or now.live != drawn.live:
        return now is not drawn
    differs = (now.ended, now.sent) != (drawn.ended, drawn.sent)
    return differs and time.monotonic() - desk.drawn_at > _DRAWN_AGAIN_AFTER_S
