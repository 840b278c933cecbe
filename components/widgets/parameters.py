"""The controls beside the prompt: model, max tokens, and what the chosen model takes besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import streamlit as st

from components.domain import stop_text
from components.domain.draft import MOST_EXACT, Draft
from components.domain.findings import Finding
from components.domain.json_types import Json, JsonObject
from components.domain.model import EFFORTS, THINKING_TYPES, Model
from components.services.models import ModelList
from components.state import entered, forget, seed
from components.widgets.extra_fields import OPTION_FIELDS, has_control
from components.widgets.problems import problems
from components.widgets.safe_markdown import literal
from components.widgets.sampling import sampling

Width: TypeAlias = int | Literal["stretch"]

_THINKING_WORDS = {
    "adaptive": "Adaptive: the model decides, effort guides it",
    "enabled": "Enabled with a token budget",
    "disabled": "Disabled",
    "between_tools": "Between tools only",
}


_FIELDS = {"thinking", "output_config", "stop_sequences", "temperature", "top_p", "top_k", "stream"}
"""Body fields that this module's controls write."""
_EXTRA_WORDS = {
    "service_tier": "service tier",
    "speed": "speed",
    "inference_geo": "computed in",
    "container": "container",
}


def model_picker(
    draft: Draft,
    models: ModelList,
    choose: Callable[[str], None],
    *,
    label: str = "Model",
    key: str = "workbench.model",
    width: Width = 250,
) -> None:
    """The models of the connection; any other id can be typed.

    The one chosen is not the draft's before `choose` makes it so, which may ask first.
    """
    ids = [model.id for model in models.models]
    if draft.model not in ids:
        ids.insert(0, draft.model)

    def changed() -> None:
        if chosen := str(entered(key, None) or "").strip():
            choose(chosen)
        forget(key)
        forget("workbench.parameters.")

    if st.session_state.get(key) != draft.model:
        forget(key)  # Changed elsewhere.
    st.selectbox(
        label,
        ids,
        index=ids.index(draft.model),
        key=seed(key, draft.model),
        on_change=changed,
        accept_new_options=True,
        filter_mode="contains",
        width=width,
    )


def _about(model: Model) -> str:
    if model.unknown:
        return "Nothing is known of this model, so nothing is checked before sending."
    facts = [literal(model.name)]
    if model.context:
        facts.append(f"context {model.context:,} tokens")
    if model.max_tokens:
        facts.append(f"max tokens up to {model.max_tokens:,}, thinking included")
    if model.retires:
        facts.append(f"retires on {model.retires:%Y-%m-%d}")
    return " · ".join(facts)


def max_tokens_field(
    draft: Draft,
    *,
    then: Callable[[], None] | None = None,
    label: str = "Max tokens",
    key: str = "workbench.max_tokens",
    width: Width = 140,
) -> None:
    """`then` is called when it has changed."""

    def changed() -> None:
        value = entered(key, draft.max_tokens)
        if value is None:
            forget(key)
        else:
            draft.max_tokens = int(value)
        if then is not None:
            then()

    if st.session_state.get(key) != draft.max_tokens:
        forget(key)  # Changed elsewhere.
    # No bounds on the widget: it would keep a number beyond them on the screen and hand on the old one. The
    # rules say what is wrong with it instead.
    st.number_input(
        label,
        step=1,
        value=draft.max_tokens,
        key=seed(key, draft.max_tokens),
        on_change=changed,
        width=width,
    )


def more_parameters(
    draft: Draft,
    model: Model,
    anthropic_version: str,
    findings: Sequence[Finding],
    apply: Callable[[Finding], None],
) -> list[Finding]:
    """Effort, thinking, stop sequences, sampling and the rest: as far as model and version take them.

    Returns the findings that are still to be shown: while open, it shows those about its fields itself.
    """
    popover = st.popover("Parameters", icon=":material/tune:", key="workbench.parameters", on_change="rerun")
    if not popover.open:
        return list(findings)
    mine = [finding for finding in findings if _belongs_here(finding, draft)]
    with popover:
        st.caption(_about(model))
        _effort(draft, model)
        _thinking(draft, model)
        _stop_sequences(draft)
        sampling(draft, model, anthropic_version)
        _streaming(draft)
        more = st.expander(
            "Service, caching, betas, extra fields", key="workbench.options", on_change="rerun"
        )
        if more.open:
            from components.widgets.service_options import more_options  # The first screen needs none of it.

            with more:
                more_options(draft, model)
        problems(mine, apply, key="workbench.parameters.problems")
    return [finding for finding in findings if finding not in mine]


def _belongs_here(finding: Finding, draft: Draft) -> bool:
    if finding.path[:2] == ("output_config", "format"):
        return False
    return bool(finding.path) and finding.path[0] in {*_FIELDS, *OPTION_FIELDS, *draft.extra}


