"""The output schema: what the text of the answer must be valid for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Final

import streamlit as st

from components.domain import schema_from_example, typed_json
from components.domain.draft import Draft
from components.domain.findings import Finding
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.domain.typed_json import TypedJsonFault
from components.state import entered, forget, seed
from components.widgets.checked_fields import follow, json_field
from components.widgets.problems import problems
from components.widgets.safe_markdown import literal
from components.widgets.schema_fields import EditedSchema, schema_fields
from components.widgets.unfinished import Place, unfinished

_KEY: Final = "workbench.schema"
_PLACE: Final[Place] = ("schema",)
_CLOSED: Final[JsonObject] = {"additionalProperties": False}

EXAMPLES: Final[dict[str, JsonObject]] = {
    "Person": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "As it is written in the text"},
            "age": {"type": "integer"},
            "email": {"type": "string", "format": "email"},
        },
        "required": ["name"],
        **_CLOSED,
    },
    "List of items": {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"title": {"type": "string"}, "quantity": {"type": "integer"}},
                    "required": ["title", "quantity"],
                    **_CLOSED,
                },
            }
        },
        "required": ["items"],
        **_CLOSED,
    },
    "Classification": {
        "type": "object",
        "properties": {
            "label": {"type": "string", "enum": ["positive", "neutral", "negative"]},
            "reason": {"type": "string", "description": "One sentence"},
        },
        "required": ["label", "reason"],
        **_CLOSED,
    },
}
"""Schemas to begin with, by title."""


def schema_section(
    draft: Draft, model: Model, findings: Sequence[Finding], apply: Callable[[Finding], None]
) -> None:
    """Draw the section into the current container; changes go straight into the draft."""
    _switch(draft)
    if model.structured_outputs is False:
        st.caption(literal(f"{model.name} cannot follow an output schema."))
    with st.container(key=f"{_KEY}.start"):
        _beginnings(draft)
    with st.container(key=f"{_KEY}.edit"):
        if draft.output_format is not None:
            _editor(draft)
    mine = [finding for finding in findings if finding.path[:2] == ("output_config", "format")]
    half_typed = _PLACE in unfinished(draft).texts  # Then they would be about what is not on the screen.
    problems([] if half_typed else mine, apply, key=f"{_KEY}.problems")


def _format(schema: Json) -> JsonObject:
    return {"type": "json_schema", "schema": deepcopy(schema)}


def _switch(draft: Draft) -> None:
    key, on = f"{_KEY}.on", draft.output_format is not None

    def changed() -> None:
        kept = unfinished(draft).kept
        if entered(key, on) and draft.output_format is None:
            before = kept.get("schema")
            empty: JsonObject = {"type": "object", "properties": {}, **_CLOSED}
            draft.output_format = before if isinstance(before, dict) else _format(empty)
        elif not entered(key, on):
            kept["schema"] = draft.output_format
            draft.output_format = None

    st.toggle(
        "The answer follows a JSON schema",
        value=on,
        key=follow(key, on),
        on_change=changed,
        help="Switched off, the schema is not sent; switched on again, it is back.",
    )


def _beginnings(draft: Draft) -> None:
    def start(schema: JsonObject) -> None:
        draft.output_format = _format(schema)
        unfinished(draft).drop(_PLACE)
        forget(f"{_KEY}.")

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{_KEY}.examples"):
        if _is_blank(draft):
            for title, example in EXAMPLES.items():
                st.button(
                    f"Example: {title.lower()}",
                    key=f"{_KEY}.example.{title}",
                    type="tertiary",
                    on_click=start,
                    args=(example,),
                )
        _from_answer(draft, start)


def _is_blank(draft: Draft) -> bool:
    """Nothing in it that an example would replace."""
    schema = (draft.output_format or {}).get("schema")
    described = isinstance(schema, dict) and bool(set(schema) - {"type", "properties", *_CLOSED})
    filled = isinstance(schema, dict) and bool(schema.get("properties"))
    return not described and not filled and _PLACE not in unfinished(draft).texts


def _from_answer(draft: Draft, start: Callable[[JsonObject], None]) -> None:
    key = f"{_KEY}.answer"
    popover = st.popover(
        "From an example answer", icon=":material/data_object:", type="tertiary", key=key, on_change="rerun"
    )
    if not popover.open:
        return

    def make() -> None:
        text = str(entered(f"{key}.text", ""))
        try:
            value = typed_json.read(text)
        except TypedJsonFault as fault:
            st.session_state[f"{key}.said"] = str(fault)
        else:
            start(schema_from_example.schema_of(value))

    with popover:
        st.text_area(
            "An answer as it should look, as JSON",
            st.session_state.get(f"{key}.text", ""),
            key=seed(f"{key}.text", ""),
            height=200,
            placeholder='{"name": "Ada", "born": 1815, "works": [{"title": "…"}]}',
        )
        with st.container(key=f"{key}.result"):
            if said := st.session_state.get(f"{key}.said"):
                st.error(literal(said), icon=":material/data_object:")
        label = "Make the schema" if _is_blank(draft) else "Replace the schema"
        st.button(label, key=f"{key}.make", icon=":material/schema:", on_click=make)


def _editor(draft: Draft) -> None:
    asked = draft.output_format or {}
    if set(asked) != {"type", "schema"} or asked["type"] != "json_schema":
        _whole_format(draft)
        return

    def take(schema: Json) -> str | None:
        from components.services.schemas import schema_problem

        if wrong := schema_problem(schema):
            return wrong
        draft.output_format = {**(draft.output_format or {}), "schema": deepcopy(schema)}
        return None

    schema_fields(
        EditedSchema(
            draft,
            _PLACE,
            lambda: (draft.output_format or {}).get("schema"),
            take,
            key=f"{_KEY}.fields",
            label="Output schema (JSON)",
            field="The output schema",
            noun="field",
        )
    )


def _whole_format(draft: Draft) -> None:
    """A format that is something else than a JSON schema is edited as it stands."""

    def take(value: Json) -> str | None:
        if not isinstance(value, dict):
            return "The format is an object: { … }."
        draft.output_format = value
        return None

    json_field(
        draft,
        _PLACE,
        "Output format (JSON)",
        draft.output_format,
        take,
        field="The output format",
        key=f"{_KEY}.format",
        least_height=200,
    )
