"""64 samples of one request to a server that takes 200 ms for each, stored on disk as they come and go.

Beside it the same calls with nothing but the client and as many threads: what machine and client take of it.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from client_server import running

from components.api.client import Client
from components.domain.request import Request
from components.services.batches import Batches, Plan
from components.services.pace import Pace
from components.services.runs import Engine
from components.store.comparisons import Comparisons
from components.store.database import open_database
from components.store.runs import Runs

SAMPLES = 64
LATENCY_S = 0.2
LIMITS = (8, 16)
ROUNDS = 5
BODY = {
    "model": "claude-haiku-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hi " * 100}],
}


def ideal_s(limit: int) -> float:
    return SAMPLES / limit * LATENCY_S


def measure() -> dict[str, float]:
    """Return by limit the time against the ideal (target ≤ 1.1), of the client alone too; and CPU."""
    with tempfile.TemporaryDirectory() as home, running() as base_url:
        database = open_database(None, Path(home))
        Comparisons(database).save("bench", {}, title="", models=[])
        engine = Engine(Runs(database), home=Path(home), price=lambda *_: Decimal("0.001"))
        batches = Batches(engine)
        client = Client(f"{base_url}/wait-{LATENCY_S * 1000:.0f}", "sk-bench")
        results: dict[str, float] = {}
        try:
            for limit in LIMITS:
                _sent_s(batches, client, limit, limit)
                own_s = [_sent_s(batches, client, limit, SAMPLES) for _ in range(ROUNDS)]
                bare_s = [_bare_s(client, limit) for _ in range(ROUNDS)]
                results[f"ratio, limit {limit}"] = statistics.median(own_s) / ideal_s(limit)
                results[f"client alone, limit {limit}"] = statistics.median(bare_s) / ideal_s(limit)
            cpu_s = time.process_time()
            _sent_s(batches, client, LIMITS[0], SAMPLES)
            results["CPU per sample (ms)"] = (time.process_time() - cpu_s) / SAMPLES * 1000
        finally:
            engine.close()
            client.close()
            database.close()
    return results


def _sent_s(batches: Batches, client: Client, limit: int, count: int) -> float:
    """Seconds until all is answered and stored."""
    plan = Plan(
        variant_id="only",
        request=Request.of(BODY),
        client=client,
        connection_name="Bench",
        base_url=client.base_url,
        samples=range(1, count + 1),
        pace=Pace(limit),
        highest_usd=Decimal("0.01"),
    )
    start = time.perf_counter()
    batch = batches.start("bench", [plan], limit_usd=Decimal(1))
    batch.wait()
    taken_s = time.perf_counter() - start
    assert batch.progress().answered == count, batch.progress()
    return taken_s


def _bare_s(client: Client, limit: int) -> float:
    ready = threading.Barrier(limit)
    with ThreadPoolExecutor(limit, initializer=ready.wait) as threads:
        start = time.perf_counter()
        for answer in [threads.submit(client.create, BODY) for _ in range(SAMPLES)]:
            answer.result()
        return time.perf_counter() - start


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
