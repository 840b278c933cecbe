"""What the visitor sees when the program itself is at fault: a sentence, never a traceback."""

from __future__ import annotations

import logging
import traceback

import streamlit as st

_log = logging.getLogger(__name__)


def tell_fault(error: Exception) -> bool:
    """Say it on the page and in the log; True keeps Streamlit from showing the error itself.

    The log gets the frames without the error's text, which may hold what must not be logged.
    """
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("The page met an unforeseen %s\n%s", type(error).__name__, frames)
    st.error(
        f"A fault in the Workbench stopped this page ({type(error).__name__}). Runs go on; what you typed is "
        "kept. Reload the page; the log of the program says more.",
        icon=":material/bug_report:",
    )
    return True
