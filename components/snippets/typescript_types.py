"""How well a body fits the parameter types of `@anthropic-ai/sdk` 1.

A snippet must pass `tsc --strict`, and a request may hold what the SDK's types do not know. Only shapes
listed here count as known; anything else gets a type assertion, which costs a few words and is never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from components.domain.json_types import Json, JsonObject

Fit: TypeAlias = Literal["exact", "more", "other"]
"""`exact`: assignable. `more`: assignable but for more fields at the top. `other`: perhaps not assignable."""

_Check: TypeAlias = Callable[[Json], bool]


def fit(body: JsonObject, *, counting: bool = False) -> Fit:
    """Judge a body without its `stream` field; `counting`: as the parameters of `countTokens`."""
    fields = _COUNTED if counting else _FIELDS
    required = _REQUIRED & fields.keys()
    known = {name: value for name, value in body.items() if name in fields}
    if not known.keys() >= required or not all(fields[name](value) for name, value in known.items()):
        return "other"
    return "exact" if len(known) == len(body) else "more"


def _text(value: Json) -> bool:
    return isinstance(value, str)


def _number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _boolean(value: Json) -> bool:
    return isinstance(value, bool)


def _mapping(value: Json) -> bool:
    return isinstance(value, dict)


def _one_of(*words: str) -> _Check:
    return lambda value: isinstance(value, str) and value in words


def _any_of(*checks: _Check) -> _Check:
    return lambda value: any(check(value) for check in checks)


def _list_of(check: _Check) -> _Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _object(required: Mapping[str, _Check], optional: Mapping[str, _Check] = MappingProxyType({})) -> _Check:
    fields = {**required, **optional}

    def check(value: Json) -> bool:
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= fields.keys()
            and all(fields[name](item) for name, item in value.items())
        )

    return check


_CACHE: Final = {"cache_control": _object({"type": _one_of("ephemeral")}, {"ttl": _one_of("5m", "1h")})}
_TEXT_BLOCK: Final = _object({"type": _one_of("text"), "text": _text}, _CACHE)
_IMAGE_BLOCK: Final = _object(
    {
        "type": _one_of("image"),
        "source": _any_of(
            _object(
                {
                    "type": _one_of("base64"),
                    "media_type": _one_of("image/jpeg", "image/png", "image/gif", "image/webp"),
                    "data": _text,
                }
            ),
            _object({"type": _one_of("url"), "url": _text}),
        ),
    },
    _CACHE,
)
_DOCUMENT_BLOCK: Final = _object(
    {
        "type": _one_of("document"),
        "source": _any_of(
            _object({"type": _one_of("base64"), "media_type": _one_of("application/pdf"), "data": _text}),
            _object({"type": _one_of("text"), "media_type": _one_of("text/plain"), "data": _text}),
            _object({"type": _one_of("url"), "url": _text}),
        ),
    },
    {"title": _text, "context": _text, "citations": _object({}, {"enabled": _boolean}), **_CACHE},
)
_BLOCK: Final = _any_of(
    _TEXT_BLOCK,
    _IMAGE_BLOCK,
    _DOCUMENT_BLOCK,
    _object({"type": _one_of("thinking"), "thinking": _text, "signature": _text}),
    _object({"type": _one_of("redacted_thinking"), "data": _text}),
    _object({"type": _one_of("tool_use"), "id": _text, "name": _text, "input": _mapping}, _CACHE),
    _object(
        {"type": _one_of("tool_result"), "tool_use_id": _text},
        {
            "content": _any_of(_text, _list_of(_any_of(_TEXT_BLOCK, _IMAGE_BLOCK))),
            "is_error": _boolean,
            **_CACHE,
        },
    ),
)
_MESSAGE: Final = _object({"role": _one_of("user", "assistant"), "content": _any_of(_text, _list_of(_BLOCK))})


def _object_schema(value: Json) -> bool:
    if not isinstance(value, dict) or value.get("type") != "object":
        return False
    return _list_of(_text)(value.get("required", []))


_TOOL: Final = _object(
    {"name": _text, "input_schema": _object_schema},
    {"description": _text, "strict": _boolean, "type": _one_of("custom"), **_CACHE},
)
_DISPLAY: Final = {"display": _one_of("summarized", "omitted")}
_PARALLEL: Final = {"disable_parallel_tool_use": _boolean}

_FIELDS: Final[dict[str, _Check]] = {
    "model": _text,
    "max_tokens": _number,
    "messages": _list_of(_MESSAGE),
    "system": _any_of(_text, _list_of(_TEXT_BLOCK)),
    "stop_sequences": _list_of(_text),
    "thinking": _any_of(
        _object({"type": _one_of("adaptive")}, _DISPLAY),
        _object({"type": _one_of("enabled"), "budget_tokens": _number}, _DISPLAY),
        _object({"type": _one_of("disabled", "between_tools")}),
    ),
    "output_config": _object(
        {},
        {
            "effort": _one_of("low", "medium", "high", "xhigh", "max"),
            "format": _object({"type": _one_of("json_schema"), "schema": _mapping}),
        },
    ),
    "tools": _list_of(_TOOL),
    "tool_choice": _any_of(
        _object({"type": _one_of("auto", "any")}, _PARALLEL),
        _object({"type": _one_of("tool"), "name": _text}, _PARALLEL),
        _object({"type": _one_of("none")}),
    ),
    "metadata": _object({}, {"user_id": _text}),
    "cache_control": _CACHE["cache_control"],
    "service_tier": _one_of("auto", "standard_only"),
    "speed": _one_of("standard", "fast"),
    "inference_geo": _text,
}
_REQUIRED: Final = {"model", "max_tokens", "messages"}

_NOT_COUNTED: Final = {"max_tokens", "stop_sequences", "metadata", "service_tier", "inference_geo"}
_COUNTED: Final = {name: check for name, check in _FIELDS.items() if name not in _NOT_COUNTED}

_DEEPEST_INFERRED: Final = 5
_SCHEMA: Final[dict[str, _Check]] = {
    "type": _one_of("object", "array", "string", "number", "integer", "boolean", "null"),
    "title": _text,
    "description": _text,
    "properties": _mapping,
    "required": _list_of(_text),
    "additionalProperties": _boolean,
    "items": _mapping,
    "enum": _list_of(_text),
}


def infers(schema: Json, depth: int = 1) -> bool:
    """Whether the SDK's `jsonSchemaOutputFormat` finds an answer's type from a schema, in little time."""
    if not isinstance(schema, dict) or depth > _DEEPEST_INFERRED:
        return False
    if not all(name in _SCHEMA and _SCHEMA[name](value) for name, value in schema.items()):
        return False
    properties = schema.get("properties", {})
    assert isinstance(properties, dict)
    inner = [*properties.values(), *([schema["items"]] if "items" in schema else [])]
    return all(infers(each, depth + 1) for each in inner)
