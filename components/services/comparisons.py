"""Comparisons across reloads and restarts: opened, saved as they are edited, and left as they were run."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from components.domain.comparison import Comparison, new_id
from components.domain.run import PartOf, Run
from components.services.drafts import draft_of
from components.store.references import shortened

if TYPE_CHECKING:
    from components.store.comparisons import Comparisons

RunIds = dict[str, list[str]]
"""Variant id → its runs in the order of the samples."""


class ComparisonKeeper:
    """Opens and saves comparisons. Raises `StoreError` where the database refuses."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons

    def open(self, comparison_id: str) -> Comparison | None:
        """The comparison as last saved; None for one that is not there."""
        content = self._comparisons.load(comparison_id)
        return None if content is None else Comparison.of_json(comparison_id, content)

    def save(self, comparison: Comparison, already: str = "") -> str:
        """Save unless its text equals `already`; returns the text saved, for the next call.

        In that text the hash stands for long base64 data.
        """
        content = comparison.to_json()
        text = json.dumps([comparison.id, shortened(content)[0]], ensure_ascii=True)
        if text != already:
            models = [variant.draft.model for variant in comparison.variants]
            self._comparisons.save(comparison.id, content, title=comparison.title(), models=models)
        return text

    def text(self, comparison: Comparison) -> str:
        """What `save` would return."""
        return json.dumps([comparison.id, shortened(comparison.to_json())[0]], ensure_ascii=True)

    def run_ids(self, comparison: Comparison) -> RunIds:
        """The runs of each variant that the comparison still has."""
        found: RunIds = {variant.id: [] for variant in comparison.variants}
        for part, run_id in self._comparisons.parts(comparison.id):
            if part.variant_id in found:
                found[part.variant_id].append(run_id)
        return found

    def of_runs(self, runs: Sequence[Run]) -> Comparison:
        """A new comparison, saved, of runs that were sent before: each is a column with its answer."""
        comparison = Comparison.of(*(draft_of(run) for run in runs))
        pairs = zip(comparison.variants, runs, strict=False)
        self.place(comparison, {variant.id: [run.id] for variant, run in pairs})
        return comparison

    def copy(self, comparison: Comparison, run_ids: RunIds, keep: Collection[str]) -> Comparison:
        """A new comparison, saved, like this one, with the runs of these variants."""
        made = deepcopy(comparison)
        made.id = new_id()
        self.place(made, {variant_id: ids for variant_id, ids in run_ids.items() if variant_id in keep})
        return made

    def leave_as_run(self, comparison: Comparison, first_runs: dict[str, Run]) -> None:
        """Save a comparison that is not worked on any more with the drafts that its runs were sent from."""
        left = deepcopy(comparison)
        for variant in left.variants:
            if run := first_runs.get(variant.id):
                variant.draft = draft_of(run)
        left.unlink_what_differs()
        self.save(left)

    def place(self, comparison: Comparison, run_ids: RunIds) -> str:
        """Save a comparison, with stored runs as the first samples of these variants; see `save`."""
        text = self.save(comparison)
        parts = [
            (PartOf(comparison.id, variant_id, sample), run_id)
            for variant_id, ids in run_ids.items()
            for sample, run_id in enumerate(ids, 1)
        ]
        if parts:
            self._comparisons.place(comparison.id, parts)
        return text
