"""The prompt: system prompt, turns, and a field for each variable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain.draft import Draft, Role
from components.domain.findings import Finding, Path
from components.domain.model import Model
from components.state import entered, seed
from components.widgets.cache_points import (
    at_the_end,
    automatic,
    automatic_line,
    automatic_options,
    cache_line,
    cache_options,
    choose_automatic,
    choose_cache,
    prefix_tokens,
)
from components.widgets.editing import Editing, forget_now
from components.widgets.safe_markdown import literal
from components.widgets.turn_editor import NAMES, system_turn_fits, turn_editor


def prompt_editor(
    draft: Draft,
    findings: Sequence[Finding],
    apply: Callable[[Finding], None],
    *,
    model: Model | None = None,
    also: Sequence[str] = (),
) -> None:
    """Draw the editor; every change goes straight into the draft.

    `also` names variables that get a field without being in this draft.

    `model` is what is known about the chosen one: it decides what is said about tokens, and whether
    system turns are offered.

    What comes and goes has a container of its own that stays: were the fields to change their places among
    their neighbours, the browser would make them anew and drop what is being typed.
    """
    forget_now()
    editing = Editing(draft, findings, apply, model)
    with st.container(gap="xxsmall", key="workbench.system.row"):
        _system_prompt(editing)
    for position, turn in enumerate(draft.turns):
        with st.container(gap="xxsmall", key=f"workbench.turn.{turn.id}.row"):
            turn_editor(editing, position)
    with st.container(horizontal=True, vertical_alignment="center", key="workbench.add"):
        _add_turn(draft, model)
    with st.container():
        variables(draft, also)


def belongs_to_editor(finding: Finding, draft: Draft) -> bool:
    """Whether the editor shows this finding beside the text it is about."""
    match finding.path:
        case ("system", *_):
            return True
        case ("messages", int(position), *_):
            return position < len(draft.turns)
    return False


def _system_prompt(editing: Editing) -> None:
    draft, key = editing.draft, "workbench.system"
    system = draft.system_prompt
    where: Path = ("system",)

    def changed() -> None:
        at_the_end(system, lambda: setattr(system, "typed", entered(key, system.typed)))

    def chosen() -> None:
        option = entered(f"{key}.menu", None)
        _ = choose_cache(system, option) or choose_automatic(draft, option)

    text = system.typed
    st.menu_button(
        "System prompt",
        [*cache_options(system), *automatic_options(draft)],
        key=f"{key}.menu",
        type="tertiary",
        on_click=chosen,
        help="Prompt caching",
    )
    with st.container(gap="xsmall", key=f"{key}.content"):
        with st.container(gap="xsmall", key=f"{key}.blocks"):
            if system.before_typed:
                from components.widgets.block_rows import block_rows

                block_rows(system, key, editing, where, end_is_told=True)
        st.text_area(
            "System prompt",
            text,
            key=seed(key, text),
            height=96 if len(text) < 300 else 220,
            placeholder="Who the model is and how it should answer (optional)",
            on_change=changed,
            label_visibility="collapsed",
        )
    if (ttl := system.cached) is not None:
        cache_line(ttl, prefix_tokens(draft, None, editing.model), editing.model)
    if (ttl := automatic(draft)) is not None:
        automatic_line(ttl, editing.model)
    told = [(*where, at) for at, _ in system.before_typed]
    editing.problems(where, key="workbench.problems.system", but=told)


def _add_turn(draft: Draft, model: Model | None) -> None:
    last = draft.turns[-1]
    following: Role = "assistant" if last.role == "user" else "user"
    offered: list[Role] = [following]
    takes_system = model is not None and model.system_turns == "accepted"
    if takes_system and system_turn_fits(last.role, None) and not last.is_blank:
        offered.append("system")
    for role in offered:
        st.button(
            f"Add {'system' if role == 'system' else NAMES[role].lower()} turn",
            key="workbench.add_turn" if role == following else "workbench.add_system_turn",
            icon=":material/add:",
            type="tertiary",
            on_click=draft.add_turn,
            args=(role,),
        )


def _label(name: str) -> str:
    """`{{name}}`; escaped only where it would be read as Markdown, for screen readers hear the label raw."""
    braced = f"{{{{{name}}}}}"
    return literal(braced) if "__" in name or name.startswith("_") or name.endswith("_") else braced


def variables(draft: Draft, also: Sequence[str] = ()) -> None:
    names = list(dict.fromkeys([*draft.variables, *also]))
    if not names:
        return
    st.markdown("**Variables**")
    for name in names:
        key = f"workbench.value.{name}"

        def changed(name: str = name, key: str = key) -> None:
            draft.values[name] = entered(key, draft.values.get(name, ""))

        value = draft.values.get(name, "")
        st.text_area(
            _label(name),
            value,
            key=seed(key, value),
            height=68 if len(value) < 120 and "\n" not in value else 140,
            placeholder="Inserted literally",
            on_change=changed,
        )
    if missing := draft.unfilled:
        listed = ", ".join(f"`{{{{{name}}}}}`" for name in missing)
        st.warning(f"No value yet for {listed}.", icon=":material/edit:")
