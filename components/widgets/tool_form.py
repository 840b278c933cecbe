"""The form of one tool of the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from components.domain import tool_definitions
from components.domain.draft import Draft
from components.domain.json_types import Json
from components.domain.tool_catalogue import built_in
from components.state import entered
from components.widgets.checked_fields import follow, json_field, said, text_field
from components.widgets.safe_markdown import literal
from components.widgets.schema_fields import EditedSchema, schema_fields
from components.widgets.tool_fields import (
    cache_point,
    count,
    place_of,
    put,
    said_name,
    set_field,
    switch,
    tool_at,
    version,
)
from components.widgets.unfinished import Place, unfinished

_SHOWN: Final = frozenset(
    {"type", "name", "description", "input_schema", "strict", "cache_control", "defer_loading"}
    | {"eager_input_streaming", "input_examples"}
)
"""Fields of a custom tool that have a control."""
_EAGER: Final = {"": "As the service does it", "true": "Piece by piece, unchecked", "false": "In one piece"}


def has_form(tool: Json) -> bool:
    """Whether there is a form for it; any other tool is edited as JSON."""
    return tool_definitions.is_custom(tool) or built_in(tool) is not None


def tool_form(draft: Draft, position: int, *, key: str) -> None:
    """Draw the form of a tool that the request defines itself, or of a built-in that the client runs."""
    tool, place = tool_at(draft, position), place_of(draft, position)
    own = unfinished(draft)
    if place in own.as_json or not has_form(tool) or (*place, "json") in own.texts:
        whole_tool(draft, position, key=key)
    elif (kind := built_in(tool)) is not None:
        version(draft, position, kind, key=key)
        for option in kind.options_of(tool):
            if option.kind == "count":
                count(draft, position, option.name, option.label, option.help, key=key)
        cache_point(draft, position, key=key)
    else:
        _custom(draft, position, place, key=key)


def whole_tool(draft: Draft, position: int, *, key: str) -> None:
    """Draw the tool as JSON, for what has no control."""
    tool, place = tool_at(draft, position), place_of(draft, position)
    others = tool_definitions.names(each for at, each in enumerate(draft.tools) if at != position)

    def take(value: Json) -> str | None:
        if not isinstance(value, dict):
            return "A tool is an object: { … }."
        if tool_definitions.is_custom(value):
            wrong = tool_definitions.name_problem(tool_definitions.name_of(value), others) or _schema_problem(
                value.get("input_schema")
            )
            if wrong:
                return wrong
        _follow_name(draft, tool_definitions.name_of(tool_at(draft, position)), value.get("name"))
        put(draft, position, value)
        unfinished(draft).move(place, place_of(draft, position))
        return None

    json_field(
        draft,
        (*place, "json"),
        "The tool as JSON",
        tool,
        take,
        field=f"The tool {said_name(tool)}",
        key=f"{key}.json",
        least_height=200,
    )


def _schema_problem(schema: Json) -> str | None:
    from components.services.schemas import schema_problem

    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "The parameters of a tool are an object: the schema needs “type”: “object”."
    return schema_problem(schema)


def _custom(draft: Draft, position: int, place: Place, *, key: str) -> None:
    tool = tool_at(draft, position)
    others = tool_definitions.names(each for at, each in enumerate(draft.tools) if at != position)

    def rename(name: str) -> str | None:
        if wrong := tool_definitions.name_problem(name, others):
            return wrong
        _follow_name(draft, tool_definitions.name_of(tool_at(draft, position)), name)
        set_field(draft, position, "name", name)
        unfinished(draft).move(place, place_of(draft, position))
        return None

    text_field(
        draft,
        (*place, "name"),
        "Name",
        tool_definitions.name_of(tool),
        rename,
        field=f"The name of the tool {said_name(tool)}",
        key=f"{key}.name",
        hint="Letters, digits, _ and -. The model calls the tool by it.",
    )
    said(draft, (*place, "name"))
    _description(draft, position, key=key)
    schema_fields(
        EditedSchema(
            draft,
            (*place, "schema"),
            lambda: tool_at(draft, position).get("input_schema"),
            _taker(draft, position),
            key=f"{key}.schema",
            label="Parameters as a JSON schema",
            field=f"The schema of the tool {said_name(tool)}",
            noun="parameter",
        )
    )
    options = st.expander("Options", icon=":material/tune:", key=f"{key}.options", on_change="rerun")
    if options.open:
        with options:
            _options(draft, position, place, key=key)


def _taker(draft: Draft, position: int) -> Callable[[Json], str | None]:
    def take(schema: Json) -> str | None:
        if wrong := _schema_problem(schema):
            return wrong
        set_field(draft, position, "input_schema", schema)
        return None

    return take


def _follow_name(draft: Draft, before: str, after: Json) -> None:
    """A tool choice that names the tool goes on naming it."""
    choice = draft.tool_choice
    if choice is not None and choice.get("type") == "tool" and choice.get("name") == before:
        draft.tool_choice = {**choice, "name": after}


def _description(draft: Draft, position: int, *, key: str) -> None:
    now = str(tool_at(draft, position).get("description") or "")
    widget = f"{key}.description"

    def changed() -> None:
        text = str(entered(widget, now))
        tool = tool_at(draft, position)
        if text and "description" not in tool:  # It reads best right after the name.
            rest = {name: value for name, value in tool.items() if name != "name"}
            put(draft, position, {"name": tool.get("name"), "description": text, **rest})
        elif text:
            set_field(draft, position, "description", text)
        else:
            set_field(draft, position, "description", None)

    st.text_area(
        "Description",
        now,
        key=follow(widget, now),
        height=min(max(96, 26 * (now.count("\n") + len(now) // 70) + 44), 320),
        on_change=changed,
        placeholder="What it does, when to use it and when not, what comes back. The more the better.",
    )


def _options(draft: Draft, position: int, place: Place, *, key: str) -> None:
    tool = tool_at(draft, position)
    switch(
        draft,
        position,
        "strict",
        "Strict: the input always fits the schema",
        "Needs closed objects and no bounds. Up to 20 tools of a request can be strict.",
        key=key,
    )
    switch(
        draft,
        position,
        "defer_loading",
        "Load it only when tool search finds it",
        "Keeps the prompt short with many tools. Needs tool search, and one tool that is not deferred.",
        key=key,
    )
    _eager(draft, position, key=key)
    cache_point(draft, position, key=key)
    _input_examples(draft, position, place, key=key)
    rest = [name for name in tool if name not in _SHOWN]
    if rest:
        st.caption(literal(f"Also set in the JSON: {', '.join(rest)}"))


def _eager(draft: Draft, position: int, *, key: str) -> None:
    value = tool_at(draft, position).get("eager_input_streaming")
    now = {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""
    widget = f"{key}.eager"

    def changed() -> None:
        chosen = {"true": True, "false": False}.get(str(entered(widget, now)))
        set_field(draft, position, "eager_input_streaming", chosen)

    st.selectbox(
        "How its input is streamed",
        list(_EAGER),
        index=list(_EAGER).index(now),
        key=follow(widget, now),
        format_func=lambda word: _EAGER[word],
        on_change=changed,
    )


def _input_examples(draft: Draft, position: int, place: Place, *, key: str) -> None:
    tool = tool_at(draft, position)

    def take(value: Json) -> str | None:
        from components.services.schemas import validate

        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            return "Examples are a list of objects: [{ … }]."
        for number, each in enumerate(value, start=1):
            if wrong := validate(tool_at(draft, position).get("input_schema"), each):
                return f"Example {number} does not fit the schema. {wrong[0]}"
        set_field(draft, position, "input_examples", value or None)
        return None

    json_field(
        draft,
        (*place, "examples"),
        "Examples of its input",
        tool.get("input_examples", []),
        take,
        field=f"The input examples of the tool {said_name(tool)}",
        key=f"{key}.examples",
        empty=[],
        placeholder='[{"city": "Lyon, France"}]',
        least_height=96,
    )
