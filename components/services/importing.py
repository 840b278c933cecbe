"""Pasted code as a draft, with everything it says; what does not fit is refused rather than lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.domain import raw_body
from components.domain.connection import SERVICE_URL, Connection
from components.domain.draft import Draft
from components.domain.json_types import JsonObject


class NotImported(ValueError):
    """Why pasted code cannot become a draft: a sentence for the screen."""


@dataclass(frozen=True, slots=True)
class ImportedDraft:
    draft: Draft
    notes: tuple[str, ...]
    """Sentences about what is different here, or was left out."""


def import_code(text: str, *, connection: Connection, model: str) -> ImportedDraft:
    """Read curl, Python, TypeScript or JSON. `model` is for code that names none. Raises `NotImported`."""
    from components.snippets.reading import UnreadableCode, read

    try:
        found = read(text)
    except UnreadableCode as problem:
        raise NotImported(_quoted(str(problem))) from None
    notes = [_quoted(note) for note in found.notes]
    body: JsonObject = dict(found.body)
    if "model" not in body:
        body["model"] = model
        notes.append(f"The code names no model; it is {model} now.")
    draft = Draft.of_body(body, found.betas, filled=not found.variables)
    if "max_tokens" not in body:
        body["max_tokens"] = draft.max_tokens
        notes.append(f"The code sets no max_tokens; it is {draft.max_tokens:,} now.")
    if lost := raw_body.lost(body, draft.template_body() if found.variables else draft.body()):
        raise NotImported(lost)
    if found.anthropic_version not in {None, connection.anthropic_version}:
        notes.append(
            f"The code sends API version {found.anthropic_version}; this connection sends "
            f"{connection.anthropic_version}. API keys has the choice."
        )
    address = found.base_url or SERVICE_URL
    if address != connection.base_url and (found.base_url or not connection.simulated):
        notes.append(f"The code goes to {address}; this connection goes to {connection.base_url}.")
    return ImportedDraft(draft, tuple(notes))


def _quoted(sentence: str) -> str:
    """Names that stand between backticks, for a screen that draws the sentence literally."""
    return re.sub("`([^`]*)`", r"“\1”", sentence)
