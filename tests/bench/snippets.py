"""Time to render a request with a 100 KB prompt, for each target: `python tests/bench/snippets.py`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from components.domain.json_types import JsonObject
from components.snippets import TARGETS, render

PROMPT_BYTES = 100_000
TARGET_MS = 10.0
_LINE = "She said: \"It's the café's \\path, {{or}} so\" – and left, 漢字 in hand. `code` ${x}\n"


def body() -> JsonObject:
    """A request whose prompt is `PROMPT_BYTES` of prose with quotes, wide letters and line ends."""
    prompt = (
        (_LINE * (PROMPT_BYTES // len(_LINE.encode()) + 1)).encode()[:PROMPT_BYTES].decode(errors="ignore")
    )
    return {
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
    }


def measure(repeats: int = 20) -> dict[str, float]:
    """Milliseconds per rendering by target, the best of `repeats` streams, and the target for each."""
    request = body()
    figures: dict[str, float] = {}
    for key in TARGETS:
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            render(key, request, anthropic_version="2023-06-01", stream=True)
            times.append(time.perf_counter() - start)
        figures[f"render 100 KB, {key} (ms)"] = min(times) * 1000
    return figures


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name}: {figure:.2f} (target {TARGET_MS:.0f})")
