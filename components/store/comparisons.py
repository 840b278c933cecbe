"""Comparisons: what is compared, kept as it is edited, and which runs belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from components.domain.blind_vote import Verdict
from components.domain.comparison_summary import ComparisonSummary
from components.domain.json_types import JsonObject
from components.domain.long_data import restore
from components.domain.run import LIVE_STATES, PartOf
from components.store import files
from components.store.database import Database
from components.store.errors import StoreError
from components.store.references import shortened
from components.store.schema import (
    comparison_files,
    comparison_runs,
    comparisons,
    runs,
    vote_sessions,
    votes,
)
from components.store.texts import fold

_place: Final = (
    (comparison_runs.c.comparison_id == bindparam("of"))
    & (comparison_runs.c.variant_id == bindparam("variant"))
    & (comparison_runs.c.sample == bindparam("nth"))
)


KEPT: Final = 200
"""How many comparisons that were never sent are kept; saving a new one drops the oldest of them."""
_was_sent: Final = exists().where(comparison_runs.c.comparison_id == comparisons.c.id)


class Comparisons:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, comparison_id: str, content: JsonObject, *, title: str, models: Sequence[str]) -> None:
        """Keep the comparison, in place of what was kept under this id; long base64 data once per content."""
        short, data = shortened(content)
        now = datetime.now(UTC)
        values = {
            "title": title,
            "models": list(models),
            "folded": fold("\n".join([title, *models])),
            "saved_at": now,
            "content": short,
        }
        with self._database.writing() as connection:
            known = comparisons.c.id == comparison_id
            if not connection.execute(update(comparisons).where(known).values(values)).rowcount:
                connection.execute(insert(comparisons).values(id=comparison_id, created_at=now, **values))
                _drop_the_oldest(connection)
            files.use(connection, comparison_files.c.comparison_id, comparison_id, data)

    def load(self, comparison_id: str) -> JsonObject | None:
        query = select(comparisons.c.content).where(comparisons.c.id == comparison_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            used = files.used_by(connection, comparison_files.c.comparison_id, comparison_id)
            data = files.load(connection, used)
        return cast(JsonObject, restore(row.content, data) if data else row.content)

    def latest(self) -> str | None:
        """The id of the comparison that was saved last."""
        query = select(comparisons.c.id).order_by(comparisons.c.saved_at.desc(), comparisons.c.id.desc())
        with self._database.reading() as connection:
            return connection.execute(query.limit(1)).scalar()

    def place(self, comparison_id: str, parts: Sequence[tuple[PartOf, str]]) -> None:
        """Put stored runs, by id, into a comparison that is saved; each takes the place of what was there.

        The comparison that a part itself names does not matter: the parts of one fit into another.
        """
        with self._database.writing() as connection:
            ids = list({run_id for _, run_id in parts})
            found = connection.execute(select(runs.c.id, runs.c.number).where(runs.c.id.in_(ids)))
            numbers = {row.id: row.number for row in found}
            if len(numbers) < len(ids):
                raise StoreError("A run to compare is not in the database. Choose the runs again.")
            put(connection, comparison_id, [(part, numbers[run_id]) for part, run_id in parts])

    def parts(self, comparison_id: str) -> list[tuple[PartOf, str]]:
        """Its runs by id with their places, by variant and sample; those of removed variants too."""
        query = (
            select(comparison_runs.c.variant_id, comparison_runs.c.sample, runs.c.id)
            .join_from(comparison_runs, runs)
            .where(comparison_runs.c.comparison_id == comparison_id)
            .order_by(comparison_runs.c.variant_id, comparison_runs.c.sample)
        )
        with self._database.reading() as connection:
            return [
                (PartOf(comparison_id, row.variant_id, row.sample), row.id)
                for row in connection.execute(query)
            ]

    def page(self, text: str = "", *, limit: int, offset: int = 0) -> list[ComparisonSummary]:
        """Those with runs, newest first, whose title or models hold the text, whatever its case."""
        with self._database.reading() as connection:
            return [_summary(row) for row in connection.execute(_listed(text, limit, offset))]

    def count(self, text: str = "") -> int:
        query = select(func.count()).select_from(comparisons).where(*_matching(text))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())


def put(connection: Connection, comparison_id: str, parts: Sequence[tuple[PartOf, int]]) -> None:
    """Put runs, by number, into their places; each takes the place of what was there."""
    if not parts:
        return
    places = [{"of": comparison_id, "variant": part.variant_id, "nth": part.sample} for part, _ in parts]
    connection.execute(delete(comparison_runs).where(_place), places)
    rows = [
        {
            "comparison_id": comparison_id,
            "variant_id": part.variant_id,
            "sample": part.sample,
            "number": number,
        }
        for part, number in parts
    ]
    connection.execute(insert(comparison_runs), rows)


def _drop_the_oldest(connection: Connection) -> None:
    """Of those that were never sent, which no list shows, keep the newest."""
    newest = select(comparisons.c.id).where(~_was_sent).order_by(comparisons.c.saved_at.desc())
    for comparison_id in connection.execute(newest.offset(KEPT)).scalars().all():
        files.use(connection, comparison_files.c.comparison_id, comparison_id, {})
        connection.execute(delete(comparisons).where(comparisons.c.id == comparison_id))


def _matching(text: str) -> list[ColumnElement[bool]]:
    folded = fold(text)
    return [_was_sent, *([comparisons.c.folded.contains(folded, autoescape=True)] if folded else [])]


def _listed(text: str, limit: int, offset: int) -> Select[Any]:
    """First the rows of the page, then what is counted, for these rows alone."""
    listed = (
        select(comparisons.c.id, comparisons.c.title, comparisons.c.models, comparisons.c.created_at)
        .where(*_matching(text))
        .order_by(comparisons.c.created_at.desc(), comparisons.c.id.desc())
        .limit(limit)
        .offset(offset)
        .cte("listed")
    )
    its_runs = (
        select(comparison_runs.c.comparison_id, comparison_runs.c.number)
        .where(comparison_runs.c.comparison_id.in_(select(listed.c.id)))
        .distinct()
        .subquery()
    )
    cast_votes = (
        select(func.count())
        .join_from(vote_sessions, votes)
        .where(vote_sessions.c.comparison_id == listed.c.id, votes.c.verdict != Verdict.SKIP)
        .scalar_subquery()
    )
    live = case((runs.c.state.in_(sorted(LIVE_STATES)), 1))
    return (
        select(
            listed,
            func.count(runs.c.number).label("runs"),
            func.count(live).label("live"),
            func.sum(runs.c.cost_usd).label("cost_usd"),
            cast_votes.label("votes"),
        )
        .outerjoin_from(listed, its_runs, its_runs.c.comparison_id == listed.c.id)
        .outerjoin(runs, runs.c.number == its_runs.c.number)
        .group_by(*listed.c)
        .order_by(listed.c.created_at.desc(), listed.c.id.desc())
    )


def _summary(row: Row[Any]) -> ComparisonSummary:
    return ComparisonSummary(
        id=row.id,
        title=row.title,
        models=tuple(row.models),
        created_at=row.created_at,
        runs=row.runs,
        live=row.live,
        cost_usd=row.cost_usd,
        votes=row.votes,
    )
