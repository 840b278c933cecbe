"""One turn of the conversation: its menu, its blocks, its main text."""

from __future__ import annotations

from typing import Final

import streamlit as st

from components.domain.draft import Turn
from components.domain.findings import Path
from components.state import entered, seed
from components.widgets.attach_control import attach_control, attach_notices
from components.widgets.cache_points import at_the_end, cache_line, cache_options, choose_cache, prefix_tokens
from components.widgets.editing import Editing, forget_later, text_height

NAMES: Final[dict[str, str]] = {
    "user": "User",
    "assistant": "Assistant",
    "system": "System (mid-conversation)",
}
_PLACEHOLDERS: Final[dict[str, str]] = {
    "user": "Ask something. {{name}} makes a variable; \\{{name}} stands for literal braces.",
    "assistant": "What the model said, or should have said.",
    "system": "Instructions from here on.",
}
_UP, _DOWN, _REMOVE, _CLEAR = "Move up", "Move down", "Remove", "Clear"


def turn_editor(editing: Editing, position: int) -> None:
    """Draw a turn. What comes and goes around its text stands in containers that stay."""
    turn = editing.draft.turns[position]
    key = f"workbench.turn.{turn.id}"
    where: Path = ("messages", position, "content")
    first = editing.first_block(position)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.head"):
        _menu(editing, position, turn)
        if turn.role == "user":
            st.space("stretch")
            attach_control(turn, key, editing.draft.file_names)
    with st.container(gap="xsmall", key=f"{key}.content"):
        with st.container(gap="xsmall", key=f"{key}.blocks"):
            attach_notices(key)
            if turn.before_typed:  # What most turns do not have, the first screen need not load.
                from components.widgets.block_rows import block_rows

                block_rows(turn, key, editing, where, first, end_is_told=True)
        if _takes_text(turn, key):
            _main_text(turn, key)
    if (ttl := turn.cached) is not None:
        cache_line(ttl, prefix_tokens(editing.draft, position, editing.model), editing.model)
    told = [(*where, first + at) for at, _ in turn.before_typed]
    editing.problems(("messages", position), key=f"workbench.problems.{turn.id}", but=told)


def system_turn_fits(before: str | None, after: str | None) -> bool:
    """Whether a system turn may stand between turns of these roles; None is the end of the conversation.

    Source: docs "Mid-conversation system messages".
    """
    return before == "user" and after in {"assistant", None}


def _takes_text(turn: Turn, key: str) -> bool:
    """An answer that waits for results takes no text behind its calls; a field on the screen stays."""
    last = turn.blocks[-1] if turn.blocks else None
    kind = str(last.get("type")) if isinstance(last, dict) else ""
    waits = turn.role == "assistant" and kind.endswith(("tool_use", "tool_result"))
    return not waits or key in st.session_state


def _main_text(turn: Turn, key: str) -> None:
    def changed() -> None:
        at_the_end(turn, lambda: setattr(turn, "typed", entered(key, turn.typed)))

    text = turn.typed
    with_results = turn.role == "user" and _holds_results(turn)
    st.text_area(
        NAMES.get(turn.role, turn.role),
        text,
        key=seed(key, text),
        height=text_height(text, least=68 if with_results else 140 if turn.role == "user" else 96),
        placeholder="What you want to add to the results (optional)"
        if with_results
        else _PLACEHOLDERS.get(turn.role),
        on_change=changed,
        label_visibility="collapsed",
    )


def _holds_results(turn: Turn) -> bool:
    return any(isinstance(block, dict) and block.get("type") == "tool_result" for block in turn.blocks or ())


def _menu(editing: Editing, position: int, turn: Turn) -> None:
    draft = editing.draft
    key = f"workbench.turn.{turn.id}.menu"
    before = draft.turns[position - 1].role if position > 0 else None
    after = draft.turns[position + 1].role if position < len(draft.turns) - 1 else None
    takes_system = editing.model is None or editing.model.system_turns in {"accepted", None}
    roles = [role for role in NAMES if role != turn.role]
    if not (takes_system and system_turn_fits(before, after)) and "system" in roles:
        roles.remove("system")
    options: list[str] = [f"Make it {NAMES[role]}" for role in roles]
    if position > 0:
        options.append(_UP)
    if position < len(draft.turns) - 1:
        options.append(_DOWN)
    options += cache_options(turn)
    options.append(_REMOVE if len(draft.turns) > 1 else _CLEAR)

    def chosen() -> None:
        option = entered(key, None)
        if choose_cache(turn, option):
            return
        if option == _UP:
            draft.move(turn.id, -1)
        elif option == _DOWN:
            draft.move(turn.id, +1)
        elif option in {_REMOVE, _CLEAR}:
            draft.remove(turn.id)
        else:
            turn.role = next((role for role in roles if option == f"Make it {NAMES[role]}"), turn.role)
        forget_later(f"workbench.turn.{turn.id}")

    st.menu_button(
        NAMES.get(turn.role, turn.role),
        options,
        key=key,
        type="tertiary",
        on_click=chosen,
        help=f"Change, move, cache or remove turn {position + 1}",
    )
