"""What one browser tab remembers of its pages.

What belongs to one widget alone (a section that is open, a text half typed) is named beside that widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast

import streamlit as st

from components.domain import raw_body
from components.domain.comparison import FEWEST, Comparison, Variant
from components.domain.connection import Connection
from components.domain.draft import Draft, Turn
from components.domain.json_types import Json, JsonObject
from components.domain.run import Run
from components.services.comparisons import ComparisonKeeper
from components.services.drafts import DraftKeeper, draft_of

Dialog: TypeAlias = Literal["code", "answer", "connection", "run"]
"""Of the Compare page."""

_BENCH = "bench"
_COMPARE = "comparing"
_COMPARE_OPEN = "comparing.open"
_COMPARE_RUNS = "comparing.runs"
_HISTORY = "history.here"
_SECRETS = "secrets"
_CONNECTION = "connection.chosen"


@dataclass
class Bench:
    """The Workbench of this tab."""

    draft: Draft
    draft_id: str
    run_id: str | None = None
    """The run the answer pane shows."""
    replaced: Draft | None = None
    """The draft before the last restore, for one step back."""
    placed: JsonObject | None = None
    """What the last restore put into the editor."""
    refused: tuple[str, list[Json]] | None = None
    """Why the last click on Run sent nothing, and what that was about."""
    refused_unknown_only: bool = False
    """Whether all that kept it from being sent are fields and values that are not known here."""
    saved: str = ""
    """The draft as last saved."""
    added: str | None = None
    """The run whose answer was added to the turns last."""
    dialog: Literal["code", "import"] | None = None
    """The dialog that is on the screen."""
    notes: tuple[str, ...] = ()
    """What there was to say about code that was imported."""
    pending_model: str | None = None
    """A model that was chosen and would change more than itself: the user is asked first."""

    @property
    def address(self) -> dict[str, str | None]:
        """What the page's address says, for a reload."""
        return {"draft": self.draft_id, "run": self.run_id}

    def replace_draft(self, draft: Draft) -> None:
        """Put another draft into the editor; what was typed there before can be brought back."""
        if not self.draft.is_empty and self.draft.to_json() != self.placed:
            self.replaced = self.draft
        self.draft = draft
        self.placed = draft.to_json()
        self.notes, self.pending_model = (), None
        self.redraw()

    def redraw(self) -> None:
        """Make the widgets take their values from the draft again."""
        forget("workbench.")

    def restore(self, run: Run) -> None:
        """Bring a run back: its draft into the editor, its answer beside it."""
        self.replace_draft(draft_of(run))
        self.run_id = run.id

    def bring_back(self) -> None:
        """Exchange the draft in the editor for the one before it."""
        if self.replaced is not None:
            self.draft, self.replaced = self.replaced, self.draft
            self.placed = None
            self.redraw()


def bench(keeper: DraftKeeper, claim: Callable[[str], bool]) -> Bench:
    """This tab's Workbench; opened from the address (`?draft=…&run=…`) when the tab is new.

    `claim` says whether the tab may go on with a draft; a tab that may not, as another has it, gets a copy.
    """
    found = st.session_state.get(_BENCH)
    if found is None:
        opened = keeper.open(st.query_params.get("draft"), claim)
        run_id = st.query_params.get("run") if opened.as_addressed else None
        found = Bench(opened.draft, opened.id, run_id=run_id, replaced=opened.replaced)
        if opened.connection_id is not None:
            st.session_state.setdefault(_CONNECTION, opened.connection_id)
        st.session_state[_BENCH] = found
    return cast(Bench, found)


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
    has_gone: bool = False
    go_to_workbench: bool = False
    """A column was put into the Workbench: the next rerun shows it there."""
    benches: dict[str, Bench] = field(default_factory=dict)

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
        """Put another variant into the editor; the one before leaves JSON mode, if its text can be read."""
        self.settle()
        left = self.comparison.variant(self.edited)
        if left is not None and raw_body.problem(left.draft) is None:
            left.draft.raw_json = None
        self.edited = variant_id
        chosen = self.comparison.variant(variant_id)
        if chosen is not None and "Prompt" not in self.comparison.linked:
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
    wanted = st.session_state.pop(_COMPARE_RUNS, None)
    if wanted is not None and len(runs := runs_of(wanted)) >= FEWEST:
        made = keeper.of_runs(runs)
        claim(made.id)
        return _hold(made, keeper, stored=True)
    asked = st.session_state.pop(_COMPARE_OPEN, None)
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
        if by_address and in_use is not None and in_use != st.session_state.get(_CONNECTION):
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
    comparison.connection_id = st.session_state.get(_CONNECTION, comparison.connection_id)
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


