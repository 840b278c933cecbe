"""The dialog behind “Get code”: the request on screen as a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.domain.connection import Connection
from components.domain.request import Request
from components.widgets.safe_markdown import literal


def code_dialog(
    build: Callable[[], Request], connection: Connection, unfilled: Sequence[str], closed: Callable[[], None]
) -> None:
    """Open the dialog. It stays while the page is run again, until it is closed."""
    dialog = st.dialog("Get code", width="large", icon=":material/code:", on_dismiss=closed)
    dialog(_code)(build, connection, unfilled)


def _code(build: Callable[[], Request], connection: Connection, unfilled: Sequence[str]) -> None:
    """Show, copy and download the program that sends exactly this request."""
    from components.snippets import TARGETS, render

    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Language",
            list(TARGETS),
            format_func=lambda key: TARGETS[key].title,
            default=next(iter(TARGETS)),
            key="code.target",
            required=True,
        )
        try:
            request = build()
        except ValueError as problem:
            st.error(literal(str(problem)), icon=":material/block:")
            return
        stream = st.toggle("Streaming", request.stream, key="code.stream")
    target = TARGETS[str(chosen)]
    if unfilled:
        listed = ", ".join(f"`{{{{{name}}}}}`" for name in unfilled)
        st.warning(
            f"No value yet for {listed}: the code below sends the name in braces.", icon=":material/edit:"
        )
    try:
        source = render(
            target.key,
            {name: value for name, value in request.body.items() if name != "stream"},
            anthropic_version=request.anthropic_version,
            betas=request.betas,
            base_url=connection.base_url,
            stream=stream,
            auth=connection.auth,
        )
    except ValueError as problem:
        st.error(literal(str(problem)), icon=":material/block:")
        return
    if connection.simulated:
        st.info(
            "The sandbox takes any key. Set one first: `export ANTHROPIC_API_KEY=sandbox`",
            icon=":material/key:",
        )
    st.code(
        source, language=target.language, wrap_lines=True, height=min(560, 40 + 21 * (source.count("\n") + 1))
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download",
            source,
            file_name=f"request{target.suffix}",
            mime="text/plain",
            key="code.download",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption("Reads the key from the variable ANTHROPIC_API_KEY.")
