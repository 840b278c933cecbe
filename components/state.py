"""What one browser tab remembers of its pages.

What belongs to one widget alone (a section that is open, a text half typed) is named beside that widget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import streamlit as st

from components.domain.connection import Connection
from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.run import Run
from components.services.drafts import DraftKeeper, draft_of

_BENCH = "bench"
COMPARE_OPEN = "comparing.open"
COMPARE_RUNS = "comparing.runs"
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
    sending: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """Held while a click on Run is acted on."""

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


def open_comparison(comparison_id: str) -> None:
    """Let the Compare page open this comparison when it is shown next."""
    st.session_state[COMPARE_OPEN] = comparison_id


def open_comparison_of(run_ids: Sequence[str]) -> None:
    """Let the Compare page open a new comparison of these runs when it is shown next."""
    st.session_state[COMPARE_RUNS] = list(run_ids)


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


def connection_chosen() -> str | None:
    """The id of the chosen connection; None before the first rerun has chosen one."""
    return cast("str | None", st.session_state.get(_CONNECTION))


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
