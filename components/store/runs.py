"""The runs: added before they are sent, saved while their answer arrives, finished, listed, searched."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from components.domain.answer import stop_reason_of, usage_of
from components.domain.json_types import JsonObject
from components.domain.long_data import restore
from components.domain.request import Request
from components.domain.run import (
    LIVE_STATES,
    Estimate,
    PartOf,
    Run,
    RunError,
    RunFilter,
    RunState,
    RunSummary,
    RunTimes,
)
from components.store import comparisons, files, sqlite, texts
from components.store.columns import JsonText
from components.store.database import Database
from components.store.references import restored_text, shortened_run
from components.store.schema import run_answers, run_files, run_requests, run_texts, runs

EVERY_RUN: Final = RunFilter()
# Spelled out, because a list cannot be used when many rows are updated at once.
_is_live: Final = or_(*(runs.c.state == state for state in sorted(LIVE_STATES)))
_CHUNK: Final = 50
_whole_run: Final = select(runs, run_requests, run_answers.c.message, run_answers.c.headers).select_from(
    runs.join(run_requests).join(run_answers)
)
# Headers that came once are not lost when a later write knows of none.
_answer: Final = {
    "message": bindparam("part", type_=JsonText),
    "headers": func.coalesce(bindparam("known", type_=JsonText), run_answers.c.headers),
}

# Made once: building a statement with its values takes longer than running it.
_insert_run: Final = insert(runs).returning(runs.c.number)
_insert_request: Final = insert(run_requests)
_insert_answer: Final = insert(run_answers)
_insert_text: Final = insert(run_texts)
_number_of_run: Final = select(runs.c.number).where(runs.c.id == bindparam("run_id"))
_update_run: Final = update(runs).where(runs.c.number == bindparam("this"))
_update_answer: Final = update(run_answers).where(run_answers.c.number == bindparam("this")).values(_answer)
_update_text: Final = update(run_texts).where(run_texts.c.number == bindparam("this"))


@dataclass(frozen=True, slots=True)
class Saved:
    """A run as it lies in the store."""

    run: Run
    owner: str
    """The engine that sent it."""
    saved_at: datetime
    """The last time anything of it was written."""


class Runs:
    """Every method may be called from any thread, is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: Run, owner: str, part_of: PartOf | None = None) -> None:
        """Keep a new run. When this returns, it survives the death of the program.

        With its place in a comparison, which is saved already; an earlier run in that place makes room.
        """
        body = run.request.body
        body_json, draft, data = shortened_run(run.request.body_json, body, run.draft)
        row = {
            "id": run.id,
            "owner": owner,
            "model": str(body.get("model", "")),
            "prompt_start": texts.prompt_start(body),
            "connection": run.connection,
            "base_url": run.base_url,
            "anthropic_version": run.request.anthropic_version,
            "fingerprint": run.request.fingerprint,
            "prompt_key": run.prompt_key,
            **_outcome(run, run.times.queued),
        }
        prompt, answer = texts.prompt_search_text(body), texts.answer_search_text(run.message)
        with self._database.writing() as connection:
            number = connection.execute(_insert_run, row).scalar_one()
            request = {"body_json": body_json, "betas": list(run.request.betas), "draft": draft}
            estimate = _estimate_json(run.estimate)
            connection.execute(_insert_request, {"number": number, "estimate": estimate, **request})
            answered = {"message": run.message, "headers": dict(run.headers) or None}
            connection.execute(_insert_answer, {"number": number, **answered})
            connection.execute(_insert_text, {"number": number, "prompt": prompt, "answer": answer})
            files.keep(connection, data)
            if data:
                uses = [{"number": number, "sha256": sha256} for sha256 in data]
                connection.execute(insert(run_files), uses)
            if part_of is not None:
                comparisons.put(connection, part_of.comparison_id, [(part_of, number)])

    def save_progress(self, live: Sequence[Run], at: datetime) -> None:
        """Write states, times and answers so far, all in one transaction.

        A run that has ended in the meantime stays as it ended.
        """
        if not live:
            return
        mine = (runs.c.id == bindparam("run_id")) & _is_live
        number = select(runs.c.number).where(mine).scalar_subquery()
        with self._database.writing() as connection:
            connection.execute(
                update(run_answers).where(run_answers.c.number == number).values(_answer),
                [{"run_id": run.id, **_answer_of(run)} for run in live],
            )
            connection.execute(
                update(runs).where(mine), [{"run_id": run.id, **_progress(run, at)} for run in live]
            )

    def finish(self, run: Run, at: datetime) -> None:
        """Write how a run ended, with its whole answer."""
        answer = texts.answer_search_text(run.message)
        with self._database.writing() as connection:
            number = connection.execute(_number_of_run, {"run_id": run.id}).scalar()
            connection.execute(_update_run, {"this": number, **_outcome(run, at)})
            connection.execute(_update_answer, {"this": number, **_answer_of(run)})
            connection.execute(_update_text, {"this": number, "answer": answer})

    def note_estimate(self, run_id: str, estimate: Estimate) -> None:
        """Keep an estimate that came after the run was added."""
        number = select(runs.c.number).where(runs.c.id == run_id).scalar_subquery()
        with self._database.writing() as connection:
            kept = {"estimate": _estimate_json(estimate)}
            connection.execute(update(run_requests).where(run_requests.c.number == number).values(kept))

    def open_runs(self) -> list[tuple[str, str]]:
        """(id, owner) of each run that has not ended, oldest first."""
        query = select(runs.c.id, runs.c.owner).where(_is_live).order_by(runs.c.number)
        with self._database.reading() as connection:
            return [(row.id, row.owner) for row in connection.execute(query)]

    def get(self, run_id: str) -> Run | None:
        saved = self.saved(run_id)
        return saved.run if saved else None

    def saved(self, run_id: str) -> Saved | None:
        with self._database.reading() as connection:
            row = connection.execute(_whole_run.where(runs.c.id == run_id)).first()
            if row is None:
                return None
            data = files.load(connection, _files_of(connection, [row.number])[row.number])
        return Saved(_run(row, data, {}), row.owner, row.saved_at)

    def saved_many(self, run_ids: Collection[str]) -> dict[str, Saved]:
        """Whole runs by id, of those that are here; equal requests are one object, files are read once."""
        ids, found = list(dict.fromkeys(run_ids)), dict[str, Saved]()
        data, shared = dict[str, str](), dict[object, Request]()
        with self._database.reading() as connection:
            for start in range(0, len(ids), _CHUNK):
                query = _whole_run.where(runs.c.id.in_(ids[start : start + _CHUNK]))
                rows = connection.execute(query).all()
                used = _files_of(connection, [row.number for row in rows])
                data |= files.load(connection, {each for its in used.values() for each in its} - data.keys())
                for row in rows:
                    its = {sha256: data[sha256] for sha256 in used[row.number]}
                    found[row.id] = Saved(_run(row, its, shared), row.owner, row.saved_at)
        return found

    def page(self, which: RunFilter = EVERY_RUN, *, limit: int, offset: int = 0) -> list[RunSummary]:
        """Newest first. Reads narrow rows only."""
        query = self._narrowed(
            select(
                runs.c.id,
                runs.c.state,
                runs.c.model,
                runs.c.prompt_start,
                runs.c.connection,
                runs.c.queued_at,
                runs.c.ended_at,
                runs.c.input_tokens,
                runs.c.output_tokens,
                runs.c.cost_usd,
                runs.c.stop_reason,
            ),
            which,
        )
        with self._database.reading() as connection:
            return [_summary(row) for row in connection.execute(_newest(query).limit(limit).offset(offset))]

    def count(self, which: RunFilter = EVERY_RUN) -> int:
        query = self._narrowed(select(func.count()).select_from(runs), which)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def models(self) -> list[str]:
        """Every model that a run was sent to, in order."""
        with self._database.reading() as connection:
            return list(connection.execute(select(runs.c.model).distinct().order_by(runs.c.model)).scalars())

    def output_tokens(self, prompt_key: str, model: str | None = None, limit: int = 50) -> list[int]:
        """Billed output of the newest complete runs of a prompt, newest first; with one model or with any."""
        query = select(runs.c.output_tokens).where(
            runs.c.prompt_key == prompt_key,
            runs.c.state == RunState.COMPLETE,
            runs.c.output_tokens.is_not(None),
        )
        if model is not None:
            query = query.where(runs.c.model == model)
        with self._database.reading() as connection:
            return list(connection.execute(_newest(query).limit(limit)).scalars())

    def iterate(self, which: RunFilter = EVERY_RUN) -> Iterator[Run]:
        """Whole runs, newest first, a few in memory at a time; those that match when it begins."""
        query = _newest(self._narrowed(select(runs.c.number), which))
        with self._database.reading() as connection:
            numbers = array("q", connection.execute(query).scalars())
        data: dict[str, str] = {}  # Of the last run that had any: the next one often has the same.
        for start in range(0, len(numbers), _CHUNK):
            chunk = _whole_run.where(runs.c.number.in_(numbers[start : start + _CHUNK].tolist()))
            with self._database.reading() as connection:
                found = connection.execute(_newest(chunk)).all()
                used = _files_of(connection, [row.number for row in found])
            for row in found:
                if used[row.number]:
                    with self._database.reading() as connection:
                        data = files.load(connection, used[row.number], data)
                yield _run(row, data if used[row.number] else {}, {})

    def _narrowed(self, query: Select[Any], which: RunFilter) -> Select[Any]:
        conditions: list[ColumnElement[bool]] = []
        if which.models:
            conditions.append(runs.c.model.in_(which.models))
        if which.states:
            conditions.append(runs.c.state.in_(which.states))
        if which.since is not None:
            conditions.append(runs.c.queued_at >= which.since)
        if which.until is not None:
            conditions.append(runs.c.queued_at < which.until)
        folded = texts.fold(which.text)
        if folded:
            query = query.join_from(runs, run_texts)
            conditions.append(
                or_(
                    run_texts.c.prompt.contains(folded, autoescape=True),
                    run_texts.c.answer.contains(folded, autoescape=True),
                )
            )
            if self._database.has_text_index:
                narrowed = sqlite.narrowed("runs.number", folded)
                conditions += [] if narrowed is None else [narrowed]
        return query.where(*conditions)


