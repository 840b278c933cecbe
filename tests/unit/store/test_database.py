from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from unit.store.samples import a_run, ended

from components.store import database as opening
from components.store import schema
from components.store.database import FILE_NAME, Database, open_database
from components.store.errors import (
    DiskFull,
    ForeignDatabase,
    NoAccess,
    SchemaTooNew,
    StoreBusy,
    StoreCorrupt,
    StoreError,
)
from components.store.runs import Runs

PROJECT = Path(opening.__file__).parents[2]
MIGRATIONS = Path(opening.__file__).parent / "migrations"


def python(code: str, *args: object, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-c", dedent(code), *map(str, args)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_a_new_home_is_for_its_user_alone(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    open_database(None, home).close()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / FILE_NAME).stat().st_mode) == 0o600


def test_a_new_database_has_the_newest_schema(database: Database) -> None:
    ours = set(schema.metadata.tables)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in ours}
        )
        assert compare_metadata(context, schema.metadata) == []


def test_the_newest_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_the_tables_can_be_made_in_postgresql() -> None:
    for table in schema.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as writer:
        writer.execute(text("DELETE FROM drafts"))
        with database.reading() as reader:
            assert reader.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert reader.execute(text("SELECT count(*) FROM drafts")).scalar() == 0


def test_opening_a_current_database_needs_no_alembic(tmp_path: Path) -> None:
    open_database(None, tmp_path).close()
    code = """
        import sys; from pathlib import Path
        from components.store.database import open_database
        open_database(None, Path(sys.argv[1]))
        print([name for name in sys.modules if name in ("alembic", "filelock")])
    """
    assert python(code, tmp_path).stdout == "[]\n"


def test_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    code = """
        import os, sys; from pathlib import Path
        from components.store.database import open_database
        import alembic.command
        from components.store.drafts import Drafts
        print("ready", flush=True)
        sys.stdin.readline()
        database = open_database(None, Path(sys.argv[1]))
        Drafts(database).save(str(os.getpid()), {})
        print("saved")
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", dedent(code), str(tmp_path / "home")],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["saved\n"] * 4
    with sqlite3.connect(tmp_path / "home" / FILE_NAME) as file:
        assert file.execute("SELECT count(*) FROM drafts").fetchone() == (4,)
    file.close()


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, broken)
    (broken / "versions" / "r9999_broken.py").write_text(
        dedent(f"""
            from alembic import op
            revision = "9999"
            down_revision = "{schema.HEAD}"
            def upgrade():
                op.execute("CREATE TABLE half (a)")
                op.execute("CREATE TABLE half (a)")
        """)
    )
    open_database(None, tmp_path).close()
    monkeypatch.setattr(opening, "_MIGRATIONS", broken)
    monkeypatch.setattr(schema, "HEAD", "9999")
    with pytest.raises(StoreError):
        open_database(None, tmp_path)
    monkeypatch.undo()
    reopened = open_database(None, tmp_path)
    with reopened.reading() as connection:
        found = connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")).scalar()
    assert found == 0
    reopened.close()


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    garbage = b"My shopping list, and much more. " * 400
    file.write_bytes(garbage)
    with pytest.raises(StoreCorrupt, match=r"workbench\.db is damaged or is not a database.*move it away"):
        open_database(None, tmp_path)
    assert file.read_bytes() == garbage


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    Runs(database).add(a_run("text " * 5000), "owner")
    database.close()
    file = tmp_path / FILE_NAME
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StoreCorrupt, match="restore a backup"):
        Runs(open_database(None, tmp_path)).page(limit=10)
    assert file.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        file.execute("CREATE TABLE recipes (name)")
    file.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(ForeignDatabase, match="another program"):
        open_database(None, tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_schema_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    open_database(None, tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(SchemaTooNew, match=r"newer version of the Workbench .schema 9999.*update"):
        open_database(None, tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_database_locked_by_another_program_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.store.sqlite.BUSY_TIMEOUT_S", 0.05)
    database = open_database(None, tmp_path)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    run = a_run()
    with pytest.raises(StoreBusy, match=r"locked\. Close what uses it"):
        Runs(database).add(run, "owner")
    other.close()
    Runs(database).add(run, "owner")
    assert Runs(database).get(run.id) == run
    database.close()


def limit_size(database: Database, pages: int) -> None:
    """As a disk that is full: SQLite then gives the same error."""
    database.engine.dispose()

    @event.listens_for(database.engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_database_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    first = ended(a_run())
    Runs(database).add(first, "owner")
    limit_size(database, 60)
    big = a_run("long text " * 50_000, minute=1)
    with pytest.raises(DiskFull, match=r"is full\. Free some space"):
        Runs(database).add(big, "owner")
    assert [run.id for run in Runs(database).page(limit=10)] == [first.id]
    assert Runs(database).get(first.id) == first
    database.close()


def test_a_disk_that_is_really_full_says_so(tmp_path: Path) -> None:
    code = """
        import sys; from pathlib import Path
        from components.store.database import open_database
        from components.store.errors import DiskFull
        from components.store.runs import Runs
        from unit.store.samples import a_run
        home = Path(sys.argv[1])
        runs = Runs(open_database(None, home))
        added = []
        try:
            while True:
                added.append(a_run("words " * 2000))
                runs.add(added[-1], "owner")
        except DiskFull as error:
            print(error)
        assert [run for run in runs.iterate()] == added[-2::-1], "a run is lost"
        assert len(added) > 3
        print("kept")
    """
    environment = f"PYTHONPATH={PROJECT}:{PROJECT / 'tests'}"
    mounted = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"')
    if not shutil.which("unshare") or python("", before=(*mounted, str(tmp_path))).returncode:
        pytest.skip("needs the right to mount a small disk")
    result = python(code, tmp_path, before=(*mounted, str(tmp_path), "env", environment))
    assert "is full. Free some space" in result.stdout, result.stderr
    assert result.stdout.endswith("kept\n"), result.stderr


def test_a_home_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(NoAccess, match="WORKBENCH_HOME"):
        open_database(None, tmp_path / "home")
    with pytest.raises(NoAccess, match="cannot be opened for writing"):
        open_database(None, tmp_path / "home" / "deeper")


def test_a_folder_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    code = """
        import os, sys; from pathlib import Path
        from components.store.database import open_database
        from components.store.errors import NoAccess
        if os.geteuid() == 0:
            os.seteuid(65534)
        try:
            open_database(None, Path(sys.argv[1]))
        except NoAccess as error:
            print(error)
    """
    tmp_path.chmod(0o500)
    assert "cannot be opened for writing" in python(code, tmp_path).stdout


def test_a_database_that_may_only_be_read_says_so(database: Database) -> None:
    @event.listens_for(database.engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    database.engine.dispose()
    with pytest.raises(NoAccess, match="cannot be opened for writing"):
        Runs(database).add(a_run(), "owner")


def test_a_database_in_a_folder_that_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoAccess, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path}/missing/file.db", tmp_path)


def test_a_database_url_names_its_file(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/other.db", tmp_path / "home")
    assert database.where == tmp_path / "other.db"
    assert not (tmp_path / "home" / FILE_NAME).exists()
    database.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "nosuch://u:secret@h/db"])
def test_a_database_url_that_cannot_work_says_so_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_database(url, tmp_path)
    assert "secret" not in str(caught.value)
    assert "URL" in str(caught.value)


def test_a_missing_driver_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"No driver for postgresql\+asyncpg"):
        open_database("postgresql+asyncpg://user:secret@localhost/db", tmp_path)
