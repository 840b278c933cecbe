"""One run on the screen: how it stands, its answer, the exact request, the raw response."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.domain.answer import text_of
from components.domain.run import Run, RunState
from components.domain.stop_reasons import advice, can_be_continued
from components.services.rate_limits import ORGANIZATION, WORKSPACE
from components.services.runs import RunView
from components.widgets.live_answer import View, follow
from components.widgets.model_text import MessagePainter
from components.widgets.request_view import body_view, request_view
from components.widgets.run_facts import badge, figures_line
from components.widgets.safe_markdown import literal
from components.widgets.structured_answer import structured_answer, structured_of, without_text
from components.widgets.top_bar import stop_button


@dataclass(frozen=True, slots=True)
class AnswerActions:
    """What the buttons beside an answer do; None leaves the button out."""

    stop: Callable[[], None] | None = None
    add_to_turns: Callable[[], None] | None = None
    run_again: Callable[[], None] | None = None
    run_with_more_tokens: Callable[[], None] | None = None
    """Runs the same request with a larger max tokens."""
    more_tokens: int | None = None
    """That larger number; None when the model's maximum is reached."""
    continue_turn: Callable[[], None] | None = None
    give_results: Callable[[], None] | None = None
    """Opens a user turn with a place for the result of each tool call."""
    usage: Callable[[Run], None] | None = None
    """Draws what an ended run was billed for."""
    limits: Callable[[Run], None] | None = None
    """Draws the rate limits its response told."""
    restore: Callable[[], None] | None = None


def answer_view(run_id: str, view: View, actions: AnswerActions, *, key: str = "answer") -> None:
    """Draw a run and follow it while it is live. The run itself does not notice whether anyone watches."""
    seen = view(run_id)
    if seen is None:
        st.info("This run is not in the history of this machine.", icon=":material/search_off:")
        return
    # Takes away at once what stood here before the first run: Streamlit keeps old elements until the script
    # ends, and while a run is followed it does not end. A live and an ended run have the same skeleton.
    st.empty()
    with st.container():
        _head(seen, actions, key)
        run = seen.run
        if seen.unsaved:
            st.error(literal(seen.unsaved), icon=":material/save:")
        answer, request, response = st.tabs(["Answer", "Request", "Response"], key=f"{key}.tabs.{run.id}")
        with request:
            request_view(run.request, run.base_url, key=f"{key}.request")
        with response:
            if seen.live:
                st.caption("The whole response stands here when the run has ended.")
            else:
                with st.container():
                    _response_view(seen.run, key)
        with answer:
            if seen.live:
                follow(run.id, view, key)
                st.empty()  # In the place of what an ended run has there: see above.
            else:
                _ended(seen, actions, key)


def _head(seen: RunView, actions: AnswerActions, key: str) -> None:
    run = seen.run
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.head"):
        label, color, icon = ("Running", "blue", ":material/stream:") if seen.live else badge(run)
        st.badge(label, color=color, icon=icon)  # type: ignore[arg-type]
        st.space("stretch")
        if (text := text_of(run.message)) and not seen.live:
            plain = st.popover(
                "Plain text", icon=":material/content_copy:", key=f"{key}.plain", on_change="rerun"
            )
            if plain.open:
                plain.code(
                    text, language=None, wrap_lines=True, height=320 if len(text) > 1500 else "content"
                )
        if actions.add_to_turns and (seen.live or can_be_continued(run.message)):
            st.button(
                "Add answer to turns",
                key=f"{key}.add",
                icon=":material/playlist_add:",
                on_click=_and_say(actions.add_to_turns, "The answer is in the turns of the editor."),
                disabled=seen.live,
                help="Appends the answer and an empty user turn to the draft.",
            )
        if actions.run_again and run.state in {RunState.FAILED, RunState.INTERRUPTED}:
            st.button("Run again", key=f"{key}.again", icon=":material/replay:", on_click=actions.run_again)
        if actions.restore:
            st.button(
                "Restore into the editor",
                key=f"{key}.restore",
                icon=":material/edit_note:",
                on_click=actions.restore,
                type="primary",
            )
        if actions.stop and seen.live:
            stop_button(actions.stop, key=f"{key}.stop")


