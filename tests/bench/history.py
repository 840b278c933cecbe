"""The history list at 100,000 runs: how long its pages, counts and searches take in SQL.

python -m bench.history        (from tests/, with the project on the path)
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert

from components.domain.json_types import Json, JsonObject
from components.domain.run import RunFilter, RunState
from components.services.runs import new_run_id
from components.store import sqlite
from components.store.database import Database, open_database
from components.store.runs import Runs
from components.store.schema import run_answers, run_requests, run_texts, runs
from components.store.texts import answer_search_text, prompt_search_text, prompt_start

RUNS = 100_000
PAGE = 50
_MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5")
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_RARE = "needle in a haystack"


def measure(count: int = RUNS) -> dict[str, float]:
    """Milliseconds, the median of five, by what was asked; one run a minute, 1.3 KB of text in each."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(None, Path(folder))
        fill(database, count)
        store = Runs(database)
        middle = _BEGAN + timedelta(minutes=count // 2)
        filters = {
            "every run": RunFilter(),
            "common model": RunFilter(models=(_MODELS[0],)),
            "rare model": RunFilter(models=("rare-model",)),
            "rare state": RunFilter(states=(RunState.FAILED,)),
            "a day long ago": RunFilter(since=middle, until=middle + timedelta(days=1)),
            "rare text": RunFilter(text=_RARE.upper()),
            "common text": RunFilter(text="the "),
            "no such text": RunFilter(text="no such text anywhere"),
            "two letters": RunFilter(text="qz"),
            "text and model": RunFilter(text="the ", models=(_MODELS[1],)),
        }
        results = {}
        for name, which in filters.items():
            results[f"page: {name}"] = _median_ms(lambda which=which: store.page(which, limit=PAGE))
            results[f"count: {name}"] = _median_ms(lambda which=which: store.count(which))
        results["page: the last"] = _median_ms(lambda: store.page(limit=PAGE, offset=count - PAGE))
        results["models"] = _median_ms(store.models)
        results["file, MB"] = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        database.close()
    return results


def fill(database: Database, count: int) -> None:
    """Insert in bulk what `Runs.add` and `Runs.finish` would have left."""
    with database.writing() as connection:
        sqlite.leave_index(connection)
    rows = enumerate(_rows(count), start=1)
    while chunk := list(itertools.islice(rows, 2000)):
        with database.writing() as connection:
            for table, part in ((runs, 0), (run_requests, 1), (run_answers, 2), (run_texts, 3)):
                connection.execute(insert(table), [{"number": number, **row[part]} for number, row in chunk])
    with database.writing() as connection:
        sqlite.begin_index(connection)


def _rows(count: int) -> Iterator[tuple[dict[str, object], ...]]:
    chance = random.Random(1)
    words = ["the", "of", "and", *(_word(chance) for _ in range(8000))]
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(words))))

    sentences = [" ".join(chance.choices(words, cum_weights=weights, k=10)) for _ in range(20_000)]

    def prose(sentence_count: int) -> str:
        return ". ".join(chance.choices(sentences, k=sentence_count))

    for index in range(count):
        queued = _BEGAN + timedelta(minutes=index)
        model = "rare-model" if index % 10_000 == 1 else _MODELS[index % 3]
        failed = index % 5000 == 3
        text = prose(15) + (_RARE if index % 1000 == 7 else "")
        body: JsonObject = {
            "model": model,
            "max_tokens": 1024,
            "messages": [{"role": "user", "content": prose(4)}],
        }
        content: list[Json] = [{"type": "text", "text": text}]
        message: JsonObject = {"role": "assistant", "content": content, "stop_reason": "end_turn"}
        yield (
            {
                "id": new_run_id(queued),
                "state": RunState.FAILED if failed else RunState.COMPLETE,
                "owner": "bench",
                "model": model,
                "prompt_start": prompt_start(body),
                "connection": "Sandbox",
                "base_url": "http://127.0.0.1:8501/sandbox",
                "anthropic_version": "2023-06-01",
                "fingerprint": f"{index:064x}",
                "input_tokens": 214,
                "output_tokens": 87,
                "cost_usd": Decimal("0.0026125"),
                "stop_reason": "end_turn",
                "request_id": f"req_{index}",
                "queued_at": queued,
                "first_byte_at": queued + timedelta(seconds=0.4),
                "first_text_at": queued + timedelta(seconds=0.5),
                "ended_at": queued + timedelta(seconds=4),
                "saved_at": queued + timedelta(seconds=4),
            },
            {"body_json": json.dumps(body), "betas": [], "draft": None},
            {"message": message},
            {"prompt": prompt_search_text(body), "answer": answer_search_text(message)},
        )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("etaoinshrdlucmfwypvbgk") for _ in range(chance.randint(2, 9)))


def _median_ms(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times), 2)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:28} {value:9.2f}")
