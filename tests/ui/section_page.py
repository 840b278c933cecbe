"""A page with one section of the Workbench and nothing else, for tests that need no more."""

from __future__ import annotations

from typing import Literal

from streamlit.testing.v1 import AppTest
from ui.conftest import assert_no_fault

from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject
from components.widgets.unfinished import Typed, Unfinished


def _page() -> None:
    import streamlit as st

    from components import state
    from components.domain.catalogue import find
    from components.domain.findings import Finding
    from components.domain.model import Model
    from components.domain.rules import check
    from components.widgets.schema_section import schema_section
    from components.widgets.tools_section import tools_section
    from components.widgets.unfinished import pending_problem

    draft = st.session_state["draft"]
    model = find(draft.model) or Model(draft.model)

    def fix(finding: Finding) -> None:
        assert finding.fix is not None
        draft.apply(finding.fix)
        state.forget("workbench.")

    findings = check(draft.body(), anthropic_version="2023-06-01", betas=draft.betas, model=model)
    section = tools_section if st.session_state["section"] == "tools" else schema_section
    section(draft, model, findings, fix)
    st.session_state["pending"] = pending_problem(draft)


def open_section(section: Literal["tools", "schema"], draft: Draft | None = None) -> AppTest:
    """The section over this draft, which it changes; `draft_of` gives it back."""
    draft = draft or Draft(model="claude-opus-5-5")
    draft.turns = [Turn(text="Hi")]
    app = AppTest.from_function(_page, default_timeout=20)
    app.session_state["draft"], app.session_state["section"] = draft, section
    app.run()
    assert_no_fault(app)
    assert not app.warning
    return app


def body(app: AppTest) -> JsonObject:
    draft: Draft = app.session_state["draft"]
    return draft.body()


def pending(app: AppTest) -> str | None:
    """Why nothing can be sent."""
    problem: str | None = app.session_state["pending"]
    return problem


def typed(app: AppTest) -> dict[tuple[str, ...], Typed]:
    """What stands in fields and not in the draft."""
    known: list[Unfinished] = app.session_state["unfinished"]
    return known[-1].texts


def view(app: AppTest, key: str, chosen: str) -> AppTest:
    """Choose a view of something, form or JSON."""
    app.segmented_control(key=key).set_value(chosen).run()
    assert_no_fault(app)
    return app
