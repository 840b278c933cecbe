"""Fields of one tool of the request, and the controls that several kinds of tools share."""

from __future__ import annotations

from typing import Final

import streamlit as st

from components.domain import tool_definitions
from components.domain.content import breakpoint_of
from components.domain.draft import MOST_EXACT, Draft
from components.domain.json_types import Json, JsonObject
from components.domain.tool_catalogue import BuiltIn
from components.state import entered
from components.widgets.checked_fields import follow
from components.widgets.unfinished import Place

_TTLS: Final = {"": "No cache point", "5m": "Cached up to here, 5 minutes", "1h": "Cached up to here, 1 hour"}


def tool_at(draft: Draft, position: int) -> JsonObject:
    """The tool there; an empty object when there is none."""
    tool = draft.tools[position] if position < len(draft.tools) else None
    return tool if isinstance(tool, dict) else {}


def put(draft: Draft, position: int, tool: Json) -> None:
    """Exchange a tool; nothing happens when it is gone."""
    draft.tools = tool_definitions.replaced(draft.tools, position, tool)


def set_field(draft: Draft, position: int, name: str, value: Json) -> None:
    """Set one field of a tool, where it stands among the others; None takes it out."""
    tool = {**tool_at(draft, position), name: value}
    if value is None:
        del tool[name]
    put(draft, position, tool)


def place_of(draft: Draft, position: int) -> Place:
    """The beginning of the places of this tool's fields among what is unfinished."""
    return ("tools", tool_definitions.reference(tool_at(draft, position)))


def said_name(tool: JsonObject) -> str:
    """The tool's name in a sentence."""
    return f"“{tool_definitions.reference(tool)}”"


def switch(draft: Draft, position: int, name: str, label: str, hint: str, *, key: str) -> None:
    """Draw a switch that writes true or leaves the field out."""
    on = tool_at(draft, position).get(name) is True
    widget = f"{key}.{name}"

    def changed() -> None:
        set_field(draft, position, name, True if entered(widget, on) else None)

    st.toggle(label, value=on, key=follow(widget, on), on_change=changed, help=hint)


def count(draft: Draft, position: int, name: str, label: str, hint: str, *, key: str) -> None:
    """Draw a number that can be left out."""
    value = tool_at(draft, position).get(name)
    if isinstance(value, int) and abs(value) > MOST_EXACT:
        st.caption(f"{label}: {value}, which only JSON can hold.")
        return
    now = value if isinstance(value, int) and not isinstance(value, bool) else None
    widget = f"{key}.{name}"

    def changed() -> None:
        typed = entered(widget, now)
        set_field(draft, position, name, None if typed is None else int(typed))

    st.number_input(
        label,
        step=1,
        value=None,
        key=follow(widget, now),
        on_change=changed,
        placeholder="not sent",
        help=hint or None,
    )


def version(draft: Draft, position: int, kind: BuiltIn, *, key: str) -> None:
    """Draw the versions of a built-in tool, newest first; nothing when there is one and it has that."""
    now = str(tool_at(draft, position).get("type"))
    types = [each.type for each in kind.versions]
    if now not in types:
        types.append(now)
    if len(types) == 1:
        return
    widget = f"{key}.version"

    def changed() -> None:
        chosen = str(entered(widget, now))
        put(draft, position, kind.in_version(chosen, tool_at(draft, position)))

    st.selectbox("Version", types, index=types.index(now), key=follow(widget, now), on_change=changed)


def cache_point(draft: Draft, position: int, *, key: str) -> None:
    """Draw the breakpoint after this one tool."""
    mark = tool_at(draft, position).get("cache_control")
    now = str(mark.get("ttl") or "5m") if isinstance(mark, dict) else ""
    options = [*_TTLS, *([now] if now not in _TTLS else [])]
    widget = f"{key}.cache"

    def changed() -> None:
        match entered(widget, now):
            case "5m":
                set_field(draft, position, "cache_control", breakpoint_of("5m"))
            case "1h":
                set_field(draft, position, "cache_control", breakpoint_of("1h"))
            case "":
                set_field(draft, position, "cache_control", None)

    st.selectbox(
        "Cache point after this tool",
        options,
        index=options.index(now),
        key=follow(widget, now),
        format_func=lambda ttl: _TTLS.get(ttl, ttl),
        on_change=changed,
    )
