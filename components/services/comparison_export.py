"""A comparison as files, a line for each sample: CSV for people, JSON Lines for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Final

from components.domain.answer import text_of
from components.domain.compared import Column
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import shorten
from components.domain.run import Run
from components.domain.run_figures import RunFigures, figures_of
from components.domain.sent_secrets import without_secrets
from components.services import export

COLUMNS: Final = (
    "letter",
    "variant",
    "sample",
    "differs",
    *export.COLUMNS,
    "thinking_tokens",
    "tokens_per_s",
    "request",
    "response",
)
"""Of the CSV file. `sample` counts from 1, `differs` says what the column has otherwise than the first;
`request` and `response` are JSON with long base64 data by its SHA-256 (the JSON Lines hold the data). The
columns between are those of the history's file."""


def csv_of(columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield the file in UTF-8, a piece per sample, in the form of `export.csv_of`."""
    yield export.BYTE_ORDER_MARK + export.csv_line(COLUMNS)
    for column in columns:
        for sample, run in enumerate(column.runs, 1):
            figures = figures_of(run)
            yield export.csv_line(
                [
                    column.letter,
                    column.variant_id,
                    sample,
                    "; ".join(column.differs),
                    *export.cells(run),
                    figures.thinking_tokens,
                    _rounded(figures.tokens_per_s),
                    _short_json(without_secrets(run.request.body)),
                    _short_json(run.message),
                ]
            )


def jsonl_of(columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield one JSON object a line, in UTF-8.

    `answer` is the text of the answer, `figures` are those of the table (null: not known; money is a decimal
    number as text), and `run` is all that `export.jsonl_of` tells of a run, request and response included.
    Long base64 data is named in there by its SHA-256, `{"$sha256": …}`, and stands in the `files` of the
    first line that needs it: samples share their attachments.
    """
    told: set[str] = set()
    for column in columns:
        for sample, run in enumerate(column.runs, 1):
            record, data = shorten(export.record(run))
            files: JsonObject = {name: value for name, value in data.items() if name not in told}
            told |= files.keys()
            line = {**_record(column, sample, run), "run": record, "files": files}
            yield export.json_bytes(line) + b"\n"


def _record(column: Column, sample: int, run: Run) -> JsonObject:
    return {
        "letter": column.letter,
        "variant": column.variant_id,
        "sample": sample,
        "model": column.model,
        "differs": list(column.differs),
        "state": run.state.value,
        "answer": text_of(run.message),
        "figures": _figures(figures_of(run)),
    }


def _figures(figures: RunFigures) -> JsonObject:
    return {
        name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in asdict(figures).items()
    } | {"tokens_per_s": _rounded(figures.tokens_per_s)}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def _short_json(value: JsonObject | None) -> str | None:
    short: Json = shorten(value)[0]
    return None if short is None else json.dumps(short, ensure_ascii=False)
