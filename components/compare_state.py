"""What one browser tab remembers of its Compare page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

import streamlit as st

from components.domain import raw_body
from components.domain.comparison import FEWEST, Comparison, Variant
from components.domain.draft import Draft, Turn
from components.domain.json_types import JsonObject
from components.domain.run import Run
from components.services.comparisons import ComparisonKeeper
from components.state import COMPARE_OPEN, COMPARE_RUNS, Bench, choose_connection, connection_chosen, forget

_COMPARE = "comparing"

Dialog: TypeAlias = Literal["code", "answer", "connection", "run"]


@dataclass
class Compare:
    """The Compare page of this tab."""

    comparison: Comparison
    edited: str
    """The variant in the editor."""
    saved: str
    """The comparison as last saved; until its first change, as it was made."""
    stored: bool = False
    """Whether it is in the database, under the id in the address."""
    mine: bool = True
    """Whether no other open tab works on it; else the first change makes a copy."""
    source: JsonObject | None = None
    """The Workbench's draft that it was made of."""
    before: list[Variant] | None = None
    """The columns before the last step that took something away, for one step back."""
    refused: str | None = None
    """Why the last click on Run all sent nothing."""
    refused_for: tuple[str, ...] = ()
    """The variants that say why themselves."""
    notes: tuple[str, ...] = ()
    dialog: tuple[Dialog, str] | None = None
    """The dialog that is on the screen, and the id of the variant or the run it is about."""
    wished: list[tuple[str, str, bool]] = field(default_factory=list)
    """What was clicked and waits for the end of the callbacks: what to do, with what, and whether."""
    has_gone: bool = False
    go_to_workbench: bool = False
    """A column was put into the Workbench: the next rerun shows it there."""
    benches: dict[str, Bench] = field(default_factory=dict)
    sending: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """Held while a click that sends something is acted on."""

    @property
    def address(self) -> dict[str, str | None]:
        """What the page's address says, for a reload."""
        return {"comparison": self.comparison.id if self.stored else None}

    def bench(self, variant: Variant) -> Bench:
        """The variant as the editor's widgets need it."""
        draft_id = f"{self.comparison.id}.{variant.id}"
        found = self.benches.get(draft_id)
        if found is None:
            found = self.benches[draft_id] = Bench(variant.draft, draft_id)
        found.draft = variant.draft
        return found

    def settle(self) -> None:
        """Give all variants what was typed last: it may have come in the same moment as a click.

        First of all in every callback that reads, changes or sends a variant.
        """
        if (edited := self.comparison.variant(self.edited)) is not None:
            self.comparison.spread(edited)

    def edit(self, variant_id: str) -> None:
        """Put another variant into the editor, soon: see `take_up_wishes`."""
        self.wished.append(("edit", variant_id, True))

    def link(self, name: str, wanted: bool) -> None:
        """Make something the same in every column, or let the columns differ, soon."""
        self.wished.append(("link", name, wanted))

    def take_up_wishes(self) -> None:
        """Do what was clicked, now that every callback of this rerun has been.

        Text that was typed in the moment of a click may be reported after the click.
        """
        self.settle()
        wishes, self.wished = self.wished, []
        for what, about, wanted in wishes:
            if what == "link":
                self._link(about, wanted)
            else:
                self._edit(about)

    def _link(self, name: str, wanted: bool) -> None:
        comparison, edited = self.comparison, self.comparison.variant(self.edited)
        if not wanted:
            comparison.unlink(name)
        elif name not in comparison.linked and edited is not None:
            if not comparison.agrees(name):
                self.keep_for_undo()
            comparison.link(name, edited)
            self.put_in_order()

    def _edit(self, variant_id: str) -> None:
        """The variant that was in the editor leaves JSON mode, if its text can be read."""
        left, chosen = self.comparison.variant(self.edited), self.comparison.variant(variant_id)
        if chosen is None or left is chosen:
            return
        if left is not None and raw_body.problem(left.draft) is None:
            left.draft.raw_json = None
        self.edited = variant_id
        if "Prompt" not in self.comparison.linked:
            # Other fields than those that are about to go: the browser may report these once more.
            for turn in chosen.draft.turns:
                turn.id = Turn().id
        self.redraw()

    def redraw(self) -> None:
        """Make the widgets take their values from the drafts again."""
        forget("workbench.")
        forget("compare.head.")

    def open_editor(self) -> None:
        st.session_state["compare.editor"] = True

    def gone(self) -> bool:
        """Whether something large has gone since the page was drawn; it is drawn to its end then."""
        gone, self.has_gone = self.has_gone, False
        return gone

    def keep_for_undo(self) -> None:
        self.settle()
        self.before, self.has_gone = deepcopy(self.comparison.variants), True

    def undo(self) -> None:
        """Exchange the columns for those before the last step that took something away."""
        if self.before is not None:
            self.settle()
            self.comparison.variants, self.before = self.before, self.comparison.variants
            self.has_gone = True
            self.comparison.unlink_what_differs()
            self.put_in_order()

    def put_in_order(self) -> None:
        """After columns have come or gone."""
        if self.comparison.variant(self.edited) is None:
            self.edited = self.comparison.variants[0].id
        self.redraw()


