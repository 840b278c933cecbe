"""What changes the columns of a comparison: their number, what each has, what they share."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from components import runtime, state
from components.compare_actions import CompareDesk
from components.domain.comparison import FEWEST, Variant
from components.domain.draft import Draft
from components.domain.findings import Finding
from components.services.drafts import draft_of


@dataclass(frozen=True, slots=True)
class ColumnEdits:
    """The changes a user can make. A column that has gone meanwhile is left alone."""

    desk: CompareDesk

    def changed(self, variant_id: str) -> None:
        """A control in a column's head changed what is its own."""
        self.desk.here.settle()
        self._let_others_follow(variant_id)

    def _let_others_follow(self, variant_id: str) -> None:
        if (variant := self.desk.here.comparison.variant(variant_id)) is not None:
            self.desk.here.comparison.spread(variant)
            self.desk.here.redraw()

    def choose_model(self, variant_id: str, model_id: str) -> None:
        """Change a column's model; what the new one does not take is said in the column, with a fix."""
        self.desk.here.settle()
        if (variant := self.desk.here.comparison.variant(variant_id)) is not None:
            variant.draft.model = model_id
            self._let_others_follow(variant_id)

    def choose_connection(self, variant_id: str, connection_id: str | None) -> None:
        if (variant := self.desk.here.comparison.variant(variant_id)) is not None:
            variant.connection_id = connection_id

    def fix(self, variant_id: str, finding: Finding) -> None:
        """Make a finding's fix, everywhere if every column has it; what is no longer the same is unlinked."""
        self.desk.here.settle()
        same = (finding.rule, finding.path, finding.sentence)
        everywhere = all(
            any((each.rule, each.path, each.sentence) == same for each in found)
            for found, _ in self.desk.looks.values()
        )
        self.desk.desks[variant_id].fix(finding)
        if everywhere:
            self._let_others_follow(variant_id)
        self.desk.here.redraw()
        self._say_unlinked(self.desk.here.comparison.unlink_what_differs())

    def _say_unlinked(self, names: Sequence[str]) -> None:
        if names:
            listed = ", ".join(names)
            self.desk.here.notes = (f"{listed}: no longer the same in every column, so linked no more.",)

    def duplicate(self, variant_id: str) -> None:
        self.desk.here.settle()
        variant = self.desk.here.comparison.variant(variant_id)
        if variant is not None and not self.desk.here.comparison.full:
            self.desk.here.comparison.add(variant.draft, after=variant, connection_id=variant.connection_id)
            self.desk.here.put_in_order()

    def add_from_workbench(self) -> None:
        if not self.desk.here.comparison.full:
            self._add(state.bench(runtime.store().drafts, runtime.claim_draft).draft)

    def add_from_run(self, run_id: str) -> None:
        """A column of a stored run, with its answer."""
        here, seen = self.desk.here, runtime.engine().view(run_id)
        if seen is not None and not here.comparison.full:
            variant = self._add(draft_of(seen.run))
            here.saved = runtime.comparisons().place(here.comparison, {variant.id: [run_id]})
            here.stored = True

    def _add(self, draft: Draft) -> Variant:
        here = self.desk.here
        here.settle()
        before = set(here.comparison.linked)
        variant = here.comparison.add(draft)
        here.put_in_order()
        self._say_unlinked(sorted(before - here.comparison.linked))
        return variant

    def remove(self, variant_id: str) -> None:
        """Take a column away; what it was still sending is stopped, and kept like every run."""
        self.desk.here.settle()
        if self.desk.here.comparison.variant(variant_id) is not None and len(self.desk.desks) > FEWEST:
            self.desk.stop_one(variant_id)
            self.desk.here.keep_for_undo()
            self.desk.here.comparison.remove(variant_id)
            self.desk.here.put_in_order()

    def edit(self, variant_id: str) -> None:
        """Put a column into the editor, and open that."""
        self.desk.here.edit(variant_id)
        self.desk.here.open_editor()

    def open_in_workbench(self, variant_id: str) -> None:
        self.desk.here.settle()
        if (variant := self.desk.here.comparison.variant(variant_id)) is not None:
            bench = state.bench(runtime.store().drafts, runtime.claim_draft)
            bench.replace_draft(deepcopy(variant.draft))
            bench.run_id = None
            self.desk.here.go_to_workbench = True
