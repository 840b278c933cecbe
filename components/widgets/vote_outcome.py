"""What came of a blind vote: the names, the result in words and figures, every vote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from components.domain.blind_vote import Session, Tally, Verdict, preferred, result
from components.domain.compared import Column
from components.domain.vote_words import besides, in_words, interval_in_words, left_in_words, reservations
from components.state import seed
from components.widgets.safe_markdown import literal

_GONE: Final = "a removed column"
_WORDS: Final = {Verdict.TIE: "tie", Verdict.BOTH_BAD: "both bad", Verdict.SKIP: "skipped"}


def vote_outcome(
    columns: Sequence[Column], done: Sequence[Session], again: Callable[[], None] | None, *, key: str
) -> None:
    """Draw one of the ended sessions, the first one unless another is chosen.

    `again` leads to another vote; None when there is nothing to vote on.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}.outcome"):
        if len(done) > 1:
            session = _picked(done, key=key)
        else:
            session = done[0]
            st.markdown("**Result**", width="content")
        st.space("stretch")
        st.button(
            "Vote again",
            key=f"{key}.vote_again",
            icon=":material/replay:",
            on_click=again,
            disabled=again is None,
        )
    letters = {column.variant_id: column.letter for column in columns}
    sides = {side for pair in session.pairs for side in (pair.left, pair.right)}
    names = {side: letters.get(side, _GONE) for side in sides}
    found = result(session, list(letters))
    for tally in found.tallies:
        st.markdown(f"**{in_words(tally, names)}**")
    _revealed([column for column in columns if column.variant_id in sides])
    st.markdown(_figures(found.tallies, names))
    habit = left_in_words(found.left)
    if found.left.settled:
        st.warning(habit, icon=":material/compare_arrows:")
        habit = ""
    for line in filter(None, [habit, *reservations(found), _circumstances(session, columns)]):
        st.caption(line)
    folded = st.expander("All votes", icon=":material/list:", key=f"{key}.all", on_change="rerun")
    if folded.open:
        folded.markdown(_list(session, names))


def _picked(done: Sequence[Session], *, key: str) -> Session:
    by_id = {session.id: session for session in done}

    def name(session_id: str) -> str:
        session = by_id[session_id]
        number = len(session.verdicts)
        return f"{_when(session)} · {number} vote{'' if number == 1 else 's'}"

    newest = done[0].id
    chosen = st.selectbox(
        "Votes so far",
        list(by_id),
        index=0,
        key=seed(f"{key}.shown.{newest}", newest),
        format_func=name,
        width=300,
    )
    return by_id[chosen]


def _revealed(columns: Sequence[Column]) -> None:
    lines = []
    for column in columns:
        others = [each for each in column.differs if not each.startswith("Model: ")]
        differs = f" · {literal('; '.join(others))}" if others else ""
        lines.append(f"- **{column.letter}** {literal(column.model)}{differs}")
    st.markdown("\n".join(lines))


def _figures(tallies: Sequence[Tally], names: Mapping[str, str]) -> str:
    """A Markdown table, one row for each pair of columns."""

    def row(tally: Tally) -> list[str]:
        share = tally.share
        told = "–"
        if share.decided:
            told = f"{100 * share.count / share.decided:.0f} % ({interval_in_words(share)})"
        return [
            f"{names[tally.first]} : {names[tally.second]}",
            f"{tally.won} : {tally.lost}",
            told,
            besides(tally) or "–",
        ]

    head = ["Columns", "Preferred", "Share of the first, 95 % range", "Besides"]
    return _table(head, [row(each) for each in tallies])


def _list(session: Session, names: Mapping[str, str]) -> str:
    def row(position: int) -> list[str]:
        pair, chosen = session.pairs[position], preferred(session, position)
        verdict = session.verdicts[position]
        said = f"**{names[chosen]}** ({verdict})" if chosen is not None else _WORDS[verdict]
        return [str(position + 1), names[pair.left], names[pair.right], said]

    return _table(["Pair", "Left", "Right", "Vote"], [row(at) for at in sorted(session.verdicts)])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace(" %", "&nbsp;%")


def _circumstances(session: Session, columns: Sequence[Column]) -> str:
    known = {run.id for column in columns for run in column.runs}
    told = f"Voted on {_when(session)}; pairs and sides dealt by seed {session.seed}."
    if any(pair.left_run not in known or pair.right_run not in known for pair in session.pairs):
        told += " These votes were on answers that the columns had before."
    return told


def _when(session: Session) -> str:
    return session.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
