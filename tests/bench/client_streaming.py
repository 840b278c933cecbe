"""Streaming events per CPU second of this process, against the official SDK on the same server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import anthropic
from client_server import running

from components.api.client import Client

EVENTS = 4000
ROUNDS = 5
BODY = {"model": "claude-haiku-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}


def _cpu_s(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure() -> dict[str, float]:
    """Return events per CPU second of both, and `ratio` (ours over theirs; target ≥ 10)."""
    with running() as base_url:
        url = f"{base_url}/stream-{EVENTS}"
        sdk = anthropic.Anthropic(base_url=url, api_key="sk-bench", max_retries=0)
        client = Client(url, "sk-bench")
        expected = "some words " * EVENTS

        def ours() -> None:
            stream = client.stream(BODY)
            for _ in stream:
                pass
            assert stream.message
            assert stream.message["content"] == [{"type": "text", "text": expected}]

        def theirs() -> None:
            with sdk.messages.stream(**BODY) as stream:  # type: ignore[arg-type]
                for _ in stream:
                    pass
            assert stream.get_final_text() == expected

        ours()
        theirs()
        rounds = [(_cpu_s(ours), _cpu_s(theirs)) for _ in range(ROUNDS)]
        client.close()
        sdk.close()
    return {
        "events_per_cpu_s": EVENTS / statistics.median(own for own, _ in rounds),
        "sdk_events_per_cpu_s": EVENTS / statistics.median(other for _, other in rounds),
        "ratio": statistics.median(other / own for own, other in rounds),
    }


if __name__ == "__main__":
    result = measure()
    print(
        f"streaming: {result['ratio']:.1f}× the SDK's events per CPU second "
        f"({result['events_per_cpu_s']:,.0f} against {result['sdk_events_per_cpu_s']:,.0f}; target ≥ 10×)"
    )
