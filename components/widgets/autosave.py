"""Hands typed text to the server while it is typed, so that a reload loses none of it.

A text area reports its text when it loses the focus, and a reload does not take the focus away. This small
script asks the area to report after a pause in typing, and at once when the page is about to go. Without it
everything still works; only text typed in the last moments before a reload would be lost.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

_SCRIPT: Final = """
const PAUSE_MS = 700;
const report = (area) => area.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));

export default function () {
  if (window.workbenchAutosave) return;
  window.workbenchAutosave = true;
  let timer = 0;
  let waiting = null;
  const now = () => {
    clearTimeout(timer);
    if (waiting) report(waiting);
    waiting = null;
  };
  document.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    if (waiting !== event.target) now();
    waiting = event.target;
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE_MS);
  });
  window.addEventListener("pagehide", now);
  window.addEventListener("beforeunload", now);
  document.addEventListener("visibilitychange", () => document.hidden && now());
}
"""

_component = st.components.v2.component("workbench_autosave", js=_SCRIPT)


def autosave() -> None:
    """Mount the script; once on a page."""
    _component(key="autosave", height=0)
