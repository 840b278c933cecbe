"""The head of a column on the Compare page: what is its own, what it will cost, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.domain.draft import Draft
from components.domain.findings import Finding
from components.services.estimates import BeforeYouSend
from components.services.models import ModelList
from components.state import entered
from components.widgets.before_you_send import before_you_send
from components.widgets.fresh import fresh_container
from components.widgets.parameters import max_tokens_field, model_picker
from components.widgets.problems import problems
from components.widgets.safe_markdown import literal

_MOST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Head:
    """All that the head of one column shows."""

    letter: str
    draft: Draft
    models: ModelList
    differs: Sequence[str]
    """From column A, in words."""
    changed: Sequence[str]
    """Since the answer below, in words."""
    findings: Sequence[Finding]
    ahead: BeforeYouSend | None
    refusal: str | None
    connection: str | None
    """The name of its connection, where it has one of its own."""
    own: frozenset[str]
    """What is not linked."""
    edited: bool
    live: bool
    may_run: bool
    has_answer: bool


@dataclass(frozen=True, slots=True)
class HeadActions:
    """What the head's buttons do; None leaves the entry out."""

    choose_model: Callable[[str], None]
    changed: Callable[[], None]
    fix: Callable[[Finding], None]
    run: Callable[[], None]
    stop: Callable[[], None]
    edit: Callable[[], None]
    get_code: Callable[[], None]
    show_answer: Callable[[], None]
    open_in_workbench: Callable[[], None]
    choose_connection: Callable[[], None]
    duplicate: Callable[[], None] | None
    remove: Callable[[], None] | None


def column_head(head: Head, act: HeadActions, *, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.title"):
        _menu(head, act, key=f"{key}.menu")
        st.space("stretch")
        if head.live:
            st.button(
                f"Stop {head.letter}",
                key=f"{key}.stop",
                icon=":material/stop:",
                on_click=act.stop,
                help="Ends this column at once and keeps what has arrived.",
            )
        else:
            st.button(
                f"Run {head.letter}",
                key=f"{key}.run",
                icon=":material/play_arrow:",
                on_click=act.run,
                disabled=not head.may_run,
                help="Sends this column alone",
            )
    with fresh_container(f"{key}.own", head.own, gap="xsmall"):
        if "Model" in head.own:
            name = f"Model of {head.letter}"
            model_picker(
                head.draft, head.models, act.choose_model, key=f"{key}.model", width="stretch", label=name
            )
        if "Max tokens" in head.own:
            name = f"Max tokens of {head.letter}"
            max_tokens_field(
                head.draft, then=act.changed, key=f"{key}.max_tokens", width="stretch", label=name
            )
    st.caption(_words(head))
    told = tuple((each.rule, each.path, each.fix is None) for each in head.findings)
    with fresh_container(f"{key}.notices", (head.refusal, head.models.problem, told), gap="xsmall"):
        if head.refusal:
            st.error(literal(head.refusal), icon=":material/block:")
        if head.models.problem:
            sentence = f"The model list could not be loaded. {head.models.problem}"
            st.warning(literal(sentence), icon=":material/cloud_off:")
        problems(head.findings, act.fix, key=f"{key}.problems")
    before_you_send(head.ahead)


def _words(head: Head) -> str:
    """What differs, as Markdown."""
    if head.letter == "A":
        said = "The others are held against this column."
    elif head.differs:
        more = len(head.differs) - _MOST_WORDS
        listed = [*head.differs[:_MOST_WORDS], *([f"{more} more"] if more > 0 else [])]
        said = " · ".join(f"**{literal(each)}**" for each in listed)
    else:
        said = "Same as A."
    if head.connection:
        said += f" · over {literal(head.connection)}"
    if head.changed:
        said += (
            f"  \n:material/edit: Edited since this answer: {literal(', '.join(head.changed[:_MOST_WORDS]))}"
        )
    return said


def _menu(head: Head, act: HeadActions, *, key: str) -> None:
    entries: dict[str, Callable[[], None] | None] = {
        "Edit": None if head.edited else act.edit,
        "Duplicate": act.duplicate,
        "Get code": act.get_code,
        "Request and response": act.show_answer if head.has_answer else None,
        "Connection…": act.choose_connection,
        "Open in the Workbench": act.open_in_workbench,
        "Remove": act.remove,
    }
    offered = {name: do for name, do in entries.items() if do is not None}

    def chosen() -> None:
        if (do := offered.get(str(entered(key, None)))) is not None:
            do()

    st.menu_button(
        f"**Column {head.letter}**",
        list(offered),
        key=key,
        type="tertiary",
        on_click=chosen,
    )
