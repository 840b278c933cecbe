"""Connections that the user added. Their secrets are not here and nowhere in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, insert, select, update

from components.domain.request import VERSION_2023
from components.store.database import Database
from components.store.errors import NameTaken, StoreError
from components.store.schema import connections
from components.store.texts import fold


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A base URL, how to authenticate there, and the API version to speak."""

    name: str
    base_url: str
    anthropic_version: str = VERSION_2023
    auth: Literal["x-api-key", "bearer"] = "x-api-key"
    id: str = field(default_factory=lambda: uuid4().hex)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Connections:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: StoredConnection) -> None:
        """Raises `NameTaken`; names that differ only in case are the same name."""
        with self._database.writing() as connection:
            connection.execute(insert(connections).values(_row(connection, new)))

    def update(self, changed: StoredConnection) -> None:
        """Replace the connection of this id. Raises `NameTaken`."""
        with self._database.writing() as connection:
            row = _row(connection, changed)
            connection.execute(update(connections).where(connections.c.id == changed.id).values(row))

    def remove(self, connection_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(connections).where(connections.c.id == connection_id))

    def list(self) -> list[StoredConnection]:
        """In the order in which they were added."""
        query = select(connections).order_by(connections.c.created_at, connections.c.id)
        with self._database.reading() as connection:
            return [_connection(row) for row in connection.execute(query)]


def _row(connection: Connection, given: StoredConnection) -> dict[str, object]:
    """The row to write, checked: the name is free, and the URL carries no password."""
    if "@" in urlsplit(given.base_url).netloc:
        raise StoreError(
            "The base URL holds a user name or password. Leave it out of the URL and enter it as the key."
        )
    folded = fold(given.name.strip())
    same = (connections.c.folded_name == folded) & (connections.c.id != given.id)
    if connection.execute(select(connections.c.id).where(same)).first():
        raise NameTaken(f"A connection named “{given.name.strip()}” exists already. Choose another name.")
    return {**asdict(given), "name": given.name.strip(), "folded_name": folded}


def _connection(row: Row[tuple[object, ...]]) -> StoredConnection:
    return StoredConnection(
        name=row.name,
        base_url=row.base_url,
        anthropic_version=row.anthropic_version,
        auth=row.auth,
        id=row.id,
        created_at=row.created_at,
    )
