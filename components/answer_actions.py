"""What the buttons beside an answer do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from components.actions import Desk
from components.domain.continuing import continue_with
from components.domain.draft import Draft
from components.domain.run import Run
from components.services.drafts import draft_of
from components.widgets.answer_view import AnswerActions
from components.widgets.rate_limits import rate_limits
from components.widgets.usage_table import usage_table


def history_actions(stop: Callable[[], None], restore: Callable[[], None] | None) -> AnswerActions:
    """The buttons for a run of the history."""
    return AnswerActions(
        stop=stop, restore=restore, usage=usage_table, limits=lambda run: rate_limits(run.headers)
    )


def answer_actions(desk: Desk) -> AnswerActions:
    """The buttons for the run that the Workbench shows."""
    mine = _Answer(desk)
    return AnswerActions(
        add_to_turns=mine.add_to_turns,
        give_results=mine.add_to_turns,
        run_again=mine.run_again,
        run_with_more_tokens=mine.run_with_more_tokens,
        more_tokens=mine.more_tokens(),
        continue_turn=mine.continue_turn,
        usage=usage_table,
        limits=lambda run: rate_limits(run.headers),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    desk: Desk

    def add_to_turns(self) -> None:
        """Append the answer shown to the draft's turns; the second click of two does nothing."""
        bench, run = self.desk.bench, self.desk.shown_run()
        if run is not None and run.message is not None and bench.added != run.id:
            bench.added = run.id
            if continue_with(bench.draft, run.message, run.request.body):
                bench.notes = ("The thinking of the turn that has ended is not sent back any more.",)
            bench.redraw()

    def more_tokens(self) -> int | None:
        """Twice the max tokens of the run shown, up to the model's maximum; None when that is reached."""
        run = self.desk.shown_run()
        if run is None:
            return None
        draft = draft_of(run)
        limit = self.desk.models.get(draft.model).max_tokens
        wanted = max(draft.max_tokens * 2, 1024)
        if limit is not None:
            wanted = min(wanted, limit)
        return wanted if wanted > draft.max_tokens else None

    def run_again(self) -> None:
        """Send the request of the run shown once more."""
        self.desk.run_from(draft_of)

    def run_with_more_tokens(self) -> None:
        """Send the request of the run shown with a larger max tokens."""
        if (more := self.more_tokens()) is not None:
            self.desk.run_from(lambda run: replace(draft_of(run), max_tokens=more))

    def continue_turn(self) -> None:
        """Send the paused turn of the run shown back, so that the model goes on."""

        def continued(run: Run) -> Draft:
            draft = draft_of(run)
            continue_with(draft, run.message or {}, run.request.body)
            return draft

        self.desk.run_from(continued)
