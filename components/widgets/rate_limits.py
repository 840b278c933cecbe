"""How much of the rate limits was left when an answer began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from components.domain import figures
from components.services.rate_limits import ORGANIZATION, RETRY_AFTER, WORKSPACE, Bucket, Family, buckets
from components.widgets.safe_markdown import literal

_FAMILIES: Final[dict[Family, str]] = {"ratelimit": "", "priority": "Priority, ", "fast": "Fast mode, "}
_NAMES: Final = {
    "requests": "requests",
    "tokens": "tokens, the tightest limit",
    "input-tokens": "input tokens",
    "output-tokens": "output tokens",
}


def rate_limits(headers: Mapping[str, str], *, now: datetime | None = None) -> None:
    """Draw the limits that a run's headers told, a bar each, and whose they are."""
    found = buckets(headers)
    for bucket in found:
        left, words = bucket.share_left, words_of(bucket, now or datetime.now(UTC))
        if left is None:
            st.caption(words)
        else:
            st.progress(left, text=words)
    if not found:
        st.caption("The server told no rate limits.")
    if RETRY_AFTER in headers:
        st.caption(f"The server asked to wait {literal(headers[RETRY_AFTER])} s.")
    owners = [
        f"{label} {literal(headers[name])}"
        for label, name in (("Organization", ORGANIZATION), ("Workspace", WORKSPACE))
        if name in headers
    ]
    if owners:
        st.caption(" · ".join(owners))


def words_of(bucket: Bucket, now: datetime) -> str:
    """One limit, as Markdown: `Requests: 999 of 1,000 left · full again in 42 s`."""
    name = _NAMES.get(bucket.name) or literal(bucket.name.replace("-", " "))
    title = _FAMILIES[bucket.family] + name
    left = figures.count(bucket.remaining)
    parts = [f"{title[0].upper()}{title[1:]}: {left} of {figures.count(bucket.limit)} left"]
    if bucket.resets is not None:
        ahead_s = (bucket.resets - now).total_seconds()
        parts.append(f"full again in {_rounded(ahead_s)}" if ahead_s > 0 else "full again by now")
    return " · ".join(parts)


def _rounded(duration_s: float) -> str:
    return f"{max(1, round(duration_s))} s" if duration_s < 99.5 else figures.seconds(duration_s)
