"""The blind vote: pairs of answers without names, and buttons and keys to judge them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Final

import streamlit as st

from components.domain.answer import text_of
from components.domain.blind_vote import Session, Verdict, can_differ, most_rounds, pairs_in, votable, whole
from components.domain.compared import Column
from components.domain.json_types import Json
from components.domain.run import Run
from components.services.blind_votes import BlindVotes
from components.state import seed
from components.widgets.plain_answer import plain_answer
from components.widgets.vote_guard import vote_guard
from components.widgets.vote_outcome import vote_outcome

_ROUNDS: Final = (1, 2, 3, 5, 10, 20)
_BUTTONS: Final = (
    (Verdict.LEFT, "Left is better", "Left"),
    (Verdict.TIE, "Tie", "T"),
    (Verdict.BOTH_BAD, "Both bad", "B"),
    (Verdict.SKIP, "Skip", "S"),
    (Verdict.RIGHT, "Right is better", "Right"),
)
"""Verdict, label, shortcut as `st.button` names it."""
_NARROW_BUTTONS: Final = (_BUTTONS[0], _BUTTONS[-1], *_BUTTONS[1:-1])


def blind_vote_section(
    columns: Sequence[Column],
    votes: BlindVotes,
    comparison_id: str,
    *,
    key: str = "compare.vote",
    narrow: bool = False,
) -> None:
    """Draw the vote on a saved comparison: what to vote on, the open session, or what came of the last one.

    `narrow`: the window is so narrow that columns stand below each other.
    """
    sessions = votes.sessions(comparison_id)
    opened = next((each for each in sessions if each.ended_at is None), None)
    done = [each for each in sessions if each.has_result]
    with st.container(key=key):
        if opened is not None:
            _voting(columns, votes, opened, key=key, narrow=narrow)
        elif done and st.session_state.get(f"{key}.again") != comparison_id:

            def again() -> None:
                st.session_state[f"{key}.again"] = comparison_id

            vote_outcome(columns, done, None if _why_not(columns) else again, key=key)
        else:
            _setup(columns, votes, comparison_id, before=bool(done), key=key)


# Before ------------------------------------------------------------------------------------------------


def _setup(
    columns: Sequence[Column], votes: BlindVotes, comparison_id: str, *, before: bool, key: str
) -> None:
    usable = [column for column in columns if votable(column)]
    if reason := _why_not(columns):
        st.info(reason, icon=":material/how_to_vote:")
        return
    st.markdown(
        "Judge pairs of answers without knowing whose they are. Names, figures and formatting are hidden, "
        "sides are dealt by chance, and nothing is sent to a model."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}.setup"):
        chosen = _chosen(usable, key=key) if len(usable) > 2 else usable
        rounds = _rounds(chosen, key=key)

        def start() -> None:
            if all(each.ended_at for each in votes.sessions(comparison_id)):
                votes.start(comparison_id, chosen, rounds)
                st.session_state.pop(f"{key}.again", None)

        st.button(
            "Start voting",
            key=f"{key}.start",
            type="primary",
            icon=":material/how_to_vote:",
            on_click=start,
            disabled=not can_differ(chosen),
        )
        if before:
            st.button(
                "Back to the result",
                key=f"{key}.back",
                type="tertiary",
                on_click=st.session_state.pop,
                args=(f"{key}.again", None),
            )
    for line in _about(columns, chosen, rounds, before=before):
        st.caption(line)


def _why_not(columns: Sequence[Column]) -> str:
    """Why there is nothing to vote on; "" when there is."""
    if sum(bool(votable(column)) for column in columns) < 2:
        return "A blind vote needs whole answers in at least two columns. Run the comparison first."
    if not can_differ(columns):
        return "All answers are identical, so there is nothing to vote on. More samples may differ."
    return ""


def _chosen(usable: Sequence[Column], *, key: str) -> list[Column]:
    by_id = {column.variant_id: column for column in usable}
    first_two = list(by_id)[:2]
    ids = st.multiselect(
        "Columns to vote on",
        list(by_id),
        default=first_two,
        key=seed(f"{key}.columns.{'.'.join(by_id)}", first_two),
        format_func=lambda variant_id: f"{by_id[variant_id].letter} · {by_id[variant_id].model}",
        width=420,
    )
    return [column for column in usable if column.variant_id in ids]


def _rounds(chosen: Sequence[Column], *, key: str) -> int:
    most = most_rounds(chosen)
    options = [rounds for rounds in _ROUNDS if rounds <= most] or [1]
    if len(options) == 1:
        return 1

    def name(rounds: int) -> str:
        often = {1: "once", 2: "twice"}.get(rounds, f"{rounds} times")
        return f"{pairs_in(chosen, rounds)} pairs · each answer {'' if rounds == 1 else 'up to '}{often}"

    return st.selectbox(
        "How many", options, index=0, key=seed(f"{key}.rounds.{most}", 1), format_func=name, width=320
    )


def _about(columns: Sequence[Column], chosen: Sequence[Column], rounds: int, *, before: bool) -> list[str]:
    """What there is to know before the start, one sentence a line."""
    if len(chosen) < 2:
        return ["Choose at least two columns."]
    if not can_differ(chosen):
        return ["All answers of these columns are identical."]
    number = pairs_in(chosen, rounds)
    couples = len(list(combinations(chosen, 2)))
    between = f" between {couples} pairs of columns" if couples > 1 else ""
    said = [
        f"{number} pair{'' if number == 1 else 's'} of answers{between}. Identical ones are not shown and "
        "count as ties."
    ]
    if rounds > 1 or before:
        said.append(
            "Answers judged more than once add less than new ones do: their votes are not independent. More "
            "samples say more."
        )
    if any(len(whole(column)) > len(votable(column)) for column in chosen):
        said.append("Of identical answers within a column one is judged.")
    if left_out := sum(len(column.answered) - len(whole(column)) for column in columns):
        said.append(f"Left out: {left_out} answer{'' if left_out == 1 else 's'} cut off before the end.")
    if any(run.state.live for column in columns for run in column.runs):
        said.append("Answers are still on their way; those that come later are not part of this vote.")
    return said


# Meanwhile ---------------------------------------------------------------------------------------------


def _voting(columns: Sequence[Column], votes: BlindVotes, opened: Session, *, key: str, narrow: bool) -> None:
    known = {run.id: run for column in columns for run in column.runs}
    ids = {run_id for pair in opened.pairs for run_id in (pair.left_run, pair.right_run)}
    height = _box_height([known[run_id] for run_id in ids & known.keys()], narrow=narrow)
    with st.container():

        @st.fragment(key=f"{key}.voting")
        def vote() -> None:
            session = votes.session(opened.comparison_id, opened.id)
            if session is None or session.ended_at is not None:
                st.rerun()
            position = session.position
            shown = f"{session.id}.{position}"
            with st.container(key=f"{key}.ballot"):
                _progress(votes, session, shown, key=key, narrow=narrow)
                if position is None:
                    _all_voted(votes, session, key=key)
                else:
                    answers = votes.answers(session.pairs[position], known)
                    _answers(answers, position, height, key=key)
                    cast = partial(votes.cast, session, position)
                    _verdicts(cast, shown, gone=answers is None, key=key, narrow=narrow)
                vote_guard(shown, 1 if position is None else 1 + len(_BUTTONS), key=f"{key}.ballot")

        vote()


def _box_height(runs: Sequence[Run], *, narrow: bool) -> int:
    """Pixels that suit the longest answer of the whole session, so that the height of a box tells nothing."""
    width = 42 if narrow else 80
    lines = max(
        (sum(1 + len(line) // width for line in text_of(run.message).split("\n")) for run in runs),
        default=8,
    )
    return min(max(40 + 24 * lines, 120), 200 if narrow else 460)


def _progress(votes: BlindVotes, session: Session, shown: str, *, key: str, narrow: bool) -> None:
    given = session.to_show if session.position is None else session.position
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.progress"):
        number = min(given + 1, session.to_show)
        st.markdown(f"**Pair {number} of {session.to_show}**", width="content")
        if not narrow:
            st.progress(given / max(1, session.to_show), width=160)
        st.space("stretch")
        last = session.last_voted
        st.button(
            "Undo",
            key=f"{key}.undo.of.{shown}",
            icon=":material/undo:",
            type="tertiary",
            shortcut="U",
            disabled=last is None,
            on_click=votes.undo,
            args=(session, last),
        )
        if session.position is not None:
            st.button(
                "Finish now",
                key=f"{key}.finish.{session.id}",
                icon=":material/flag:",
                type="tertiary",
                on_click=votes.finish,
                args=(session,),
                help="Reveals the names. The votes given so far count.",
            )


def _answers(answers: tuple[Run, Run] | None, position: int, height: int, *, key: str) -> None:
    if answers is None:
        st.warning("An answer of this pair is no longer stored. Skip it.", icon=":material/error:")
        return
    _prompt(answers, position, key=key)
    for box, side, run in zip(st.columns(2), ("Left", "Right"), answers, strict=True):
        with box:
            st.markdown(f"**{side}**")
            # The key is the pair's own, so that each begins at its first line.
            with st.container(height=height, border=True, key=f"{key}.{side.lower()}_box.{position}"):
                st.text(plain_answer(run.message) or "(no text)")


def _prompt(answers: tuple[Run, Run], position: int, *, key: str) -> None:
    folded = st.expander("Prompt", icon=":material/chat:", key=f"{key}.prompt", on_change="rerun")
    if not folded.open:
        return
    prompts = sorted({_last_user_text(run) for run in answers})
    with folded:
        if len(prompts) > 1:
            st.caption("The two were asked differently. Which answer belongs to which is not shown.")
        for number, prompt in enumerate(prompts):
            with st.container(
                border=True,
                height=200 if len(prompt) > 800 else "content",
                key=f"{key}.prompt.{position}.{number}",
            ):
                st.text(prompt or "(no text)")


def _last_user_text(run: Run) -> str:
    messages = run.request.body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            content: Json = message.get("content")
            return content if isinstance(content, str) else text_of(message)
    return ""


def _verdicts(cast: Callable[[Verdict], None], shown: str, *, gone: bool, key: str, narrow: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="center", key=f"{key}.verdicts"):
        for verdict, label, shortcut in _NARROW_BUTTONS if narrow else _BUTTONS:
            st.button(
                label,
                key=f"{key}.{verdict}.of.{shown}",
                shortcut=shortcut,
                on_click=cast,
                args=(verdict,),
                disabled=gone and verdict is not Verdict.SKIP,
            )


def _all_voted(votes: BlindVotes, session: Session, *, key: str) -> None:
    if session.to_show:
        st.success("That was the last pair. The names come next.", icon=":material/how_to_vote:")
    else:
        st.info("The answers of each pair turned out to be identical.", icon=":material/equal:")
    st.button(
        "Show the result",
        key=f"{key}.reveal.{session.id}",
        type="primary",
        icon=":material/visibility:",
        on_click=votes.finish,
        args=(session,),
    )
