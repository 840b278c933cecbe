"""The place for what a tool call returned."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.domain.content import Content
from components.domain.findings import Path
from components.domain.json_types import Json, JsonObject
from components.state import entered, seed
from components.widgets.attach_control import attach_control, attach_notices
from components.widgets.editing import Editing
from components.widgets.safe_markdown import literal

RowsOf = Callable[[Content, str, Editing, Path], None]
"""Draws the blocks of a content before its main text."""


class _Result(Content):
    """The content of a `tool_result` block, edited like a turn's. Its texts are sent as they stand."""

    def __init__(self, block: JsonObject) -> None:
        self._block = block

    @property
    def text(self) -> str:
        content = self._block.get("content")
        return content if isinstance(content, str) else ""

    @text.setter
    def text(self, text: str) -> None:
        self._block["content"] = text

    @property
    def blocks(self) -> list[Json] | None:
        content = self._block.get("content")
        return content if isinstance(content, list) else None

    @blocks.setter
    def blocks(self, blocks: list[Json] | None) -> None:
        if blocks is not None:
            self._block["content"] = blocks


def tool_result_field(block: JsonObject, key: str, editing: Editing, where: Path, rows: RowsOf) -> None:
    """Draw a `tool_result` block: text, whether it is an error, and what is attached to it.

    `where` is the block's path in the request.
    """
    result = _Result(block)
    call_id = str(block.get("tool_use_id") or "")
    call = editing.calls.get(call_id) or call_id or "a call without an id"

    def changed() -> None:
        result.typed = entered(f"{key}.result", result.typed)

    st.caption(f"Result of {literal(call)}")
    with st.container(gap="xsmall", key=f"{key}.blocks"):
        rows(result, key, editing, (*where, "content"))
    text = result.typed
    st.text_area(
        f"Result of {_spoken(call)}",
        text,
        key=seed(f"{key}.result", text),
        height=min(max(68, 26 * text.count("\n") + 56), 300),
        placeholder="What the tool returned, as text or JSON",
        on_change=changed,
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.foot"):
        _error_toggle(block, key)
        st.space("stretch")
        attach_control(result, key, editing.draft.file_names)
    attach_notices(key)


def _spoken(call: str) -> str:
    """The same for screen readers, which hear a field's label as it is, without what Markdown could read."""
    kept = (
        char
        for char, following in zip(call.replace("_", " "), f"{call[1:]} ", strict=True)
        if char.isalnum() or char in " ,.-(){}'\"" or (char == ":" and following == " ")
    )
    return "".join(kept)


def _error_toggle(block: JsonObject, key: str) -> None:
    def changed() -> None:
        if entered(f"{key}.is_error", False):
            block["is_error"] = True
        else:
            block.pop("is_error", None)

    now = block.get("is_error") is True
    st.toggle(
        "This is an error",
        value=now,
        key=seed(f"{key}.is_error", now),
        on_change=changed,
        help="Tells the model that the call failed; the text says why.",
    )