def _newest(query: Select[Any]) -> Select[Any]:
    return query.order_by(runs.c.queued_at.desc(), runs.c.number.desc())


def _progress(run: Run, at: datetime) -> dict[str, object]:
    return {
        "state": run.state,
        "request_id": run.request_id,
        "first_byte_at": run.times.first_byte,
        "first_text_at": run.times.first_text,
        "saved_at": at,
    }


def _outcome(run: Run, at: datetime) -> dict[str, object]:
    usage, stop_reason, error = usage_of(run.message), stop_reason_of(run.message), run.error
    return {
        **_progress(run, at),
        # Later than when it was added, where the run had to wait for its turn.
        "queued_at": run.times.queued,
        "input_tokens": usage.total_input_tokens if usage else None,
        # Before the stop reason comes, the service's figure is a placeholder.
        "output_tokens": usage.output_tokens if usage and stop_reason else None,
        "cost_usd": run.cost_usd,
        "stop_reason": stop_reason,
        "ended_at": run.times.ended,
        "error_sentence": error.sentence if error else None,
        "error_status": error.status if error else None,
        "error_type": error.type if error else None,
        "error_code": error.error_code if error else None,
        "error_retry_after_s": error.retry_after_s if error else None,
        "error_body": error.body if error else None,
    }


