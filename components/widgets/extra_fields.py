"""Fields of the request that have no control of their own, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from components.domain import typed_json
from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.widgets.checked_fields import json_field

_IN_FORM: Final = {
    "model": "Model in the bar",
    "max_tokens": "Max tokens in the bar",
    "system": "System prompt",
    "messages": "the turns",
    "thinking": "Thinking",
    "stop_sequences": "Stop sequences",
    "temperature": "Temperature",
    "top_p": "Top p",
    "top_k": "Top k",
    "stream": "Stream the answer",
    "tools": "the section Tools",
    "tool_choice": "Tool choice in the section Tools",
}
"""Fields that the draft has a place for, and where that is."""
_IN_OUTPUT_CONFIG: Final = {"effort": "Effort", "format": "the section Output schema"}


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_user_id(value: Json) -> bool:
    return isinstance(value, dict) and set(value) == {"user_id"} and isinstance(value["user_id"], str)


def _is_breakpoint(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "ephemeral"
        and set(value) <= {"type", "ttl"}
        and value.get("ttl", "5m") in ("5m", "1h")
    )


_IN_OPTIONS: Final[dict[str, tuple[str, Callable[[Json], bool]]]] = {
    "service_tier": ("Service tier", _is_text),
    "speed": ("Speed", _is_text),
    "inference_geo": ("Where it is computed", _is_text),
    "metadata": ("User id", _is_user_id),
    "container": ("Container", _is_text),
    "cache_control": ("Automatic caching", _is_breakpoint),
}
"""Fields with a control among the options: its label, and whether the control can show a value."""

OPTION_FIELDS: Final = frozenset(_IN_OPTIONS)


def has_control(name: str, value: Json) -> bool:
    """Whether an extra field of the draft is shown by a control of its own."""
    return name in _IN_OPTIONS and _IN_OPTIONS[name][1](value)


def set_extra(draft: Draft, name: str, value: Json) -> None:
    """Set an extra field of the draft; None takes it out."""
    extra = {**draft.extra, name: value}
    if value is None:
        del extra[name]
    draft.extra = extra


def extra_fields(draft: Draft) -> None:
    """Draw the box. Its fields are in the request at once; those that have a control are refused by name."""

    def take(value: Json) -> str | None:
        if not isinstance(value, dict):
            return "Extra fields are an object: { … }."
        if refused := _refused(value, _shown(draft)):
            return refused
        kept = {name: each for name, each in draft.extra.items() if has_control(name, each)}
        draft.extra = {**kept, **value}
        return None

    json_field(
        draft,
        ("extra",),
        "Extra fields (JSON)",
        _shown(draft),
        take,
        field="The extra fields",
        key="workbench.options.extra",
        empty={},
        placeholder='{"diagnostics": {"previous_message_id": null}}',
        hint="Sent in the request beside the others, for whatever has no control here.",
        least_height=100,
    )


def _shown(draft: Draft) -> JsonObject:
    return {name: value for name, value in draft.extra.items() if not has_control(name, value)}


def _refused(value: JsonObject, before: JsonObject) -> str | None:
    """Why one of these fields does not belong into the box; what stood in it before may stay."""
    for name, each in value.items():
        if name in before and typed_json.same(each, before[name]):
            continue
        if (place := _IN_FORM.get(name)) is not None:
            return f"“{name}” has its own place: {place}."
        if has_control(name, each):
            return f"“{name}” has its own control: {_IN_OPTIONS[name][0]}."
        inner = next((part for part in _IN_OUTPUT_CONFIG if isinstance(each, dict) and part in each), None)
        if name == "output_config" and inner is not None:
            return f"“output_config.{inner}” has its own place: {_IN_OUTPUT_CONFIG[inner]}."
    return None
