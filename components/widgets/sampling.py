"""Temperature, top_p and top_k: as far as model and version take them."""

from __future__ import annotations

import streamlit as st

from components.domain.draft import Draft
from components.domain.model import Model
from components.domain.request import VERSION_2026
from components.state import entered, seed
from components.widgets.safe_markdown import literal


def sampling(draft: Draft, model: Model, anthropic_version: str) -> None:
    """Draw the fields, or say why there are none; values that are set stay in sight."""
    set_now = any(value is not None for value in (draft.temperature, draft.top_p, draft.top_k))
    offered = anthropic_version != VERSION_2026 and model.sampling != "default_only"
    if not offered and not set_now:
        why = (
            f"API version {VERSION_2026} takes no temperature, top_p or top_k."
            if anthropic_version == VERSION_2026
            else f"{model.name} takes no temperature, top_p or top_k other than its own."
        )
        st.caption(literal(why))
        return
    columns = st.columns(3)
    with columns[0]:
        _number(draft, "temperature", "Temperature", step=0.1)
    with columns[1]:
        _number(draft, "top_p", "Top p", step=0.05)
    with columns[2]:
        _number(draft, "top_k", "Top k", step=1)


def _number(draft: Draft, name: str, label: str, *, step: float) -> None:
    key = f"workbench.parameters.{name}"

    def changed() -> None:
        setattr(draft, name, entered(key, getattr(draft, name)))

    value = getattr(draft, name)
    now = value if isinstance(step, int) or value is None else float(value)
    st.number_input(
        label,
        step=step,
        format=None if isinstance(step, int) else "%g",
        value=None,  # Which lets the field be emptied.
        key=seed(key, now),
        on_change=changed,
        placeholder="not sent",
    )
