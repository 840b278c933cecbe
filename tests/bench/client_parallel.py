"""64 calls at once to a server that takes 200 ms for each, over warm connections."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from client_server import running

from components.api.client import Client

CALLS = 64
LATENCY_S = 0.2
ROUNDS = 5
BODY = {"model": "claude-haiku-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}


def measure() -> dict[str, float]:
    """Return the median seconds for all calls, and `ratio` to the ideal (target ≤ 1.35)."""
    with running() as base_url, ThreadPoolExecutor(CALLS) as threads:
        client = Client(f"{base_url}/wait-{LATENCY_S * 1000:.0f}", "sk-bench")

        def all_at_once() -> float:
            start = time.perf_counter()
            for answer in [threads.submit(client.create, BODY) for _ in range(CALLS)]:
                answer.result()
            return time.perf_counter() - start

        all_at_once()
        taken_s = statistics.median(all_at_once() for _ in range(ROUNDS))
        client.close()
    return {"taken_s": taken_s, "ratio": taken_s / LATENCY_S}


if __name__ == "__main__":
    result = measure()
    print(
        f"{CALLS} calls at once: {result['ratio']:.2f}× the ideal {LATENCY_S * 1000:.0f} ms "
        f"({result['taken_s'] * 1000:.0f} ms; target ≤ 1.35×)"
    )
