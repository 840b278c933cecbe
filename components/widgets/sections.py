"""The parts of a request that not every prompt has: each behind one click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

import streamlit as st

from components.domain.draft import Draft
from components.domain.findings import Finding
from components.domain.model import Model
from components.widgets.prompt_editor import belongs_to_editor

_KEY: Final = "sections"
_EXAMPLES, _TOOLS, _SCHEMA = "Examples", "Tools", "Output schema"
_NAMES: Final = (_EXAMPLES, _TOOLS, _SCHEMA)


def sections(
    draft: Draft,
    model: Model,
    findings: Sequence[Finding],
    apply: Callable[[Finding], None],
    edit_json: Callable[[], None],
) -> None:
    """Draw a button for each part, which tells how much of it there is, and the parts that are open."""
    counts = {
        _EXAMPLES: sum(not example.is_blank for example in draft.examples),
        _TOOLS: len(draft.tools),
        _SCHEMA: 0,
    }

    def name(part: str) -> str:
        if part == _SCHEMA and draft.output_format is not None:
            return f"{part} · on"
        return f"{part} · {counts[part]}" if counts[part] else part

    opened = _open()
    with st.container(horizontal=True, vertical_alignment="center", key=f"{_KEY}.row"):
        for part in _NAMES:
            st.button(
                name(part),
                key=f"{_KEY}.{_word(part)}.switch",
                icon=":material/expand_less:" if part in opened else ":material/expand_more:",
                type="secondary" if part in opened or name(part) != part else "tertiary",
                on_click=_switch,
                args=(part,),
            )
        st.space("stretch")
        st.button(
            "Edit as JSON",
            key="workbench.raw_open",
            icon=":material/data_object:",
            type="tertiary",
            on_click=edit_json,
            help="The request body itself, as text",
        )
    for part in _NAMES:
        with st.container(key=f"{_KEY}.{_word(part)}"):
            if part in opened:
                with st.container(border=True):
                    st.markdown(f"**{part}**")
                    _draw(part, draft, model, findings, apply)


def unplaced(findings: Sequence[Finding], draft: Draft) -> list[Finding]:
    """The findings that neither the editor nor an open section shows beside what they are about."""
    if draft.raw_json is not None:
        return list(findings)
    return [f for f in findings if not belongs_to_editor(f, draft) and not _in_open_section(f)]


def _in_open_section(finding: Finding) -> bool:
    opened = _open()
    in_tools = finding.path[:1] in {("tools",), ("tool_choice",)}
    in_schema = finding.path[:2] == ("output_config", "format")
    return (in_tools and _TOOLS in opened) or (in_schema and _SCHEMA in opened)


def _open() -> set[str]:
    return cast("set[str]", st.session_state.setdefault(_KEY, set()))


def _switch(part: str) -> None:
    st.session_state[_KEY] = _open() ^ {part}


def _word(part: str) -> str:
    return part.split()[-1].lower()


def _draw(
    part: str, draft: Draft, model: Model, findings: Sequence[Finding], apply: Callable[[Finding], None]
) -> None:
    # Imported where they are drawn: the first screen needs none of them.
    if part == _EXAMPLES:
        from components.widgets.examples_box import examples_box

        examples_box(draft)
    elif part == _TOOLS:
        from components.widgets.tools_section import tools_section

        tools_section(draft, model, findings, apply)
    else:
        from components.widgets.schema_section import schema_section

        schema_section(draft, model, findings, apply)
