"""The Compare page's bar: how many answers, for how much; run, stop, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.domain import figures
from components.domain.comparison import MOST_AT_ONCE, MOST_SAMPLES, Comparison, dollars
from components.services.batches import Progress
from components.state import entered, seed
from components.widgets.fresh import fresh_container
from components.widgets.safe_markdown import literal
from components.widgets.scroll_link import scroll_link


def samples_popover(comparison: Comparison) -> None:
    """Answers per column, how many requests at once, and the limit in dollars."""
    limit = f" · up to &#36;{comparison.limit_usd:f}" if comparison.limit_usd is not None else ""
    label = f"Samples: {comparison.samples}{limit}"
    popover = st.popover(
        label, icon=":material/filter_none:", key="compare.samples.popover", on_change="rerun"
    )
    if not popover.open:
        return
    with popover:
        _whole_number("Samples", "compare.samples", comparison, "samples", MOST_SAMPLES, "Answers per column")
        _whole_number(
            "At once",
            "compare.at_once",
            comparison,
            "at_once",
            MOST_AT_ONCE,
            "Requests under way at the same time over one connection. Fewer when the server asks for it.",
        )
        _limit(comparison)


def _whole_number(label: str, key: str, comparison: Comparison, name: str, most: int, told: str) -> None:
    value: int = getattr(comparison, name)

    def changed() -> None:
        wanted = entered(key, value)
        if wanted is not None and 1 <= wanted <= most:
            setattr(comparison, name, int(wanted))

    st.number_input(
        f"{label} (1 to {most})", step=1, value=value, key=seed(key, value), on_change=changed, help=told
    )
    typed = st.session_state.get(key)
    if typed is None or not 1 <= typed <= most:
        st.error(f"{label}: from 1 to {most}. {value} is used.", icon=":material/block:")


def _limit(comparison: Comparison) -> None:
    key = "compare.limit"
    value = f"{comparison.limit_usd:f}" if comparison.limit_usd is not None else ""

    def changed() -> None:
        typed = str(entered(key, value) or "").strip().removeprefix("$").strip()
        if not typed or dollars(typed) is not None:
            comparison.limit_usd = dollars(typed) if typed else None

    st.text_input(
        "Stop at (US dollars)",
        value,
        key=seed(key, value),
        on_change=changed,
        placeholder="No limit",
        help="Nothing more is sent once what the answers on this page have cost, and what those under way "
        "can cost at most, would be more than this.",
    )
    typed = str(st.session_state.get(key) or "").strip().removeprefix("$").strip()
    if typed and dollars(typed) is None:
        holds = f"The limit of &#36;{value} holds." if value else "There is no limit now."
        st.error(f"A sum such as 0.50, please. {holds}", icon=":material/block:")


def add_menu(entries: Mapping[str, Callable[[], None]]) -> None:
    def chosen() -> None:
        if (add := entries.get(str(entered("compare.add", None)))) is not None:
            add()

    st.menu_button(
        "Add", list(entries), key="compare.add", icon=":material/add:", type="tertiary", on_click=chosen
    )


@dataclass(frozen=True, slots=True)
class RunActions:
    live: bool
    dialog: bool
    """One is open above the page, and Ctrl+Enter in it must not send anything."""
    missing: int
    """Answers that columns lack of those wished for."""
    run: Callable[[], None]
    stop: Callable[[], None]
    send_missing: Callable[[], None]


def run_buttons(act: RunActions) -> None:
    if act.live:
        st.button(
            "Stop all",
            key="compare.stop",
            icon=":material/stop:",
            on_click=act.stop,
            help="Ends every column at once and keeps what has arrived.",
        )
    elif act.missing:
        st.button(
            f"Send the missing {act.missing}",
            key="compare.missing",
            icon=":material/playlist_play:",
            on_click=act.send_missing,
            help="The same requests once more, as often as columns lack answers",
        )
    st.button(
        "Run all",
        key="compare.run",
        icon=":material/play_arrow:",
        type="primary",
        shortcut=None if act.dialog else "Ctrl+Enter",
        on_click=act.run,
        disabled=act.live,
        help="Sends every column's request",
    )


def scroll_toggle(growing: Sequence[str]) -> None:
    """Whether the answers scroll together; those of the columns that grow stay at their end meanwhile."""
    together = st.toggle("Scroll the answers together", key="compare.scroll", persist_state="session")
    scroll_link(together, "st-key-compare-box-", growing)


def progress_text(progress: Progress) -> str:
    """How far it is, as Markdown."""
    parts = [f"{progress.ended} of {progress.total} ended"]
    if empty := progress.ended - progress.answered:
        parts[0] += f", {empty} without an answer"
    if progress.cost_usd is not None:
        parts.append(f"{_usd(progress.cost_usd)} so far")
    if progress.live:
        rest = [f"about {_usd(progress.rest_usd)}"] if progress.rest_usd else []
        rest += [f"{figures.seconds(progress.rest_s)}"] if progress.rest_s is not None else []
        if rest:
            parts.append(f"{' and '.join(rest)} to go")
        parts.append(literal(progress.held_back_by or f"{progress.at_once} at once"))
    return " · ".join(parts) + (f"  \n{literal(progress.note)}" if progress.note else "")


def _usd(sum_: Decimal) -> str:
    return figures.dollars(sum_).replace("$", "&#36;")


def progress_line(progress: Progress | None) -> DeltaGenerator:
    """Draw how far a comparison is; returns the place, for `draw_progress`."""
    place = st.empty()
    draw_progress(place, progress)
    return place


def draw_progress(place: DeltaGenerator, progress: Progress | None) -> None:
    if progress is not None:
        place.progress(progress.ended / max(progress.total, 1), progress_text(progress))


def notices(
    *,
    refused: str | None,
    notes: Sequence[str],
    unsaved: str | None,
    undo: Callable[[], None] | None,
) -> None:
    """What there is to say about the comparison as a whole."""
    told = (refused, tuple(notes), unsaved, undo is None)
    with fresh_container("compare.notices", told):
        if refused:
            st.error(literal(refused), icon=":material/block:")
        for note in notes:
            st.info(literal(note), icon=":material/info:")
        if unsaved:
            st.warning(literal(unsaved), icon=":material/save:")
        if undo is not None:
            with st.container(horizontal=True, vertical_alignment="center", key="compare.undo.row"):
                st.caption("Columns were taken away, or made like the others.", width="content")
                st.button(
                    "Bring it back",
                    key="compare.undo",
                    icon=":material/undo:",
                    type="tertiary",
                    on_click=undo,
                )
