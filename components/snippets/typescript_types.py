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


def fit(body: JsonObject) -> Fit:
    """Judge a body without its `stream` field."""
    known = {name: value for name, value in body.items() if name in _FIELDS}
    if not known.keys() >= _REQUIRED or not all(_FIELDS[name](value) for name, value in known.items()):
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
_BLOCK: Final = _any_of(
    _TEXT_BLOCK,
    _IMAGE_BLOCK,
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
