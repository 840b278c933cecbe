"""What another model would change, asked before it is changed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.domain.findings import Finding
from components.domain.model import Model
from components.domain.model_change import Switch, differences
from components.widgets.safe_markdown import literal


def model_switch(
    before: Model,
    pending: tuple[Model, Switch] | None,
    switch: Callable[[], None],
    keep: Callable[[], None],
) -> None:
    """Draw the question, in a container that is there without any."""
    box = st.container(key="workbench.switch")
    if pending is None:
        return
    after, found = pending
    with box.container(border=True):
        st.markdown(f"**Switch to {literal(after.name)}?** The request cannot stay as it is:")
        lines = [
            f"- {literal(_reason(finding))}" + (f" **{literal(finding.fix.label)}.**" if finding.fix else "")
            for finding in found.findings
            if finding.severity == "error"
        ]
        st.markdown("\n".join(lines) or "- A field changes with the model.")
        facts = differences(before, after)
        if facts:
            with st.expander(f"What else is different on {literal(after.name)}"):
                st.markdown("\n".join(f"- {literal(fact)}" for fact in facts))
        with st.container(horizontal=True):
            st.button(
                "Switch and make these changes" if found.fixes else "Switch",
                key="workbench.switch.take",
                type="primary",
                icon=":material/swap_horiz:",
                on_click=switch,
            )
            st.button(f"Stay with {literal(before.name)}", key="workbench.switch.keep", on_click=keep)
        if found.left:
            st.caption("What has no change beside it is yours to change afterwards; nothing is sent before.")


def _reason(finding: Finding) -> str:
    """What is wrong; what to do about it is said by the fix, where there is one."""
    reason, _, _ = finding.sentence.rpartition(". ")
    return f"{reason}." if finding.fix is not None and reason else finding.sentence
