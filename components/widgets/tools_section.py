"""The tools of the request: a list, each with its form; the service's own as switches; the tool choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from components.domain import tool_definitions
from components.domain.content import Ttl
from components.domain.draft import Draft
from components.domain.findings import Finding
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.domain.tool_catalogue import CLIENT_TOOLS, SERVER_TOOLS, BuiltIn, built_in, switched_on
from components.domain.tool_definitions import UnreadableTools
from components.state import entered, forget, seed
from components.widgets.checked_fields import follow
from components.widgets.problems import problems
from components.widgets.safe_markdown import literal
from components.widgets.server_tools import server_tools
from components.widgets.tool_fields import place_of
from components.widgets.tool_form import has_form, tool_form
from components.widgets.unfinished import unfinished

_KEY: Final = "workbench.tools"
_LONGEST: Final = 110
"""Characters of a description that the list shows."""
_AS_JSON, _AS_FORM = "Edit as JSON", "Edit in the form"
_DUPLICATE, _UP, _REMOVE = "Duplicate", "Move up", "Remove"
_TTLS: Final[dict[str, str]] = {"": "not cached", "5m": "for 5 minutes", "1h": "for 1 hour"}
_CHOICES: Final = {
    "": "The model's own (auto)",
    "auto": "Auto: the model decides",
    "any": "Any: it must use one",
    "none": "None: it must not use any",
}


def tools_section(
    draft: Draft, model: Model, findings: Sequence[Finding], apply: Callable[[Finding], None]
) -> None:
    """Draw the section into the current container; changes go straight into the draft."""
    mine = [finding for finding in findings if finding.path[:1] in {("tools",), ("tool_choice",)}]
    switched = {switched_on(draft.tools, kind) for kind in SERVER_TOOLS}
    with st.container(key=f"{_KEY}.list", gap="small"):
        for position, tool in enumerate(draft.tools):
            if position not in switched:
                with st.container(border=True, key=f"{_KEY}.{position}", gap="xsmall"):
                    _row(draft, position, tool)
                    _found_at(draft, position, mine, apply)
    _add(draft)
    st.markdown("**Run by the service**")
    server_tools(draft, model, key=f"{_KEY}.server")
    with st.container(key=f"{_KEY}.server_found"):
        for position in sorted(at for at in switched if at is not None):
            _found_at(draft, position, mine, apply)
    with st.container(key=f"{_KEY}.all"):
        if draft.tools or draft.tool_choice is not None:
            _choice(draft, model)
            _cache(draft, model)
    rest = [f for f in mine if f.path[:1] == ("tool_choice",) or len(f.path) < 2 or _is_gone(draft, f)]
    problems(rest, apply, key=f"{_KEY}.problems")


def _is_gone(draft: Draft, finding: Finding) -> bool:
    return not isinstance(finding.path[1], int) or finding.path[1] >= len(draft.tools)


def _found_at(
    draft: Draft, position: int, findings: Sequence[Finding], apply: Callable[[Finding], None]
) -> None:
    """Show what is to be said of one tool, unless the text on the screen is another by now."""
    texts, place = unfinished(draft).texts, place_of(draft, position)
    here = [finding for finding in findings if finding.path[:2] == ("tools", position)]
    if (*place, "json") in texts:
        here = []
    elif (*place, "schema") in texts:
        here = [finding for finding in here if finding.path[2:3] != ("input_schema",)]
    problems(here, apply, key=f"{_KEY}.{position}.problems")


# The list -------------------------------------------------------------------------------------------------


def _edit(draft: Draft, position: int | None) -> None:
    """Open the form of one tool, or of none."""
    unfinished(draft).editing = position


def _row(draft: Draft, position: int, tool: Json) -> None:
    key, own = f"{_KEY}.{position}", unfinished(draft)
    editing = own.editing == position
    kind = built_in(tool)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}.head"):
        icon = kind.icon if kind else "function" if tool_definitions.is_custom(tool) else "build"
        name = tool_definitions.reference(tool) or "No tool"
        st.markdown(f":material/{icon}: **{literal(name)}**", width="content")
        for badge, color in _badges(tool):
            st.badge(literal(badge), color=color)
        if any(place[:2] == place_of(draft, position) for place in own.texts):
            st.badge("unfinished", color="red")
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content", key=f"{key}.do"):
            _edit_button(draft, position, editing=editing, key=key)
            _menu(draft, position, key=f"{key}.menu")
    if not editing and (about := _about(tool, kind)):
        st.caption(literal(about))
    with st.container(key=f"{key}.open"):
        if editing:
            tool_form(draft, position, key=key)


def _badges(tool: Json) -> list[tuple[str, Any]]:
    if not isinstance(tool, dict):
        return []
    said: list[tuple[str, Any]] = []
    if not tool_definitions.is_custom(tool) and tool_definitions.name_of(tool):
        said.append((str(tool.get("type")), "gray"))
    if tool.get("strict") is True:
        said.append(("strict", "blue"))
    if tool.get("defer_loading") is True:
        said.append(("on demand", "gray"))
    if tool.get("cache_control"):
        said.append(("cache point", "gray"))
    return said


def _about(tool: Json, kind: BuiltIn | None) -> str:
    if kind is not None:
        return kind.note
    described = tool.get("description") if isinstance(tool, dict) else None
    text = " ".join(str(described or "").split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _edit_button(draft: Draft, position: int, *, editing: bool, key: str) -> None:
    def toggle() -> None:
        _edit(draft, None if editing else position)

    st.button(
        "Done" if editing else "Edit",
        key=f"{key}.edit",
        icon=":material/check:" if editing else ":material/edit:",
        type="tertiary",
        on_click=toggle,
    )


def _menu(draft: Draft, position: int, *, key: str) -> None:
    own, place = unfinished(draft), place_of(draft, position)
    views = [_AS_FORM if place in own.as_json else _AS_JSON]
    if not has_form(draft.tools[position]) or (*place, "json") in own.texts:
        views = []
    options = [*views, _DUPLICATE, *([_UP] if position else []), _REMOVE]

    def chosen() -> None:
        match entered(key, None):
            case "Edit as JSON":
                own.as_json.add(place)
                _edit(draft, position)
            case "Edit in the form":
                own.as_json.discard(place)
                _edit(draft, position)
            case "Duplicate":
                draft.tools = tool_definitions.duplicated(draft.tools, position)
                _edit(draft, len(draft.tools) - 1)
            case "Move up":
                draft.tools = tool_definitions.moved_up(draft.tools, position)
                _edit(draft, None)
            case "Remove":
                own.drop(place)
                draft.tools = tool_definitions.without(draft.tools, position)
                _edit(draft, None)
        forget(f"{_KEY}.")

    st.menu_button(
        "",
        options,
        key=key,
        icon=":material/more_vert:",
        type="tertiary",
        on_click=chosen,
        help=f"Duplicate, move or remove tool {position + 1}",
    )


# Adding ---------------------------------------------------------------------------------------------------


def _add(draft: Draft) -> None:
    def add(new: Json) -> None:
        draft.tools = tool_definitions.added(draft.tools, [new])
        _edit(draft, len(draft.tools) - 1)

    def add_new() -> None:
        add(tool_definitions.new_tool(draft.tools))

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{_KEY}.add_row"):
        st.button("Add a tool", key=f"{_KEY}.add", icon=":material/add:", type="tertiary", on_click=add_new)
        if not draft.tools:
            for title, example in tool_definitions.EXAMPLES.items():
                st.button(
                    f"Example: {title.lower()}",
                    key=f"{_KEY}.example.{title}",
                    type="tertiary",
                    on_click=add,
                    args=(example,),
                )
        _paste(draft)
        _client_tools(draft, add)


def _client_tools(draft: Draft, add: Callable[[Json], None]) -> None:
    key = f"{_KEY}.client"
    free = {kind.title: kind for kind in CLIENT_TOOLS if switched_on(draft.tools, kind) is None}
    if not free:
        return

    def chosen() -> None:
        if (kind := free.get(str(entered(key, None)))) is not None:
            add(kind.made())
            _edit(draft, None)

    st.menu_button(
        "Built-in",
        list(free),
        key=key,
        icon=":material/more_horiz:",
        type="tertiary",
        on_click=chosen,
        help="Tools that the model knows and that your own program runs",
    )


def _paste(draft: Draft) -> None:
    key = f"{_KEY}.paste"
    popover = st.popover(
        "Paste JSON", icon=":material/content_paste:", type="tertiary", key=key, on_change="rerun"
    )
    if not popover.open:
        return

    def add() -> None:
        text = str(entered(f"{key}.text", ""))
        st.session_state.pop(f"{key}.said", None)
        try:
            found, notes = tool_definitions.read_definitions(text)
        except UnreadableTools as fault:
            st.session_state[f"{key}.said"] = ("error", str(fault))
            return
        draft.tools = tool_definitions.added(draft.tools, found)
        _edit(draft, None)
        del st.session_state[f"{key}.text"]
        count = f"{len(found)} tool{'s' if len(found) > 1 else ''} added."
        st.session_state[f"{key}.said"] = ("info", " ".join([count, *notes]))

    with popover:
        st.text_area(
            "Tool definitions as JSON",
            st.session_state.get(f"{key}.text", ""),
            key=seed(f"{key}.text", ""),
            height=200,
            placeholder='{"name": "get_weather", "input_schema": {"type": "object", …}}',
            help="One object or a list. Definitions for OpenAI and MCP are read too.",
        )
        with st.container(key=f"{key}.result"):
            match st.session_state.get(f"{key}.said"):
                case ("error", sentence):
                    st.error(literal(sentence), icon=":material/data_object:")
                case ("info", sentence):
                    st.success(literal(sentence), icon=":material/check:")
        st.button("Add", key=f"{key}.add", icon=":material/add:", on_click=add)


# All of them ----------------------------------------------------------------------------------------------


def _choice(draft: Draft, model: Model) -> None:
    key, now = f"{_KEY}.choice", draft.tool_choice or {}
    chosen_now = _choice_text(now)
    forced = model.forced_tools is not False
    named = [f"tool:{name}" for name in tool_definitions.names(draft.tools)] if forced else []
    options = ["", "auto", *(["any"] if forced else []), *named, "none"]
    if chosen_now not in options:
        options.append(chosen_now)

    def changed() -> None:
        chosen = str(entered(key, chosen_now))
        kind, _, name = chosen.partition(":")
        parallel = (draft.tool_choice or {}).get("disable_parallel_tool_use")
        choice: JsonObject = {"type": kind, **({"name": name} if kind == "tool" else {})}
        if parallel is not None and kind != "none":
            choice["disable_parallel_tool_use"] = parallel
        draft.tool_choice = choice if chosen else None

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}.choice_row"):
        st.selectbox(
            "Tool choice",
            options,
            index=options.index(chosen_now),
            key=follow(key, chosen_now),
            format_func=_choice_label,
            on_change=changed,
            width=250,
        )
        _one_at_a_time(draft)
    if not forced:
        st.caption(
            literal(
                f"{model.name} cannot be forced to use a tool, so “any” and a named tool are missing. "
                "Auto with a strict tool, or an output schema, comes closest."
            )
        )


def _choice_text(choice: JsonObject) -> str:
    kind = str(choice.get("type") or "")
    return f"tool:{choice.get('name') or ''}" if kind == "tool" else kind


def _choice_label(choice: str) -> str:
    kind, _, name = choice.partition(":")
    return f"Only {name}" if kind == "tool" else _CHOICES.get(choice, choice)


def _one_at_a_time(draft: Draft) -> None:
    key, choice = f"{_KEY}.one", draft.tool_choice or {}
    now = choice.get("disable_parallel_tool_use") is True

    def changed() -> None:
        choice = draft.tool_choice or {}
        kept = {name: each for name, each in choice.items() if name != "disable_parallel_tool_use"}
        if entered(key, now):
            draft.tool_choice = {"type": "auto", **kept, "disable_parallel_tool_use": True}
        else:
            draft.tool_choice = kept if kept not in ({}, {"type": "auto"}) else None

    st.toggle(
        "One call at a time",
        value=now,
        key=follow(key, now),
        on_change=changed,
        disabled=choice.get("type") == "none",
        help="Otherwise the model may ask for several tools at once.",
    )


def _cache(draft: Draft, model: Model) -> None:
    key, now = f"{_KEY}.cache", tool_definitions.cached(draft.tools)

    def changed() -> None:
        chosen = str(entered(key, now or ""))
        ttl: Ttl | None = "5m" if chosen == "5m" else "1h" if chosen == "1h" else None
        draft.tools = tool_definitions.with_breakpoint(draft.tools, ttl)

    least = f" It takes at least {model.cache_minimum:,} tokens of tools." if model.cache_minimum else ""
    st.selectbox(
        "Cache all tools",
        list(_TTLS),
        index=list(_TTLS).index(now or ""),
        key=follow(key, now or ""),
        format_func=lambda ttl: _TTLS[ttl].capitalize(),
        on_change=changed,
        width=250,
        help=f"A cache point after the last tool.{least} Fewer are sent without being cached.",
    )
