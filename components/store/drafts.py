"""Drafts, kept as they are typed, so that a reload or a restart of the program loses none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Select, delete, insert, select, update

from components.domain.json_types import JsonObject
from components.domain.long_data import restore
from components.store import files
from components.store.database import Database
from components.store.references import shortened
from components.store.schema import draft_files, drafts

KEPT: Final = 200
"""How many drafts are kept; saving a new one drops the oldest."""


class Drafts:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, draft_id: str, content: JsonObject) -> None:
        """Keep the draft, in place of what was kept under this id; long base64 data once per content."""
        short, data = shortened(content)
        values = {"content": short, "saved_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            if not connection.execute(update(drafts).where(drafts.c.id == draft_id).values(values)).rowcount:
                connection.execute(insert(drafts).values(id=draft_id, **values))
                _drop_the_oldest(connection)
            files.use(connection, draft_files.c.draft_id, draft_id, data)

    def load(self, draft_id: str) -> JsonObject | None:
        found = self._first(select(drafts).where(drafts.c.id == draft_id))
        return found[1] if found else None

    def latest(self) -> tuple[str, JsonObject] | None:
        """(id, content) of the draft that was saved last."""
        return self._first(select(drafts).order_by(drafts.c.saved_at.desc(), drafts.c.id.desc()).limit(1))

    def _first(self, query: Select[Any]) -> tuple[str, JsonObject] | None:
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            data = files.load(connection, files.used_by(connection, draft_files.c.draft_id, row.id))
        return row.id, cast(JsonObject, restore(row.content, data) if data else row.content)


def _drop_the_oldest(connection: Connection) -> None:
    newest = select(drafts.c.id).order_by(drafts.c.saved_at.desc(), drafts.c.id.desc())
    for draft_id in connection.execute(newest.offset(KEPT)).scalars().all():
        files.use(connection, draft_files.c.draft_id, draft_id, {})
        connection.execute(delete(drafts).where(drafts.c.id == draft_id))
