"""The blocks of a turn before its main text, each drawn for what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import streamlit as st

from components.domain.content import Content, Ttl, is_text
from components.domain.findings import Path
from components.domain.json_types import Json, JsonObject
from components.state import entered, seed
from components.widgets.attachments import ATTACHMENTS, attachment_row
from components.widgets.cache_points import block_cached, cache_line, unmark
from components.widgets.editing import Editing, call_line, remove_block, text_height
from components.widgets.safe_markdown import literal
from components.widgets.tool_result_field import tool_result_field

_ECHOED: Final = frozenset({"thinking", "redacted_thinking", "server_tool_use", "mcp_tool_use", "compaction"})


def block_rows(
    content: Content,
    key: str,
    editing: Editing,
    where: Path,
    first: int = 0,
    *,
    end_is_told: bool = False,
) -> None:
    """Draw the blocks before the main text, and what is to be said about each.

    `where` is the content's path in the request, `first` the position there of its first block. With
    `end_is_told`, the caller says itself that the content is cached up to its end.
    """
    images = 0
    for position, blocks in _rows(content.before_typed):
        block, row = blocks[0], f"{key}.block.{position}"
        with st.container(gap="xxsmall", key=f"{row}.row"):
            match kind := _kind(block):
                case "text" if is_text(block):
                    _text(block, row, position)
                case "tool_result" if isinstance(block, dict):
                    tool_result_field(block, row, editing, (*where, first + position), block_rows)
                case "tool_use" if isinstance(block, dict):
                    line = call_line(block.get("name"), block.get("input"))
                    _folded(f"tool_use: {literal(line)}", ":material/build:", [block.get("input")], row)
                case _ if kind in ATTACHMENTS and isinstance(block, dict):
                    images += kind == "image"
                    attachment_row(content, block, row, editing, number=images)
                case _ if _is_echo(kind):
                    kinds = ", ".join(dict.fromkeys(_kind(each) for each in blocks))
                    _folded(f"{literal(kinds)}: sent back as it came", ":material/undo:", blocks, row)
                case _:
                    _other(content, block, row)
            if isinstance(block, dict) and (ttl := block_cached(block)):
                is_end = content.blocks is not None and block is content.blocks[-1]
                if not (is_end and end_is_told):
                    _cache_point(block, row, editing, ttl)
            for offset in range(len(blocks)):
                at = (*where, first + position + offset)
                editing.problems(at, key=f"workbench.problems.{row}.{offset}")


def _rows(blocks: list[tuple[int, Json]]) -> Iterator[tuple[int, list[Json]]]:
    """Position and blocks of each row: neighbours that are only sent back share one."""
    shared: list[Json] = []
    begin = 0
    for position, block in blocks:
        if _is_echo(_kind(block)):
            begin = begin if shared else position
            shared.append(block)
            continue
        if shared:
            yield begin, shared
            shared = []
        yield position, [block]
    if shared:
        yield begin, shared


def _kind(block: Json) -> str:
    kind = block.get("type") if isinstance(block, dict) else None
    return kind if isinstance(kind, str) else "unknown"


def _is_echo(kind: str) -> bool:
    """Whether such a block only makes sense as the service wrote it."""
    return kind in _ECHOED or (kind.endswith("_tool_result") and kind != "tool_result")


def _text(block: JsonObject, row: str, position: int) -> None:
    def changed() -> None:
        block["text"] = entered(row, block["text"])

    now = str(block["text"])
    st.text_area(
        f"Text {position + 1}",
        now,
        key=seed(row, now),
        height=text_height(now, least=68),
        on_change=changed,
        label_visibility="collapsed",
    )


def _folded(label: str, icon: str, shown: list[Json], row: str) -> bool:
    """A closed line that opens to JSON; returns whether it is open."""
    fold = st.expander(label, icon=icon, key=f"{row}.fold", on_change="rerun")
    if fold.open:
        with fold:
            whole = shown[0] if len(shown) == 1 else shown
            st.code(json.dumps(whole, ensure_ascii=False, indent=2), language="json", wrap_lines=True)
    return bool(fold.open)


def _other(content: Content, block: Json, row: str) -> None:
    if _folded(f"{literal(_kind(block))}: sent as it stands", ":material/data_object:", [block], row):
        st.button(
            "Remove",
            key=f"{row}.remove",
            icon=":material/close:",
            type="tertiary",
            on_click=remove_block,
            args=(content, block, row),
        )


def _cache_point(block: JsonObject, row: str, editing: Editing, ttl: Ttl) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"{row}.cached"):
        cache_line(ttl, None, editing.model)
        st.button(
            "Remove",
            key=f"{row}.uncache",
            type="tertiary",
            on_click=unmark,
            args=(block,),
            help="Remove this cache point",
        )
