from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from unit.store.samples import a_message, a_run, ended

from components.domain.run import Run, RunError, RunState
from components.services.export import COLUMNS, csv_of, jsonl_of


def rows_of(*runs: Run) -> list[dict[str, str]]:
    text = b"".join(csv_of(runs)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


HOSTILE = "quotes \" ' comma, semicolon; \\ newline\r\n second\n\ttab 漢字 😀 \0"


def test_a_row_holds_what_the_history_shows_and_the_whole_texts() -> None:
    run = replace(ended(a_run(HOSTILE), HOSTILE), cost_usd=Decimal("0.0000000025"), request_id="req_1")
    (row,) = rows_of(run)
    assert tuple(row) == COLUMNS
    assert row["time"] == "2026-11-22T12:00:00.123456+00:00"
    assert (row["state"], row["model"], row["connection"]) == ("complete", "claude-opus-5-5", "Sandbox")
    assert (row["prompt"], row["answer"], row["stop_reason"]) == (HOSTILE, HOSTILE, "end_turn")
    assert (row["input_tokens"], row["output_tokens"]) == ("15", "7")
    assert (row["cost_usd"], row["duration_s"], row["request_id"]) == ("0.0000000025", "2.0", "req_1")
    assert (row["betas"], row["id"], row["error"]) == ("beta-1 beta-2", run.id, "")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_cell_runs_as_a_formula(start: str) -> None:
    run = ended(a_run(start), start, error=RunError(start), connection=start, request_id=start)
    (row,) = rows_of(run)
    for column in ("prompt", "answer", "error", "connection", "request_id"):
        assert row[column] == "'" + start


def test_several_turns_stand_under_their_roles() -> None:
    turns = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}]},
    ]
    run = a_run()
    request = replace(
        run.request, body_json=json.dumps({"model": "m", "system": "Be brief.", "messages": turns})
    )
    (row,) = rows_of(replace(run, request=request))
    assert row["prompt"] == "user: Hi\n\nassistant: Hello\n\nuser: [image]\nWhat is it?"
    assert row["system"] == "Be brief."


def test_a_run_without_an_answer_has_empty_cells() -> None:
    error = RunError("No.", 401, "authentication_error")
    (row,) = rows_of(replace(a_run(), state=RunState.FAILED, error=error))
    assert (row["answer"], row["output_tokens"], row["cost_usd"], row["duration_s"]) == ("", "", "", "")
    assert (row["error"], row["error_status"], row["error_type"]) == ("No.", "401", "authentication_error")


def test_an_answer_of_tool_calls_shows_them() -> None:
    message = {**a_message(), "content": [{"type": "tool_use", "name": "weather", "input": {"city": "Bonn"}}]}
    (row,) = rows_of(ended(a_run(), message=message))
    assert row["answer"] == 'weather({"city": "Bonn"})'


def test_json_lines_hold_everything_exactly() -> None:
    run = ended(
        a_run(HOSTILE),
        state=RunState.INTERRUPTED,
        message=a_message("half \ud83d"),
        cost_usd=Decimal("0.0000000025"),
        request_id="req_1",
        error=RunError("Broken.", 529, "overloaded_error", "busy", 1.5),
    )
    first, second = [json.loads(line) for line in b"".join(jsonl_of([run, a_run()])).splitlines()]
    assert first["request"] == {
        "body": run.request.body,
        "anthropic_version": "2023-06-01",
        "betas": ["beta-1", "beta-2"],
        "fingerprint": run.request.fingerprint,
    }
    assert first["message"] == run.message
    assert (first["id"], first["state"], first["draft"]) == (run.id, "interrupted", run.draft)
    assert (Decimal(first["cost_usd"]), first["request_id"]) == (run.cost_usd, "req_1")
    assert first["error"] == {
        "sentence": "Broken.",
        "status": 529,
        "type": "overloaded_error",
        "error_code": "busy",
        "retry_after_s": 1.5,
        "body": None,
    }
    assert first["times"]["ended"] == "2026-11-22T12:00:02.123456+00:00"
    assert (second["message"], second["error"], second["cost_usd"]) == (None, None, None)


def test_exports_take_one_run_at_a_time() -> None:
    taken = 0

    def runs() -> Iterator[Run]:
        nonlocal taken
        for _ in range(3):
            taken += 1
            yield a_run()

    for export in (csv_of(runs()), jsonl_of(runs())):
        taken = 0
        assert next(export)
        assert taken <= 1
        assert len(list(export)) >= 2


def test_an_export_of_nothing_has_its_columns() -> None:
    assert rows_of() == []
    assert b"".join(jsonl_of([])) == b""
    assert b"".join(csv_of([])).decode("utf-8-sig").startswith("time,state,model")
