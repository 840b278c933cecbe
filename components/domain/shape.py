"""Whether a body has the shape of a request: which fields there are, which are required, and their types.

Source: Python SDK 2.12.0 `MessageCreateParams`, `MessageCountTokensParams` and the types below them; the
wording is that of the service's validator as last seen (?). What a model or a version makes of a well-formed
body is the subject of `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from components.domain.findings import REMOVE, Edit, Finding, Fix, Path
from components.domain.json_types import Json
from components.domain.model import EFFORTS, THINKING_TYPES

Endpoint: TypeAlias = Literal["messages", "count_tokens"]

BETA_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "mcp_servers": ("mcp-client-",),
    "context_management": ("context-management-", "compact-"),
    "compaction": ("compact-",),
    "fallbacks": ("server-side-fallback-",),
    "fallback_credit_token": ("fallback-credit-",),
    "thread": ("message-threads-",),
    "billing_policy": ("user-profiles-billing-",),
    "output_format": ("structured-outputs-",),
}
"""Fields that exist only with a beta whose name begins so."""

TOOL_NAME: Final = "^[a-zA-Z0-9_-]{1,128}$"
MOST_MESSAGES: Final = 100_000

Fault: TypeAlias = tuple[Path, str, str]
"""Path in the body, the place as the service writes it, what is wrong."""
Kind: TypeAlias = Callable[[Json, Path, str], Iterator[Fault]]

_NOUNS: Final = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "list"}


def check(
    body: Mapping[str, Json], *, endpoint: Endpoint = "messages", betas: Sequence[str] = ()
) -> list[Finding]:
    """The faults of a body's shape, as findings of the rule `shape`."""
    known = dict(_COUNTED if endpoint == "count_tokens" else _FIELDS)
    for name, prefixes in BETA_FIELDS.items():
        if any(beta.startswith(prefixes) for beta in betas):
            known[name] = _anything
    required = ("model", "messages") if endpoint == "count_tokens" else ("model", "max_tokens", "messages")
    return [
        Finding("shape", path, f"{where}: {wrong}", _sentence(where, wrong), _fix(path, wrong))
        for path, where, wrong in _record(required, known)(dict(body), (), "")
    ]


def _sentence(where: str, wrong: str) -> str:
    if wrong == _REQUIRED:
        return f"“{where}” is missing. Add it."
    if wrong == _EXTRA:
        return f"The API has no field “{where}”. Remove it."
    return f"“{where}” does not fit: {wrong[0].lower()}{wrong[1:]}."


def _fix(path: Path, wrong: str) -> Fix | None:
    return Fix(f"Remove {path[-1]}", (Edit(path, REMOVE),)) if wrong == _EXTRA else None


_REQUIRED: Final = "Field required"
_EXTRA: Final = "Extra inputs are not permitted"


def _anything(*_: object) -> Iterator[Fault]:
    return iter(())


def _is(*types: type) -> Kind:
    def faults(value: Json, path: Path, where: str) -> Iterator[Fault]:
        fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
        if not fits:
            yield path, where, f"Input should be a valid {_NOUNS.get(types[0].__name__, 'dictionary')}"

    return faults


_text, _whole, _number, _flag, _mapping = _is(str), _is(int), _is(float, int), _is(bool), _is(dict)


def _one_of(*choices: str) -> Kind:
    def faults(value: Json, path: Path, where: str) -> Iterator[Fault]:
        if value not in choices:
            named = [f"'{choice}'" for choice in choices]
            listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"
            yield path, where, f"Input should be {listed}"

    return faults


def _or_null(kind: Kind) -> Kind:
    return lambda value, path, where: iter(()) if value is None else kind(value, path, where)


def _text_or(kind: Kind) -> Kind:
    return lambda value, path, where: iter(()) if isinstance(value, str) else kind(value, path, where)


def _matches(pattern: str) -> Kind:
    def faults(value: Json, path: Path, where: str) -> Iterator[Fault]:
        yield from _text(value, path, where)
        if isinstance(value, str) and not re.search(pattern, value):
            yield path, where, f"String should match pattern '{pattern}'"

    return faults


