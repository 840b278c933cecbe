"""The shape of tools: one's own, and those the service defines, each version with its fields.

Source: Python SDK 2.12.0, `ToolUnionParam` and `BetaToolUnionParam` with the types below them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components.domain.beta_features import (
    ADVISOR,
    COMPUTER_2024,
    COMPUTER_2025,
    COMPUTER_2025_11,
    MCP,
    Feature,
)
from components.domain.findings import REMOVE, Edit, Fix
from components.domain.json_types import JsonObject
from components.domain.kinds import (
    At,
    Beta,
    Fields,
    Kind,
    Variants,
    at_least,
    dict_of,
    flag,
    list_of,
    mapping,
    matches,
    one_of,
    or_null,
    record,
    text,
    typed,
)
from components.domain.shape_blocks import NAME_SAYS, TOOL_NAME
from components.domain.shape_material import CACHE

CALLERS: Final = ("direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521")
"""Values of `allowed_callers`."""

_COMMON: Final[Fields] = {
    "defer_loading": flag,
    "strict": flag,
    "allowed_callers": list_of(one_of(*CALLERS)),
    **CACHE,
}
_EXAMPLES: Final[Fields] = {"input_examples": list_of(mapping)}
_POSITIVE: Final = or_null(at_least(1))
"""At least 1: inferred (?)."""
_DOMAINS: Final[Fields] = {
    "allowed_domains": or_null(list_of(text)),
    "blocked_domains": or_null(list_of(text)),
    "max_uses": _POSITIVE,
}
_WEB_SEARCH: Final[Fields] = {
    **_DOMAINS,
    "user_location": or_null(
        typed("approximate", {}, {n: or_null(text) for n in ("city", "region", "country", "timezone")})
    ),
}
_ALL_OR_NONE: Final[Fields] = {"all": typed("all", {}), "none": typed("none", {})}
_NAMED: Final[Fields] = {"tools": list_of(typed("tool_reference", {"name": text}))}
_SOURCE: Final = Variants({**_ALL_OR_NONE, "only": typed("only", _NAMED), "except": typed("except", _NAMED)})
_WEB_FETCH: Final[Fields] = {
    **_DOMAINS,
    "max_content_tokens": _POSITIVE,
    "citations": or_null(record({}, {"enabled": flag})),
    "url_sources": or_null(
        record(
            {},
            {
                "client_tool_results": _SOURCE,
                "server_tool_results": _SOURCE,
                "user_input": Variants(_ALL_OR_NONE),
            },
        )
    ),
}
_INCLUSION: Final[Fields] = {"response_inclusion": one_of("full", "excluded")}
_USE_CACHE: Final[Fields] = {"use_cache": flag}
_SCREEN: Final[Fields] = {"display_width_px": at_least(1), "display_height_px": at_least(1)}
_COMPUTER: Final[Fields] = {"display_number": or_null(at_least(0)), **_EXAMPLES}
_SWITCHES: Final = or_null(
    dict_of(or_null(record({}, {"enabled": or_null(flag), "defer_loading": or_null(flag)})))
)


def _built_in(name: str, extra: Fields, *versions: str, required: Fields | None = None) -> dict[str, Kind]:
    """The versions of one tool: its `name` is fixed."""
    return {
        version: typed(version, {"name": one_of(name), **(required or {})}, {**_COMMON, **extra})
        for version in versions
    }


def _with(feature: Feature, kinds: Mapping[str, Kind]) -> dict[str, Beta]:
    return {version: Beta(feature, kind) for version, kind in kinds.items()}


CUSTOM: Final = record(
    {
        "name": matches(TOOL_NAME, NAME_SAYS),
        "input_schema": record({"type": one_of("object")}, closed=False),
    },
    {
        "type": or_null(one_of("custom")),
        "description": text,
        "eager_input_streaming": or_null(flag),
        **_EXAMPLES,
        **_COMMON,
    },
)
BUILT_IN: Final[Mapping[str, Kind | Beta]] = {
    **_built_in("web_search", _WEB_SEARCH, "web_search_20250305", "web_search_20260209"),
    **_built_in("web_search", {**_WEB_SEARCH, **_INCLUSION}, "web_search_20260318"),
    **_built_in("web_fetch", _WEB_FETCH, "web_fetch_20250910", "web_fetch_20260209"),
    **_built_in("web_fetch", {**_WEB_FETCH, **_USE_CACHE}, "web_fetch_20260309"),
    **_built_in("web_fetch", {**_WEB_FETCH, **_USE_CACHE, **_INCLUSION}, "web_fetch_20260318"),
    **_built_in(
        "code_execution",
        {},
        "code_execution_20250522",
        "code_execution_20250825",
        "code_execution_20260120",
        "code_execution_20260521",
    ),
    **{
        tag: typed(tag, {"name": one_of(name)}, _COMMON)
        for name in ("tool_search_tool_bm25", "tool_search_tool_regex")
        for tag in (f"{name}_20251119", name)
    },
    **_built_in("bash", _EXAMPLES, "bash_20250124"),
    **_built_in("memory", _EXAMPLES, "memory_20250818"),
    **_built_in("str_replace_editor", _EXAMPLES, "text_editor_20250124"),
    **_built_in("str_replace_based_edit_tool", _EXAMPLES, "text_editor_20250429"),
    **_built_in(
        "str_replace_based_edit_tool", {**_EXAMPLES, "max_characters": _POSITIVE}, "text_editor_20250728"
    ),
    **{
        tag: typed(tag, {}, {"configs": _SWITCHES, **CACHE})
        for tag in ("computer_toolset_20260801", "browser_toolset_20260801")
    },
    **_with(COMPUTER_2024, _built_in("computer", _COMPUTER, "computer_20241022", required=_SCREEN)),
    **_with(COMPUTER_2024, _built_in("bash", _EXAMPLES, "bash_20241022")),
    **_with(COMPUTER_2024, _built_in("str_replace_editor", _EXAMPLES, "text_editor_20241022")),
    **_with(COMPUTER_2025, _built_in("computer", _COMPUTER, "computer_20250124", required=_SCREEN)),
    **_with(
        COMPUTER_2025_11,
        _built_in("computer", {**_COMPUTER, "enable_zoom": flag}, "computer_20251124", required=_SCREEN),
    ),
    **_with(
        ADVISOR,
        _built_in(
            "advisor",
            {"caching": CACHE["cache_control"], "max_tokens": _POSITIVE, "max_uses": _POSITIVE},
            "advisor_20260301",
            required={"model": text},
        ),
    ),
    "mcp_toolset": Beta(
        MCP,
        typed(
            "mcp_toolset",
            {"mcp_server_name": text},
            {
                "configs": or_null(dict_of(record({}, {"enabled": flag, "defer_loading": flag}))),
                "default_config": record({}, {"enabled": flag, "defer_loading": flag}),
                "tools": or_null(
                    list_of(record({"name": text, "input_schema": mapping}, {"description": or_null(text)}))
                ),
                **CACHE,
            },
        ),
    ),
}
"""The tools the service defines, by `type`."""


def family(tag: str) -> str:
    """A tool's type without its version: `web_search_20260318` → `web_search`."""
    head, _, tail = tag.rpartition("_")
    return head if tail.isdecimal() else tag


def newest(name: str) -> str | None:
    """The newest version of a family that needs no beta, or None."""
    versions = [tag for tag, kind in BUILT_IN.items() if family(tag) == name and not isinstance(kind, Beta)]
    return max(versions, default=None)


def _newest_version(value: JsonObject, at: At) -> Fix | None:
    if version := newest(family(str(value.get("type")))):
        return Fix(f"Use {version}", (Edit((*at.path, "type"), version),))
    own = "input_schema" in value
    return Fix("Make it a tool of your own", (Edit((*at.path, "type"), REMOVE),)) if own else None


TOOL: Final = Variants({"custom": CUSTOM, **BUILT_IN}, nearest=_newest_version, untagged="custom")