def open_comparison(comparison_id: str) -> None:
    """Let the Compare page open this comparison when it is shown next."""
    st.session_state[_COMPARE_OPEN] = comparison_id


def open_comparison_of(run_ids: Sequence[str]) -> None:
    """Let the Compare page open a new comparison of these runs when it is shown next."""
    st.session_state[_COMPARE_RUNS] = list(run_ids)


@dataclass
class History:
    """The History page of this tab."""

    run_id: str | None = None
    """The run shown whole."""
    ticked: list[str] = field(default_factory=list)
    """The runs that are ticked, on whatever page of the table, in the order of the ticks."""
    next_page: Literal["workbench", "compare"] | None = None
    """Where the next rerun goes: something was chosen to be shown there."""

    def choose(self, run_id: str) -> None:
        self.run_id = run_id

    def tick(self, listed: Sequence[str], ticked: Sequence[str]) -> None:
        """Note which of the runs listed are ticked. One that is ticked alone is shown whole."""
        before = self.ticked
        kept = [run_id for run_id in before if run_id in ticked or run_id not in listed]
        self.ticked = [*kept, *(run_id for run_id in ticked if run_id not in kept)]
        if len(self.ticked) == 1 and self.ticked != before:
            self.run_id = self.ticked[0]

    def untick(self) -> None:
        self.ticked = []

    def close(self) -> None:
        self.run_id = None

    def compare(self, run_ids: Sequence[str]) -> None:
        """Go on with these runs side by side."""
        if self.ticked:  # The second click of two finds none, and must not make another comparison.
            open_comparison_of(run_ids)
            self.untick()
        self.next_page = "compare"

    def open_comparison(self, comparison_id: str) -> None:
        """Go on with a comparison of the list."""
        open_comparison(comparison_id)
        self.next_page = "compare"


def history() -> History:
    """This tab's History page; the run shown is the one in the address (`?run=…`) when the tab is new."""
    found = st.session_state.get(_HISTORY)
    if found is None:
        found = st.session_state[_HISTORY] = History(run_id=st.query_params.get("run"))
    return cast(History, found)


def connection_in_use(connections: Sequence[Connection]) -> Connection:
    """The chosen connection; while there is none, the first, which thereby becomes the choice."""
    chosen = st.session_state.get(_CONNECTION)
    found = next((each for each in connections if each.id == chosen), connections[0])
    st.session_state[_CONNECTION] = found.id
    return found


def choose_connection(connection_id: str) -> None:
    st.session_state[_CONNECTION] = connection_id


def session_secrets() -> dict[str, str]:
    """Secrets kept for this tab only, by connection id: for machines without a keychain."""
    return cast("dict[str, str]", st.session_state.setdefault(_SECRETS, {}))


def seed(key: str, value: Any) -> str:
    """Give a widget its first value, just before it is drawn; returns the key.

    The widget also gets it as its default: one that the browser mounts later than this rerun (in a closed
    popover, say) starts from the default.
    """
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def entered(key: str, now: Any) -> Any:
    """What the user put into a widget; `now` when the widget was replaced in the same moment."""
    return st.session_state.get(key, now)


def forget(prefix: str) -> None:
    """Drop the widgets' entries of that prefix, so that they are seeded anew."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]