def _list_of(kind: Kind, most: int | None = None) -> Kind:
    def faults(value: Json, path: Path, where: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield path, where, "Input should be a valid list"
            return
        if most is not None and len(value) > most:
            yield path, where, f"List should have at most {most} items after validation, not {len(value)}"
        for i, item in enumerate(value):
            yield from kind(item, (*path, i), f"{where}.{i}")

    return faults


def _record(required: Sequence[str], fields: Mapping[str, Kind], *, closed: bool = True) -> Kind:
    def faults(value: Json, path: Path, where: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield path, where, "Input should be a valid dictionary"
            return
        dot = f"{where}." if where else ""
        for name in required:
            if name not in value:
                yield (*path, name), f"{dot}{name}", _REQUIRED
        for name, item in value.items():
            if name in fields:
                yield from fields[name](item, (*path, name), f"{dot}{name}")
            elif closed:
                yield (*path, name), f"{dot}{name}", _EXTRA

    return faults


def _by_type(kinds: Mapping[str, Kind], otherwise: Callable[[str], Kind | None] = lambda _: None) -> Kind:
    """One of several records told apart by `type`, which the service adds to the place it names."""

    def faults(value: Json, path: Path, where: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield path, where, "Input should be a valid dictionary"
        elif not isinstance(tag := value.get("type"), str):
            yield (*path, "type"), f"{where}.type", _REQUIRED
        elif (kind := kinds.get(tag) or otherwise(tag)) is not None:
            yield from kind(value, path, f"{where}.{tag}")
        else:
            expected = ", ".join(f"'{name}'" for name in kinds)
            wrong = (
                f"Input tag '{tag}' found using 'type' does not match any of the expected tags: {expected}"
            )
            yield (*path, "type"), where, wrong

    return faults


def _typed(
    required: Mapping[str, Kind], optional: Mapping[str, Kind] | None = None, *, closed: bool = True
) -> Kind:
    """A record with a `type`, all of whose fields are given."""
    fields = {"type": _text, **required, **(optional or {})}
    return _record(("type", *required), fields, closed=closed)


_CACHE: Final = {
    "cache_control": _or_null(_typed({}, {"ttl": _one_of("5m", "1h")})),
}
_FILE: Final = _typed({"file_id": _text})
_URL: Final = _typed({"url": _text})
_IMAGE: Final = _typed(
    {
        "source": _by_type(
            {
                "base64": _typed(
                    {
                        "media_type": _one_of("image/jpeg", "image/png", "image/gif", "image/webp"),
                        "data": _text,
                    }
                ),
                "url": _URL,
                "file": _FILE,
            }
        )
    },
    {"transformations": _mapping, **_CACHE},
)
_TEXT: Final = _typed({"text": _text}, {"citations": _or_null(_list_of(_mapping)), **_CACHE})
_DOCUMENT: Final = _typed(
    {
        "source": _by_type(
            {
                "base64": _typed({"media_type": _one_of("application/pdf"), "data": _text}),
                "text": _typed({"media_type": _one_of("text/plain"), "data": _text}),
                "content": _typed(
                    {"content": _text_or(_list_of(_by_type({"text": _TEXT, "image": _IMAGE})))}
                ),
                "url": _URL,
                "file": _FILE,
            }
        )
    },
    {
        "title": _or_null(_text),
        "context": _or_null(_text),
        "citations": _or_null(_record((), {"enabled": _flag})),
        **_CACHE,
    },
)
_SEARCH_RESULT: Final = _typed(
    {"source": _text, "title": _text, "content": _list_of(_TEXT)}, {"citations": _mapping, **_CACHE}
)
_IN_RESULT: Final = _by_type(
    {
        "text": _TEXT,
        "image": _IMAGE,
        "document": _DOCUMENT,
        "search_result": _SEARCH_RESULT,
        "tool_reference": _typed({}, closed=False),
        "browser_state": _typed({}, closed=False),
    }
)


def _echoed(tag: str) -> Kind | None:
    """Blocks that an answer held and that come back as they were."""
    server = tag.endswith(("_tool_result", "_tool_use")) or tag.startswith(("mcp_", "tool_", "advisor_"))
    return _typed({}, closed=False) if server or tag in {"compaction", "fallback"} else None


_BLOCK: Final = _by_type(
    {
        "text": _TEXT,
        "image": _IMAGE,
        "document": _DOCUMENT,
        "search_result": _SEARCH_RESULT,
        "thinking": _typed({"thinking": _text, "signature": _text}),
        "redacted_thinking": _typed({"data": _text}),
        "tool_use": _typed({"id": _text, "name": _text, "input": _mapping}, closed=False),
        "tool_result": _typed(
            {"tool_use_id": _text},
            {"content": _text_or(_list_of(_IN_RESULT)), "is_error": _flag, **_CACHE},
        ),
        "container_upload": _typed({"file_id": _text}, _CACHE),
    },
    _echoed,
)
_MESSAGE: Final = _record(
    ("role", "content"),
    {
        "role": _one_of("user", "assistant", "system"),
        "content": _text_or(_list_of(_BLOCK)),
        "output_config": _mapping,
        "clear_at": _text,
    },
)

_CUSTOM_TOOL: Final = _record(
    ("name", "input_schema"),
    {
        "type": _or_null(_one_of("custom")),
        "name": _matches(TOOL_NAME),
        "description": _text,
        "input_schema": _record(("type",), {"type": _one_of("object")}, closed=False),
        "strict": _flag,
        "input_examples": _list_of(_mapping),
        "defer_loading": _flag,
        "allowed_callers": _list_of(_text),
        "eager_input_streaming": _or_null(_flag),
        **_CACHE,
    },
)
BUILT_IN_TOOLS: Final = (
    "web_search_2",
    "web_fetch_2",
    "code_execution_2",
    "tool_search_tool_",
    "bash_2",
    "text_editor_2",
    "memory_2",
    "computer_",
    "browser_toolset_",
    "mcp_toolset",
    "advisor_2",
)
"""How the `type` of a tool that the service defines begins."""


def _tool(value: Json, path: Path, where: str) -> Iterator[Fault]:
    tag = value.get("type") if isinstance(value, dict) else None
    if isinstance(tag, str) and tag.startswith(BUILT_IN_TOOLS):
        return iter(())
    if isinstance(tag, str) and tag != "custom":
        wrong = f"Input tag '{tag}' found using 'type' does not match any of the expected tags"
        return iter([((*path, "type"), where, wrong)])
    return _CUSTOM_TOOL(value, path, f"{where}.custom")


_PARALLEL: Final = {"disable_parallel_tool_use": _flag}
_ENABLED: Final = _typed({"budget_tokens": _whole}, closed=False)

_COUNTED: Final[Mapping[str, Kind]] = {
    "model": _text,
    "messages": _list_of(_MESSAGE, MOST_MESSAGES),
    "system": _text_or(_list_of(_by_type({"text": _TEXT}))),
    "tools": _list_of(_tool),
    "tool_choice": _by_type(
        {
            "auto": _typed({}, _PARALLEL),
            "any": _typed({}, _PARALLEL),
            "tool": _typed({"name": _text}, _PARALLEL),
            "none": _typed({}),
        }
    ),
    "thinking": _by_type(
        {kind: _ENABLED if kind == "enabled" else _typed({}, closed=False) for kind in THINKING_TYPES}
    ),
    "output_config": _record(
        (),
        {
            "effort": _or_null(_one_of(*EFFORTS)),
            "format": _or_null(_by_type({"json_schema": _typed({"schema": _mapping})})),
            "task_budget": _mapping,
        },
    ),
    "speed": _or_null(_one_of("standard", "fast")),
    **_CACHE,
}
"""The fields of `POST /v1/messages/count_tokens`."""

_FIELDS: Final[Mapping[str, Kind]] = {
    **_COUNTED,
    "max_tokens": _whole,
    "stop_sequences": _list_of(_text),
    "stream": _flag,
    "metadata": _record((), {"user_id": _or_null(_text)}),
    "service_tier": _one_of("auto", "standard_only"),
    "inference_geo": _or_null(_text),
    "container": _or_null(_text_or(_mapping)),
    "diagnostics": _or_null(_record((), {"previous_message_id": _or_null(_text)})),
    "temperature": _number,
    "top_p": _number,
    "top_k": _whole,
}
"""The fields of `POST /v1/messages`; the rules decide who may send the last three."""
