"""Delay from an event's bytes being written to the caller having it, above what a raw socket reader sees."""

from __future__ import annotations

import re
import socket
import statistics
import time
import zlib
from urllib.parse import urlsplit

from client_server import running
from wire import FRAMINGS

from components.api.client import Client

_STAMP = re.compile(rb"\d{20}")


def _age_ms(stamp: str | bytes) -> float:
    return (time.monotonic_ns() - int(stamp)) / 1e6


def _through_client(url: str) -> float:
    client = Client(url, "sk-bench")
    ages = []
    for event in client.stream({"model": "m"}):
        delta = event.get("delta")
        if isinstance(delta, dict) and "text" in delta:
            ages.append(_age_ms(str(delta["text"])))
    client.close()
    return statistics.median(ages)


def _through_socket(url: str) -> float:
    parts = urlsplit(url)
    ages = []
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in url else None
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(f"POST {parts.path}/v1/messages HTTP/1.1\r\nhost: bench\r\n\r\n".encode())
        text = b""
        while b"message_stop" not in text and (data := connection.recv(65536)):
            if unpacker and data[:4] != b"HTTP":
                data = unpacker.decompress(data.partition(b"\r\n")[2][:-2])  # One chunk per write.
            text = data
            ages += [_age_ms(stamp) for stamp in _STAMP.findall(data)]
    return statistics.median(ages)


def measure() -> dict[str, float]:
    """Return the median milliseconds above a raw socket for each framing, and `worst_ms` (target ≤ 5)."""
    with running() as base_url:
        extra = {}
        for framing in FRAMINGS:
            url = f"{base_url}/paced-{framing}"
            extra[f"{framing}_ms"] = _through_client(url) - _through_socket(url)
    return {**extra, "worst_ms": max(extra.values())}


if __name__ == "__main__":
    result = measure()
    each = ", ".join(f"{framing} {result[f'{framing}_ms']:.2f}" for framing in FRAMINGS)
    print(f"delay: {result['worst_ms']:.2f} ms above a raw socket at worst (target ≤ 5 ms): {each}")