def compare(
    keeper: ComparisonKeeper,
    claim: Callable[[str], bool],
    draft: Draft,
    runs_of: Callable[[list[str]], list[Run]],
) -> Compare:
    """This tab's Compare page.

    In this order: what another page asked to open, what the tab has, what the address names
    (`?comparison=…`), a new comparison of `draft` beside itself. Raises `StoreError`.
    """
    wanted = st.session_state.pop(COMPARE_RUNS, None)
    if wanted is not None and len(runs := runs_of(wanted)) >= FEWEST:
        made = keeper.of_runs(runs)
        claim(made.id)
        return _hold(made, keeper, stored=True)
    asked = st.session_state.pop(COMPARE_OPEN, None)
    found = st.session_state.get(_COMPARE)
    by_address = found is None and asked is None
    if by_address:
        asked = st.query_params.get("comparison")
    if asked is not None and (opened := keeper.open(asked)):
        in_use = opened.connection_id
        held = _hold(opened, keeper, stored=True)
        held.mine = claim(opened.id)
        if not held.mine:
            held.notes = ("Another tab works on this comparison. What you change here makes a copy.",)
        if by_address and in_use is not None and in_use != connection_chosen():
            choose_connection(in_use)
            st.rerun()  # The sidebar has shown another one.
        return held
    if found is None or _is_outdated(found, keeper, draft):
        found = new_comparison(keeper, claim, draft)
        if asked is not None:
            found.notes = ("That comparison is not in the history of this machine. This is a new one.",)
    return cast(Compare, found)


def _is_outdated(found: Compare, keeper: ComparisonKeeper, draft: Draft) -> bool:
    """Whether nobody has touched it, and the draft it was made of is another by now."""
    if found.stored or keeper.text(found.comparison) != found.saved:
        return False
    return found.source != draft.to_json()


def _hold(
    comparison: Comparison,
    keeper: ComparisonKeeper,
    *,
    stored: bool = False,
    source: JsonObject | None = None,
) -> Compare:
    forget("workbench.")
    forget("compare.")
    comparison.connection_id = connection_chosen() or comparison.connection_id
    held = Compare(
        comparison, comparison.variants[0].id, keeper.text(comparison), stored=stored, source=source
    )
    st.session_state[_COMPARE] = held
    return held


def new_comparison(keeper: ComparisonKeeper, claim: Callable[[str], bool], draft: Draft) -> Compare:
    """Begin another comparison in this tab; the one before stays in the history."""
    made = Comparison.of(draft)
    claim(made.id)
    return _hold(made, keeper, source=draft.to_json())
