"""An object's JSON schema as rows of a form, or as text; each follows the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.schema_rows import (
    ITEMS,
    KINDS,
    Row,
    free_name,
    rows_of,
    values_of,
    with_rows,
    written_values,
)
from components.state import entered
from components.widgets.checked_fields import TakeJson, as_json, follow, json_field, said, text_field
from components.widgets.safe_markdown import literal
from components.widgets.unfinished import Place, unfinished

_KIND_NAMES = {"enum": "one of…", "array": "list"}


@dataclass(frozen=True, slots=True)
class EditedSchema:
    """A schema in the draft, and how it is shown."""

    draft: Draft
    place: Place
    read: Callable[[], Json]
    """Gives the schema as the draft has it now."""
    take: TakeJson
    key: str
    """How the keys of its widgets begin."""
    label: str
    """Of the text field."""
    field: str
    """What it is, as the beginning of a sentence."""
    noun: Literal["parameter", "field"]
    """What a row is called."""

    def change(self, made: Callable[[list[Row]], list[Row]]) -> None:
        """Make new rows out of those that are there now."""
        schema = self.read()
        now = rows_of(schema)
        if isinstance(schema, dict) and now is not None:
            self.take(with_rows(schema, made(now)))

    def change_row(self, position: int, made: Callable[[Row], Row]) -> None:
        self.change(lambda now: [made(row) if at == position else row for at, row in enumerate(now)])


def schema_fields(schema: EditedSchema) -> None:
    """Draw the schema in the view that is chosen: rows, while it is simple enough for them, or JSON."""
    rows = rows_of(schema.read())
    half_typed = schema.place in unfinished(schema.draft).texts
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{schema.key}.top"):
        st.markdown(f"**{schema.noun.capitalize()}s**", width="content")
        st.space("stretch")
        json_view = as_json(
            schema.draft,
            schema.place,
            forced=rows is None or half_typed,
            form="Rows",
            key=f"{schema.key}.view",
        )
    with st.container(key=f"{schema.key}.box", gap="small"):
        if rows is not None and not json_view:
            _rows(schema, rows)
            return
        json_field(
            schema.draft,
            schema.place,
            schema.label,
            schema.read(),
            schema.take,
            field=schema.field,
            key=f"{schema.key}.text",
            least_height=200,
        )
        if rows is None and not half_typed:
            st.caption("This schema says more than rows can show, so it is edited as JSON.")


def _rows(schema: EditedSchema, rows: list[Row]) -> None:
    for at, row in enumerate(rows):
        others = [each.name for each in rows if each is not row]
        with st.container(border=True, key=f"{schema.key}.row.{at}", gap="xsmall"):
            _row(schema, at, row, others)
    if not rows:
        st.caption(f"No {schema.noun}s yet.")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{schema.key}.below"):
        st.button(
            f"Add a {schema.noun}",
            key=f"{schema.key}.add",
            icon=":material/add:",
            type="tertiary",
            on_click=schema.change,
            args=(lambda now: [*now, Row(free_name(schema.noun, (each.name for each in now)))],),
        )
        _closed(schema)


def _row(schema: EditedSchema, at: int, row: Row, others: list[str]) -> None:
    key, place = f"{schema.key}.row.{at}", (*schema.place, "row", row.name)

    def rename(name: str) -> str | None:
        if not name or name in others:
            return f"Another one is called “{name}”." if name else "It needs a name."
        schema.change_row(at, lambda now: replace(now, name=name))
        return None

    def remove() -> None:
        unfinished(schema.draft).drop(place)
        schema.change(lambda now: now[:at] + now[at + 1 :])

    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{key}.line"):
        text_field(
            schema.draft,
            place,
            f"Name of {schema.noun} {at + 1}",
            row.name,
            rename,
            field=f"The name of {schema.noun} {at + 1}",
            key=f"{key}.name",
            collapsed=True,
            width=150,
        )
        _kind(schema, at, row, key=f"{key}.kind")
        if row.kind == "array":
            _items(schema, at, row, key=f"{key}.items")
        _required(schema, at, row, key=f"{key}.required")
        st.space("stretch")
        st.button(
            "",
            key=f"{key}.remove",
            icon=":material/close:",
            type="tertiary",
            help=literal(f"Remove {row.name}"),
            on_click=remove,
        )
    said(schema.draft, place)
    with st.container(key=f"{key}.values_box"):
        if row.kind == "enum":
            _values(schema, at, row, key=f"{key}.values")
    _description(schema, at, row, key=f"{key}.description")
    if row.rest:
        st.caption(literal(f"Also set in the JSON: {', '.join(row.rest)}"))


def _kind(schema: EditedSchema, at: int, row: Row, *, key: str) -> None:
    def changed() -> None:
        kind = str(entered(key, row.kind))
        schema.change_row(at, lambda now: now.of_kind(kind))

    st.selectbox(
        f"Type of {schema.noun} {at + 1}",
        KINDS,
        index=KINDS.index(row.kind),
        key=follow(key, row.kind),
        format_func=lambda kind: _KIND_NAMES.get(kind, kind),
        on_change=changed,
        label_visibility="collapsed",
        width=115,
    )


def _items(schema: EditedSchema, at: int, row: Row, *, key: str) -> None:
    options = ["", *ITEMS]

    def changed() -> None:
        items = entered(key, row.items) or None
        schema.change_row(at, lambda now: replace(now, items=items))

    st.selectbox(
        f"Items of {schema.noun} {at + 1}",
        options,
        index=options.index(row.items or ""),
        key=follow(key, row.items or ""),
        format_func=lambda kind: f"of {kind}s" if kind else "of anything",
        on_change=changed,
        label_visibility="collapsed",
        width=130,
    )


def _required(schema: EditedSchema, at: int, row: Row, *, key: str) -> None:
    def changed() -> None:
        required = bool(entered(key, row.required))
        schema.change_row(at, lambda now: replace(now, required=required))

    st.checkbox("required", value=row.required, key=follow(key, row.required), on_change=changed)


def _values(schema: EditedSchema, at: int, row: Row, *, key: str) -> None:
    now = written_values(row.values)

    def changed() -> None:
        values = values_of(str(entered(key, now)))
        schema.change_row(at, lambda each: replace(each, values=values))

    st.text_input(
        f"Values of {schema.noun} {at + 1}",
        now,
        key=follow(key, now),
        on_change=changed,
        placeholder="The values it may have, with commas between",
        label_visibility="collapsed",
    )
    if not row.values:
        st.warning("Give at least one value.", icon=":material/edit:")


def _description(schema: EditedSchema, at: int, row: Row, *, key: str) -> None:
    def changed() -> None:
        description = str(entered(key, row.description)).strip()
        schema.change_row(at, lambda now: replace(now, description=description))

    st.text_input(
        f"Description of {schema.noun} {at + 1}",
        row.description,
        key=follow(key, row.description),
        on_change=changed,
        placeholder="What it is, for the model",
        label_visibility="collapsed",
    )


def _closed(schema: EditedSchema) -> None:
    key, now = f"{schema.key}.closed", schema.read()
    closed = isinstance(now, dict) and now.get("additionalProperties") is False

    def changed() -> None:
        now = schema.read()
        if isinstance(now, dict):
            rest: JsonObject = {name: each for name, each in now.items() if name != "additionalProperties"}
            schema.take({**rest, "additionalProperties": False} if entered(key, closed) else rest)

    st.checkbox(
        f"no other {schema.noun}s",
        value=closed,
        key=follow(key, closed),
        on_change=changed,
        help="“additionalProperties”: false, which strict tools and output schemas need.",
    )
