"""A schema derived from one example of the answer that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from components.domain.json_types import Json, JsonObject


def schema_of(example: Json) -> JsonObject:
    """Return a schema that the example is valid for, in the subset that structured outputs take.

    Objects are closed, and all their fields required; among the objects of one list, a field that not all of
    them have is optional. An empty list is taken for one of texts. Where values of several types meet,
    `anyOf` says so.
    """
    match example:
        case None:
            return {"type": "null"}
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": _merged([schema_of(item) for item in example])}
        case _:
            properties: JsonObject = {name: schema_of(value) for name, value in example.items()}
            return {
                "type": "object",
                "properties": properties,
                "required": cast(Json, list(properties)),
                "additionalProperties": False,
            }


def _merged(schemas: Sequence[JsonObject]) -> JsonObject:
    """One schema for values of any of these."""
    kinds: dict[str, list[JsonObject]] = {}
    for branch in (branch for schema in schemas for branch in _branches(schema)):
        kinds.setdefault(str(branch["type"]), []).append(branch)
    if "number" in kinds:
        kinds.pop("integer", None)
    branches = [_of_one_kind(kind, alike) for kind, alike in kinds.items()]
    if not branches:
        return {"type": "string"}
    return branches[0] if len(branches) == 1 else {"anyOf": cast(Json, branches)}


def _branches(schema: JsonObject) -> list[JsonObject]:
    return cast("list[JsonObject]", schema["anyOf"]) if "anyOf" in schema else [schema]


def _of_one_kind(kind: str, schemas: Sequence[JsonObject]) -> JsonObject:
    if kind == "array":
        return {"type": "array", "items": _merged([cast(JsonObject, each["items"]) for each in schemas])}
    if kind != "object":
        return schemas[0]
    fields: dict[str, list[JsonObject]] = {}
    for schema in schemas:
        for name, node in cast("dict[str, JsonObject]", schema["properties"]).items():
            fields.setdefault(name, []).append(node)
    everywhere = [
        name for name in fields if all(name in cast("list[str]", each["required"]) for each in schemas)
    ]
    return {
        "type": "object",
        "properties": {name: _merged(nodes) for name, nodes in fields.items()},
        "required": cast(Json, everywhere),
        "additionalProperties": False,
    }
