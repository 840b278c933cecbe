"""A container without what was in it before, also on a page whose script does not end.

Streamlit takes old elements away when the script has ended. While answers are followed it does not end, and
an old element stays wherever fewer are drawn than before. Emptying a place and filling it again in one go is
no way out, because only the last message for a place is sent; so the content changes its place instead.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def fresh_container(key: str, about: Hashable, **look: Any) -> DeltaGenerator:
    """A container (see `st.container`) that starts empty whenever `about` is not what it was."""
    kept = f"{key}.fresh"
    before, place = st.session_state.get(kept, (about, 0))
    if before != about:
        place = 1 - place
    st.session_state[kept] = (about, place)
    if place == 1:
        st.empty()
    box = st.container(key=key, **look)
    if place == 0:
        st.empty()
    return box
