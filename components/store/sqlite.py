"""All that is true of SQLite alone: how it is opened, its error codes, its trigram index for text search.

Texts are searched by a portable LIKE on `run_texts`. On SQLite a trigram index beside that table first
narrows the rows to those that hold every three characters of the search. The index is only an aid: where
SQLite was built without FTS5 (or before 3.34) the same search works, slower. `detail=none` keeps it at
0.8 times the size of the text; with positions it would be 4.2 times, and twice as slow to write.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    column,
    event,
    literal_column,
    select,
    table,
    text,
)

from components.store.errors import DiskFull, ForeignDatabase, NoAccess, StoreBusy, StoreCorrupt, StoreError

BUSY_TIMEOUT_S = 3.0
IMMEDIATE = "store_immediate"
"""Execution option: begin a transaction that will write.

One that begins as a reader and then writes is refused at once, without waiting, when another process wrote
in between.
"""
_MAX_TRIGRAMS = 64
_ALMOST_NOTHING = 64 * 1024

_index = table("run_text_index", column("rowid"))


def set_up(engine: Engine) -> None:
    """Make each new connection behave, and let SQLAlchemy rather than `sqlite3` begin transactions.

    `sqlite3` by itself begins none before DDL, so that a failed migration would leave half of it behind.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(IMMEDIATE) else "BEGIN")


def is_wal(connection: Connection) -> bool:
    return connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def choose_wal(engine: Engine) -> None:
    """Let readers and one writer work side by side. Kept in the file; impossible inside a transaction."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def table_names(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())


def trigram_available(connection: Connection) -> bool:
    """Whether this SQLite can read and write the index."""
    try:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE temp.trigram_probe USING fts5(a, tokenize = 'trigram')"
        )
    except Exception:
        return False
    connection.exec_driver_sql("DROP TABLE temp.trigram_probe")
    return True


def index_in_step(connection: Connection) -> bool:
    """Whether the triggers that keep the index in step with the texts are there."""
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
    return "run_texts_indexed" in set(names)


def begin_index(connection: Connection) -> None:
    """Make the index from the texts there are, and triggers that keep it in step."""
    columns = "prompt, answer"
    gone = (
        f"INSERT INTO run_text_index(run_text_index, rowid, {columns})"
        " VALUES ('delete', old.number, old.prompt, old.answer);"
    )
    come = f"INSERT INTO run_text_index(rowid, {columns}) VALUES (new.number, new.prompt, new.answer);"
    for statement in (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS run_text_index USING fts5({columns}, content = 'run_texts',"
        " content_rowid = 'number', tokenize = 'trigram case_sensitive 1', detail = none)",
        "INSERT INTO run_text_index(run_text_index) VALUES ('rebuild')",
        f"CREATE TRIGGER run_texts_indexed AFTER INSERT ON run_texts BEGIN {come} END",
        f"CREATE TRIGGER run_texts_reindexed AFTER UPDATE ON run_texts BEGIN {gone} {come} END",
        f"CREATE TRIGGER run_texts_unindexed AFTER DELETE ON run_texts BEGIN {gone} END",
    ):
        connection.exec_driver_sql(statement)


def leave_index(connection: Connection) -> None:
    """Let the index rest, so that an SQLite that cannot write it can still write the texts."""
    for trigger in ("run_texts_indexed", "run_texts_reindexed", "run_texts_unindexed"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")


def narrowed(number: str, folded: str) -> ColumnElement[bool] | None:
    """A condition that holds for every run whose text contains `folded`, and for few others.

    `number` is the SQL of the column. None when the search is too short for it.
    """
    trigrams = list(dict.fromkeys(folded[start : start + 3] for start in range(len(folded) - 2)))
    if not trigrams:
        return None
    match = " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams[:_MAX_TRIGRAMS])
    found = select(_index.c.rowid).where(text("run_text_index MATCH :match").bindparams(match=match))
    # With the plus sign it can only test rows, not seek them: the newest come first, and none is sorted.
    return literal_column(f"+{number}", Integer).in_(found)


def translated(cause: Any, where: Path | str) -> StoreError:
    """The error in our words. `cause` is what `sqlite3` raised."""
    # The low byte is the kind; the rest says more about it.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _disk_is_full(where)):
        return DiskFull(
            f"The disk that holds {where} is full. Free some space and try again; what was stored is safe."
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(
            f"Another program holds {where} locked. Close what uses it (a database browser, a backup) "
            "and try again."
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreCorrupt(
            f"{where} is damaged or is not a database. It was left as it is: restore a backup or move it "
            "away, then start again."
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return no_access(where)
    return StoreError(f"The database {where} could not be used: {cause}")


def no_access(where: Path | str) -> NoAccess:
    return NoAccess(
        f"{where} cannot be opened for writing. Check that its folder exists and is yours to write, "
        "or choose another folder with WORKBENCH_HOME."
    )


def foreign(where: Path | str) -> ForeignDatabase:
    return ForeignDatabase(
        f"{where} is the database of another program. It was left as it is: choose another folder with "
        "WORKBENCH_HOME, or another WORKBENCH_DATABASE_URL."
    )


def _disk_is_full(where: Path | str) -> bool:
    try:
        return shutil.disk_usage(Path(where).parent).free < _ALMOST_NOTHING
    except OSError:
        return False
