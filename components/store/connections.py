"""Connections that the user added or changed. Their secrets are not here and nowhere in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Row, delete, insert, select, update

from components.domain.connection import Connection, InvalidAddress, clean_base_url
from components.store.database import Database
from components.store.errors import NameTaken, StoreError
from components.store.schema import connections
from components.store.texts import fold


class Connections:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, given: Connection) -> None:
        """Add the connection, or replace the one of this id.

        Raises `NameTaken`; names that differ only in case are the same name.
        """
        try:
            base_url = clean_base_url(given.base_url)
        except InvalidAddress as cause:
            raise StoreError(str(cause)) from cause
        name = given.name.strip()
        values = {
            "name": name,
            "folded_name": fold(name),
            "base_url": base_url,
            "anthropic_version": given.anthropic_version,
            "auth": given.auth,
        }
        same = (connections.c.folded_name == fold(name)) & (connections.c.id != given.id)
        with self._database.writing() as connection:
            if connection.execute(select(connections.c.id).where(same)).first():
                raise NameTaken(f"A connection named “{name}” exists already. Choose another name.")
            if connection.execute(
                update(connections).where(connections.c.id == given.id).values(values)
            ).rowcount:
                return
            connection.execute(
                insert(connections).values(id=given.id, created_at=datetime.now(UTC), **values)
            )

    def remove(self, connection_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(connections).where(connections.c.id == connection_id))

    def list(self) -> list[Connection]:
        """In the order in which they were added."""
        query = select(connections).order_by(connections.c.created_at, connections.c.id)
        with self._database.reading() as connection:
            return [_connection(row) for row in connection.execute(query)]


def _connection(row: Row[tuple[object, ...]]) -> Connection:
    return Connection(row.id, row.name, row.base_url, row.anthropic_version, row.auth)
