"""Draws a difference: in one text or in two columns, what is the same folded away.

The folds open and close in the browser, without a rerun.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

import streamlit as st

from components.domain.json_types import JsonObject
from components.services.differences import Difference

_STYLE: Final = """
.difference {
  max-height: min(70vh, 44rem);
  overflow: auto;
  box-sizing: border-box;
  padding: 0.5rem 0.25rem;
  border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius);
  color: var(--st-text-color);
  font-family: var(--st-font);
  line-height: 1.5;
}
.difference:focus-visible, .fold:focus-visible {
  outline: 2px solid var(--st-primary-color);
  outline-offset: -2px;
}
.Lines, .Structure { font-family: var(--st-code-font); font-size: var(--st-code-font-size); }
.some { content-visibility: auto; contain-intrinsic-size: auto 60em; }
.row { padding: 0 0.25rem; }
.Structure .row { padding-bottom: 0.35rem; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); column-gap: 0.75rem; }
.side { display: flex; }
.sign { user-select: none; }
.gutter { flex: none; width: 1.5em; text-align: center; }
.text {
  flex: 1;
  min-width: 0;
  min-height: 1.5em;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  unicode-bidi: plaintext;
}
.path { color: var(--st-gray-text-color); overflow-wrap: anywhere; }
del, ins {
  text-decoration: none;
  border-radius: 0.2em;
  -webkit-box-decoration-break: clone;
  box-decoration-break: clone;
}
del, .removed { background: color-mix(in srgb, var(--st-red-color) 22%, transparent); }
ins, .added { background: color-mix(in srgb, var(--st-green-color) 22%, transparent); }
.removed del { box-shadow: inset 0 -2px var(--st-red-text-color); background: none; }
.added ins { box-shadow: inset 0 -2px var(--st-green-text-color); background: none; }
.removed .whole, .added .whole { box-shadow: none; }
del > .sign, ins > .sign { padding: 0 0.15em; font-weight: 600; }
.end::before { content: "↵"; opacity: 0.75; }
.fold {
  font: inherit;
  font-size: 0.9em;
  color: var(--st-gray-text-color);
  background: var(--st-secondary-background-color);
  border: 0;
  border-radius: 0.2em;
  padding: 0.1rem 0.5rem;
  cursor: pointer;
  user-select: none;
}
.row > .fold { display: block; width: 100%; text-align: start; margin: 0.15rem 0; }
.fold:hover { color: var(--st-text-color); }
@media (forced-colors: active) { del { text-decoration: line-through; } ins { text-decoration: underline; } }
"""

_SCRIPT: Final = r"""
const SAME = "=", REMOVED = "−", ADDED = "+";
const NARROW_PX = 560;   // Below, two columns would be too narrow to read.
const AT_ONCE = 1600;    // Rows drawn before the browser may do something else.
const TOGETHER = 40;     // Rows that are laid out together, once they come near the screen.
const LONG = 400;        // Characters of common text within a paragraph that are worth folding.
const EDGE = 80;         // Characters of it that stay at either end, to the end of a word.
const NEXT_TO_CHANGES = { Words: 1, Lines: 2, Structure: 0 };   // Rows that are not folded.
const drawn = new WeakMap();

const make = (name, kind, ...inside) => {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.append(...inside);
  return element;
};
const isSame = (row) => row[2].every(([sign]) => sign === SAME);
const textOf = (rows) => rows.map((row) => row[2].map((piece) => piece[1]).join("")).join("");
const counted = (count, what) => `${count.toLocaleString("en")} identical ${what}${count === 1 ? "" : "s"}`;

function folded(name, what, inside) {
  const button = make("button", "fold", `… ${what}`);
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  const box = make(name);
  box.hidden = true;
  button.addEventListener("click", () => {
    if (box.hidden && !box.hasChildNodes()) box.append(...inside());
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    button.textContent = box.hidden ? `… ${what}` : `Fold ${what}`;
  });
  return [button, box];
}

function common(text, fold) {
  const [head] = (fold && text.length > LONG && text.match(/^.{80}\S{0,20}/su)) || [];
  const [tail] = (head && text.slice(-4 * EDGE).match(/\S{0,20}.{80}$/su)) || [];
  if (!tail || head.length + tail.length + EDGE > text.length) return [text];
  const middle = text.slice(head.length, -tail.length);
  const words = middle.match(/\S+/g)?.length ?? 0;
  const what = words > 10 ? counted(words, "word") : counted([...middle].length, "character");
  return [head, ...folded("span", what, () => [middle]), tail];
}

function visible(text) {   // Line ends alone would not be seen.
  if (text.trim() !== "" || text.length > LONG) return [text];
  return text.split(/(\r\n|\r|\n)/).map((part) => /^[\r\n]/.test(part) ? make("span", "end", part) : part);
}

function change(sign, text, signed) {
  const element = make(sign === ADDED ? "ins" : "del");
  if (signed) element.append(make("span", "sign", sign));
  element.append(...visible(text));
  return element;
}

