"""Watches a run while its answer arrives."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from components.services.runs import RunView
from components.widgets.model_text import MessagePainter
from components.widgets.run_facts import progress_line

View = Callable[[str], RunView | None]
"""Run id → the run as it is now; None for an unknown id."""

_ANY_KEY = "live.answer"
_STEP_S = 0.05
_SHORTEST_PAUSE_S = 0.15
_LONGEST_PAUSE_S = 1.0
_RESENT_PER_S = 6_000
"""Characters of an unfinished paragraph sent again per second at most; longer ones are drawn less often."""


def follow(run_id: str, view: View, key: str) -> None:
    """Draw the answer while it grows, from a thread of the page, and run the page again at its end.

    A click elsewhere ends the watching, never the run.
    """
    with st.container():

        @st.fragment(parallel=True, key=f"{key}.watch")
        def watch() -> None:
            status = st.empty()
            painter = MessagePainter(st.container(gap="small"))
            said, drawn = "", -1
            while (seen := view(run_id)) is not None and seen.live:
                if (line := progress_line(seen)) != said:
                    said = line
                    status.caption(line)
                resent = 0
                if seen.version != drawn:
                    drawn = seen.version
                    resent = painter.draw(seen.run.message, live=True)
                rest(resent, lambda: (seen := view(run_id)) is None or not seen.live)
            st.rerun()

        watch()


def rest(resent: int, ended: Callable[[], bool] = lambda: False) -> None:
    """Wait until so many characters may be sent again, not beyond an end, and with an open ear for clicks."""
    until = time.monotonic() + min(max(resent / _RESENT_PER_S, _SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)
    while (left_s := until - time.monotonic()) > 0 and not ended():
        time.sleep(min(_STEP_S, left_s))
        st.session_state.get(_ANY_KEY)  # Where Streamlit may end this script for a newer one.
