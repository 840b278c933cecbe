"""Every earlier schema, filled, is brought up to date with all that it held."""

from __future__ import annotations

import base64
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

from components.domain.run import Estimate, PartOf, Run, RunState, RunTimes
from components.store import database as opening
from components.store.columns import JsonText, Moment, json_text
from components.store.comparisons import Comparisons
from components.store.connections import Connections
from components.store.database import FILE_NAME, open_database
from components.store.drafts import Drafts
from components.store.references import shortened, shortened_run
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


def filled(file: sqlite3.Connection, run: Run, **later: object) -> None:
    """The first run of a database, without its request, with what later schemas know besides."""
    moments = dict.fromkeys(
        ("queued_at", "first_byte_at", "first_text_at", "ended_at", "saved_at"), microseconds(BEGAN)
    )
    insert(
        file,
        "runs",
        id=run.id,
        state="complete",
        owner="owner",
        model=run.request.model,
        prompt_start="What is it?",
        connection=run.connection,
        base_url=run.base_url,
        anthropic_version=run.request.anthropic_version,
        fingerprint=run.request.fingerprint,
        input_tokens=15,
        output_tokens=7,
        cost_usd=250_000_000_000,
        stop_reason="end_turn",
        **moments,
        **later,
    )
    insert(file, "run_texts", number=1, prompt="what is it?", answer="hi")


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
    filled(file, old)
    request = {"body_json": old.request.body_json, "betas": '["beta-1","beta-2"]'}
    insert(file, "run_requests", number=1, draft=json_text(old.draft), **request)
    insert(file, "run_answers", number=1, message=JsonText().process_bind_param(a_message(), None))  # type: ignore[arg-type]
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


def test_a_database_of_the_second_schema_keeps_its_files_and_can_compare_its_runs(tmp_path: Path) -> None:
    pdf = base64_of(5_000)
    old = replace(
        ended(a_run([a_pdf(pdf), {"type": "text", "text": "What is it?"}], draft={"turns": [a_pdf(pdf)]})),
        cost_usd=Decimal("0.25"),
        times=RunTimes(BEGAN, BEGAN, BEGAN, BEGAN),
        prompt_key="k",
        estimate=Estimate(15, Decimal("0.1")),
        headers={"a": "b"},
    )
    file = made_as_of("0002", tmp_path)
    filled(file, old, prompt_key="k")
    body_json, draft, data = shortened_run(old.request.body_json, old.request.body, old.draft)
    (sha256,) = data
    request = {"body_json": body_json, "betas": '["beta-1","beta-2"]', "draft": json_text(draft)}
    estimate = '{"input_tokens":15,"lowest_usd":"0.1","likely_usd":null,"highest_usd":null}'
    insert(file, "run_requests", number=1, estimate=estimate, **request)
    insert(file, "run_answers", number=1, message=json_text(a_message()), headers='{"a":"b"}')
    insert(file, "files", sha256=sha256, content=base64.b64decode(pdf), size=5_000, created_at=1)
    insert(file, "run_files", number=1, sha256=sha256)
    content = {"draft": {"turns": [{"blocks": [a_pdf(pdf)]}]}}
    short, _ = shortened(content)  # type: ignore[arg-type]
    insert(file, "drafts", id="d", content=json_text(short), saved_at=1)
    insert(file, "draft_files", draft_id="d", sha256=sha256)
    file.commit()
    file.close()

    database = open_database(None, tmp_path)
    runs, drafts, comparisons = Runs(database), Drafts(database), Comparisons(database)
    assert runs.get(old.id) == old
    assert runs.output_tokens("k") == [7]
    assert drafts.latest() == ("d", content)

    comparisons.save("c", content, title="T", models=["m"])  # type: ignore[arg-type]
    comparisons.place("c", [(PartOf("c", "a", 1), old.id)])
    drafts.save("d", {})
    assert comparisons.load("c") == content
    assert [(row.id, row.runs, row.cost_usd) for row in comparisons.page(limit=1)] == [
        ("c", 1, Decimal("0.25"))
    ]
    assert runs.get(old.id) == old
    database.close()
