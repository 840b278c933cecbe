"""An answer that is to keep to a JSON schema: as a table or a tree, with a verdict."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

import streamlit as st

from components.domain.answer import blocks_of, stop_reason_of, text_of
from components.domain.json_types import Json, JsonObject
from components.domain.run import Run, RunState
from components.services.schemas import schema_of, validate
from components.widgets.safe_markdown import literal
from components.widgets.value_views import key_value_table

_HIGHLIGHT_LIMIT = 100_000
"""Characters of JSON beyond which colouring it would make the browser slow."""
_SMALL = 4_000
"""Characters of JSON whose tree is open at first."""
_EXACT = 2**53
"""Whole numbers beyond it are not exact in a browser."""


@dataclass(frozen=True, slots=True)
class Table:
    """What of a JSON value is a table."""

    values: JsonObject
    """Single values, by name."""
    rows: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Structured:
    """The text of an answer by a schema."""

    text: str
    schema_json: str
    incomplete: str | None
    """Why the schema need not hold, as a sentence; None for an answer that came to its end."""


def structured_of(run: Run) -> Structured | None:
    """None when the request asks for no schema, or the answer has no text."""
    text = text_of(run.message)
    if '"json_schema"' not in run.request.body_json or not text.strip():
        return None
    schema = schema_of(run.request.body)
    return None if schema is None else Structured(text, json.dumps(schema), _incomplete(run))


def _incomplete(run: Run) -> str | None:
    match stop_reason_of(run.message):
        case "refusal":
            return "Refused: a refusal need not keep to the schema."
        case "max_tokens" | "model_context_window_exceeded":
            return "Cut off: what is missing at the end may break the schema."
        case "tool_use" | "pause_turn":
            return "The turn is not over: only its end has to keep to the schema."
    return None if run.state is RunState.COMPLETE else "Not all of the answer came; it may break the schema."


def without_text(message: JsonObject | None) -> JsonObject:
    """The Message's other blocks."""
    return {
        **(message or {}),
        "content": [block for block in blocks_of(message) if block.get("type") != "text"],
    }


def structured_answer(answer: Structured, *, key: str) -> None:
    """Draw the verdict, and the value as a table or tree; what is neither object nor list as its text."""
    value, problem = _value(answer.text)
    table = table_of(value)
    views = ["Table"] * (table is not None) + ["Tree"] * isinstance(value, dict | list) + ["Text"]
    chosen = views[0]
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.verdict"):
        _verdict(answer, problem)
        if len(views) > 1:
            st.space("stretch")
            chosen = st.radio(
                "Show as",
                views,
                key=f"{key}.as.{len(views)}",
                horizontal=True,
                label_visibility="collapsed",
                width="content",
            )
    if chosen == "Table" and table is not None:
        if table.values:
            st.markdown(key_value_table(table.values))
        if table.rows:
            _rows(table.rows)
    elif chosen == "Tree":
        st.json(json.dumps(for_browser(value)), expanded=len(answer.text) < _SMALL or 2)
    else:
        language = "json" if len(answer.text) < _HIGHLIGHT_LIMIT else None
        st.code(answer.text, language=language, wrap_lines=True)


def _verdict(answer: Structured, problem: str | None) -> None:
    if answer.incomplete is not None:
        st.caption(f":material/content_cut: {literal(answer.incomplete)}", width="content")
    elif problem is not None:
        st.caption(f":material/error: Not valid: it is no JSON. {literal(problem)}", width="content")
    elif faults := _faults(answer.schema_json, answer.text):
        lines = [f"Not valid: {literal(faults[0])}", *(f"- {literal(fault)}" for fault in faults[1:])]
        st.error("\n".join(lines), icon=":material/error:")
    else:
        st.badge("Valid by the schema", icon=":material/check:", color="green")


def _value(text: str) -> tuple[Json, str | None]:
    """The JSON value of a text, or why it has none."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON value")

    try:
        return json.loads(text, parse_constant=refuse), None
    except json.JSONDecodeError as fault:
        return None, f"{fault.msg} at line {fault.lineno}, column {fault.colno}"
    except (ValueError, RecursionError) as fault:
        return None, str(fault)


@lru_cache(maxsize=64)
def _faults(schema_json: str, text: str) -> tuple[str, ...]:
    return tuple(validate(json.loads(schema_json), _value(text)[0]))


def table_of(value: Json) -> Table | None:
    """A list of flat objects, a flat object, or one with a single such list in it; None for all else."""
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict) and _is_flat(row)]
        return Table({}, tuple(rows)) if rows and len(rows) == len(value) else None
    if not isinstance(value, dict) or not value:
        return None
    lists = [name for name, each in value.items() if not _is_simple(each)]
    if not lists:
        return Table(value)
    inner = table_of(value[lists[0]]) if len(lists) == 1 and isinstance(value[lists[0]], list) else None
    if inner is None:
        return None
    return Table({name: each for name, each in value.items() if name != lists[0]}, inner.rows)


def _is_flat(row: JsonObject) -> bool:
    return all(_is_simple(each) for each in row.values())


def _is_simple(value: Json) -> bool:
    """A single value, or a list of such."""
    if isinstance(value, list):
        return not any(isinstance(each, dict | list) for each in value)
    return not isinstance(value, dict)


def _rows(rows: Sequence[JsonObject]) -> None:
    import pandas as pd

    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame(
        {name: pd.Series(cells([row.get(name) for row in rows]), dtype=object) for name in names}
    )
    st.dataframe(frame, hide_index=True)


def cells(values: Sequence[Json]) -> list[Json]:
    """A column's values as they are when all are of one kind that a table can show exactly, else as text."""
    told = [value for value in values if value is not None]
    kinds = {type(value) for value in told}
    numbers = all(isinstance(value, int | float) and abs(value) < _EXACT for value in told)
    if kinds <= {str} or kinds <= {bool} or (kinds <= {int, float} and numbers):
        return list(values)
    return [each if isinstance(each, str | None) else _as_text(each) for each in values]


def _as_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def for_browser(value: Json) -> Json:
    """The same value with the numbers as text that a browser would change."""
    if isinstance(value, dict):
        return {name: for_browser(each) for name, each in value.items()}
    if isinstance(value, list):
        return [for_browser(each) for each in value]
    if isinstance(value, int | float) and not abs(value) < _EXACT:
        return _as_text(value)
    return value
