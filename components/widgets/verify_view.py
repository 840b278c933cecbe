"""Verify: the code on the screen is run here, and what it sends is held against what the app sends.

A result belongs to exactly the code it was found for. It is forgotten as soon as other code is shown or the
dialog is closed, and is never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

import streamlit as st

from components.widgets.safe_markdown import literal

if TYPE_CHECKING:
    from components.services.verification.verify import Difference, Verified, Verifying

_TRIAL: Final = "code.trial"
_LOOKS_EVERY_S: Final = 0.4


@dataclass(slots=True)
class _Trial:
    """One verification, for one piece of code."""

    about: tuple[object, ...]
    under_way: Verifying
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What can be verified of the code that is shown."""

    about: tuple[object, ...]
    """Equal for the same code of the same request, written in the same way."""
    start: Callable[[], Verifying]


def verification_allowed() -> bool:
    """Whether programs may be run for this visitor: only one who sits at this machine."""
    from components.services.verification.verify import may_verify

    address = st.get_option("server.address")
    return may_verify(None if address is None else str(address), st.context.headers)


def forget_verification() -> None:
    """Drop what was found out, and end what is under way."""
    trial = st.session_state.pop(_TRIAL, None)
    if trial is not None:
        cast(_Trial, trial).under_way.cancel()


def verify_button(shown: Verification) -> None:
    """The button that starts it.

    It stays as it is meanwhile: a button that is switched off loses the focus, and with it the dialog its
    Escape key.
    """

    def start() -> None:
        trial = _trial(shown)
        if trial is None or trial.under_way.done:  # Else it is under way: the second click of two.
            st.session_state[_TRIAL] = _Trial(shown.about, shown.start())

    st.button(
        "Verify",
        key="code.verify",
        icon=":material/rule:",
        on_click=start,
        help="Runs this code here, with a made-up key, against a server on this machine that only records, "
        "and compares what arrives with what the Workbench itself sends. Nothing goes to the service.",
    )


def verify_result(shown: Verification) -> None:
    """What it is doing, or what was found out; nothing of what was found for other code."""
    trial = _trial(shown)
    with st.container(key="code.verified"):
        if trial is None:
            return
        if trial.under_way.done:
            _ended(trial)
        else:
            _follow(trial)


def _trial(shown: Verification) -> _Trial | None:
    """What there is for the code that is shown."""
    trial = cast("_Trial | None", st.session_state.get(_TRIAL))
    if trial is not None and trial.about != shown.about:
        forget_verification()
        return None
    return trial


def _follow(trial: _Trial) -> None:
    @st.fragment(run_every=_LOOKS_EVERY_S)
    def watch() -> None:
        if trial.under_way.done:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", key="code.verifying"):
            st.button(
                "Cancel", key="code.verify.cancel", icon=":material/stop:", on_click=forget_verification
            )
            st.caption(f":material/progress_activity: {literal(trial.under_way.progress)}")

    watch()


def _ended(trial: _Trial) -> None:
    trial.ended_at = trial.ended_at or datetime.now().astimezone()
    result, problem = trial.under_way.result, trial.under_way.problem
    if result is None:
        st.warning(f"Not verified. {literal(problem or '')}", icon=":material/help:")
        return
    ran = f"Ran here at {trial.ended_at:%H:%M:%S} with {result.with_versions}, in {result.seconds:.1f} s."
    if result.equal:
        st.success(
            f"This code sends the same request as the Workbench. {literal(ran)}",
            icon=":material/check_circle:",
        )
    else:
        places = f"{len(result.differences)} place{'s' if len(result.differences) > 1 else ''}"
        st.error(
            f"This code sends another request than the Workbench: it differs in {places}. {literal(ran)}",
            icon=":material/error:",
        )
        _differences(result)
    st.caption("  \n".join(literal(sentence) for sentence in result.compared))


def _differences(result: Verified) -> None:
    st.code("\n\n".join(map(_in_lines, result.differences)), language=None, wrap_lines=True)
    if result.output:
        st.caption("The end of what it printed")
        st.code(result.output, language=None, wrap_lines=True)


def _in_lines(difference: Difference) -> str:
    """A place, what the Workbench sends there, and what this code sends."""
    return f"{difference.where}\n− Workbench: {difference.app}\n+ this code: {difference.snippet}"
