"""Keeps presses off a pair of answers that nobody can have looked at yet.

Streamlit takes a held key for one press after another, and the second half of a double click or a double
press may fall on the pair that has just come. Here, in the browser, is the only place to tell.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

LOOK_MS: Final = 300
"""For so long after a pair has come, nobody can have read it."""

_SCRIPT: Final = """
const KEYS = new Set(["arrowleft", "arrowright", "t", "b", "s", "u"]);
// Where these keys mean something else; text fields Streamlit leaves out itself.
const LETTERS_ELSEWHERE = "[role=grid],[role=listbox],[role=menu],[role=dialog],canvas";
const ARROWS_ELSEWHERE = `${LETTERS_ELSEWHERE},[role=tab],[role=slider],[role=radio]`;

const guard = (window.workbenchVote ??= { since: 0 });
const button = (event) => event.target.closest?.(`.${guard.box} button`);
// What comes to the page comes in parts: until the last is there, buttons are missing or of the pair before.
const isShown = () => {
  const buttons = [...document.querySelectorAll(`.${guard.box} [class*="-of-"]`)];
  return buttons.length === guard.buttons && buttons.every(({ className }) =>
    className.split(" ").some((name) => name.endsWith(`-of-${guard.pair}`)),
  );
};
const tooSoon = () => performance.now() - guard.since < guard.look || !isShown();
const refuse = (event) => {
  event.stopPropagation();
  event.preventDefault();
};

// At the body: after every element that has a use for the key, before the document, where Streamlit listens.
function keyBelow(event) {
  const key = event.key?.toLowerCase();
  if (!KEYS.has(key)) return;
  const elsewhere = key.startsWith("arrow") ? ARROWS_ELSEWHERE : LETTERS_ELSEWHERE;
  if (event.repeat || tooSoon() || event.target.closest?.(elsewhere)) event.stopPropagation();
}

function keyAbove(event) {
  if (!button(event) || (event.key !== "Enter" && event.key !== " ")) return;
  if (event.repeat || tooSoon()) refuse(event);
}

function click(event) {
  const pressed = button(event);
  if (!pressed) return;
  if (event.detail > 1 || tooSoon()) return refuse(event);
  guard.pressed = pressed.closest("[class*=-of-]")?.className.match(/st-key-\\S+-of-/)?.[0];
}

function look() {
  guard.since = performance.now();
  clearTimeout(guard.timer);
  guard.timer = setTimeout(looked, guard.look);
}

function looked() {
  if (!isShown()) return look();
  const box = document.querySelector(`.${guard.box}`);
  if (box) box.dataset.pair = guard.pair;
  // What is scrolled must be within reach of the keyboard.
  for (const answer of box?.querySelectorAll("[class*=_box]") ?? []) answer.tabIndex = 0;
  // The buttons of the pair before are gone, and the focus with them.
  if (guard.pressed && document.activeElement === document.body) {
    box?.querySelector(`[class*="${guard.pressed}"] button`)?.focus({ preventScroll: true });
  }
  guard.pressed = null;
}

export default function ({ data }) {
  Object.assign(guard, data);
  if (document.querySelector(`.${guard.box}`)?.dataset.pair !== guard.pair) look();
  const { body } = document;
  body.addEventListener("keydown", keyBelow);
  body.addEventListener("keydown", keyAbove, true);
  body.addEventListener("click", click, true);
  return () => {
    clearTimeout(guard.timer);
    body.removeEventListener("keydown", keyBelow);
    body.removeEventListener("keydown", keyAbove, true);
    body.removeEventListener("click", click, true);
  };
}
"""

_component = st.components.v2.component("workbench_vote_guard", js=_SCRIPT)


def vote_guard(pair: str, buttons: int, *, key: str) -> None:
    """Watch over so many buttons in the container of that key while this pair is shown.

    The key of each button ends in `.of.` and `pair`; the focus goes on to the button that takes its place.
    What scrolls has `_box` in its key, and can then be focused. The container gets the attribute `data-pair`
    (with - for each dot) when its buttons may be pressed.
    """
    data = {
        "pair": pair.replace(".", "-"),
        "buttons": buttons,
        "box": f"st-key-{key.replace('.', '-')}",
        "look": LOOK_MS,
    }
    _component(key=f"{key}.guard", data=data, height=0)