function side(pieces, sign, gutter, signed, fold, changed) {
  const own = pieces.filter((piece) => piece[0] === SAME || piece[0] === sign || sign === null);
  const text = make("div", "text");
  const whole = gutter && own.length === 1 && own[0][0] !== SAME;
  if (whole) {
    text.append(make(sign === ADDED ? "ins" : "del", "whole", own[0][1]));
  } else {
    for (const [mark, part] of own) {
      text.append(...(mark === SAME ? common(part, fold) : [change(mark, part, signed)]));
    }
  }
  const marked = gutter && changed;
  const box = make("div", "side", text);
  if (gutter) box.prepend(make("span", "sign gutter", marked ? sign : " "));
  if (marked) box.classList.add(sign === ADDED ? "added" : "removed");
  return box;
}

function drawRow([path, , pieces], view) {
  const has = (sign) => pieces.some((piece) => piece[0] === sign);
  const changed = has(REMOVED) || has(ADDED);
  const running = view.kind === "Words" || (view.kind === "Structure" && has(SAME));
  const gutter = view.kind !== "Words" && !(running && changed);
  const row = make("div", "row");
  if (view.kind === "Structure") row.append(make("div", "path", path || "the whole"));
  const draw = (sign) => side(pieces, sign, gutter, running, view.fold && changed, changed);
  if (view.side) {
    const pure = !has(SAME);
    row.append(make("div", "pair",
      !pure || has(REMOVED) ? draw(REMOVED) : make("div"),
      !pure || has(ADDED) ? draw(ADDED) : make("div")));
  } else if (!changed || running) {
    row.append(draw(null));
  } else {
    if (has(REMOVED) || has(SAME)) row.append(draw(REMOVED));
    if (has(ADDED) || has(SAME)) row.append(draw(ADDED));
  }
  return row;
}

const joined = (rows, view) => view.kind === "Structure"
  ? rows.map((row) => drawRow(row, view))
  : [drawRow(["", 1, [[SAME, textOf(rows)]]], view)];

function parts(view) {
  const found = [];
  const near = NEXT_TO_CHANGES[view.kind];
  for (let at = 0; at < view.rows.length;) {
    if (!isSame(view.rows[at])) {
      const row = view.rows[at++];
      found.push(() => [drawRow(row, view)]);
      continue;
    }
    const start = at;
    while (at < view.rows.length && isSame(view.rows[at])) at++;
    const first = start === 0 ? start : start + near;
    const last = at === view.rows.length ? at : at - near;
    const inside = view.rows.slice(first, last);
    if (!view.fold || inside.length === 0 || (inside.length < 3 && near && textOf(inside).length < LONG)) {
      const rows = view.rows.slice(start, at);
      found.push(() => joined(rows, view));
      continue;
    }
    const count = inside.reduce((sum, row) => sum + row[1], 0);
    const what = counted(count, view.kind === "Structure" ? "value" : "line");
    const [before, after] = [view.rows.slice(start, first), view.rows.slice(last, at)];
    if (before.length) found.push(() => joined(before, view));
    found.push(() => [make("div", "row", ...folded("div", what, () => joined(inside, view)))]);
    if (after.length) found.push(() => joined(after, view));
  }
  return found;
}

function draw(box, data, state) {
  const view = { ...data, side: data.side && !state.narrow };
  const todo = parts(view);
  const turn = (state.turn = (state.turn ?? 0) + 1);
  const some = (from) => {
    if (turn !== state.turn) return;
    const batch = document.createDocumentFragment();
    for (let at = from; at < Math.min(from + AT_ONCE, todo.length); at += TOGETHER) {
      batch.append(make("div", "some", ...todo.slice(at, at + TOGETHER).flatMap((part) => part())));
    }
    from ? box.append(batch) : box.replaceChildren(batch);
    if (from + AT_ONCE < todo.length) setTimeout(some, 0, from + AT_ONCE);
  };
  box.classList.remove("Words", "Lines", "Structure");
  box.classList.add(data.kind);
  box.setAttribute("aria-label", data.name);
  some(0);
}

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".difference");
  const state = drawn.get(box) ?? {};
  drawn.set(box, state);
  const narrow = () => box.clientWidth < NARROW_PX;
  if (!state.observer) {
    state.narrow = narrow();
    state.observer = new ResizeObserver(() => {
      if (!box.clientWidth || narrow() === state.narrow) return;
      state.narrow = narrow();
      if (state.data.side) draw(box, state.data, state);
    });
    state.observer.observe(box);
  }
  if (state.digest === data.digest) return;
  state.digest = data.digest;
  state.data = JSON.parse(data.content);
  draw(box, state.data, state);
}
"""

_HTML: Final = '<div class="difference" role="region" tabindex="0"></div>'
_component = st.components.v2.component("workbench_difference", html=_HTML, css=_STYLE, js=_SCRIPT)


def diff_view(
    difference: Difference,
    *,
    side_by_side: bool,
    fold: bool,
    key: str,
    name: str = "Difference of the two answers",
) -> None:
    """Draw it; `name` is what a screen reader says of it. Where two columns find no room, there is one."""
    content: JsonObject = {
        "kind": difference.kind.value,
        "side": side_by_side,
        "fold": fold,
        "name": name,
        "rows": [
            [row.path, row.size, [[piece.sign.value, _sendable(piece.text)] for piece in row.pieces]]
            for row in difference.rows
        ],
    }
    # As text: among lists Streamlit looks for data frames, and for that it loads pandas.
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).hexdigest()
    _component(key=key, data={"content": told, "digest": digest})


def _sendable(text: str) -> str:
    """The text with what UTF-8 cannot carry, half characters, written out."""
    return text.encode(errors="backslashreplace").decode()
