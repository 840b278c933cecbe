"""The parts of a request that not every prompt has: each behind one click."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

_KEY = "sections"


def sections(parts: Mapping[str, tuple[int, Callable[[], None]]]) -> None:
    """Draw a pill for each part, and the parts whose pill is on.

    Parts by name: how much of it the request has, which the pill tells, and what draws it.
    """

    def name(part: str) -> str:
        count, _ = parts[part]
        return f"{part} · {count}" if count else part

    chosen = st.pills(
        "Parts of the request",
        list(parts),
        selection_mode="multi",
        format_func=name,
        key=_KEY,
        label_visibility="collapsed",
        persist_state="session",
    )
    for part in parts:
        with st.container(key=f"{_KEY}.{part.split()[0].lower()}"):
            if part in (chosen or ()):
                with st.container(border=True):
                    st.markdown(f"**{part}**")
                    parts[part][1]()
