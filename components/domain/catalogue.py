"""The models: what each one accepts, and until when.

`GET /v1/models` outranks this table where both speak (`merge`). The table adds what the endpoint does
not tell (sampling, forced tools, prefill, defaults), serves the sandbox, and works offline. Prices are
not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from components.domain.json_types import Json
from components.domain.model import EFFORTS, Model, read_models_api

CHECKED: Final = date(2026, 11, 22)
"""The day the tables of this module were compared with their sources."""

SOURCES: Final = (
    'docs "Models overview", "Troubleshooting thinking", "Effort", "Fast mode", "Prompt caching", '
    '"Mid-conversation system messages", "Data residency", "Model deprecations", "Preserved thinking", '
    '"Computer use" and the per-model migration '
    "guides, August to November 2026; Python SDK 2.12.0; pydantic-ai 2.68.0 profiles (forced tools, 5.2); "
    "litellm 1.109.1 (sampling)"
)
"""Where the facts come from. Assumed rather than read: the cache minimum of Fable and Mythos 5.2; that
Haiku 5.5 refuses `disabled` above high effort; the effort default, `display` default, release date and
`system` turns of Mythos Preview; images, PDFs, citations, batches, web search and code execution on every
listed model."""

DEFAULT_MODEL: Final = "claude-opus-5-5"
"""The recommended start. Source: docs "Models overview", October 2026."""

FAST_BETA: Final = "fast-mode-2026-02-01"

_ADAPTIVE = Model(
    id="",
    lifecycle="active",
    context=1_000_000,
    max_tokens=128_000,
    cache_minimum=512,
    token_factor=1.3,
    thinking=frozenset({"adaptive"}),
    thinking_default="always",
    thinking_display="omitted",
    efforts=EFFORTS,
    default_effort="high",
    sampling="default_only",
    forced_tools=True,
    prefill=False,
    system_turns="accepted",
    fast="refused",
    inference_geo=True,
    structured_outputs=True,
    image_input=True,
    pdf_input=True,
    citations=True,
    batch=True,
    web_search=True,
    code_execution=True,
    old_computer_use=True,
)
"""What most models since Opus 4.7 have in common; each row below says where it differs."""

_FABLE = replace(_ADAPTIVE, line="fable")
_MYTHOS = replace(_ADAPTIVE, line="mythos")
_OPUS_4 = replace(
    _ADAPTIVE,
    line="opus",
    thinking=frozenset({"adaptive", "disabled"}),
    thinking_default="off",
    system_turns="refused",
)
_CLAUDE_46 = replace(
    _OPUS_4,
    token_factor=1.0,
    thinking=frozenset({"adaptive", "enabled", "disabled"}),
    thinking_display="summarized",
    efforts=("low", "medium", "high", "max"),
    sampling="free",
)
_CLAUDE_45 = replace(
    _CLAUDE_46,
    context=200_000,
    max_tokens=64_000,
    thinking=frozenset({"enabled", "disabled"}),
    efforts=(),
    default_effort=None,
    prefill=True,
    inference_geo=False,
)

MODELS: Final[tuple[Model, ...]] = (
    replace(
        _FABLE,
        id="claude-fable-5-2",
        display_name="Claude Fable 5.2",
        released=date(2026, 11, 9),
        forced_tools=False,
        fast="accepted",
        thinking_binding="every_account",
        old_computer_use=False,
    ),
    replace(
        _MYTHOS,
        id="claude-mythos-5-2",
        display_name="Claude Mythos 5.2",
        released=date(2026, 11, 9),
        forced_tools=False,
        fast="accepted",
        thinking_binding="every_account",
    ),
    replace(
        _ADAPTIVE,
        id="claude-haiku-5-5",
        display_name="Claude Haiku 5.5",
        line="haiku",
        released=date(2026, 10, 7),
        retires_not_before=date(2027, 10, 7),
        thinking=frozenset({"adaptive", "disabled"}),
        thinking_default="on",
        quiet_effort_limit="high",
        default_effort="medium",
        thinking_binding="newer_accounts",
    ),
    replace(
        _ADAPTIVE,
        id="claude-sonnet-5-5",
        display_name="Claude Sonnet 5.5",
        line="sonnet",
        released=date(2026, 9, 28),
        retires_not_before=date(2027, 9, 28),
        thinking=frozenset({"adaptive", "between_tools"}),
        thinking_default="on",
        quiet_effort_limit="high",
        forced_tools=False,
        thinking_binding="newer_accounts",
        old_computer_use=False,
    ),
    replace(
        _ADAPTIVE,
        id="claude-opus-5-5",
        display_name="Claude Opus 5.5",
        line="opus",
        released=date(2026, 9, 22),
        retires_not_before=date(2027, 9, 22),
        default_effort="medium",
        forced_tools=False,
        fast="accepted",
        thinking_binding="newer_accounts",
        old_computer_use=False,
    ),
    replace(
        _FABLE,
        id="claude-fable-5-1",
        display_name="Claude Fable 5.1",
        released=date(2026, 9, 1),
        retires_not_before=date(2027, 9, 1),
        forced_tools=False,
        thinking_binding="newer_accounts",
        old_computer_use=False,
    ),
    replace(
        _MYTHOS,
        id="claude-mythos-5-1",
        display_name="Claude Mythos 5.1",
        released=date(2026, 9, 1),
        forced_tools=False,
    ),
    replace(
        _ADAPTIVE,
        id="claude-opus-5",
        display_name="Claude Opus 5",
        line="opus",
        released=date(2026, 7, 24),
        retires_not_before=date(2027, 7, 24),
        thinking=frozenset({"adaptive", "disabled"}),
        thinking_default="on",
        quiet_effort_limit="high",
        fast="accepted",
        fast_beta=True,
    ),
    replace(
        _ADAPTIVE,
        id="claude-sonnet-5",
        display_name="Claude Sonnet 5",
        line="sonnet",
        released=date(2026, 6, 30),
        retires_not_before=date(2027, 6, 30),
        thinking=frozenset({"adaptive", "disabled"}),
        thinking_default="on",
        cache_minimum=1_024,
        system_turns="ignored",
    ),
    replace(
        _FABLE,
        id="claude-fable-5",
        display_name="Claude Fable 5",
        released=date(2026, 6, 9),
        retires_not_before=date(2027, 6, 9),
    ),
    replace(
        _MYTHOS,
        id="claude-mythos-5",
        display_name="Claude Mythos 5",
        released=date(2026, 6, 9),
    ),
    replace(
        _OPUS_4,
        id="claude-opus-4-8",
        display_name="Claude Opus 4.8",
        released=date(2026, 5, 28),
        retires_not_before=date(2027, 5, 28),
        cache_minimum=1_024,
        system_turns="accepted",
        fast="accepted",
        fast_until=date(2026, 11, 30),
        fast_beta=True,
    ),
    replace(
        _OPUS_4,
        id="claude-opus-4-7",
        display_name="Claude Opus 4.7",
        released=date(2026, 4, 16),
        retires_not_before=date(2027, 4, 16),
        cache_minimum=2_048,
    ),
    replace(
        _CLAUDE_46,
        id="claude-sonnet-4-6",
        display_name="Claude Sonnet 4.6",
        line="sonnet",
        released=date(2026, 2, 17),
        retires_not_before=date(2027, 2, 17),
        cache_minimum=1_024,
    ),
    replace(
        _CLAUDE_46,
        id="claude-opus-4-6",
        display_name="Claude Opus 4.6",
        released=date(2026, 2, 5),
        retires_not_before=date(2027, 2, 5),
        cache_minimum=4_096,
        fast="ignored",
    ),
    replace(
        _CLAUDE_45,
        id="claude-opus-4-5-20251101",
        aliases=("claude-opus-4-5",),
        display_name="Claude Opus 4.5",
        released=date(2025, 11, 24),
        retires_not_before=date(2026, 11, 24),
        cache_minimum=4_096,
        efforts=("low", "medium", "high"),
        default_effort="high",
    ),
    replace(
        _CLAUDE_45,
        id="claude-haiku-4-5-20251001",
        aliases=("claude-haiku-4-5",),
        display_name="Claude Haiku 4.5",
        line="haiku",
        released=date(2025, 10, 15),
        retires_not_before=date(2026, 10, 15),
        cache_minimum=4_096,
    ),
    replace(
        _CLAUDE_45,
        id="claude-sonnet-4-5-20250929",
        aliases=("claude-sonnet-4-5",),
        display_name="Claude Sonnet 4.5",
        line="sonnet",
        released=date(2025, 9, 29),
        lifecycle="deprecated",
        retires=date(2026, 11, 30),
        successor="claude-sonnet-5-5",
        cache_minimum=1_024,
    ),
    replace(
        _MYTHOS,
        id="claude-mythos-preview",
        display_name="Claude Mythos Preview",
        lifecycle="deprecated",
        successor="claude-mythos-5-2",
        cache_minimum=2_048,
        token_factor=1.0,
        thinking=frozenset({"adaptive", "enabled"}),
        efforts=("low", "medium", "high", "max"),
        sampling=None,
        system_turns="refused",
    ),
)
"""Models that answer, newest first (the undated preview last)."""


def _retired(model: str, name: str, line: str, day: date, successor: str, *aliases: str) -> Model:
    return Model(model, name, aliases, line, lifecycle="retired", retires=day, successor=successor)


RETIRED: Final[tuple[Model, ...]] = (
    _retired(
        "claude-opus-4-1-20250805",
        "Claude Opus 4.1",
        "opus",
        date(2026, 8, 5),
        "claude-opus-5-5",
        "claude-opus-4-1",
    ),
    _retired(
        "claude-opus-4-20250514",
        "Claude Opus 4",
        "opus",
        date(2026, 6, 15),
        "claude-opus-5-5",
        "claude-opus-4-0",
    ),
    _retired(
        "claude-sonnet-4-20250514",
        "Claude Sonnet 4",
        "sonnet",
        date(2026, 6, 15),
        "claude-sonnet-5-5",
        "claude-sonnet-4-0",
    ),
    _retired("claude-3-haiku-20240307", "Claude Haiku 3", "haiku", date(2026, 4, 20), "claude-haiku-5-5"),
    _retired(
        "claude-3-7-sonnet-20250219",
        "Claude Sonnet 3.7",
        "sonnet",
        date(2026, 2, 19),
        "claude-sonnet-5-5",
        "claude-3-7-sonnet-latest",
    ),
    _retired(
        "claude-3-5-haiku-20241022",
        "Claude Haiku 3.5",
        "haiku",
        date(2026, 2, 19),
        "claude-haiku-5-5",
        "claude-3-5-haiku-latest",
    ),
)
"""Ids that people still have in old code; requests to them fail. Source: docs "Model deprecations" and the
Python SDK's `DEPRECATED_MODELS`."""

_BY_NAME: Final = {name: model for model in (*MODELS, *RETIRED) for name in (model.id, *model.aliases)}


def find(id_or_alias: str) -> Model | None:
    """The table's model of that id or alias, retired ones included; None when the table has none."""
    return _BY_NAME.get(id_or_alias)


def merge(info: Mapping[str, Json]) -> Model:
    """What is known once the service has spoken: one entry of `GET /v1/models` laid over the table's row.

    A model neither tells about has None for every fact, so that no rule applies to it.
    """
    name = info.get("id")
    return read_models_api(info, find(name) if isinstance(name, str) else None)
