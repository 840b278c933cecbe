"""The newest runs, under the editor. A click brings one back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain import figures
from components.domain.run import RunSummary
from components.widgets.run_facts import BADGES
from components.widgets.safe_markdown import literal


def recent_runs(rows: Sequence[RunSummary], shown: str | None, restore: Callable[[str], None]) -> None:
    """One line a run; drawn without a data frame, whose import would hold up the first page."""
    st.markdown("**Recent runs**")
    if not rows:
        st.caption("Runs appear here as soon as they are sent, and stay.")
        return
    box = st.container(gap="xxsmall")
    for row in rows:
        prompt = literal(row.prompt_start[:120]) or "(no text)"
        facts = f"{figures.ago(row.queued_at)} · {figures.count(row.output_tokens)} out"
        box.button(
            f":gray[{facts}] · {prompt}",
            key=f"recent.{row.id}",
            icon=BADGES[row.state][2],
            type="secondary" if row.id == shown else "tertiary",
            on_click=restore,
            args=(row.id,),
            help="Restore this run: its prompt into the editor, its answer beside it",
            wrap=False,
        )
