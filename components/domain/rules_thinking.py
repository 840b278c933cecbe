"""Rules about thinking and effort."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix
from components.domain.json_types import JsonObject
from components.domain.model import EFFORTS
from components.domain.rule import Case, Hit, Rule

LEAST_BUDGET: Final = 1_024
"""Smallest `thinking.budget_tokens`."""


def _takes_quiet(case: Case) -> bool:
    """Whether the effort leaves room for `disabled` and `between_tools` on this model."""
    limit = case.model.quiet_effort_limit
    effort = case.effort
    return limit is None or effort not in EFFORTS or EFFORTS.index(effort) <= EFFORTS.index(limit)


_LEAVE_OUT: Final = Fix("Leave thinking to the model", (Edit(("thinking",), REMOVE),))


def _thinking_fix(case: Case, refused: str) -> Fix:
    accepted = case.model.thinking or frozenset()
    display = case.at("thinking", "display")
    shown: JsonObject = {} if display is None else {"display": display}
    if refused == "enabled" and "adaptive" in accepted:
        return Fix("Use adaptive thinking", (Edit(("thinking",), {"type": "adaptive", **shown}),))
    if refused == "adaptive" and "enabled" in accepted:
        most = int(case.number("max_tokens") or 0)
        if most > LEAST_BUDGET:
            budget = max(LEAST_BUDGET, most // 2)
            value: JsonObject = {"type": "enabled", "budget_tokens": budget, **shown}
            return Fix(f"Give thinking a budget of {budget:,} tokens", (Edit(("thinking",), value),))
    if refused in {"disabled", "between_tools"} and _takes_quiet(case):
        if "between_tools" in accepted:
            return Fix("Think only between tools", (Edit(("thinking",), {"type": "between_tools"}),))
        if "disabled" in accepted:
            return Fix("Switch thinking off", (Edit(("thinking",), {"type": "disabled"}),))
    return _LEAVE_OUT


def _thinking_refused(case: Case, kind: str) -> Iterator[Hit]:
    model = case.model
    if case.thinking_type != kind or model.thinking is None or kind in model.thinking:
        return
    why = {
        "enabled": "takes no thinking budget: the effort decides how much it thinks",
        "disabled": "always thinks; thinking cannot be switched off"
        if model.thinking_default == "always"
        else "does not let thinking be switched off",
        "adaptive": "knows no adaptive thinking; it takes a budget of tokens",
        "between_tools": "does not know “between tools” thinking",
    }[kind]
    yield Hit(("thinking",), f"{model.name} {why}. Change the thinking setting.", _thinking_fix(case, kind))


def _thinking_at_effort(case: Case) -> Iterator[Hit]:
    kind, limit = case.thinking_type, case.model.quiet_effort_limit
    if (
        kind in {"disabled", "between_tools"}
        and kind in (case.model.thinking or ())
        and not _takes_quiet(case)
    ):
        yield Hit(
            ("thinking",),
            f"{case.model.name} does not take thinking “{kind}” at {case.effort} effort. "
            f"Lower the effort to {limit}, or let it think.",
            Fix(f"Set effort to {limit}", (Edit(("output_config", "effort"), limit),)),
            {"kind": kind, "effort": case.effort},
        )


def _thinking_enabled_deprecated(case: Case) -> Iterator[Hit]:
    accepted = case.model.thinking or frozenset()
    if case.thinking_type == "enabled" and {"enabled", "adaptive"} <= accepted:
        sentence = f"A thinking budget is deprecated on {case.model.name}. Adaptive thinking replaces it."
        yield Hit(("thinking",), sentence, _thinking_fix(case, "enabled"))


def _budget(case: Case) -> int | float | None:
    """The budget, where the model takes one."""
    if case.thinking_type != "enabled" or "enabled" not in (case.model.thinking or ()):
        return None
    return case.number("thinking", "budget_tokens")


def _budget_too_small(case: Case) -> Iterator[Hit]:
    budget = _budget(case)
    if budget is not None and budget < LEAST_BUDGET:
        edit = Edit(("thinking", "budget_tokens"), LEAST_BUDGET)
        sentence = f"The thinking budget must be at least {LEAST_BUDGET:,} tokens."
        yield Hit(edit.path, sentence, Fix(f"Set the budget to {LEAST_BUDGET:,}", (edit,)))


def _budget_not_below_max(case: Case) -> Iterator[Hit]:
    budget, asked, most = _budget(case), case.number("max_tokens"), case.model.max_tokens
    if budget is None or asked is None or budget < asked:
        return
    if most is None or budget < most:
        room = int(budget) + 4_096 if most is None else min(int(budget) + 4_096, most)
        fix = Fix(f"Set max tokens to {room:,}", (Edit(("max_tokens",), room),))
    else:
        half = most // 2
        edits = (Edit(("max_tokens",), most), Edit(("thinking", "budget_tokens"), half))
        fix = Fix(f"Set the budget to {half:,} and max tokens to {most:,}", edits)
    sentence = "The thinking budget must be smaller than max tokens, which count thinking and text together."
    yield Hit(("thinking", "budget_tokens"), sentence, fix)


def _effort_unsupported(case: Case) -> Iterator[Hit]:
    if case.model.efforts == () and case.effort is not None:
        edit = Edit(("output_config", "effort"), REMOVE)
        yield Hit(edit.path, f"{case.model.name} knows no effort. Remove it.", Fix("Remove effort", (edit,)))


def _effort_level(case: Case) -> Iterator[Hit]:
    effort, levels = case.effort, case.model.efforts
    if not levels or effort not in EFFORTS or effort in levels:
        return
    below = [level for level in levels if EFFORTS.index(level) < EFFORTS.index(effort)]
    nearest = below[-1] if below else levels[0]
    edit = Edit(("output_config", "effort"), nearest)
    sentence = f"{case.model.name} takes effort {', '.join(levels)}, not {effort}."
    words = {"effort": effort, "levels": ", ".join(levels)}
    yield Hit(edit.path, sentence, Fix(f"Set effort to {nearest}", (edit,)), words)


_THINKING: Final = 'docs "Troubleshooting thinking"'
_INSTEAD: Final = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "thinking_enabled",
        "a thinking budget on a model since Opus 4.7",
        f'"thinking.type.enabled" is not supported for this model. {_INSTEAD}',
        "adaptive",
        partial(_thinking_refused, kind="enabled"),
        _THINKING,
        CHECKED,
    ),
    Rule(
        "thinking_disabled",
        "thinking switched off on a model that always thinks, or that takes between_tools instead",
        f'"thinking.type.disabled" is not supported for this model. {_INSTEAD}',
        "between_tools, or drop it",
        partial(_thinking_refused, kind="disabled"),
        f"{_THINKING}; Sonnet 5.5's own wording was not seen (?)",
        CHECKED,
    ),
    Rule(
        "thinking_adaptive",
        "adaptive thinking on a 4.5 model",
        "adaptive thinking is not supported on this model",
        "a budget of half of max_tokens, or drop it",
        partial(_thinking_refused, kind="adaptive"),
        _THINKING,
        CHECKED,
    ),
    Rule(
        "thinking_between_tools",
        "between_tools on a model other than Sonnet 5.5",
        f'"thinking.type.between_tools" is not supported for this model. {_INSTEAD}',
        "disabled, or drop it",
        partial(_thinking_refused, kind="between_tools"),
        f"{_THINKING}; wording (?)",
        CHECKED,
    ),
    Rule(
        "thinking_at_effort",
        "disabled or between_tools above high effort, on a model with that limit",
        '"thinking.type.{kind}" is not supported for this model at effort "{effort}".',
        "the highest effort that takes it",
        _thinking_at_effort,
        f'{_THINKING}; docs "Effort"; Haiku 5.5 and wording (?)',
        CHECKED,
    ),
    Rule(
        "thinking_enabled_deprecated",
        "a thinking budget on a model that takes adaptive too",
        "",
        "adaptive",
        _thinking_enabled_deprecated,
        _THINKING,
        CHECKED,
        severity="notice",
    ),
    Rule(
        "budget_too_small",
        f"budget_tokens below {LEAST_BUDGET}",
        f"thinking.enabled.budget_tokens: Input should be greater than or equal to {LEAST_BUDGET}",
        "the least budget",
        _budget_too_small,
        "Python SDK 2.12.0 ThinkingConfigEnabledParam; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "budget_not_below_max",
        "budget_tokens not smaller than max_tokens",
        "`max_tokens` must be greater than `thinking.budget_tokens`.",
        "a larger max_tokens",
        _budget_not_below_max,
        "Python SDK 2.12.0 ThinkingConfigEnabledParam; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "effort_unsupported",
        "effort on a model without it",
        "This model does not support the effort parameter.",
        "drop it",
        _effort_unsupported,
        'docs "Effort"; wording (?)',
        CHECKED,
    ),
    Rule(
        "effort_level",
        "an effort the model lacks",
        'output_config.effort: "{effort}" is not supported for this model. Supported levels: {levels}.',
        "the next lower level",
        _effort_level,
        'docs "Effort"; wording (?)',
        CHECKED,
    ),
)
