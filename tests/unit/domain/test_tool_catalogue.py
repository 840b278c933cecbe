"""The catalogue of built-in tools and of betas, held against the official SDK's own types."""

from __future__ import annotations

import importlib
from typing import Any, get_args, get_type_hints

import pytest
from anthropic.types.anthropic_beta_param import AnthropicBetaParam
from anthropic.types.tool_union_param import ToolUnionParam

from components.domain import beta_catalogue, shape
from components.domain.beta_catalogue import BETAS
from components.domain.json_types import Json, JsonObject
from components.domain.tool_catalogue import (
    CLIENT_TOOLS,
    SERVER_TOOLS,
    BuiltIn,
    ToolOption,
    Version,
    built_in,
    switched_on,
)

ALL = (*SERVER_TOOLS, *CLIENT_TOOLS)
VERSIONS = [pytest.param(kind, version, id=version.type) for kind in ALL for version in kind.versions]
VALUES: dict[str, Json] = {
    "count": 3,
    "domains": ["example.com"],
    "location": {"type": "approximate", "city": "Lyon"},
    "excluded": "excluded",
    "citations": {"enabled": True},
    "cached": False,
}


def sdk_types() -> dict[str, dict[str, Any]]:
    """The SDK's built-in tools: `type` → its fields."""
    found: dict[str, dict[str, Any]] = {}
    for member in get_args(ToolUnionParam):
        hints = get_type_hints(member, vars(importlib.import_module(member.__module__)))
        for name in get_args(hints["type"]):
            if isinstance(name, str):
                found[name] = hints
    return found


def test_every_version_of_the_sdk_is_in_the_catalogue() -> None:
    aliases = {"tool_search_tool_bm25", "tool_search_tool_regex"}
    own = {version.type for kind in ALL for version in kind.versions}
    assert own == set(sdk_types()) - aliases


@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_names_and_options_are_those_of_the_sdk(kind: BuiltIn, version: Version) -> None:
    fields = sdk_types()[version.type]
    named = {version.name} if version.name else set()
    assert set(get_args(fields.get("name"))) == named
    options = kind.options_of({"type": version.type})
    assert {option.name for option in options} <= set(fields)
    later = {option.name for option in kind.options} - {option.name for option in options}
    assert not later & set(fields)


@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_a_tool_with_each_option_has_the_shape_of_one(kind: BuiltIn, version: Version) -> None:
    bare = kind.in_version(version.type, kind.made())
    assert kind.holds(bare)
    assert built_in(bare) is kind
    for option in [None, *kind.options_of(bare)]:
        tool = bare if option is None else {**bare, option.name: VALUES[option.kind]}
        body: JsonObject = {"model": "m", "max_tokens": 1, "messages": [], "tools": [tool]}
        assert shape.check(body) == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.prefix)
def test_the_newest_version_comes_first(kind: BuiltIn) -> None:
    dates = [version.date for version in kind.versions]
    assert dates == sorted(dates, reverse=True)
    assert kind.made()["type"] == kind.versions[0].type


def test_another_version_keeps_what_it_knows_and_drops_the_rest() -> None:
    fetch = next(kind for kind in SERVER_TOOLS if kind.title == "Web fetch")
    tool: JsonObject = {**fetch.made(), "max_uses": 2, "use_cache": False, "cache_control": {"type": "x"}}
    older = fetch.in_version("web_fetch_20250910", tool)
    assert older == {
        "type": "web_fetch_20250910",
        "name": "web_fetch",
        "max_uses": 2,
        "cache_control": {"type": "x"},
    }


def test_options_that_are_set_stay_in_sight_in_any_version() -> None:
    fetch = next(kind for kind in SERVER_TOOLS if kind.title == "Web fetch")
    shown: list[ToolOption] = fetch.options_of({"type": "web_fetch_20250910", "use_cache": True})
    assert "use_cache" in [option.name for option in shown]


def test_a_version_of_tomorrow_is_recognised() -> None:
    search = SERVER_TOOLS[0]
    assert switched_on([None, "x", {"type": "web_search_20301231"}], search) == 2
    assert built_in({"type": "custom", "name": "web_search_1"}) is None


def test_the_betas_are_names_the_sdk_knows() -> None:
    known = {name for part in get_args(AnthropicBetaParam) for name in get_args(part)}
    assert {beta.name for beta in BETAS} <= known
    assert len({beta.name for beta in BETAS}) == len(BETAS)
    assert all(beta_catalogue.is_name(beta.name) for beta in BETAS)


@pytest.mark.parametrize("text", ["", "a b", "a,b", "ü", "a\n", "a;b"])
def test_what_the_header_cannot_carry_is_no_name(text: str) -> None:
    assert not beta_catalogue.is_name(text)
