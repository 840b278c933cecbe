"""Which column is in the Compare page's editor, and what all columns share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from components.domain.comparison import LINKABLE, Comparison
from components.state import entered, seed

_IN_THE_HEADS: Final = frozenset({"Model", "Max tokens"})


def edited_picker(comparison: Comparison, edited: str, edit: Callable[[str], None]) -> None:
    """Which column the editor shows; nothing to choose where all that it edits is linked."""
    if comparison.linked >= LINKABLE.keys() - _IN_THE_HEADS:
        return
    key = "compare.edited"
    ids = [variant.id for variant in comparison.variants]
    if st.session_state.get(key) != edited:
        st.session_state.pop(key, None)

    def changed() -> None:
        edit(entered(key, edited))

    st.radio(
        "Edit column",
        ids,
        index=ids.index(edited),
        key=seed(key, edited),
        format_func=comparison.letter,
        horizontal=True,
        on_change=changed,
        help="What is linked changes in every column, the rest in this one alone.",
    )


def links(comparison: Comparison, link: Callable[[str, bool], None]) -> None:
    """What is the same in every column."""
    with st.container(gap="xxsmall", key="compare.links", width="content"):
        st.markdown(":small[Same in every column]")
        with st.container(horizontal=True, gap="medium"):
            for name in LINKABLE:
                key = f"compare.link.{name}"
                linked = name in comparison.linked
                if st.session_state.get(key) != linked:
                    st.session_state.pop(key, None)

                def changed(name: str = name, key: str = key, linked: bool = linked) -> None:
                    link(name, bool(entered(key, linked)))

                st.checkbox(name, linked, key=seed(key, linked), on_change=changed, width="content")
