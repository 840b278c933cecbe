"""The tools that the service runs: a switch for each, its options behind one more click."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final, cast

import streamlit as st

from components.domain import tool_definitions
from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.domain.tool_catalogue import SERVER_TOOLS, BuiltIn, ToolOption, switched_on
from components.state import entered
from components.widgets.checked_fields import as_json, follow
from components.widgets.safe_markdown import literal
from components.widgets.tool_fields import (
    cache_point,
    count,
    place_of,
    set_field,
    tool_at,
    version,
)
from components.widgets.tool_form import whole_tool
from components.widgets.unfinished import unfinished

_LOCATION: Final = {
    "city": ("City", "Lyon"),
    "region": ("Region", "Auvergne-Rhône-Alpes"),
    "country": ("Country, two letters", "FR"),
    "timezone": ("Time zone", "Europe/Paris"),
}
"""Source: Python SDK 2.12.0 `UserLocationParam`."""
_SWITCHES: Final[dict[str, tuple[Json, bool]]] = {
    "excluded": ("excluded", True),
    "citations": ({"enabled": True}, True),
    "cached": (False, False),
}
"""Kind of option → the value it writes, and the position of the switch that writes it."""


def server_tools(draft: Draft, model: Model, *, key: str) -> None:
    """Draw a row for each; switched on, it is in the request in its newest version."""
    for kind in SERVER_TOOLS:
        row = f"{key}.{kind.prefix.rstrip('_')}"
        position = switched_on(draft.tools, kind)
        lacking = kind.lacking(model)
        with st.container(gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{row}.row"):
                _switch(draft, kind, lacking, on=position is not None, key=f"{row}.on")
                if position is not None:
                    options = st.popover(
                        "Options",
                        icon=":material/tune:",
                        type="tertiary",
                        key=f"{row}.options",
                        on_change="rerun",
                    )
                    if options.open:
                        with options:
                            _options(draft, position, kind, key=row)
            st.caption(literal(f"{model.name} does not have it." if lacking else kind.note))


def _switch(draft: Draft, kind: BuiltIn, lacking: bool, *, on: bool, key: str) -> None:
    def changed() -> None:
        position, kept = switched_on(draft.tools, kind), unfinished(draft).kept
        if entered(key, on) and position is None:
            draft.tools = tool_definitions.added(draft.tools, [kept.pop(kind.prefix, kind.made())])
        elif not entered(key, on) and position is not None:
            kept[kind.prefix] = tool_at(draft, position)
            unfinished(draft).drop(place_of(draft, position))
            draft.tools = tool_definitions.without(draft.tools, position)

    st.toggle(kind.title, value=on, key=follow(key, on), on_change=changed, disabled=lacking and not on)


def _options(draft: Draft, position: int, kind: BuiltIn, *, key: str) -> None:
    place = place_of(draft, position)
    half_typed = (*place, "json") in unfinished(draft).texts
    if as_json(draft, place, forced=half_typed, form="Form", key=f"{key}.view"):
        whole_tool(draft, position, key=key)
        return
    version(draft, position, kind, key=key)
    tool = tool_at(draft, position)
    shown = {"type", "name", "cache_control"}
    for option in kind.options_of(tool):
        shown.add(option.name)
        _option(draft, position, option, key=key)
    cache_point(draft, position, key=key)
    if rest := [name for name in tool if name not in shown]:
        st.caption(literal(f"Also set in the JSON: {', '.join(rest)}"))


def _option(draft: Draft, position: int, option: ToolOption, *, key: str) -> None:
    match option.kind:
        case "count":
            count(draft, position, option.name, option.label, option.help, key=key)
        case "domains":
            _domains(draft, position, option, key=f"{key}.{option.name}")
        case "location":
            _location(draft, position, option, key=f"{key}.{option.name}")
        case _:
            _on_off(draft, position, option, key=f"{key}.{option.name}")


def _on_off(draft: Draft, position: int, option: ToolOption, *, key: str) -> None:
    value, writes = _SWITCHES[option.kind]
    now = writes if tool_at(draft, position).get(option.name) == value else not writes

    def changed() -> None:
        set_field(
            draft, position, option.name, deepcopy(value) if bool(entered(key, now)) == writes else None
        )

    st.toggle(option.label, value=now, key=follow(key, now), on_change=changed, help=option.help)


def _domains(draft: Draft, position: int, option: ToolOption, *, key: str) -> None:
    tool = tool_at(draft, position)
    now = _listed(tool.get(option.name))
    other = "blocked_domains" if option.name == "allowed_domains" else "allowed_domains"

    def changed() -> None:
        domains = _lines(entered(key, ""))
        set_field(draft, position, option.name, cast(Json, domains) or None)

    shown = "\n".join(now)
    if key in st.session_state and _lines(st.session_state[key]) == now:
        shown = str(st.session_state[key])  # A line that has just been begun stays.
    st.text_area(
        option.label,
        shown,
        key=follow(key, shown),
        height=84,
        on_change=changed,
        placeholder="example.com",
        help=option.help,
        disabled=bool(tool.get(other)) and not now,
    )


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text).split("\n") if line.strip()]


def _listed(value: Json) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _location(draft: Draft, position: int, option: ToolOption, *, key: str) -> None:
    def part(name: str) -> Callable[[], None]:
        def changed() -> None:
            location: JsonObject = {"type": "approximate", **_place()}
            location[name] = str(entered(f"{key}.{name}", "")).strip()
            if not location[name]:
                del location[name]
            set_field(draft, position, option.name, location if len(location) > 1 else None)

        return changed

    def _place() -> JsonObject:
        value = tool_at(draft, position).get(option.name)
        return value if isinstance(value, dict) else {}

    st.caption(literal(f"{option.label}. {option.help}"))
    columns = st.columns(2)
    for at, (name, (label, example)) in enumerate(_LOCATION.items()):
        now = str(_place().get(name) or "")
        columns[at % 2].text_input(
            label, now, key=follow(f"{key}.{name}", now), on_change=part(name), placeholder=example
        )
