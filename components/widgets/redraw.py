"""Runs the page again when something it waits for has come."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def redraw_when(ready: Callable[[], bool]) -> None:
    """Run the page again as soon as something that is under way is there, once it is drawn to its end."""
    drawn = False
    with st.container():

        @st.fragment(run_every=0.5)
        def wait() -> None:
            nonlocal drawn
            if drawn and ready():
                st.rerun()
            drawn = True

        wait()
