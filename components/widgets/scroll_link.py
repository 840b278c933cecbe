"""Scrolls boxes together, each to the same share of its length, and keeps growing texts at their end.

Only the box under the reader's hand leads: a box also moves because another led, because its text grew, or
because the browser kept its first line in place, and to follow those movements would never come to rest.

`st.container(autoscroll=True)` keeps a box at its end too, but takes it back there when this script moves it,
and jumps to the end when it is turned on again. Boxes that are linked do without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

_SCRIPT: Final = """
const HAND_MS = 500;
const FINGER_MS = 2000;
const TICK_MS = 100;
const NEAR_PX = 2;
const REACH_PX = 60;
const HANDS = ["wheel", "keydown", "touchstart", "touchmove", "pointerdown", "pointermove", "pointerup"];

const link = { on: false, prefix: "", growing: new Set(), leader: null, top: 0, timer: 0 };
const byHand = { held: false, until: 0 };
const left = new WeakSet();

const nameOf = (element) => [...element.classList].find((name) => name.startsWith(link.prefix));
const boxes = () => [...document.querySelectorAll(`[class*="${link.prefix}"]`)].filter(nameOf);
const endOf = (box) => box.scrollHeight - box.clientHeight;
const toEnd = (box) => endOf(box) - box.scrollTop;
const suffixOf = (box) => nameOf(box).slice(link.prefix.length);
const grows = (box) => link.growing.has(suffixOf(box));
const isMoved = (box) => box === link.leader && (byHand.held || performance.now() < byHand.until);
const noteEnd = (box, isThere) => (isThere ? left.delete(box) : left.add(box));

// A finger that has let go, and a key, move the box for a while after their last event.
function hand(event) {
  if (event.type === "pointerup" || event.type === "pointermove") {
    if (byHand.held && (event.type === "pointerup" || !event.buttons)) {
      Object.assign(byHand, { held: false, until: performance.now() + HAND_MS });
    }
    return;
  }
  const box = event.target.closest?.(`[class*="${link.prefix}"]`);
  if (!box || !nameOf(box)) return;
  if (box !== link.leader) Object.assign(link, { leader: box, top: box.scrollTop });
  byHand.held = event.type === "pointerdown";
  byHand.until = performance.now() + (event.type.startsWith("touch") ? FINGER_MS : HAND_MS);
}

function scrolled({ target: leader }) {
  if (!isMoved(leader)) return;
  // The end runs away from who scrolls there.
  const reach = leader.scrollTop > link.top && grows(leader) ? REACH_PX : NEAR_PX;
  const ends = toEnd(leader) <= reach;
  link.top = leader.scrollTop;
  noteEnd(leader, ends);
  if (!link.on || endOf(leader) <= NEAR_PX) return;
  const share = ends ? 1 : leader.scrollTop / endOf(leader);
  for (const box of boxes()) {
    if (box === leader) continue;
    noteEnd(box, ends);
    const top = share * endOf(box);
    if (Math.abs(box.scrollTop - top) > NEAR_PX) box.scrollTo({ top, behavior: "instant" });
  }
}

function keepAtEnd() {
  for (const box of boxes()) {
    if (!grows(box) || left.has(box) || isMoved(box) || toEnd(box) <= NEAR_PX) continue;
    box.scrollTo({ top: endOf(box), behavior: "instant" });
  }
}

function stop() {
  for (const name of HANDS) document.removeEventListener(name, hand, true);
  document.removeEventListener("scroll", scrolled, true);
  clearInterval(link.timer);
  link.timer = 0;
}

export default function ({ data }) {
  link.on = data.on;
  link.prefix = data.prefix;
  const before = link.growing;
  link.growing = new Set(data.growing);
  for (const box of boxes()) {
    if (grows(box) && !before.has(suffixOf(box))) left.delete(box);
  }
  if (!link.on && !link.growing.size) return stop();
  for (const name of HANDS) document.addEventListener(name, hand, { capture: true, passive: true });
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  clearInterval(link.timer);
  link.timer = link.growing.size ? setInterval(keepAtEnd, TICK_MS) : 0;
  return stop;
}
"""

_component = st.components.v2.component("workbench_scroll_link", js=_SCRIPT)


def scroll_link(on: bool, selector_prefix: str, growing: Sequence[str] = ()) -> None:
    """While `on`, let the boxes whose CSS class starts with the prefix scroll with the one that is scrolled.

    A container with `height=…, key="compare.box.A"` has the class `st-key-compare-box-A`. `growing` are the
    classes' rests (`A`) of boxes whose text is arriving: on or off, each stays at its end until it is
    scrolled away from there, and again once it is scrolled back. Those need no `autoscroll`.
    """
    data = {"on": on, "prefix": selector_prefix, "growing": list(growing)}
    _component(key="scroll_link", data=data, height=0)
