"""Drafts, kept as they are typed, so that a reload or a restart of the program loses none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, insert, select, update

from components.domain.json_types import JsonObject
from components.store.database import Database
from components.store.schema import drafts

KEPT: Final = 200
"""How many drafts are kept; saving a new one drops the oldest."""


class Drafts:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, draft_id: str, content: JsonObject) -> None:
        """Keep the draft, in place of what was kept under this id."""
        values = {"content": content, "saved_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            if connection.execute(update(drafts).where(drafts.c.id == draft_id).values(values)).rowcount:
                return
            connection.execute(insert(drafts).values(id=draft_id, **values))
            newest = select(drafts.c.id).order_by(drafts.c.saved_at.desc(), drafts.c.id.desc())
            old = list(connection.execute(newest.offset(KEPT)).scalars())
            connection.execute(delete(drafts).where(drafts.c.id.in_(old)))

    def load(self, draft_id: str) -> JsonObject | None:
        with self._database.reading() as connection:
            return connection.execute(select(drafts.c.content).where(drafts.c.id == draft_id)).scalar()

    def latest(self) -> tuple[str, JsonObject] | None:
        """(id, content) of the draft that was saved last."""
        query = select(drafts.c.id, drafts.c.content)
        query = query.order_by(drafts.c.saved_at.desc(), drafts.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return (row.id, row.content) if row else None
