"""Fields whose text is checked before it becomes part of the draft. What does not pass stays in the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.domain import typed_json
from components.domain.draft import Draft
from components.domain.json_types import Json
from components.domain.typed_json import TypedJsonFault
from components.state import entered, seed
from components.widgets.safe_markdown import literal
from components.widgets.unfinished import Place, Typed, unfinished

_JSON = "JSON"

TakeText = Callable[[str], str | None]
"""Takes a text into the draft, or returns why it cannot be: a sentence."""
TakeJson = Callable[[Json], str | None]


def follow(key: str, value: Any) -> str:
    """Seed a widget, and let one that is there already show what was changed elsewhere; returns the key."""
    if key in st.session_state and st.session_state[key] != value:
        st.session_state[key] = value
    return seed(key, value)


def as_json(draft: Draft, place: Place, *, forced: bool, form: str, key: str) -> bool:
    """Draw the choice between a form and JSON; return whether it is JSON.

    Where it must be JSON, it stays that afterwards, so that nothing changes under the hands of who types.
    """
    chosen = unfinished(draft).as_json
    if forced:
        chosen.add(place)
    now = _JSON if place in chosen else form

    def changed() -> None:
        (chosen.add if entered(key, now) == _JSON else chosen.discard)(place)

    st.segmented_control(
        "View",
        [form, _JSON],
        default=now,
        key=follow(key, now),
        required=True,
        disabled=forced,
        on_change=changed,
        label_visibility="collapsed",
    )
    return now == _JSON


def text_field(
    draft: Draft,
    place: Place,
    label: str,
    now: str,
    take: TakeText,
    *,
    field: str,
    placeholder: str | None = None,
    hint: str | None = None,
    collapsed: bool = False,
    width: int | None = None,
    key: str,
) -> None:
    """Draw a line of text. `place` names it among what is unfinished, `field` for the reader."""
    texts = unfinished(draft).texts

    def changed() -> None:
        text = str(entered(key, now)).strip()
        texts.pop(place, None)
        if wrong := take(text):
            unfinished(draft).texts[place] = Typed(text, wrong, field)

    shown = texts[place].text if place in texts else now
    st.text_input(
        label,
        shown,
        key=follow(key, shown),
        on_change=changed,
        placeholder=placeholder,
        help=hint,
        label_visibility="collapsed" if collapsed else "visible",
        width=width or "stretch",
    )


def json_field(
    draft: Draft,
    place: Place,
    label: str,
    now: Json,
    take: TakeJson,
    *,
    field: str,
    key: str,
    empty: Json = None,
    placeholder: str | None = None,
    hint: str | None = None,
    least_height: int = 120,
) -> None:
    """Draw a JSON text that follows the draft, and what is wrong with it beside it.

    A value equal to `empty` shows as an empty field, and an empty field means it.
    """
    texts = unfinished(draft).texts

    def changed() -> None:
        text = str(entered(key, ""))
        texts.pop(place, None)
        if wrong := _taken(text, empty, take):
            texts[place] = Typed(text, wrong, field)

    if place in texts:
        shown = texts[place].text
    else:
        shown = "" if typed_json.same(now, empty) else typed_json.written(now)
        if key in st.session_state and _says(str(st.session_state[key]), now, empty):
            shown = str(st.session_state[key])  # The same value, as the user wrote it.
    st.text_area(
        label,
        shown,
        key=follow(key, shown),
        height=min(max(24 * shown.count("\n") + 56, least_height), 480),
        on_change=changed,
        placeholder=placeholder,
        help=hint,
    )
    said(draft, place, drop_key=f"{key}.drop")


def said(draft: Draft, place: Place, *, drop_key: str | None = None) -> None:
    """Say what is wrong with the text of a field, in a container that is there without.

    With a key for it, there is a button that goes back to what the draft holds.
    """
    texts = unfinished(draft).texts

    def drop() -> None:
        texts.pop(place, None)

    with st.container():
        if (typed := texts.get(place)) is None:
            return
        st.error(literal(f"This is not sent. {typed.problem}"), icon=":material/data_object:")
        if drop_key is not None:
            st.button(
                "Drop this text",
                key=drop_key,
                icon=":material/undo:",
                type="tertiary",
                on_click=drop,
                help="The field goes back to what is sent.",
            )


def _taken(text: str, empty: Json, take: TakeJson) -> str | None:
    try:
        return take(typed_json.read(text) if text.strip() else empty)
    except TypedJsonFault as fault:
        return str(fault)


def _says(text: str, value: Json, empty: Json) -> bool:
    try:
        return typed_json.same(typed_json.read(text) if text.strip() else empty, value)
    except TypedJsonFault:
        return False
