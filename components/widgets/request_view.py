"""The JSON bodies of a run, with long base64 data shortened for reading."""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from components.domain.json_types import Json
from components.domain.request import Request

_LONG = 1_000
"""Characters of base64 that nobody reads."""
_HIGHLIGHT_LIMIT = 200_000
"""Characters of JSON that are coloured."""


def request_view(request: Request, base_url: str, *, key: str) -> None:
    """Draw address, version, betas and body, as they go over the wire."""
    lines = [f"POST {base_url}/v1/messages", f"anthropic-version: {request.anthropic_version}"]
    if request.betas:
        lines.append(f"anthropic-beta: {','.join(request.betas)}")
    st.code("\n".join(lines), language=None)
    body_view(request.body, lambda: request.body_json, name="request.json", key=key)


def body_view(value: Json, exact: Callable[[], str], *, name: str, key: str) -> None:
    """JSON to read and copy. Long base64 is shortened; `exact`, the text in full, can then be downloaded."""
    left_out: list[int] = []
    shown = shortened(value, left_out)
    if not left_out:
        st.empty()  # Nothing stays of what another run had here.
    else:
        note = st.container()
        files = "1 file" if len(left_out) == 1 else f"{len(left_out)} files"
        told = f"Shortened for reading: {files} in base64, {size(sum(left_out))}. All else is as it was sent."
        note.info(told, icon=":material/content_cut:")
        note.download_button(
            "Download the exact body",
            data=lambda: exact().encode(),
            file_name=name,
            mime="application/json",
            key=f"{key}.body",
            icon=":material/download:",
            on_click="ignore",
        )
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    # Colouring what is very long would make the browser slow.
    st.code(text, language="json" if len(text) < _HIGHLIGHT_LIMIT else None, wrap_lines=True)


def shortened(value: Json, left_out: list[int]) -> Json:
    """A copy in which a word stands for each long base64 `data`; notes how many characters each had."""
    if isinstance(value, list):
        return [shortened(each, left_out) for each in value]
    if not isinstance(value, dict):
        return value
    copy = {name: shortened(each, left_out) for name, each in value.items()}
    data = value.get("data")
    if value.get("type") == "base64" and isinstance(data, str) and len(data) > _LONG:
        left_out.append(len(data))
        copy["data"] = f"…({value.get('media_type')}, {size(len(data))} of base64)…"
    return copy


def size(characters: int) -> str:
    """`840 B`, `12 kB`, `1.2 MB`."""
    if characters < 1_000:
        return f"{characters} B"
    return f"{characters / 1_000:,.0f} kB" if characters < 999_500 else f"{characters / 1_000_000:,.1f} MB"
