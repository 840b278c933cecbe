"""Runs as files: CSV for people, JSON Lines for programs. Both stream."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

from components.domain.answer import blocks_of, stop_reason_of, text_of, usage_of
from components.domain.json_types import Json, JsonObject
from components.domain.run import Estimate, Run
from components.domain.sent_secrets import draft_without_secrets, without_secrets

COLUMNS: Final = (
    "time",
    "state",
    "model",
    "connection",
    "system",
    "prompt",
    "answer",
    "stop_reason",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "time_to_first_text_s",
    "duration_s",
    "error",
    "error_status",
    "error_type",
    "request_id",
    "base_url",
    "anthropic_version",
    "betas",
    "id",
)
"""Of the CSV file. `time` is when the run was queued, ISO 8601 in UTC; `prompt` is all turns."""

_BEGINS_A_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet runs a cell that begins so. Source: OWASP, CSV injection."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

CsvCell: TypeAlias = str | int | float | None


def csv_of(runs: Iterable[Run]) -> Iterator[bytes]:
    """Yield the file in UTF-8, a piece per run.

    It begins with a byte order mark, without which Excel misreads everything but ASCII (in Python, read it
    as "utf-8-sig"). A text cell that a spreadsheet would run as a formula gets an apostrophe before it;
    the exact text is in the JSON Lines.
    """
    yield BYTE_ORDER_MARK + csv_line(COLUMNS)
    for run in runs:
        yield csv_line(cells(run))


def jsonl_of(runs: Iterable[Run]) -> Iterator[bytes]:
    """Yield one JSON object a line, in UTF-8, with everything that is kept of a run.

    `request.body` is the body that was sent, without the tokens of MCP servers, `message` the Message as
    far as it came, `cost_usd` a decimal number as text, times ISO 8601 in UTC.
    """
    for run in runs:
        yield json_bytes(record(run)) + b"\n"


def cells(run: Run) -> list[CsvCell]:
    """One for each of `COLUMNS`."""
    body, usage, error = run.request.body, usage_of(run.message), run.error
    stop_reason = stop_reason_of(run.message)
    return [
        _iso(run.times.queued),
        run.state.value,
        str(body.get("model", "")),
        run.connection,
        _text(body.get("system")),
        _turns(body.get("messages")),
        text_of(run.message) or _tool_calls(run.message),
        stop_reason,
        usage.total_input_tokens if usage else None,
        # Before the stop reason comes, the service's figure is a placeholder.
        usage.output_tokens if usage and stop_reason else None,
        None if run.cost_usd is None else f"{run.cost_usd:f}",
        run.times.to_first_text_s,
        run.times.total_s,
        error.sentence if error else None,
        error.status if error else None,
        error.type if error else None,
        run.request_id,
        run.base_url,
        run.request.anthropic_version,
        " ".join(run.request.betas),
        run.id,
    ]


def record(run: Run) -> JsonObject:
    """What JSON Lines hold of a run."""
    error: JsonObject | None = None
    if run.error:
        error = {
            "sentence": run.error.sentence,
            "status": run.error.status,
            "type": run.error.type,
            "error_code": run.error.error_code,
            "retry_after_s": run.error.retry_after_s,
            "body": run.error.body,
        }
    return {
        "id": run.id,
        "state": run.state.value,
        "connection": run.connection,
        "base_url": run.base_url,
        "request": {
            "body": without_secrets(run.request.body),
            "anthropic_version": run.request.anthropic_version,
            "betas": list(run.request.betas),
            "fingerprint": run.request.fingerprint,
        },
        "message": run.message,
        "cost_usd": None if run.cost_usd is None else f"{run.cost_usd:f}",
        "request_id": run.request_id,
        "error": error,
        "times": {
            "queued": _iso(run.times.queued),
            "first_byte": _iso(run.times.first_byte),
            "first_text": _iso(run.times.first_text),
            "ended": _iso(run.times.ended),
        },
        "draft": draft_without_secrets(run.draft),
        "prompt_key": run.prompt_key,
        "estimate": _estimate(run.estimate),
        "headers": dict(run.headers),
    }


def _estimate(estimate: Estimate | None) -> JsonObject | None:
    if estimate is None:
        return None
    return {
        name: f"{value:f}" if isinstance(value, Decimal) else value
        for name, value in asdict(estimate).items()
    }


def _turns(messages: Json) -> str:
    """The text of one turn as it stands; of several, each under its role."""
    turns = [turn for turn in messages if isinstance(turn, dict)] if isinstance(messages, list) else []
    if len(turns) == 1:
        return _text(turns[0].get("content"))
    return "\n\n".join(f"{turn.get('role')}: {_text(turn.get('content'))}" for turn in turns)


def _text(content: Json) -> str:
    """Text as it stands; what is not text as its type in brackets."""
    if isinstance(content, str):
        return content
    parts = []
    for block in content if isinstance(content, list) else []:
        if isinstance(block, dict):
            text = block.get("text")
            parts.append(text if isinstance(text, str) else f"[{block.get('type')}]")
    return "\n".join(parts)


def _tool_calls(message: JsonObject | None) -> str:
    calls = [block for block in blocks_of(message) if block.get("type") == "tool_use"]
    return "\n".join(f"{call.get('name')}({json.dumps(call.get('input'))})" for call in calls)


def csv_line(cells: Iterable[CsvCell]) -> bytes:
    """A line of the file, with no text in it that a spreadsheet would run."""
    line = io.StringIO()
    csv.writer(line).writerow(_harmless(cell) if isinstance(cell, str) else cell for cell in cells)
    # UTF-8 cannot carry half a character.
    return line.getvalue().encode("utf-8", "replace")


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_BEGINS_A_FORMULA) else cell


def json_bytes(value: Json) -> bytes:
    """JSON on one line, in UTF-8; half characters are escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
