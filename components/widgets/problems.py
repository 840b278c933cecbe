"""What would be refused, said before sending, each with its one-click fix."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from components.domain.findings import Finding
from components.widgets.safe_markdown import literal


def problems(findings: Iterable[Finding], apply: Callable[[Finding], None], *, key: str) -> None:
    """Draw findings where they belong, in a container that is there without any; a fix is one click."""
    box = st.container(key=key)
    for number, finding in enumerate(findings):
        with box.container(horizontal=True, vertical_alignment="center", key=f"{key}.{number}"):
            if finding.severity == "error":
                st.error(literal(finding.sentence), icon=":material/block:", width="stretch")
            else:
                st.info(literal(finding.sentence), icon=":material/info:", width="stretch")
            if finding.fix is not None:
                st.button(
                    literal(finding.fix.label),
                    key=f"{key}.{number}.fix",
                    icon=":material/build:",
                    on_click=apply,
                    args=(finding,),
                )
