"""JSON as people type it into a field: read strictly, and told where it is wrong."""

from __future__ import annotations

import json
from typing import NoReturn

from components.domain.json_types import Json, JsonObject


class TypedJsonFault(ValueError):
    """Why a text is no JSON value: a sentence for the screen, with line and column where they are known."""


def read(text: str) -> Json:
    """Return the value. Raises `TypedJsonFault`, also for NaN and for a name that stands twice."""
    try:
        value: Json = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as cause:
        where = f"Line {cause.lineno}, column {cause.colno}"
        raise TypedJsonFault(f"{where}: {cause.msg[0].lower()}{cause.msg[1:]}.") from cause
    except RecursionError as cause:
        raise TypedJsonFault("This is nested too deeply.") from cause
    except UnicodeEncodeError as cause:
        raise TypedJsonFault("A text holds half of a character (a lone surrogate).") from cause
    except TypedJsonFault:
        raise
    except ValueError as cause:
        raise TypedJsonFault("A number is too large for JSON to carry.") from cause
    return value


def written(value: Json) -> str:
    """The value as text to edit."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def same(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON; `==` would take 1 for true."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _no_constant(name: str) -> NoReturn:
    raise TypedJsonFault(f"{name} is no JSON value.")


def _once(pairs: list[tuple[str, Json]]) -> JsonObject:
    seen: JsonObject = {}
    for name, value in pairs:
        if name in seen:
            raise TypedJsonFault(f"“{name}” stands twice in one object.")
        seen[name] = value
    return seen
