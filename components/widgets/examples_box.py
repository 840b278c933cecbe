"""The examples box: pairs of an input and the output one would like to see."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from components.domain.draft import Draft, Example
from components.state import entered, seed
from components.widgets.editing import forget_later, forget_now

_KEY = "workbench.examples"


def examples_box(draft: Draft) -> None:
    """Draw the pairs; every change goes straight into the draft. An empty pair is there to begin with."""

    def add() -> None:
        draft.examples += [Example()] if draft.examples else [Example(), Example()]

    forget_now()
    st.caption(
        "Sent as one text at the start of the first user turn, exactly as written: braces make no variables. "
        "A pair without any text is left out."
    )
    with st.container(key=f"{_KEY}.pairs"):
        for number, example in enumerate(draft.examples or [Example()]):
            with st.container(gap="xxsmall", key=f"{_KEY}.{number}"):
                _pair(draft, number, example)
    st.button("Add example", key=f"{_KEY}.add", icon=":material/add:", type="tertiary", on_click=add)


def _pair(draft: Draft, number: int, example: Example) -> None:
    def remove() -> None:
        draft.examples = [each for each in draft.examples if each is not example]
        forget_later(f"{_KEY}.")

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Example {number + 1}**", width="stretch")
        if draft.examples:
            st.button(
                "Remove",
                key=f"{_KEY}.{number}.remove",
                icon=":material/close:",
                type="tertiary",
                on_click=remove,
                help=f"Remove example {number + 1}",
            )
    _field(draft, number, example, "input", "Input")
    _field(draft, number, example, "output", "Ideal output")


def _field(draft: Draft, number: int, example: Example, name: Literal["input", "output"], label: str) -> None:
    key = f"{_KEY}.{number}.{name}"
    now: str = getattr(example, name)

    def changed() -> None:
        setattr(example, name, entered(key, now))
        if not any(each is example for each in draft.examples):  # The pair that was there to begin with.
            draft.examples.append(example)

    st.text_area(
        label,
        now,
        key=seed(key, now),
        height=68 if len(now) < 160 and "\n" not in now else 140,
        on_change=changed,
    )