def _and_say(act: Callable[[], None], said: str) -> Callable[[], None]:
    """The same, with a word about it: on a narrow window what it changes is out of sight."""

    def acted() -> None:
        act()
        st.toast(said, icon=":material/playlist_add:")

    return acted


def _response_view(run: Run, key: str) -> None:
    if run.request_id:
        st.caption("request-id")
        st.code(run.request_id, language=None)
    if run.error is not None and run.error.body is not None:
        st.caption(f"HTTP {run.error.status}" if run.error.status else "Body")
        st.code(run.error.body, language=None, wrap_lines=True)
    if run.message is not None:
        message = run.message
        body_view(message, lambda: json.dumps(message), name="response.json", key=f"{key}.response")
    elif run.error is None or run.error.body is None:
        st.caption("Nothing had arrived.")


def _ended(seen: RunView, actions: AnswerActions, key: str) -> None:
    """Two elements, as many as a run that is followed has there."""
    st.caption(figures_line(seen.run))
    with st.container():
        ended_answer(seen, actions, key=key)
        _foot(seen.run, actions, key)


def ended_answer(seen: RunView, actions: AnswerActions, *, key: str) -> None:
    """What an ended run brought: why it ended, if badly, and its answer."""
    run = seen.run
    if run.error is not None:
        st.error(literal(run.error.sentence), icon=":material/error:")
    if run.state is RunState.STOPPED:
        kept = "" if seen.unsaved else " What had arrived by then is kept."
        st.info(f"Stopped.{kept}", icon=":material/stop_circle:")
    structured = structured_of(run)
    painter = MessagePainter(st.container(gap="small", key=f"{key}.text"))
    painter.draw(without_text(run.message) if structured else run.message, live=False)
    if structured:
        structured_answer(structured, key=f"{key}.structured")
    _advice(run, actions, key)


def _advice(run: Run, actions: AnswerActions, key: str) -> None:
    told = advice(run.message)
    if told is None:
        return
    {"info": st.info, "warning": st.warning}[told.level](literal(told.sentence))
    if told.action == "more_tokens" and actions.run_with_more_tokens and actions.more_tokens:
        st.button(
            f"Run again with {actions.more_tokens:,} tokens",
            key=f"{key}.more",
            icon=":material/replay:",
            on_click=actions.run_with_more_tokens,
        )
    if told.action == "continue" and actions.continue_turn:
        st.button(
            "Continue", key=f"{key}.continue", icon=":material/play_arrow:", on_click=actions.continue_turn
        )
    if told.action == "give_results" and actions.give_results:
        st.button(
            "Give the results",
            key=f"{key}.results",
            icon=":material/reply:",
            on_click=_and_say(actions.give_results, "The places for the results are in the editor."),
            help="Appends the answer and a user turn with a place for each result.",
        )


def _foot(run: Run, actions: AnswerActions, key: str) -> None:
    """What one looks up now and then: figures in full, and the ids under which the service knows the run."""
    parts = [
        draw
        for draw, known in ((actions.usage, run.message is not None), (actions.limits, bool(run.headers)))
        if draw is not None and known
    ]
    if parts:
        figures = st.expander(
            "Usage and limits", key=f"{key}.figures", icon=":material/monitoring:", on_change="rerun"
        )
        if figures.open:
            with figures:
                for draw in parts:
                    draw(run)
    names = {
        "request-id": run.request_id,
        "Organization": run.headers.get(ORGANIZATION),
        "Workspace": run.headers.get(WORKSPACE),
    }
    if run.request_id:
        with st.popover(literal(run.request_id), icon=":material/tag:", key=f"{key}.request_id"):
            for label, name in names.items():
                if name:
                    st.caption(label)
                    st.code(name, language=None)
