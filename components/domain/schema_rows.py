"""The fields of a simple object schema as rows of a form, and back.

A schema is simple when its rows say all of it: every field has one type, and none holds objects described
further. What rows do not show (a default, a format) is carried along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Final, cast

from components.domain.json_types import Json, JsonObject

KINDS: Final = ("string", "integer", "number", "boolean", "enum", "array", "object")
"""What a field may be; `enum` is one of several texts."""
ITEMS: Final = ("string", "integer", "number", "boolean", "object")
"""What the items of an array may be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of an object."""

    name: str
    kind: str = "string"
    description: str = ""
    required: bool = True
    values: tuple[str, ...] = ()
    """Of an `enum`."""
    items: str | None = None
    """One of `ITEMS`, of an `array`; None leaves them open."""
    rest: JsonObject = field(default_factory=dict)
    """Other keywords of the field."""

    def of_kind(self, kind: str) -> Row:
        """The same field with another type; keywords that belonged to the old one are dropped."""
        return replace(self, kind=kind, values=(), items="string" if kind == "array" else None, rest={})


def rows_of(schema: Json) -> list[Row] | None:
    """The rows of a simple object schema; None for any other value."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return None
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        return None
    rows = [_row(name, node, name in required) for name, node in properties.items()]
    found = [row for row in rows if row is not None]
    return found if len(found) == len(rows) and with_rows(schema, found) == schema else None


def with_rows(schema: JsonObject, rows: Sequence[Row]) -> JsonObject:
    """The schema with these fields; what else it says stays."""
    changed = deepcopy(schema)
    changed["type"] = "object"
    if rows or "properties" in schema:
        changed["properties"] = {row.name: _node(row) for row in rows}
    required = [row.name for row in rows if row.required]
    before = schema.get("required")
    if isinstance(before, list) and sorted(map(str, before)) == sorted(required):
        return changed
    changed["required"] = cast(Json, required)
    if not required:
        del changed["required"]
    return changed


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the first number that makes it new."""
    names = set(taken)
    numbered = (f"{name}_{number}" for number in range(2, len(names) + 3))
    return name if name not in names else next(each for each in numbered if each not in names)


def values_of(typed: str) -> tuple[str, ...]:
    """The values of an enum from a text with commas."""
    return tuple(dict.fromkeys(value.strip() for value in typed.split(",") if value.strip()))


def written_values(values: Iterable[str]) -> str:
    return ", ".join(values)


def _row(name: str, node: Json, required: bool) -> Row | None:
    """None for a field that a row cannot show."""
    if not isinstance(node, dict):
        return None
    kind, description = node.get("type"), node.get("description", "")
    rest = {key: value for key, value in node.items() if key not in {"type", "description", "enum", "items"}}
    if kind not in KINDS or not isinstance(description, str) or not all(map(_is_plain, rest.values())):
        return None
    row = Row(name, str(kind), description, required, rest=deepcopy(rest))
    if kind == "array":
        items = node.get("items")
        if items is not None and not (isinstance(items, dict) and items.get("type") in ITEMS):
            return None
        row = replace(row, items=str(items["type"]) if isinstance(items, dict) else None)
    elif kind == "string" and "enum" in node:
        values = node["enum"]
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            return None
        row = replace(row, kind="enum", values=tuple(map(str, values)))
        if values_of(written_values(row.values)) != row.values:
            return None
    return row if _node(row) == node else None


def _is_plain(value: Json) -> bool:
    """Whether this describes no further fields."""
    if isinstance(value, list):
        return not any(isinstance(item, dict | list) for item in value)
    return not isinstance(value, dict)


def _node(row: Row) -> JsonObject:
    node: JsonObject = {"type": "string" if row.kind == "enum" else row.kind}
    if row.kind == "enum":
        node["enum"] = list(row.values)
    if row.items is not None:
        node["items"] = {"type": row.items}
    if row.description:
        node["description"] = row.description
    return {**node, **deepcopy(row.rest)}
