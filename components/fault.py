"""What the visitor sees when the program itself is at fault: a sentence, never a traceback."""

from __future__ import annotations

import logging
import traceback

import streamlit as st

from components.api.errors import ApiError
from components.domain.connection import InvalidAddress
from components.store.errors import StoreError
from components.widgets.safe_markdown import literal

_log = logging.getLogger(__name__)


def tell_fault(error: Exception) -> bool:
    """Say it on the page; True keeps Streamlit from showing the error itself.

    What is no fault of the program says itself what is wrong. Of a fault, the log gets the frames without the
    error's text, which may hold what must not be logged.
    """
    if isinstance(error, StoreError | ApiError | InvalidAddress):
        st.error(literal(str(error)), icon=":material/error:")
        return True
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("The page met an unforeseen %s\n%s", type(error).__name__, frames)
    st.error(
        f"A fault in the Workbench stopped this page ({type(error).__name__}). Runs go on; what you typed is "
        "kept. Reload the page; the log of the program says more.",
        icon=":material/bug_report:",
    )
    return True
