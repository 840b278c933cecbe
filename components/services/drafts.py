"""Drafts across reloads: each tab's draft has an id, which stands in the page's address."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from components.domain.draft import Draft
from components.domain.json_types import JsonObject
from components.domain.run import Run
from components.store.drafts import Drafts
from components.store.references import shortened


def draft_of(run: Run) -> Draft:
    """The draft a run was sent from, or one that builds its request."""
    if run.draft is not None:
        return Draft.of_json(run.draft)
    return Draft.of_body(run.request.body, run.request.betas)


@dataclass(frozen=True, slots=True)
class OpenedDraft:
    id: str
    draft: Draft
    connection_id: str | None
    """The connection it was last used with; None for a draft of another tab's."""
    replaced: Draft | None
    """The one that was in the editor before it, and can be brought back."""
    as_addressed: bool
    """Whether it is what the id asked for, itself or as a copy."""


class DraftKeeper:
    """Opens and saves drafts. Raises `StoreError` where the database refuses."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    def open(self, draft_id: str | None, claim: Callable[[str], bool]) -> OpenedDraft:
        """Return the draft of that id when it is there and can be claimed.

        Otherwise a copy of it, or of the draft last worked on, under a new id.
        """
        found = self._drafts.load(draft_id) if draft_id else None
        if found is not None and draft_id is not None and claim(draft_id):
            return _opened(draft_id, found)
        latest = None if found else self._drafts.latest()
        new_id = uuid.uuid4().hex
        claim(new_id)
        opened = _opened(new_id, found or (latest[1] if latest else {}))
        return opened if found else replace(opened, connection_id=None, replaced=None, as_addressed=False)

    def save(
        self,
        draft_id: str,
        draft: Draft,
        connection_id: str,
        *,
        replaced: Draft | None = None,
        already: str = "",
    ) -> str:
        """Save unless the text equals `already`; returns the text saved, for the next call.

        In that text the hash stands for long base64 data, so that a rerun over a draft of many megabytes
        costs next to nothing.
        """
        content: JsonObject = {"draft": draft.to_json(), "connection": connection_id}
        if replaced is not None:
            content["replaced"] = replaced.to_json()
        text = json.dumps(shortened(content)[0], ensure_ascii=True)
        if text != already:
            self._drafts.save(draft_id, content)
        return text


def _opened(draft_id: str, content: JsonObject) -> OpenedDraft:
    draft, connection, before = content.get("draft"), content.get("connection"), content.get("replaced")
    return OpenedDraft(
        draft_id,
        Draft.of_json(draft) if isinstance(draft, dict) else Draft(),
        connection if isinstance(connection, str) else None,
        Draft.of_json(before) if isinstance(before, dict) else None,
        as_addressed=True,
    )