def _answer_of(run: Run) -> dict[str, object]:
    return {"part": run.message, "known": dict(run.headers) or None}


def _estimate_json(estimate: Estimate | None) -> JsonObject | None:
    if estimate is None:
        return None
    of_run = asdict(estimate)
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in of_run.items()}


def _estimate(kept: JsonObject | None) -> Estimate | None:
    if kept is None:
        return None
    tokens = kept.get("input_tokens")
    usd = {
        name: Decimal(str(kept[name])) if kept.get(name) is not None else None
        for name in ("lowest_usd", "likely_usd", "highest_usd")
    }
    return Estimate(tokens if isinstance(tokens, int) else None, **usd)


def _files_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """The hashes of the files that each of these runs uses."""
    used: dict[int, list[str]] = {number: [] for number in numbers}
    query = select(run_files.c.number, run_files.c.sha256).where(run_files.c.number.in_(numbers))
    for row in connection.execute(query):
        used[row.number].append(row.sha256)
    return used


def _request(row: Row[Any], data: Mapping[str, str], shared: dict[object, Request]) -> Request:
    """One for equal rows: many answers to one request over a file of megabytes hold its body once."""
    key = (row.body_json, row.anthropic_version, tuple(row.betas), frozenset(data))
    if key not in shared:
        shared[key] = Request(restored_text(row.body_json, data), row.anthropic_version, tuple(row.betas))
    return shared[key]


def _run(row: Row[Any], data: Mapping[str, str], shared: dict[object, Request]) -> Run:
    error = None
    if row.error_sentence is not None:
        error = RunError(
            row.error_sentence,
            row.error_status,
            row.error_type,
            row.error_code,
            row.error_retry_after_s,
            row.error_body,
        )
    return Run(
        id=row.id,
        state=RunState(row.state),
        request=_request(row, data, shared),
        connection=row.connection,
        base_url=row.base_url,
        times=RunTimes(row.queued_at, row.first_byte_at, row.first_text_at, row.ended_at),
        draft=cast("JsonObject | None", restore(row.draft, data) if data else row.draft),
        message=row.message,
        cost_usd=row.cost_usd,
        request_id=row.request_id,
        error=error,
        prompt_key=row.prompt_key,
        estimate=_estimate(row.estimate),
        headers=row.headers or {},
    )


def _summary(row: Row[Any]) -> RunSummary:
    return RunSummary(
        id=row.id,
        state=RunState(row.state),
        model=row.model,
        prompt_start=row.prompt_start,
        connection=row.connection,
        queued_at=row.queued_at,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_usd=row.cost_usd,
        duration_s=(row.ended_at - row.queued_at).total_seconds() if row.ended_at else None,
        stop_reason=row.stop_reason,
    )
