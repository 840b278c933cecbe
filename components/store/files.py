"""Files: the bytes behind references to long data, each content once however many use it."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, bindparam, delete, exists, insert, select, text

from components.store.columns import Moment
from components.store.schema import comparison_files, draft_files, files, run_files

_USES: Final = (run_files, draft_files, comparison_files)

# Both engines take these words, and SQLAlchemy has them for each alone.
_insert_unless_there = text(
    "INSERT INTO files (sha256, content, size, created_at) VALUES (:sha256, :content, :size, :created_at)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("created_at", type_=Moment))


def keep(connection: Connection, data: Mapping[str, str]) -> None:
    """Store the base64 data by hash, where it is not stored yet."""
    if not data:
        return
    query = select(files.c.sha256).where(files.c.sha256.in_(data))
    # Where writers work side by side, none may forget a file that another is about to use.
    there = set(connection.execute(query.with_for_update(read=True, key_share=True)).scalars())
    for sha256 in data.keys() - there:
        content = base64.b64decode(data[sha256])
        row = {"sha256": sha256, "content": content, "size": len(content), "created_at": datetime.now(UTC)}
        connection.execute(_insert_unless_there, row)


def load(
    connection: Connection, hashes: Iterable[str], held: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Base64 data by hash; what `held` has of it is taken from there."""
    held = held or {}
    data = {}
    for sha256 in hashes:
        if sha256 in held:
            data[sha256] = held[sha256]
        else:
            content = connection.execute(select(files.c.content).where(files.c.sha256 == sha256)).scalar_one()
            data[sha256] = base64.b64encode(content).decode()
    return data


def used_by(connection: Connection, user: Column[Any], of: str) -> set[str]:
    """The hashes of the files that one draft or comparison uses; `user` is the column that holds its id."""
    return set(connection.execute(select(user.table.c.sha256).where(user == of)).scalars())


def use(connection: Connection, user: Column[Any], of: str, data: Mapping[str, str]) -> None:
    """Note that a draft or a comparison uses this data, by hash, and no other.

    What was used before and nothing uses now is forgotten.
    """
    used, uses = used_by(connection, user, of), user.table
    keep(connection, data)
    if added := data.keys() - used:
        connection.execute(insert(uses), [{user.name: of, "sha256": sha256} for sha256 in added])
    if gone := used - data.keys():
        connection.execute(delete(uses).where(user == of, uses.c.sha256.in_(gone)))
        _forget_unused(connection, gone)


def _forget_unused(connection: Connection, hashes: Collection[str]) -> None:
    unused = [~exists().where(uses.c.sha256 == files.c.sha256) for uses in _USES]
    connection.execute(delete(files).where(files.c.sha256.in_(hashes), *unused))
