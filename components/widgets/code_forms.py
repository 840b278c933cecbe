"""How the code is written: language, streaming and forms, remembered while the tab lives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, cast

import streamlit as st

from components.snippets import FORMS, TARGETS, Form, FormName, Target
from components.state import entered, seed

_CHOICES: Final = "code.choices"

LABELS: Final[dict[FormName, tuple[str, str]]] = {
    "template": (
        "Variables as arguments",
        "Each variable of the prompt is an argument of a function; in the shell, of the environment.",
    ),
    "attachments": (
        "Attachments as files",
        "Attached files are read from beside the program. The download is a zip of all of them.",
    ),
    "tool_loop": (
        "Tool loop",
        "Your tools are functions to be filled in; they are called until the model is done.",
    ),
    "parsed": (
        "Parse the answer",
        "The SDK's own helper for structured output sends the request and reads the answer.",
    ),
    "count_tokens": (
        "Count tokens only",
        "The same request to the endpoint that counts its input tokens and answers nothing.",
    ),
}
"""What the switch of a form says, and its help."""

NO_ANSWER: Final[frozenset[FormName]] = frozenset({"tool_loop", "parsed"})
"""Forms that need the answer, which counting tokens does not give."""


@dataclass
class Choices:
    """What was chosen last in this tab, for whatever request it applies to."""

    target: str = next(iter(TARGETS))
    stream: dict[bool, bool] = field(default_factory=dict)
    """Whether the request streams → whether the code shall."""
    forms: set[FormName] = field(default_factory=set)


def choices() -> Choices:
    """This tab's."""
    return cast(Choices, st.session_state.setdefault(_CHOICES, Choices()))


def language(chosen: Choices) -> Target:
    """Draw the choice of the language."""
    key = seed("code.target", chosen.target)

    def choose() -> None:
        if (target := entered(key, None)) in TARGETS:
            chosen.target = target

    st.selectbox(
        "Language",
        list(TARGETS),
        index=list(TARGETS).index(chosen.target),
        format_func=lambda target: TARGETS[target].title,
        key=key,
        on_change=choose,
        width=260,
    )
    return TARGETS[chosen.target]


def streaming(chosen: Choices, request_streams: bool, *, counts: bool) -> bool:
    """Draw the switch for streaming; `counts`: the code only counts tokens, and there is no answer."""
    if counts:
        return _switch_off("Streaming", "code.stream")
    key = seed("code.stream", chosen.stream.get(request_streams, request_streams))

    def choose() -> None:
        chosen.stream[request_streams] = bool(entered(key, request_streams))

    return st.toggle("Streaming", st.session_state[key], key=key, on_change=choose)


def form(chosen: Choices, available: Collection[FormName]) -> Form:
    """Draw a switch for each form that this target and this request have; return what holds now."""
    counts = counts_only(chosen, available)
    with st.container(horizontal=True, key="code.forms"):
        on = [name for name in FORMS if name in available and _switch(chosen, name, counts=counts)]
    return Form(**dict.fromkeys(on, True))


def counts_only(chosen: Choices, available: Collection[FormName]) -> bool:
    """Whether the code is to count tokens and nothing else."""
    return "count_tokens" in chosen.forms and "count_tokens" in available


def _switch(chosen: Choices, name: FormName, *, counts: bool) -> bool:
    label, about = LABELS[name]
    if counts and name in NO_ANSWER:
        return _switch_off(label, f"code.form.{name}")
    key = seed(f"code.form.{name}", name in chosen.forms)

    def choose() -> None:
        if entered(key, name in chosen.forms):
            chosen.forms.add(name)
        else:
            chosen.forms.discard(name)

    return st.toggle(label, st.session_state[key], key=key, help=about, on_change=choose)


def _switch_off(label: str, key: str) -> bool:
    """A switch of its own that cannot be moved; what was chosen with the other one comes back with it."""
    st.toggle(label, False, key=f"{key}.off", disabled=True, help="Counting tokens gives no answer.")
    return False
