"""Files: the bytes behind the references in requests and drafts, each content once however many use it."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, exists, select, text

from components.store.columns import Moment
from components.store.schema import draft_files, files, run_files

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


def forget_unused(connection: Connection, hashes: Collection[str]) -> None:
    """Delete those of these files that nothing uses any more."""
    if hashes:
        used_by_run = exists().where(run_files.c.sha256 == files.c.sha256)
        used_by_draft = exists().where(draft_files.c.sha256 == files.c.sha256)
        connection.execute(delete(files).where(files.c.sha256.in_(hashes), ~used_by_run, ~used_by_draft))
