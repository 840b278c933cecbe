"""What is known about one model, and how it maps to an entry of `GET /v1/models`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final, Literal, TypeAlias, cast

from components.domain.json_types import Json, JsonObject

Lifecycle: TypeAlias = Literal["active", "deprecated", "retired"]

EFFORTS: Final = ("low", "medium", "high", "xhigh", "max")
"""Values of `output_config.effort`, weakest first. Source: Python SDK 2.12.0 `OutputConfigParam`."""

THINKING_TYPES: Final = ("adaptive", "enabled", "disabled", "between_tools")
"""Values of `thinking.type`. Source: Python SDK 2.12.0 `ThinkingConfigParam`."""


@dataclass(frozen=True, slots=True)
class Model:
    """The facts about one model that decide what it accepts. None means: not known, so nothing is ruled."""

    id: str
    display_name: str | None = None
    aliases: tuple[str, ...] = ()
    """Other ids that name the same snapshot; only the 4.5 family has them."""
    line: str | None = None
    """`haiku`, `sonnet`, `opus`, `fable`, `mythos`, or a line added since."""
    released: date | None = None

    lifecycle: Lifecycle | None = None
    """The stage on the day the table was checked; `lifecycle_on` says it for a given day."""
    deprecated: date | None = None
    retires: date | None = None
    """The scheduled (or past) day from which requests fail."""
    retires_not_before: date | None = None
    """The earliest day retirement may be set for."""
    successor: str | None = None
    """The id to move to once this one is deprecated."""

    context: int | None = None
    """Context window in tokens."""
    max_tokens: int | None = None
    """Largest `max_tokens` accepted."""
    cache_minimum: int | None = None
    """Shortest prefix, in tokens, that the prompt cache keeps."""
    token_factor: float = 1.0
    """Tokens for the same text, relative to the models before Opus 4.7. Roughly."""

    thinking: frozenset[str] | None = None
    """Accepted `thinking.type` values."""
    thinking_default: Literal["always", "on", "off"] | None = None
    """What happens without a `thinking` field; `always` cannot be switched off."""
    thinking_display: Literal["omitted", "summarized"] | None = None
    """`display` when the request leaves it out."""
    quiet_effort_limit: str | None = None
    """Highest effort at which `disabled` or `between_tools` is accepted; None when there is no limit."""

    efforts: tuple[str, ...] | None = None
    """Accepted `output_config.effort` values, weakest first; empty: the field is refused."""
    default_effort: str | None = None

    sampling: Literal["free", "default_only"] | None = None
    """With `anthropic-version: 2023-06-01`; the 2026-10-21 version refuses sampling on every model."""
    forced_tools: bool | None = None
    """Whether `tool_choice` may be `any` or `tool`."""
    prefill: bool | None = None
    """Whether the last message may be an assistant turn to continue."""
    system_turns: Literal["accepted", "ignored", "refused"] | None = None
    """What happens to `role: "system"` inside `messages`."""
    fast: Literal["accepted", "ignored", "refused"] | None = None
    """What happens to `speed: "fast"`."""
    fast_until: date | None = None
    """The day from which `speed: "fast"` is refused."""
    fast_beta: bool = False
    """Whether `speed` needs the beta `fast-mode-2026-02-01`."""
    inference_geo: bool | None = None
    """Whether the `inference_geo` field is accepted."""

    thinking_binding: Literal["every_account", "newer_accounts"] | None = None
    """For whom thinking that comes back must stand after what it stood after; None: nobody checks."""

    structured_outputs: bool | None = None
    image_input: bool | None = None
    pdf_input: bool | None = None
    citations: bool | None = None
    batch: bool | None = None
    web_search: bool | None = None
    """Whether the model has the server tool; the next field too."""
    code_execution: bool | None = None
    old_computer_use: bool | None = None
    """Whether computer tools before the toolset of August 2026 are accepted."""

    @property
    def name(self) -> str:
        """The name for the screen."""
        return self.display_name or self.id

    @property
    def unknown(self) -> bool:
        """True when neither the table nor the service told what the model accepts."""
        return self.lifecycle is None and self.thinking is None and self.sampling is None

    def lifecycle_on(self, day: date) -> Lifecycle | None:
        """The stage on a day: a scheduled retirement takes effect on its date."""
        if self.retires is not None and day >= self.retires:
            return "retired"
        return self.lifecycle

    def fast_on(self, day: date) -> Literal["accepted", "ignored", "refused"] | None:
        """What happens to `speed: "fast"` on a day."""
        if self.fast_until is not None and day >= self.fast_until:
            return "refused"
        return self.fast


def read_models_api(info: Mapping[str, Json], table: Model | None) -> Model:
    """Lay one entry of `GET /v1/models` over what the table says; where both speak, the entry wins.

    Any shape is survived: servers that only resemble the API send other fields, or fewer.
    """
    model = table or Model(id=_text(info.get("id")) or "")
    capabilities = _object(info.get("capabilities"))
    thinking = _object(_object(capabilities.get("thinking")).get("types"))
    effort = _object(capabilities.get("effort"))
    tools = _object(capabilities.get("server_tools"))
    lifecycle = info.get("lifecycle")
    model = replace(
        model,
        id=_text(info.get("id")) or model.id,
        display_name=_text(info.get("display_name")) or model.display_name,
        line=_text(info.get("line")) or model.line,
        released=_date(info.get("created_at")) or model.released,
        lifecycle=cast(Lifecycle, lifecycle)
        if lifecycle in ("active", "deprecated", "retired")
        else model.lifecycle,
        deprecated=_date(info.get("deprecated_at")) or model.deprecated,
        retires=_date(info.get("retires_at")) if "retires_at" in info else model.retires,
        context=_count(info.get("max_input_tokens")) or model.context,
        max_tokens=_count(info.get("max_tokens")) or model.max_tokens,
        structured_outputs=_supported(capabilities, "structured_outputs", model.structured_outputs),
        image_input=_supported(capabilities, "image_input", model.image_input),
        pdf_input=_supported(capabilities, "pdf_input", model.pdf_input),
        citations=_supported(capabilities, "citations", model.citations),
        batch=_supported(capabilities, "batch", model.batch),
        web_search=_supported(tools, "web_search", model.web_search),
        code_execution=_supported(tools, "code_execution", model.code_execution),
    )
    if thinking:
        accepted = (kind for kind in THINKING_TYPES if _supported(thinking, kind, None))
        model = replace(model, thinking=frozenset(accepted))
    if effort.get("supported") is False:
        model = replace(model, efforts=())
    elif any(level in effort for level in EFFORTS):
        model = replace(model, efforts=tuple(level for level in EFFORTS if _supported(effort, level, None)))
    return model


def to_models_api(model: Model, today: date) -> JsonObject:
    """One entry of `GET /v1/models`. Source of the shape: Python SDK 2.12.0 `ModelInfo`."""
    thinking = model.thinking or frozenset()
    efforts = model.efforts or ()
    managed = model.context is not None and model.line is not None
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.name,
        "created_at": _timestamp(model.released or date(1970, 1, 1)),
        "lifecycle": model.lifecycle_on(today) or "active",
        "deprecated_at": _timestamp(model.deprecated) if model.deprecated else None,
        "retires_at": _timestamp(model.retires) if model.retires else None,
        "line": model.line,
        "max_input_tokens": model.context,
        "max_tokens": model.max_tokens,
        "capabilities": {
            "batch": _flag(model.batch),
            "citations": _flag(model.citations),
            "code_execution": _flag(managed),
            "image_input": _flag(model.image_input),
            "pdf_input": _flag(model.pdf_input),
            "structured_outputs": _flag(model.structured_outputs),
            "effort": {"supported": bool(efforts), **{level: _flag(level in efforts) for level in EFFORTS}},
            "thinking": {
                "supported": bool(thinking - {"disabled"}),
                "types": {kind: _flag(kind in thinking) for kind in THINKING_TYPES},
            },
            "server_tools": {
                "supported": bool(model.web_search or model.code_execution),
                "web_search": _flag(model.web_search),
                "code_execution": _flag(model.code_execution),
            },
            "context_management": {
                "supported": managed,
                "clear_thinking_20251015": _flag(managed),
                "clear_tool_uses_20250919": _flag(managed),
                "compact_20260112": _flag(managed),
            },
        },
    }


def _flag(supported: bool | None) -> JsonObject:
    return {"supported": bool(supported)}


def _supported(capabilities: Mapping[str, Json], name: str, otherwise: bool | None) -> bool | None:
    value = _object(capabilities.get(name)).get("supported")
    return value if isinstance(value, bool) else otherwise


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _date(value: Json) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        return None
    return None if day.year == 1970 else day


def _timestamp(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat().replace("+00:00", "Z")
