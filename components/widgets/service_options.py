"""How the service handles the request: tier, speed, place, caching, betas, and fields without a control."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from components.domain import beta_catalogue
from components.domain.catalogue import FAST_BETA
from components.domain.content import breakpoint_of
from components.domain.draft import Draft
from components.domain.json_types import Json
from components.domain.model import Model
from components.state import entered
from components.widgets.checked_fields import follow, said
from components.widgets.extra_fields import extra_fields, has_control, set_extra
from components.widgets.safe_markdown import literal
from components.widgets.unfinished import Place, Typed, unfinished

FIELDS: Final = frozenset(
    {"service_tier", "speed", "inference_geo", "metadata", "container", "cache_control"}
)
"""Body fields that these controls write."""
_KEY: Final = "workbench.options"
_BETAS: Final[Place] = ("betas",)
_TIERS: Final = {"": "The service's default (auto)"}
_SPEEDS: Final = {"": "Standard (default)", "fast": "Fast, at twice the price", "standard": "Standard"}
_GEOS: Final = {"": "The workspace's default", "us": "us, at 1.1 times the price"}
_CACHING: Final = {"": "Off", "5m": "For 5 minutes", "1h": "For 1 hour"}


def more_options(draft: Draft, model: Model) -> None:
    """Draw the options into the current container, each as far as the model takes it.

    What is set stays in sight, whatever the model.
    """
    columns = st.columns(2)
    with columns[0]:
        _choice(
            draft,
            "service_tier",
            "Service tier",
            ["", "auto", "standard_only"],
            _TIERS,
            hint="Priority or not",
        )
    with columns[1]:
        _geo(draft, model)
    _speed(draft, model)
    _caching(draft, model)
    columns = st.columns(2)
    with columns[0]:
        _user_id(draft)
    with columns[1]:
        _container(draft)
    _betas(draft)
    extra_fields(draft)


def _now(draft: Draft, name: str) -> str:
    value = draft.extra.get(name)
    return value if isinstance(value, str) else ""


def _is_elsewhere(draft: Draft, name: str, label: str) -> bool:
    """Say of a value that its control cannot show that it stands in the extra fields."""
    if name in draft.extra and not has_control(name, draft.extra[name]):
        st.caption(literal(f"{label}: among the extra fields, as “{name}”"))
        return True
    return False


def _choice(
    draft: Draft, name: str, label: str, options: list[str], words: dict[str, str], *, hint: str | None = None
) -> None:
    """Draw a field that has one of some values, or is left out."""
    if _is_elsewhere(draft, name, label):
        return
    key, now = f"{_KEY}.{name}", _now(draft, name)

    def changed() -> None:
        set_extra(draft, name, str(entered(key, now) or "") or None)

    offered = [*options, *([now] if now not in options else [])]
    st.selectbox(
        label,
        offered,
        index=offered.index(now),
        key=follow(key, now),
        format_func=lambda value: words.get(value, value),
        on_change=changed,
        help=hint,
    )


def _geo(draft: Draft, model: Model) -> None:
    if model.inference_geo is False and "inference_geo" not in draft.extra:
        st.caption(literal(f"{model.name} cannot be told where to compute."))
        return
    _choice(
        draft,
        "inference_geo",
        "Where it is computed",
        ["", "global", "us"],
        _GEOS,
        hint="inference_geo: “us” stays in the United States.",
    )


def _speed(draft: Draft, model: Model) -> None:
    fast = model.fast_on(datetime.now(UTC).date())
    if fast in ("refused", "ignored") and "speed" not in draft.extra:
        why = "has no fast mode" if fast == "refused" else "takes fast mode and runs at standard speed"
        st.caption(literal(f"{model.name} {why}."))
        return
    if _is_elsewhere(draft, "speed", "Speed"):
        return
    key, now = f"{_KEY}.speed", _now(draft, "speed")

    def changed() -> None:
        chosen = str(entered(key, now) or "")
        set_extra(draft, "speed", chosen or None)
        others = tuple(beta for beta in draft.betas if beta != FAST_BETA)
        if not chosen:
            draft.betas = others
        elif model.fast_beta:
            draft.betas = (*others, FAST_BETA)

    offered = ["", "fast", *([now] if now not in {"", "fast"} else [])]
    with_beta = f" {model.name} wants the beta {FAST_BETA} for it, which is added." if model.fast_beta else ""
    st.selectbox(
        "Speed",
        offered,
        index=offered.index(now),
        key=follow(key, now),
        format_func=lambda value: _SPEEDS.get(value, value),
        on_change=changed,
        help=literal(f"It has its own rate limit, and another speed begins with an empty cache.{with_beta}"),
    )


def _caching(draft: Draft, model: Model) -> None:
    if _is_elsewhere(draft, "cache_control", "Automatic caching"):
        return
    key, mark = f"{_KEY}.cache_control", draft.extra.get("cache_control")
    now = str(mark.get("ttl") or "5m") if isinstance(mark, dict) else ""

    def changed() -> None:
        value: Json = None
        match entered(key, now):
            case "5m":
                value = breakpoint_of("5m")
            case "1h":
                value = breakpoint_of("1h")
        set_extra(draft, "cache_control", value)

    least = f" {model.name} caches from {model.cache_minimum:,} tokens on." if model.cache_minimum else ""
    st.selectbox(
        "Automatic caching",
        list(_CACHING),
        index=list(_CACHING).index(now),
        key=follow(key, now),
        format_func=lambda ttl: _CACHING[ttl],
        on_change=changed,
        help=literal(
            f"The service marks the last block that can be cached; one of four cache points.{least}"
        ),
    )


def _user_id(draft: Draft) -> None:
    if _is_elsewhere(draft, "metadata", "User id"):
        return
    key, metadata = f"{_KEY}.user_id", draft.extra.get("metadata")
    now = str(metadata.get("user_id") or "") if isinstance(metadata, dict) else ""

    def changed() -> None:
        user_id = str(entered(key, now)).strip()
        set_extra(draft, "metadata", {"user_id": user_id} if user_id else None)

    st.text_input(
        "User id",
        now,
        key=follow(key, now),
        on_change=changed,
        placeholder="not sent",
        help="metadata.user_id: an id of your own for the end user, without personal data.",
    )


def _container(draft: Draft) -> None:
    if _is_elsewhere(draft, "container", "Container"):
        return
    key, now = f"{_KEY}.container", _now(draft, "container")

    def changed() -> None:
        set_extra(draft, "container", str(entered(key, now)).strip() or None)

    st.text_input(
        "Container",
        now,
        key=follow(key, now),
        on_change=changed,
        placeholder="not sent",
        help="The id of a code execution's container, to go on in it. Skills: under the extra fields.",
    )


def _betas(draft: Draft) -> None:
    key, texts = f"{_KEY}.betas", unfinished(draft).texts
    unfit = texts[_BETAS].text.split() if _BETAS in texts else []
    now = [*draft.betas, *unfit]
    options = list(dict.fromkeys([*now, *(beta.name for beta in beta_catalogue.BETAS)]))

    def changed() -> None:
        typed = [part for entry in entered(key, now) for part in re.split(r"[,\s]+", str(entry)) if part]
        draft.betas = tuple(dict.fromkeys(name for name in typed if beta_catalogue.is_name(name)))
        texts.pop(_BETAS, None)
        if wrong := [name for name in typed if not beta_catalogue.is_name(name)]:
            problem = f"“{wrong[0]}” is no beta name: letters, digits, dots, - and _."
            texts[_BETAS] = Typed(" ".join(wrong), problem, "The list of betas")

    st.multiselect(
        "Betas",
        options,
        default=now,
        key=follow(key, now),
        format_func=_beta_label,
        on_change=changed,
        accept_new_options=True,
        select_all=False,
        filter_mode="contains",
        placeholder="Choose, or type a name",
        help="Sent in the header anthropic-beta.",
    )
    said(draft, _BETAS)


def _beta_label(name: str) -> str:
    beta = beta_catalogue.find(name)
    return f"{name} · {beta.purpose}" if beta else name