def parameters_line(draft: Draft) -> str | None:
    """Everything besides the prompt, model and max tokens that the request will carry, as Markdown."""
    parts: list[str] = []
    if draft.effort:
        parts.append(f"effort {draft.effort}")
    if draft.thinking is not None:
        parts.append(f"thinking {draft.thinking.get('type')}")
    if draft.stop_sequences:
        parts.append(_counted(len(draft.stop_sequences), "stop sequence"))
    for name in ("temperature", "top_p", "top_k"):
        if (value := getattr(draft, name)) is not None:
            parts.append(f"{name} {value:g}")
    if not draft.stream:
        parts.append("not streamed")
    if draft.tools:
        parts.append(_counted(len(draft.tools), "tool"))
    if draft.tool_choice is not None:
        parts.append(f"tool choice {draft.tool_choice.get('name') or draft.tool_choice.get('type')}")
    if draft.output_format is not None:
        parts.append("output schema")
    parts += (_extra_words(name, value) for name, value in draft.extra.items())
    parts += (
        (f"beta {beta}" for beta in draft.betas) if len(draft.betas) < 3 else [f"{len(draft.betas)} betas"]
    )
    return f"Also sent: {literal(', '.join(parts))}" if parts else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"


def _extra_words(name: str, value: Json) -> str:
    """What is sent in an extra field, in a few words."""
    if not has_control(name, value):
        return name
    if name == "cache_control":
        return "automatic caching"
    return "user id" if name == "metadata" else f"{_EXTRA_WORDS[name]} {value}"


def _effort(draft: Draft, model: Model) -> None:
    levels = list(model.efforts if model.efforts is not None else EFFORTS)
    if not levels and draft.effort is None:
        st.caption(literal(f"{model.name} has no effort levels."))
        return
    options = ["", *levels]
    if draft.effort and draft.effort not in options:
        options.append(draft.effort)

    def changed() -> None:
        draft.effort = entered("workbench.parameters.effort", draft.effort) or None

    default = f"Model's default ({model.default_effort})" if model.default_effort else "Model's default"
    st.selectbox(
        "Effort",
        options,
        index=options.index(draft.effort or ""),
        key=seed("workbench.parameters.effort", draft.effort or ""),
        format_func=lambda level: level or default,
        on_change=changed,
        help="How many tokens the model is willing to spend, thinking and answer together.",
    )


def _thinking(draft: Draft, model: Model) -> None:
    now = str(draft.thinking.get("type")) if draft.thinking else ""
    options = ["", *(kind for kind in THINKING_TYPES if model.thinking is None or kind in model.thinking)]
    if now not in options:
        options.append(now)

    def changed() -> None:
        kind = entered("workbench.parameters.thinking", now)
        if not kind:
            draft.thinking = None
        elif kind == "enabled":
            draft.thinking = {"type": kind, "budget_tokens": max(min(2048, draft.max_tokens - 1), 1024)}
        else:
            draft.thinking = {"type": kind}
        forget("workbench.parameters.budget")
        forget("workbench.parameters.display")

    default = {
        "always": "Model's default (always on)",
        "on": "Model's default (on)",
        "off": "Model's default (off)",
    }
    st.selectbox(
        "Thinking",
        options,
        index=options.index(now),
        key=seed("workbench.parameters.thinking", now),
        format_func=lambda kind: (
            _THINKING_WORDS.get(kind, kind) or default.get(model.thinking_default or "", "Default")
        ),
        on_change=changed,
    )
    if draft.thinking is None:
        return
    if now == "enabled":
        _budget(draft.thinking)
    if now in {"adaptive", "enabled"}:
        _display(draft.thinking, model)


def _budget(thinking: JsonObject) -> None:
    def changed() -> None:
        value = entered("workbench.parameters.budget", None)
        if value is not None:
            thinking["budget_tokens"] = int(value)

    now = thinking.get("budget_tokens")
    if isinstance(now, int) and abs(now) > MOST_EXACT:
        st.caption(f"Thinking budget (tokens): {now}, which only JSON can hold.")
        return
    budget = now if isinstance(now, int) else 1024
    st.number_input(
        "Thinking budget (tokens)",
        step=1,
        value=budget,
        key=seed("workbench.parameters.budget", budget),
        on_change=changed,
        help="At least 1,024 and less than max tokens.",
    )


def _display(thinking: JsonObject, model: Model) -> None:
    def changed() -> None:
        if chosen := entered("workbench.parameters.display", thinking.get("display")):
            thinking["display"] = chosen
        else:
            thinking.pop("display", None)

    now = str(thinking.get("display") or "")
    options = ["", "summarized", "omitted", *([now] if now not in {"", "summarized", "omitted"} else [])]
    st.selectbox(
        "Thinking text",
        options,
        index=options.index(now),
        key=seed("workbench.parameters.display", now),
        format_func=lambda word: {"": f"Model's default ({model.thinking_display or 'unknown'})"}.get(
            word, word
        ),
        on_change=changed,
        help="Whether a summary of the thinking comes with the answer. It costs the same either way.",
    )


def _stop_sequences(draft: Draft) -> None:
    def changed() -> None:
        draft.stop_sequences = stop_text.parse(
            entered("workbench.parameters.stop", stop_text.written(draft.stop_sequences))
        )

    now = stop_text.written(draft.stop_sequences)
    st.text_area(
        "Stop sequences",
        now,
        key=seed("workbench.parameters.stop", now),
        height=68,
        on_change=changed,
        placeholder="One per line",
        help=r"The answer ends where one of these would appear. One per line; \n stands for a line break.",
    )


def _streaming(draft: Draft) -> None:
    def changed() -> None:
        draft.stream = entered("workbench.parameters.stream", draft.stream)

    st.toggle(
        "Stream the answer",
        value=draft.stream,
        key=seed("workbench.parameters.stream", draft.stream),
        on_change=changed,
        help="Off: the answer comes as one piece.",
    )
