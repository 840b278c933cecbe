"""The prompt: system prompt, turns, and a field for each variable."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import streamlit as st

from components.domain.draft import Draft, Role, Turn
from components.domain.findings import Finding
from components.state import entered, forget, seed
from components.widgets.problems import problems
from components.widgets.safe_markdown import literal

_NAMES: dict[str, str] = {"user": "User", "assistant": "Assistant", "system": "System (mid-conversation)"}
_PLACEHOLDERS: dict[str, str] = {
    "user": "Ask something. {{name}} makes a variable; \\{{name}} stands for literal braces.",
    "assistant": "What the model said, or should have said.",
    "system": "Instructions from here on.",
}
_UP, _DOWN, _REMOVE = "Move up", "Move down", "Remove"


def prompt_editor(draft: Draft, findings: Sequence[Finding], apply: Callable[[Finding], None]) -> None:
    """Draw the editor; every change goes straight into the draft.

    What comes and goes has a container of its own that stays: were the fields to change their places among
    their neighbours, the browser would make them anew and drop what is being typed.
    """
    with st.container():
        _system_prompt(draft)
        problems([f for f in findings if f.path[:1] == ("system",)], apply, key="workbench.problems.system")
    for position, turn in enumerate(draft.turns):
        with st.container(gap="xxsmall", key=f"workbench.turn.{turn.id}.row"):
            _turn(draft, position, turn)
            mine = [f for f in findings if f.path[:2] == ("messages", position)]
            problems(mine, apply, key=f"workbench.problems.{turn.id}")
    _add_turn(draft)
    with st.container():
        _variables(draft)


def belongs_to_editor(finding: Finding, draft: Draft) -> bool:
    """Whether the editor shows this finding beside the text it is about."""
    match finding.path:
        case ("system", *_):
            return True
        case ("messages", int(position), *_):
            return position < len(draft.turns)
    return False


def _system_prompt(draft: Draft) -> None:
    def changed() -> None:
        draft.system = entered("workbench.system", draft.system)

    st.text_area(
        "System prompt",
        draft.system,
        key=seed("workbench.system", draft.system),
        height=96 if len(draft.system) < 300 else 220,
        placeholder="Who the model is and how it should answer (optional)",
        on_change=changed,
    )


def _turn(draft: Draft, position: int, turn: Turn) -> None:
    key = f"workbench.turn.{turn.id}"

    def changed() -> None:
        turn.text = entered(key, turn.text)

    _menu(draft, position, turn)
    if turn.blocks is not None:
        _blocks(turn, key)
        return
    st.text_area(
        _NAMES.get(turn.role, turn.role),
        turn.text,
        key=seed(key, turn.text),
        height=_height(turn),
        placeholder=_PLACEHOLDERS.get(turn.role),
        on_change=changed,
        label_visibility="collapsed",
    )


def _height(turn: Turn) -> int:
    lines = turn.text.count("\n") + len(turn.text) // 90 + 1
    return min(max(140 if turn.role == "user" else 96, 26 * lines + 30), 420)


def _blocks(turn: Turn, key: str) -> None:
    blocks = turn.blocks or []
    kinds = ", ".join(str(block.get("type")) for block in blocks if isinstance(block, dict))
    with st.expander(
        f"{_NAMES.get(turn.role, turn.role)}: {literal(kinds)}",
        icon=":material/data_object:",
        key=f"{key}.blocks",
    ):
        st.caption("Sent exactly as it came, which the service requires of an unfinished turn.")
        st.code(json.dumps(blocks, ensure_ascii=False, indent=2), language="json", wrap_lines=True)


def _menu(draft: Draft, position: int, turn: Turn) -> None:
    key = f"workbench.turn.{turn.id}.menu"
    options: list[str] = [f"Make it {_NAMES[role]}" for role in _NAMES if role != turn.role]
    if position > 0:
        options.append(_UP)
    if position < len(draft.turns) - 1:
        options.append(_DOWN)
    options.append(_REMOVE if len(draft.turns) > 1 else "Clear")

    def chosen() -> None:
        match entered(key, None):
            case "Move up":
                draft.move(turn.id, -1)
            case "Move down":
                draft.move(turn.id, +1)
            case "Remove" | "Clear":
                draft.remove(turn.id)
            case str(made):
                turn.role = next(role for role, name in _NAMES.items() if made == f"Make it {name}")
        forget(f"workbench.turn.{turn.id}")

    st.menu_button(
        _NAMES.get(turn.role, turn.role),
        options,
        key=key,
        type="tertiary",
        on_click=chosen,
        help=f"Change, move or remove turn {position + 1}",
    )


def _add_turn(draft: Draft) -> None:
    following: Role = "assistant" if draft.turns[-1].role == "user" else "user"
    with st.container(horizontal=True, key="workbench.add"):
        st.button(
            f"Add {_NAMES[following].lower()} turn",
            key="workbench.add_turn",
            icon=":material/add:",
            type="tertiary",
            on_click=draft.add_turn,
            args=(following,),
        )


def _label(name: str) -> str:
    """`{{name}}`; escaped only where it would be read as Markdown, for screen readers hear the label raw."""
    braced = f"{{{{{name}}}}}"
    return literal(braced) if "__" in name or name.startswith("_") or name.endswith("_") else braced


def _variables(draft: Draft) -> None:
    names = draft.variables
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
