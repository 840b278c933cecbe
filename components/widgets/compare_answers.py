"""The answers of a comparison: a box of the same height for each column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.domain.compared import Column, Fold, folded, in_ranges
from components.services.runs import RunView
from components.widgets.answer_view import AnswerActions, ended_answer
from components.widgets.fresh import fresh_container
from components.widgets.live_answer import View, rest
from components.widgets.model_text import MessagePainter
from components.widgets.run_facts import badge, figures_line, progress_line
from components.widgets.safe_markdown import literal


@dataclass(frozen=True, slots=True, eq=False)
class LiveBox:
    """A box whose answer is still arriving."""

    run_id: str
    letter: str
    status: DeltaGenerator
    painter: MessagePainter


def answer_box(
    column: Column, views: Mapping[str, RunView], *, height: int, key: str, box: str
) -> LiveBox | None:
    """Draw one answer of a column, and where there are several, which one.

    `box` is the key of what scrolls. Returns where a live answer is to be drawn, by `follow_boxes`.
    """
    shown = _choice(column, key=f"{key}.choice")
    seen = views[shown.run.id] if shown else None
    live = seen is not None and seen.live
    with st.container(height=height, border=True, key=box):
        status = st.empty()
        about = (seen.run.id, live, seen.unsaved) if seen else None
        content = fresh_container(f"{key}.answer", about, gap="small")
    figures = st.empty()
    if seen is None:
        status.caption("No answer yet.")
        return None
    if live:
        return LiveBox(seen.run.id, column.letter, status, MessagePainter(content))
    label, color, icon = badge(seen.run)
    status.badge(label, color=color, icon=icon)  # type: ignore[arg-type]
    with content:
        if seen.unsaved:
            st.error(literal(seen.unsaved), icon=":material/save:")
        ended_answer(seen, AnswerActions(), key=f"{key}.ended.{seen.run.id}")
    figures.caption(figures_line(seen.run))
    return None


def draw_boxes(boxes: Sequence[LiveBox], view: View) -> None:
    """Draw answers as far as they have come, once."""
    for box in boxes:
        if (seen := view(box.run_id)) is not None:
            box.status.caption(progress_line(seen))
            box.painter.draw(seen.run.message, live=True)


def follow_boxes(boxes: Sequence[LiveBox], view: View, changed: Callable[[], bool]) -> None:
    """Draw answers while they arrive, from the script of the page itself: call it last.

    Runs the page again when one of them has ended or `changed` says so. Any click ends the watching at once,
    and never the runs. One loop for all columns, because fragments that run beside each other share a few
    threads; and in the script, because only there the boxes may stand anywhere on the page.
    """
    said, drawn = dict.fromkeys(boxes, ""), dict.fromkeys(boxes, -1)
    while not changed():
        resent = 0
        for box in boxes:
            seen = view(box.run_id)
            if seen is None or not seen.live:
                st.rerun()
            if (line := progress_line(seen)) != said[box]:
                said[box] = line
                box.status.caption(line)
            if seen.version != drawn[box]:
                drawn[box] = seen.version
                resent += box.painter.draw(seen.run.message, live=True)
        rest(resent)
    st.rerun()


def _choice(column: Column, *, key: str) -> Fold | None:
    """The answer to show: the one chosen among the different ones, or the first.

    Kept by its run, because places change when answers turn out to be identical.
    """
    folds = folded(column.runs)
    many = (len(column.runs) > 1, len(folds) > 1)
    with fresh_container(f"{key}.row", many, horizontal=True, vertical_alignment="center"):
        if len(column.runs) <= 1:
            return folds[0] if folds else None
        chosen = st.session_state.get(f"{key}.run")
        run_ids = [run.id for run in column.runs]
        sample = run_ids.index(chosen) + 1 if chosen in run_ids else 1
        place = next(at for at, fold in enumerate(folds, 1) if sample in fold.samples)
        if len(folds) > 1:
            st.session_state[key] = place

            def leafed() -> None:
                number = int(st.session_state.get(key, place))
                st.session_state[f"{key}.run"] = folds[min(number, len(folds)) - 1].run.id

            st.pagination(len(folds), default=place, key=key, max_visible_pages=5, on_change=leafed)
        st.caption(_said_of(folds[place - 1], folds, column))
    return folds[place - 1]


def _said_of(shown: Fold, folds: Sequence[Fold], column: Column) -> str:
    coming = sum(run.state.live for run in column.runs)
    ended, different = len(column.runs) - coming, len(folds) - coming
    parts = []
    if ended > 1:
        parts.append(
            f"All {ended} answers are identical"
            if different == 1
            else f"{different} different answers of {ended}"
        )
    if coming:
        parts.append(f"{coming} arriving")
    if different > 1 and not shown.run.state.live:
        which = "samples" if len(shown.samples) > 1 else "sample"
        parts.append(f"this is {which} {in_ranges(shown.samples)}")
    return " · ".join(parts)
