"""The little that must happen in the browser itself: keeping typed text, the page's address, its width.

A text area reports its text when it loses the focus, and a reload does not take the focus away. The script
asks the area to report after a pause in typing, and now and then while it goes on. What was typed in the last
moments before a reload it keeps in the tab's own storage and types again afterwards.

The address names draft and run, for a reload. `st.query_params` would add an entry to the browser's history
for each change, and its back button would lead nowhere; the script replaces the address instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

_SCRIPT: Final = """
const PAUSE_MS = 400;
const LONGEST_MS = 2000;
const RECENT_MS = 3000;
const KEPT = "workbench.typed";

const report = (area) => area.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
const nameOf = (area) => {
  const box = area.closest('[class*="st-key-workbench-"]');
  return [...(box?.classList ?? [])].find((name) => name.startsWith("st-key-"));
};

function typeAgain(kept, until) {
  const area = document.querySelector(`.${CSS.escape(kept.name)} textarea`);
  if (!area && Date.now() < until) return setTimeout(() => typeAgain(kept, until), 50);
  if (!area || area.value === kept.text) return;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, kept.text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  report(area);
}

function watchTyping() {
  let timer = 0;
  let typed = null;
  const active = document.activeElement;
  if (active instanceof HTMLTextAreaElement && nameOf(active)) {
    typed = { area: active, name: nameOf(active), at: Date.now(), reported: Date.now() };
  }
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!event.isTrusted || !(area instanceof HTMLTextAreaElement)) return;
    const name = nameOf(area);
    if (!name) return;
    if (typed && typed.area !== area) report(typed.area);
    const now = Date.now();
    const reported = typed?.area === area ? typed.reported : now;
    typed = { area, name, at: now, reported };
    clearTimeout(timer);
    const send = () => {
      typed.reported = Date.now();
      report(area);
    };
    timer = setTimeout(send, Math.min(PAUSE_MS, Math.max(0, reported + LONGEST_MS - now)));
  });
  window.addEventListener("pagehide", () => {
    if (!typed || Date.now() - typed.at > RECENT_MS) return;
    sessionStorage.setItem(KEPT, JSON.stringify({ name: typed.name, text: typed.area.value }));
  });
}

function address(wanted) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const next = query.size ? `?${query}` : "";
  if (next === location.search) return;
  history.replaceState(history.state, "", location.pathname + next + location.hash);
}

export default function ({ data, setStateValue }) {
  address(data.address);
  const narrow = (window.workbenchNarrow ??= matchMedia("(max-width: 640px)"));
  narrow.onchange = () => setStateValue("narrow", narrow.matches);
  if (narrow.matches !== data.narrow) setStateValue("narrow", narrow.matches);
  if (window.workbenchTyping) return;
  window.workbenchTyping = true;
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept) typeAgain(kept, Date.now() + 5000);
  watchTyping();
}
"""

_KEY: Final = "browser_side"
_component = st.components.v2.component("workbench_browser_side", js=_SCRIPT)


def browser_side(address: Mapping[str, str | None]) -> bool:
    """Mount the script, once on a page and early, so that it hears the first keys.

    `address` goes into the page's query; None takes a name out of it, other names stay. Returns whether the
    window is so narrow that columns stand below each other.
    """
    known = st.session_state.get(_KEY, {}).get("narrow", False)
    data = {"address": dict(address), "narrow": known}
    mounted = _component(key=_KEY, data=data, height=0, on_narrow_change=lambda: None)
    return bool(mounted.get("narrow", False))
