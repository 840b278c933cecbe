"""What every part of the prompt editor needs to know besides what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.domain import examples
from components.domain.content import Content
from components.domain.draft import Draft
from components.domain.findings import Finding, Path
from components.domain.json_types import Json
from components.domain.model import Model
from components.state import forget
from components.widgets.cache_points import at_the_end
from components.widgets.problems import problems

_FORGOTTEN = "workbench.forgotten"
_LONGEST_CALL = 90
"""Characters of a tool call that a label shows."""


@dataclass(frozen=True, slots=True)
class Editing:
    """The draft in the editor, and what is to be said about it."""

    draft: Draft
    findings: Sequence[Finding]
    apply: Callable[[Finding], None]
    """Makes a finding's one-click fix."""
    model: Model | None = None
    """The chosen one; without it nothing is said about tokens."""

    def problems(self, at: Path, *, key: str, but: Sequence[Path] = ()) -> None:
        """Draw the findings about a place of the request and what is in it, but for the places `but`."""
        mine = [
            finding
            for finding in self.findings
            if finding.path[: len(at)] == at and not any(finding.path[: len(place)] == place for place in but)
        ]
        problems(mine, self.apply, key=key)

    def first_block(self, position: int) -> int:
        """Where a turn's own blocks begin in its message: the examples stand before those of one turn."""
        roles = [turn.role for turn in self.draft.turns]
        first_user = roles.index("user") if "user" in roles else -1
        return int(position == first_user and bool(examples.written(self.draft.examples)))

    @property
    def calls(self) -> dict[str, str]:
        """Every tool call in the turns as a line of code, by its id."""
        return {
            str(block["id"]): call_line(block.get("name"), block.get("input"))
            for turn in self.draft.turns
            for block in turn.blocks or ()
            if isinstance(block, dict) and block.get("type") == "tool_use" and block.get("id")
        }


def forget_later(prefix: str) -> None:
    """In a callback: let the widgets of that prefix be seeded anew when they are drawn next.

    Not at once, for the callback of a text that came in the same moment may be yet to read it.
    """
    st.session_state[_FORGOTTEN] = [*st.session_state.get(_FORGOTTEN, ()), prefix]


def forget_now() -> None:
    """Before anything is drawn: do what `forget_later` asked for."""
    for prefix in st.session_state.pop(_FORGOTTEN, ()):
        forget(prefix)


def remove_block(content: Content, block: Json, row: str) -> None:
    """Take a block off its content. `row` names its widgets: `<content>.block.<position>`."""
    position = next((at for at, each in content.before_typed if each is block), None)
    if position is not None:
        at_the_end(content, lambda: content.remove_block(position))
    forget_later(f"{row.rpartition('.')[0]}.")


def call_line(name: object, given: object) -> str:
    """A tool call as it is read aloud: `weather({"city": "Paris"})`, cut where it gets long."""
    written = f"{name}({json.dumps(given, ensure_ascii=False)})"
    return written if len(written) <= _LONGEST_CALL else f"{written[: _LONGEST_CALL - 1]}…"


def text_height(text: str, *, least: int) -> int:
    """Pixels of a field that shows this text, within reason."""
    lines = text.count("\n") + len(text) // 90 + 1
    return min(max(least, 26 * lines + 30), 420)
