"""Every earlier schema, filled, is brought up to date with all that it held."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy.engine import URL
from unit.store.attachments import a_pdf, base64_of
from unit.store.samples import BEGAN, a_message, a_run, ended

from components.domain.run import Estimate, RunState, RunTimes
from components.store import database as opening
from components.store.columns import JsonText, Moment, json_text
from components.store.connections import Connections
from components.store.database import FILE_NAME, open_database
from components.store.drafts import Drafts
from components.store.runs import Runs

MIGRATIONS = Path(opening.__file__).parent / "migrations"


def made_as_of(revision: str, home: Path) -> sqlite3.Connection:
    """An empty database as the program of that time left it."""
    database = opening._connect(URL.create("sqlite", database=str(home / FILE_NAME)))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        upgrade(config, revision)
    database.close()
    return sqlite3.connect(home / FILE_NAME)


def insert(file: sqlite3.Connection, table: str, **values: object) -> None:
    marks = ", ".join(f":{name}" for name in values)
    file.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", values)


def microseconds(moment: object) -> object:
    return Moment().process_bind_param(moment, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("with_index", [True, False], ids=["with trigrams", "without trigrams"])
def test_a_database_of_the_first_schema_keeps_its_runs_drafts_and_connections(
    with_index: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not with_index:
        monkeypatch.setattr("components.store.sqlite.trigram_available", lambda _: False)
    pdf = base64_of(5_000)
    old = replace(
        ended(a_run([a_pdf(pdf), {"type": "text", "text": "What is it?"}], draft={"turns": [a_pdf(pdf)]})),
        cost_usd=Decimal("0.25"),
        times=RunTimes(BEGAN, BEGAN, BEGAN, BEGAN),
    )
    file = made_as_of("0001", tmp_path)
    moments = dict.fromkeys(
        ("queued_at", "first_byte_at", "first_text_at", "ended_at", "saved_at"), microseconds(BEGAN)
    )
    insert(
        file,
        "runs",
        id=old.id,
        state="complete",
        owner="owner",
        model=old.request.model,
        prompt_start="What is it?",
        connection=old.connection,
        base_url=old.base_url,
        anthropic_version=old.request.anthropic_version,
        fingerprint=old.request.fingerprint,
        input_tokens=15,
        output_tokens=7,
        cost_usd=250_000_000_000,
        stop_reason="end_turn",
        **moments,
    )
    request = {"body_json": old.request.body_json, "betas": '["beta-1","beta-2"]'}
    insert(file, "run_requests", number=1, draft=json_text(old.draft), **request)
    insert(file, "run_answers", number=1, message=JsonText().process_bind_param(a_message(), None))  # type: ignore[arg-type]
    insert(file, "run_texts", number=1, prompt="what is it?", answer="hi")
    content = {"draft": {"turns": [{"blocks": [a_pdf(pdf)]}]}}
    insert(file, "drafts", id="d", content=json_text(content), saved_at=1)  # type: ignore[arg-type]
    connection = {"name": "Mine", "folded_name": "mine", "base_url": "http://x", "auth": "x-api-key"}
    insert(file, "connections", id="c", anthropic_version="2023-06-01", created_at=1, **connection)
    file.commit()
    file.close()

    database = open_database(None, tmp_path)
    runs, drafts = Runs(database), Drafts(database)
    assert runs.get(old.id) == old
    assert list(runs.iterate()) == [old]
    assert [row.id for row in runs.page(limit=10)] == [old.id]
    assert drafts.latest() == ("d", content)
    assert [each.name for each in Connections(database).list()] == ["Mine"]

    new = a_run([a_pdf(pdf)], minute=1, prompt_key="k", estimate=Estimate(1, Decimal(2)))
    runs.add(new, "owner")
    drafts.save("d", content)  # type: ignore[arg-type]
    assert runs.get(new.id) == new
    assert drafts.load("d") == content
    runs.finish(replace(old, state=RunState.INTERRUPTED, headers={"a": "b"}), BEGAN)
    assert runs.get(old.id) == replace(old, state=RunState.INTERRUPTED, headers={"a": "b"})
    database.close()
