"""Whether a JSON value is a JSON schema: the keywords of draft 2020-12, as far as they have a shape.

Regular expressions and references are not followed; unknown keywords are anybody's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from components.domain.findings import Path
from components.domain.json_types import Json

TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")

Flaw: TypeAlias = tuple[Path, str]
"""Where in the schema, and what must be there."""


def flaws(schema: Json, path: Path = ()) -> Iterator[Flaw]:
    """What makes this no schema, from the outside in."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield path, "must be a schema: an object, true or false"
        return
    for keyword, value in schema.items():
        if keyword in _SCHEMA:
            yield from flaws(value, (*path, keyword))
        elif keyword in _SCHEMAS_BY_NAME:
            yield from _named(value, (*path, keyword))
        elif keyword in _SCHEMA_LIST:
            yield from _listed(value, (*path, keyword))
        elif keyword in _VALUES:
            fits, says = _VALUES[keyword]
            if not fits(value):
                yield (*path, keyword), says


def _named(value: Json, path: Path) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield path, "must be an object of schemas"
        return
    for name, inner in value.items():
        yield from flaws(inner, (*path, name))


def _listed(value: Json, path: Path) -> Iterator[Flaw]:
    if not isinstance(value, list) or not value:
        yield path, "must be a list of at least one schema"
        return
    for i, inner in enumerate(value):
        yield from flaws(inner, (*path, i))


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Json) -> bool:
    if isinstance(value, float):
        return value >= 0 and value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _are_names(value: Json) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return False
    return len({str(name) for name in value}) == len(value)


def _is_type(value: Json) -> bool:
    if isinstance(value, list):
        return bool(value) and _are_names(value) and all(name in TYPES for name in value)
    return value in TYPES


def _requirements(value: Json) -> bool:
    return isinstance(value, dict) and all(_are_names(names) for names in value.values())


_SCHEMA: Final = frozenset(
    {"additionalProperties", "items", "not", "if", "then", "else", "contains", "propertyNames"}
    | {"unevaluatedItems", "unevaluatedProperties", "contentSchema"}
)
_SCHEMAS_BY_NAME: Final = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
)
_SCHEMA_LIST: Final = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})

_NUMBER: Final = (_is_number, "must be a number")
_COUNT: Final = (_is_count, "must be a whole number of 0 or more")
_TEXT: Final = (_is_text, "must be a text")
_FLAG: Final = (lambda value: isinstance(value, bool), "must be true or false")
_VALUES: Final[dict[str, tuple[Callable[[Json], bool], str]]] = {
    "type": (_is_type, f"must be one of {', '.join(TYPES)}, or a list of them"),
    "required": (_are_names, "must be a list of names, each once"),
    "enum": (lambda value: isinstance(value, list), "must be a list"),
    "dependentRequired": (_requirements, "must be an object of lists of names"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
    "multipleOf": (
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value > 0,
        "must be a number above 0",
    ),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT
    ),
    **dict.fromkeys(("minContains", "maxContains"), _COUNT),
    **dict.fromkeys(
        ("title", "description", "format", "pattern", "$ref", "$id", "$schema", "$anchor", "$comment"), _TEXT
    ),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "$dynamicRef", "$dynamicAnchor"), _TEXT),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), _FLAG),
    "examples": (lambda value: isinstance(value, list), "must be a list"),
}
