"""Hands typed text to the server while it is typed, so that a reload loses none of it.

A text area reports its text when it loses the focus, and a reload does not take the focus away. This small
script asks the area to report after a pause in typing. What was typed in the last moments before a reload it
keeps in the tab's own storage and types again afterwards. Without it everything still works, but for those.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

_SCRIPT: Final = """
const PAUSE_MS = 400;
const RECENT_MS = 3000;
const KEPT = "workbench.typed";

const report = (area) => area.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
const nameOf = (area) => {
  const box = area.closest('[class*="st-key-workbench-"]');
  return [...(box?.classList ?? [])].find((name) => name.startsWith("st-key-"));
};
const areaOf = (name) => document.querySelector(`.${CSS.escape(name)} textarea`);

function typeAgain() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (!kept) return;
  const area = areaOf(kept.name);
  if (!area || area.value === kept.text) return;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, kept.text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  report(area);
}

export default function () {
  if (window.workbenchAutosave) return;
  window.workbenchAutosave = true;
  setTimeout(typeAgain, 0);

  let timer = 0;
  let typed = null;
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!event.isTrusted || !(area instanceof HTMLTextAreaElement)) return;
    const name = nameOf(area);
    if (!name) return;
    if (typed && typed.area !== area) report(typed.area);
    typed = { area, name, at: Date.now() };
    clearTimeout(timer);
    timer = setTimeout(() => report(area), PAUSE_MS);
  });
  window.addEventListener("pagehide", () => {
    if (!typed || Date.now() - typed.at > RECENT_MS) return;
    sessionStorage.setItem(KEPT, JSON.stringify({ name: typed.name, text: typed.area.value }));
  });
}
"""

_component = st.components.v2.component("workbench_autosave", js=_SCRIPT)


def autosave() -> None:
    """Mount the script; once on a page, after the text areas."""
    _component(key="autosave", height=0)
