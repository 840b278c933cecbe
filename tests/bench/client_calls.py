"""CPU per call: `create` against bare `requests.Session.post` and against the official SDK."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import anthropic
import requests
from client_server import running

from components.api.client import Client

CALLS = 200
ROUNDS = 9
BODY = {"model": "claude-haiku-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}


def _cpu_s(call: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - start) / CALLS


def measure() -> dict[str, float]:
    """Return CPU seconds per call of the three, and our share of each (targets ≤ 0.85 and ≤ 0.6)."""
    with running() as base_url, requests.Session() as session:
        url = f"{base_url}/wait-0"
        headers = {"x-api-key": "sk-bench", "anthropic-version": "2023-06-01"}
        sdk = anthropic.Anthropic(base_url=url, api_key="sk-bench", max_retries=0)
        client = Client(url, "sk-bench")
        calls: list[Callable[[], object]] = [
            lambda: client.create(BODY),
            lambda: session.post(f"{url}/v1/messages", json=BODY, headers=headers, timeout=600).json(),
            lambda: sdk.messages.create(**BODY),  # type: ignore[call-overload]
        ]
        for call in calls:
            call()
        rounds = [[_cpu_s(call) for call in calls] for _ in range(ROUNDS)]
        client.close()
        sdk.close()
    return {
        "create_cpu_s": statistics.median(own for own, _, _ in rounds),
        "requests_cpu_s": statistics.median(bare for _, bare, _ in rounds),
        "sdk_cpu_s": statistics.median(sdk_s for _, _, sdk_s in rounds),
        "ratio_to_requests": statistics.median(own / bare for own, bare, _ in rounds),
        "ratio_to_sdk": statistics.median(own / sdk_s for own, _, sdk_s in rounds),
    }


if __name__ == "__main__":
    result = measure()
    print(
        f"calls: {result['ratio_to_requests']:.2f}× the CPU of requests.Session.post (target ≤ 0.85×), "
        f"{result['ratio_to_sdk']:.2f}× of the SDK (target ≤ 0.6×); "
        f"{result['create_cpu_s'] * 1e6:.0f} µs per call"
    )
