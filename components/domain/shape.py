"""Whether a body has the shape of a request: which fields there are, which are required, and their types.

Source: Python SDK 2.12.0 `MessageCreateParams`, `MessageCountTokensParams`, their beta twins and the types
below them; the wording is that of the service's validator as last seen (?). What a model or a version makes
of a well-formed body is the subject of `rules`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from components.domain import beta_catalogue
from components.domain.beta_features import (
    BILLING,
    COMPACTION,
    CONTEXT_MANAGEMENT,
    DISPLAY_UPDATES,
    FALLBACK_CREDIT,
    FALLBACKS,
    MCP,
    TASK_BUDGETS,
    THINKING_BINDING,
    THREADS,
)
from components.domain.findings import Finding, place
from components.domain.json_types import Json
from components.domain.kinds import (
    EXTRA,
    REQUIRED,
    At,
    Beta,
    Fault,
    Fields,
    Kind,
    Variants,
    at_least,
    flag,
    flag_or,
    list_of,
    mapping,
    named_text,
    needs,
    number,
    one_of,
    or_null,
    record,
    text,
    text_or,
    typed,
    whole,
)
from components.domain.model import EFFORTS
from components.domain.shape_blocks import TOOL_NAME, message
from components.domain.shape_material import CACHE, TEXT
from components.domain.shape_tools import TOOL

__all__ = ["MOST_MESSAGES", "TOOL_NAME", "Endpoint", "check"]

Endpoint: TypeAlias = Literal["messages", "count_tokens"]

MOST_MESSAGES: Final = 100_000

_PARALLEL: Final[Fields] = {"disable_parallel_tool_use": flag}
_SHOWN: Final = one_of("summarized", "omitted")


def _display(value: Json, at: At) -> Iterator[Fault]:
    if value != "updates":
        yield from _SHOWN(value, at)
    elif not DISPLAY_UPDATES.on(at.betas):
        yield needs(at, DISPLAY_UPDATES, "Input should be 'summarized' or 'omitted'")


_THINKS: Final[Fields] = {
    "display": or_null(_display),
    "block_binding": Beta(
        THINKING_BINDING,
        or_null(record({}, {"prefix_mismatch_behavior": or_null(one_of("error", "drop_block"))})),
    ),
}
_THINKING: Final = Variants(
    {
        "adaptive": typed("adaptive", {}, _THINKS),
        "enabled": typed("enabled", {"budget_tokens": whole}, _THINKS),
        "disabled": typed("disabled", {}),
        "between_tools": typed("between_tools", {}),
    }
)
_EFFORT: Final[Fields] = {"effort": or_null(one_of(*EFFORTS))}
_OUTPUT_FORMAT: Final = or_null(Variants({"json_schema": typed("json_schema", {"schema": mapping})}))
_TASK_BUDGET: Final = typed("tokens", {"total": at_least(0)}, {"remaining": or_null(at_least(0))})
_OUTPUT_CONFIG: Final = record(
    {}, {**_EFFORT, "format": _OUTPUT_FORMAT, "task_budget": Beta(TASK_BUDGETS, or_null(_TASK_BUDGET))}
)
_SPEED: Final = or_null(one_of("standard", "fast"))

_INPUT_TOKENS: Final = typed("input_tokens", {"value": whole})
_TRIGGER: Final = Variants({"input_tokens": _INPUT_TOKENS, "tool_uses": typed("tool_uses", {"value": whole})})
_CONTEXT_EDIT: Final = Variants(
    {
        "clear_tool_uses_20250919": typed(
            "clear_tool_uses_20250919",
            {},
            {
                "clear_at_least": or_null(_INPUT_TOKENS),
                "clear_tool_inputs": or_null(flag_or(list_of(text))),
                "exclude_tools": or_null(list_of(text)),
                "keep": typed("tool_uses", {"value": whole}),
                "trigger": _TRIGGER,
            },
        ),
        "clear_thinking_20251015": typed(
            "clear_thinking_20251015",
            {},
            {
                "keep": text_or(
                    Variants(
                        {"thinking_turns": typed("thinking_turns", {"value": whole}), "all": typed("all", {})}
                    )
                )
            },
        ),
        "compact_20260112": Beta(
            COMPACTION,
            typed(
                "compact_20260112",
                {},
                {
                    "instructions": or_null(text),
                    "pause_after_compaction": flag,
                    "trigger": or_null(_INPUT_TOKENS),
                },
            ),
        ),
    }
)
_FALLBACK: Final = record(
    {"model": text},
    {
        "max_tokens": or_null(at_least(0)),
        "output_config": or_null(_OUTPUT_CONFIG),
        "speed": _SPEED,
        "thinking": or_null(_THINKING),
    },
)
_MCP_SERVER: Final = typed(
    "url",
    {"name": text, "url": text},
    {
        "authorization_token": or_null(text),
        "tool_configuration": or_null(
            record({}, {"allowed_tools": or_null(list_of(text)), "enabled": or_null(flag)})
        ),
    },
)
_SKILL: Final = record({"type": one_of("anthropic", "custom"), "skill_id": text}, {"version": text})


def _fallbacks(value: Json, at: At) -> Iterator[Fault]:
    return one_of("default")(value, at) if isinstance(value, str) else _FALLBACK_LIST(value, at)


_FALLBACK_LIST: Final = list_of(_FALLBACK, most=3)

_REQUIRED: Final[Fields] = {"model": named_text, "messages": list_of(message, most=MOST_MESSAGES)}
_COUNTED: Final[Fields] = {
    "system": text_or(list_of(Variants({"text": TEXT}))),
    "tools": list_of(TOOL),
    "tool_choice": Variants(
        {
            "auto": typed("auto", {}, _PARALLEL),
            "any": typed("any", {}, _PARALLEL),
            "tool": typed("tool", {"name": text}, _PARALLEL),
            "none": typed("none", {}),
        }
    ),
    "thinking": _THINKING,
    "output_config": _OUTPUT_CONFIG,
    "output_format": _OUTPUT_FORMAT,
    "speed": _SPEED,
    **CACHE,
    "mcp_servers": Beta(MCP, list_of(_MCP_SERVER)),
    "context_management": Beta(CONTEXT_MANAGEMENT, or_null(record({}, {"edits": list_of(_CONTEXT_EDIT)}))),
    "compaction": Beta(COMPACTION, or_null(typed("summarize", {}, {"instructions": or_null(text)}))),
    "billing_policy": Beta(
        BILLING, or_null(typed("billing_policy", {}, {"bill_to": one_of("self", "user_profile")}))
    ),
}
"""The optional fields of both endpoints. Rules decide about the older `output_format`."""
SENT: Final[Fields] = {
    **_COUNTED,
    "stop_sequences": list_of(text),
    "stream": flag,
    "metadata": record({}, {"user_id": or_null(text)}),
    "service_tier": one_of("auto", "standard_only"),
    "inference_geo": or_null(text),
    "container": or_null(text_or(record({}, {"id": or_null(text), "skills": or_null(list_of(_SKILL))}))),
    "diagnostics": or_null(record({}, {"previous_message_id": or_null(text)})),
    "temperature": number,
    "top_p": number,
    "top_k": whole,
    "fallbacks": Beta(FALLBACKS, or_null(_fallbacks)),
    "fallback_credit_token": Beta(
        FALLBACK_CREDIT,
        or_null(text_or(record({"token": text}, {"mode": one_of("strict", "best_effort")}))),
    ),
    "thread": Beta(
        THREADS,
        or_null(
            Variants(
                {
                    "create": typed("create", {}),
                    "continue": typed("continue", {"previous_message_id": text}),
                }
            )
        ),
    ),
}
"""The optional fields of `POST /v1/messages`; rules decide who may send sampling parameters."""

_ENDPOINTS: Final[Mapping[Endpoint, Kind]] = {
    "messages": record({**_REQUIRED, "max_tokens": whole}, SENT),
    "count_tokens": record(_REQUIRED, _COUNTED),
}
"""`POST /v1/messages` and `POST /v1/messages/count_tokens`."""


def check(
    body: Mapping[str, Json], *, endpoint: Endpoint = "messages", betas: Sequence[str] = ()
) -> list[Finding]:
    """The faults of a body's shape, as findings of the rule `shape`.

    A beta that is not known here may bring fields and values that are not known here: with one, those pass.
    """
    start = At((), "", frozenset(betas))
    faults = _ENDPOINTS[endpoint](dict(body), start)
    newer = any(beta_catalogue.find(beta) is None for beta in betas)
    return [_finding(found) for found in faults if not (newer and _may_be_newer(found.wrong))]


def is_of_the_unknown(finding: Finding) -> bool:
    """Whether a fault is a field or value that is not known here, and the service may have learned since."""
    return finding.rule == "shape" and _may_be_newer(finding.message.partition(": ")[2])


def _may_be_newer(wrong: str) -> bool:
    return wrong == EXTRA or wrong.startswith(("Input tag", "Input should be '"))


def _finding(found: Fault) -> Finding:
    at = found.at
    return Finding("shape", at.path, f"{at.where}: {found.wrong}", _sentence(found), found.fix)


def _sentence(found: Fault) -> str:
    path = found.at.path
    last = path[-1] if path else ""
    if isinstance(last, str):
        inside = f" of {place(path[:-1])}" if len(path) > 1 else ""
        subject = f"“{last}”{inside}"
    else:
        subject = place(path)
        subject = f"{subject[0].upper()}{subject[1:]}"
    todo = {EXTRA: " Remove it.", REQUIRED: " Add it."}.get(found.wrong, "")
    return f"{subject} {found.says}.{todo if found.fix is None or not found.fix.add_betas else ''}"
