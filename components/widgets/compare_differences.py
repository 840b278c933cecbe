"""Two answers of a comparison, what is different between them, and between what was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.domain.answer import stop_reason_of
from components.domain.compared import Column, answer_key, folded, has_answer, in_ranges
from components.domain.run import Run, RunState
from components.services.differences import Difference, Kind, answer_text, difference, request_difference
from components.state import seed
from components.widgets.diff_view import diff_view
from components.widgets.safe_markdown import literal

_AUTOMATIC: Final = "Automatic"
_LAYOUTS: Final = ("Inline", "Side by side")
_UNITS: Final = {Kind.WORDS: "word", Kind.LINES: "line", Kind.STRUCTURE: "value"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be compared, once for all identical ones of a column."""

    id: str
    label: str
    column: str
    """The column's letter."""
    run: Run
    count: int


def choices_of(columns: Sequence[Column]) -> list[Choice]:
    """The different answers of each column, in order; samples are numbered as in the column."""
    found: list[Choice] = []
    for column in columns:
        folds = [fold for fold in folded(column.runs) if not fold.run.state.live and has_answer(fold.run)]
        for fold in folds:
            label = f"{column.letter} · {column.model}"
            if len(column.runs) > 1:
                label += f" · answer{'s' * (len(fold.samples) > 1)} {in_ranges(fold.samples)}"
            digest = hashlib.sha256(answer_key(fold.run).encode(errors="surrogatepass")).hexdigest()
            choice_id = f"{column.variant_id} {digest}"
            found.append(Choice(choice_id, label, column.letter, fold.run, len(fold.samples)))
    return found


def differences_section(columns: Sequence[Column], *, key: str = "compare.differences") -> None:
    """Draw the choice of two answers, their difference, and the difference of their requests."""
    choices = choices_of(columns)
    if len(choices) < 2:
        st.caption(_too_few(choices))
        return
    before, after = _pickers(choices, key)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}.view"):
        wanted = st.selectbox(
            "Compare by",
            [_AUTOMATIC, *map(str, Kind)],
            index=0,
            key=f"{key}.kind",
            persist_state="session",
            width=180,
        )
        layout = st.radio(
            "Layout",
            _LAYOUTS,
            index=0,
            key=f"{key}.layout",
            persist_state="session",
            horizontal=True,
            width="content",
        )
        fold = st.checkbox(
            "Fold identical parts", value=True, key=f"{key}.fold", persist_state="session", width="content"
        )
    kind = None if wanted == _AUTOMATIC else Kind(wanted)
    answers = difference(answer_text(before.run.message), answer_text(after.run.message), kind)
    requests = request_difference(before.run.request, after.run.request)
    side_by_side = layout == _LAYOUTS[1]
    left, right = st.columns([2, 1]) if not requests.same else (st.container(), st.container())
    with left:
        st.markdown(f"**Answers** · {answers_line(before, after, answers)}")
        if not answers.same:
            diff_view(answers, side_by_side=side_by_side, fold=fold, key=f"{key}.answers")
    with right:
        if requests.same:
            st.caption("The requests are the same.")
        else:
            st.markdown(f"**Requests** · {count_line(requests)}")
            diff_view(
                requests,
                side_by_side=False,
                fold=fold,
                key=f"{key}.requests",
                name="Difference of the two requests",
            )


def _too_few(choices: Sequence[Choice]) -> str:
    if not choices:
        return "What is different between two answers is shown here as soon as there are two."
    if choices[0].count > 1:
        return f"The {choices[0].count} answers so far are identical; there is nothing to compare yet."
    return "There is one answer so far; what is different is shown as soon as there are two."


def _pickers(choices: Sequence[Choice], key: str) -> tuple[Choice, Choice]:
    """The answers chosen; at first those of the first two columns, or the first two of the only one."""
    first = choices[0]
    second = next((each for each in choices if each.column != first.column), choices[1])
    with st.container(horizontal=True, key=f"{key}.answers_chosen"):
        return (
            _picker("− Before", choices, first, f"{key}.before"),
            _picker("+ After", choices, second, f"{key}.after"),
        )


def _picker(label: str, choices: Sequence[Choice], default: Choice, key: str) -> Choice:
    by_id = {choice.id: choice for choice in choices}
    chosen = by_id.get(st.session_state.get(key, ""), default)
    if chosen.id == st.session_state.get(f"{key}.default"):
        # Nobody chose it: what is best to begin with may be another one by now.
        chosen = default
    st.session_state[f"{key}.default"] = default.id
    if st.session_state.get(key) != chosen.id:
        st.session_state.pop(key, None)
    ids = list(by_id)
    found = st.selectbox(
        label,
        ids,
        index=ids.index(chosen.id),
        key=seed(key, chosen.id),
        persist_state="session",
        format_func=lambda choice_id: by_id[choice_id].label if choice_id in by_id else str(choice_id),
    )
    return by_id.get(found, chosen)


def answers_line(before: Choice, after: Choice, found: Difference) -> str:
    """The result in words, as Markdown."""
    if before.id == after.id:
        return "The same answer is chosen twice."
    if found.rewritten:
        line = "The two answers hold the same JSON, written differently (order of keys or white space)."
    elif found.same:
        line = "The two answers are identical."
    else:
        line = f"{count_line(found)} {found.note}".strip()
    parts = [each for each in (before, after) if each.run.state is not RunState.COMPLETE]
    if len(parts) == 2:
        line += " Both are only parts of an answer."
    elif parts:
        line += f" The one of {parts[0].column} is only a part of an answer."
    reasons = [stop_reason_of(each.run.message) or each.run.state.value for each in (before, after)]
    if reasons[0] != reasons[1]:
        line += f" They ended differently: {literal(reasons[0])}, {literal(reasons[1])}."
    return line


def count_line(found: Difference) -> str:
    """`3 words removed, 1 added.`"""
    if not found.removed + found.added + found.changed:
        return "Only white space or punctuation differs."
    told = [(found.changed, "changed"), (found.removed, "removed"), (found.added, "added")]
    # Of words and lines, "0 removed" says that all of the text before is still there.
    told = [
        (count, what)
        for count, what in told
        if count or (found.kind is not Kind.STRUCTURE and what != "changed")
    ]
    unit = _UNITS[found.kind] + "s" * (told[0][0] != 1)
    (count, what), *others = told
    return ", ".join([f"{count:,} {unit} {what}", *(f"{n:,} {w}" for n, w in others)]) + "."
