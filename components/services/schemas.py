"""JSON schemas, draft 2020-12: whether one is a schema at all, and whether a value keeps to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, time
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from components.domain.json_types import Json, JsonObject

if TYPE_CHECKING:
    from jsonschema import FormatChecker
    from jsonschema.exceptions import SchemaError, ValidationError

_MOST_ERRORS: Final = 20
_LONGEST: Final = 300
"""Characters of a sentence about one fault; the values it quotes may be long."""
_TYPES: Final = "array, boolean, integer, null, number, object, string"


def schema_problem(schema: Json) -> str | None:
    """Why this is no JSON schema, as a sentence that starts with the place (`$.properties.a.type: …`).

    None when it is one. What the service takes of JSON schema is less: see `rules_schema`.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    if not isinstance(schema, dict):
        return "A JSON schema is an object: { … }."
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as fault:
        return _sentence(fault)
    except (RecursionError, ValueError) as fault:
        return f"The schema cannot be read: {_shortened(str(fault))}"
    return None


def validate(schema: Json, value: Json) -> list[str]:
    """Each way in which a value breaks a schema, as sentences that start with the place; [] for none.

    Nothing is fetched: a reference to elsewhere is a fault. Formats of reference 2.6 are checked, no others,
    and no patterns: one that was pasted can keep the whole process busy for minutes.
    """
    import referencing
    import referencing.exceptions
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import best_match

    problem = schema_problem(schema)
    if problem is not None or not isinstance(schema, dict):
        return [f"The schema itself is not valid. {problem}"]
    if '"patternProperties"' in json.dumps(schema):
        return ["The schema cannot be checked here: it uses patternProperties."]
    without_patterns = validators.extend(Draft202012Validator, {"pattern": _unchecked})  # type: ignore[no-untyped-call]
    validator = without_patterns(schema, registry=referencing.Registry(), format_checker=_formats())
    try:
        found = list(islice(validator.iter_errors(value), _MOST_ERRORS + 1))
        sentences = [_sentence(best_match([fault]) or fault) for fault in found[:_MOST_ERRORS]]
    except referencing.exceptions.Unresolvable as fault:
        return [f"The schema refers to “{_shortened(str(fault.ref))}”, which is not in it."]
    except RecursionError:
        return ["The schema or the value refers to itself without end, or is nested too deep."]
    except (re.error, ValueError) as fault:
        return [f"The schema cannot be checked here: {_shortened(str(fault))}"]
    return [*sentences, "There are more."] if len(found) > _MOST_ERRORS else sentences


def _unchecked(*_: object) -> None:
    """A keyword that is passed over."""


def _sentence(fault: ValidationError | SchemaError) -> str:
    message, instance = str(fault.message), fault.instance
    if "type" in list(fault.absolute_path)[-2:] and fault.validator == "anyOf":
        message = f"{json.dumps(instance)} is none of the types {_TYPES}"
    elif instance is None or isinstance(instance, bool):
        message = re.sub(rf"^{instance!r}\b", json.dumps(instance), message)
    return f"{fault.json_path}: {_shortened(message)}"


def _shortened(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


@cache
def _formats() -> FormatChecker:
    from jsonschema import FormatChecker

    checker = FormatChecker(["date", "email", "ipv4", "ipv6", "uuid"])
    for name, is_one in _FORMATS.items():
        checker.checks(name, raises=ValueError)(_of_texts(is_one))
    return checker


def _of_texts(is_one: Callable[[str], object]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or bool(is_one(value))


_TIME: Final = r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
_DURATION: Final = re.compile(
    r"P(?!$)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)", re.ASCII
)
_HOSTNAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*"
)


def _is_moment(text: str) -> bool:
    """RFC 3339. Raises `ValueError` for a date that does not exist."""
    moment = text.upper()
    written = re.fullmatch(rf"\d{{4}}-\d\d-\d\dT{_TIME}", moment, re.ASCII)
    return written is not None and datetime.fromisoformat(moment) is not None


def _is_time(text: str) -> bool:
    moment = text.upper()
    return re.fullmatch(_TIME, moment, re.ASCII) is not None and time.fromisoformat(moment) is not None


def _is_uri(text: str) -> bool:
    return bool(re.fullmatch(r"[!-~]+", text)) and bool(urlsplit(text).scheme)


_FORMATS: Final[dict[str, Callable[[str], object]]] = {
    "date-time": _is_moment,
    "time": _is_time,
    "duration": _DURATION.fullmatch,
    "hostname": lambda text: _HOSTNAME.fullmatch(text.lower()),
    "uri": _is_uri,
}
"""Formats that `jsonschema` leaves to packages which are not here."""


def schema_of(body: JsonObject) -> JsonObject | None:
    """The schema that a request's answer is to keep to (`output_config.format`), or None."""
    config = body.get("output_config")
    asked = config.get("format") if isinstance(config, dict) else None
    if not isinstance(asked, dict) or asked.get("type") != "json_schema":
        return None
    schema = asked.get("schema")
    return schema if isinstance(schema, dict) else None
