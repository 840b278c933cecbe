"""Opening the database: where it lies, whether its schema is ours, and how it is read and written."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from components.store import schema, sqlite
from components.store.errors import DiskFull, NoAccess, SchemaTooNew, StoreBusy, StoreError

FILE_NAME: Final = "workbench.db"
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class Database:
    """An open database of the current schema. Any thread may use it."""

    def __init__(self, engine: Engine, where: Path | str) -> None:
        self.engine = engine
        self.where = where
        """The file, or the URL without its password: for sentences."""
        self.on_sqlite = engine.dialect.name == "sqlite"
        self.has_text_index = False
        # Waiting here is fair and wakes at once; SQLite's own waiting polls.
        self._one_writer: AbstractContextManager[object] = (
            threading.Lock() if self.on_sqlite else nullcontext()
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view. Raises `StoreError`."""
        with self.errors_translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, gone without trace when it raises.

        Raises `StoreError`.
        """
        with self.errors_translated(), self._one_writer, self.engine.connect() as connection:
            connection = connection.execution_options(**{sqlite.IMMEDIATE: True})
            with connection.begin():
                yield connection

    @contextmanager
    def errors_translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as cause:
            raise self._translated(cause.orig) from cause
        except sqlite3.Error as cause:
            raise self._translated(cause) from cause
        except PoolTimeout as cause:
            raise StoreBusy("The database answers too slowly. Try again in a moment.") from cause

    def _translated(self, cause: BaseException | None) -> StoreError:
        if isinstance(cause, sqlite3.Error):
            return sqlite.translated(cause, self.where)
        return NoAccess(f"The database {self.where} could not be used: {type(cause).__name__}: {cause}")

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str | None, home: Path) -> Database:
    """Open the database at `url`, or SQLite's file in `home`; bring its schema up to date.

    `home` is made where it is missing, for this user alone. Raises `StoreError`; a file that is not ours,
    damaged or too new is left as it is. Any number of processes may do this at once.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if url is None:
            # SQLite gives its side files the mode of this one.
            os.close(os.open(home / FILE_NAME, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as cause:
        raise _folder_error(cause, home) from cause
    database = _connect(URL.create("sqlite", database=str(home / FILE_NAME)) if url is None else _parsed(url))
    try:
        if not _is_ready(database):
            _make_ready(database, home)
    except BaseException:
        database.close()
        raise
    return database


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as cause:
        # Without the URL: it may hold a password.
        raise StoreError(
            "WORKBENCH_DATABASE_URL is not a database URL. It should read like "
            "sqlite:////folder/file.db or postgresql://user@host/name."
        ) from cause


def _connect(url: URL) -> Database:
    on_sqlite = url.get_backend_name() == "sqlite"
    if on_sqlite and url.database in {None, "", ":memory:"}:
        raise StoreError("The database URL names no file: a database in memory would lose every run.")
    try:
        options = {"timeout": sqlite.BUSY_TIMEOUT_S} if on_sqlite else {}
        # Errors go to the log; prompts do not.
        engine = create_engine(url, connect_args=options, hide_parameters=True)
    except (ArgumentError, ImportError) as cause:
        raise StoreError(
            f"No driver for {url.drivername} databases is installed. Install one, or unset "
            "WORKBENCH_DATABASE_URL to use SQLite."
        ) from cause
    if on_sqlite:
        sqlite.set_up(engine)
    return Database(
        engine, Path(str(url.database)) if on_sqlite else url.render_as_string(hide_password=True)
    )


def _version(database: Database) -> str | None:
    """The schema's revision; None for an empty database. Raises `ForeignDatabase`."""
    with database.reading() as connection:
        names = set(inspect(connection).get_table_names())
        if names - {"alembic_version"} and schema.run_requests.name not in names:
            raise sqlite.foreign(database.where)
        if "alembic_version" not in names:
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _is_ready(database: Database) -> bool:
    """Whether nothing has to be changed before use. Needs neither Alembic nor a lock."""
    if _version(database) != schema.HEAD:
        return False
    if not database.on_sqlite:
        return True
    with database.reading() as connection:
        available = sqlite.trigram_available(connection)
        in_step = sqlite.index_in_step(connection)
        database.has_text_index = available and in_step
        return available == in_step and sqlite.is_wal(connection)


def _make_ready(database: Database, home: Path) -> None:
    from filelock import FileLock

    try:
        lock = FileLock(home / "migration.lock")
        lock.acquire()
    except OSError as cause:
        raise _folder_error(cause, home) from cause
    try:
        version = _version(database)
        if version != schema.HEAD:
            with _migrating:
                _migrate(database, version)
        if database.on_sqlite and not _is_ready(database):
            with database.errors_translated():
                sqlite.choose_wal(database.engine)
            with database.writing() as connection:
                available = sqlite.trigram_available(connection)
                if available and not sqlite.index_in_step(connection):
                    sqlite.begin_index(connection)
                elif not available:
                    sqlite.leave_index(connection)
                database.has_text_index = available
    finally:
        lock.release()


_migrating: Final = threading.Lock()
"""Alembic keeps what it migrates in globals: one at a time in a process, whatever the database."""


def _migrate(database: Database, version: str | None) -> None:
    """Apply what is missing, each migration in one transaction. Raises `SchemaTooNew`."""
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise SchemaTooNew(
            f"{database.where} was written by a newer version of the Workbench (schema {version}). It was "
            "left as it is: update the Workbench, or choose another folder with WORKBENCH_HOME."
        )
    with database.errors_translated(), database.engine.connect() as connection:
        connection = connection.execution_options(**{sqlite.IMMEDIATE: True})
        config.attributes["connection"] = connection
        upgrade(config, "head")


def _folder_error(cause: OSError, home: Path) -> StoreError:
    if cause.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"The disk that holds {home} is full. Free some space and start again.")
    return sqlite.no_access(home)
