from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

import pytest
from unit.media.images import an_image
from unit.services.compared_columns import a_body, answered, column, columns_of_samples, failed
from unit.store.samples import a_run

from components.domain.compared import Column
from components.domain.json_types import JsonObject
from components.domain.long_data import restore
from components.services import export
from components.services.comparison_export import COLUMNS, csv_of, jsonl_of


def rows_of(columns: Sequence[Column]) -> list[dict[str, str]]:
    text = b"".join(csv_of(columns)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def records_of(columns: Sequence[Column]) -> list[JsonObject]:
    return [json.loads(line) for line in b"".join(jsonl_of(columns)).splitlines()]


def test_there_is_a_line_for_each_sample_in_order() -> None:
    columns = [column("A", answered(), failed(), a_run()), column("B", answered()), column("C")]
    expected = [("A", 1), ("A", 2), ("A", 3), ("B", 1)]
    assert [(row["letter"], int(row["sample"])) for row in rows_of(columns)] == expected
    assert [(each["letter"], each["sample"]) for each in records_of(columns)] == expected
    assert [row["state"] for row in rows_of(columns)] == ["complete", "failed", "queued", "complete"]


def test_a_row_holds_the_column_the_figures_and_both_texts() -> None:
    body = a_body("Why?", "claude-haiku-5-5")
    run = answered("Because.", body=body, thinking_tokens=30)
    (row,) = rows_of([column("B", run, differs=["Model: claude-haiku-5-5", "Effort: low"])])
    assert tuple(row) == COLUMNS
    assert (row["variant"], row["differs"]) == ("variant-B", "Model: claude-haiku-5-5; Effort: low")
    assert (row["model"], row["prompt"], row["answer"]) == ("claude-haiku-5-5", "Why?", "Because.")
    assert (row["input_tokens"], row["output_tokens"], row["thinking_tokens"]) == ("15", "100", "30")
    assert (row["cost_usd"], row["time_to_first_text_s"], row["duration_s"]) == ("0.0025", "0.5", "2.5")
    assert row["tokens_per_s"] == "50.0"
    assert json.loads(row["request"]) == body
    assert json.loads(row["response"]) == run.message


def test_what_is_not_known_is_empty_and_null() -> None:
    columns = [column("A", failed("No."))]
    (row,) = rows_of(columns)
    assert (row["tokens_per_s"], row["cost_usd"], row["answer"], row["response"]) == ("", "", "", "")
    (record,) = records_of(columns)
    assert set(record["figures"].values()) == {None}  # type: ignore[union-attr]
    assert row["error"] == "No."


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_runs_as_a_formula(start: str) -> None:
    (row,) = rows_of([column("A", answered(start, body=a_body(start)), differs=[start])])
    assert (row["answer"], row["prompt"], row["differs"]) == ("'" + start,) * 3


def test_json_lines_hold_the_run_as_the_history_writes_it() -> None:
    columns = columns_of_samples(2, 3)
    runs = [run for each in columns for run in each.runs]
    told = [json.loads(line) for line in b"".join(export.jsonl_of(runs)).splitlines()]
    records = records_of(columns)
    assert [each["run"] for each in records] == told
    first = records[0]
    assert (first["variant"], first["model"], first["state"]) == ("variant-A", "claude-opus-5-5", "complete")
    assert isinstance(first["figures"], dict)
    assert set(first["figures"]) == {
        *("input_tokens", "output_tokens", "thinking_tokens", "cost_usd"),
        *("to_first_text_s", "total_s", "tokens_per_s", "stop_reason"),
    }
    assert isinstance(first["figures"]["cost_usd"], str)


def test_long_data_is_named_by_its_digest_and_stands_once_in_the_lines() -> None:
    data = an_image("PNG", 900, 700)
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    body = a_body([image])
    columns = [column("A", answered(body=body), answered(body=body)), column("B", answered(body=body))]
    for row in rows_of(columns):
        assert data not in row["request"]
        assert "$sha256" in row["request"]
    assert b"".join(jsonl_of(columns)).decode().count(data) == 1
    first, *others = records_of(columns)
    assert [each["files"] for each in others] == [{}, {}]
    assert isinstance(first["files"], dict)
    files = {name: str(value) for name, value in first["files"].items()}
    for record in (first, *others):
        run = restore(record["run"], files)
        assert isinstance(run, dict)
        assert isinstance(run["request"], dict)
        assert run["request"]["body"] == body


def test_half_characters_do_not_break_the_files() -> None:
    columns = [column("A", answered("half \ud83d"))]
    (row,) = rows_of(columns)
    assert row["answer"] == "half ?"
    assert records_of(columns)[0]["answer"] == "half \ud83d"
