"""Runs every benchmark and prints one Markdown table: `.venv/bin/python tests/bench/run.py [name …]`."""

from __future__ import annotations

import importlib
import operator
import os
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(place) for place in (HERE.parents[1], HERE.parent, HERE)]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: a figure of a module's `measure()` and what it has to keep to."""

    module: str
    key: str
    what: str
    limit: float
    unit: str = "×"
    at_least: bool = False

    def row(self, measured: float) -> str:
        keeps: Callable[[float, float], bool] = operator.ge if self.at_least else operator.le
        sign = "≥" if self.at_least else "≤"
        ok = "yes" if keeps(measured, self.limit) else "**no**"
        return f"| {self.what} | {measured:.2f} {self.unit} | {sign} {self.limit:g} {self.unit} | {ok} |"


FIGURES = (
    Figure("client_streaming", "ratio", "Stream events per CPU second, against the SDK", 10, at_least=True),
    Figure("client_calls", "ratio_to_requests", "CPU per call, against bare `requests.Session.post`", 0.85),
    Figure("client_calls", "ratio_to_sdk", "CPU per call, against the SDK", 0.6),
    Figure("client_parallel", "ratio", "64 calls at once at 200 ms latency, against the ideal", 1.35),
    Figure(
        "samples", "ratio, limit 8", "64 stored samples at 200 ms latency, 8 at once, against the ideal", 1.1
    ),
    Figure("samples", "ratio, limit 16", "The same, 16 at once", 1.1),
    Figure("client_delay", "worst_ms", "Delay of an event above a raw socket, worst framing", 5, "ms"),
    Figure("browser_bytes", "ratio", "Bytes to the browser per byte of a 50 KB answer at 300 tokens/s", 8),
    Figure("history", "page: every run", "First page of 100,000 runs, in SQL", 50, "ms"),
    Figure("browser_first_render", "page_ratio", "First render, against a page of one button", 1.3),
    Figure("browser_first_render", "start_ratio", "The same from the start of the process", 1.3),
    Figure("workbench_rerun", "ten turns (ms)", "A rerun of the Workbench with ten turns", 100, "ms"),
    Figure("workbench_rerun", "three images (ms)", "The same with three images of 5 MB", 100, "ms"),
    Figure("snippets", "worst", "A 100 KB prompt as code, the slowest target", 10, "ms"),
    Figure("snippets", "worst, template", "The same with variables", 10, "ms"),
    Figure("six_columns", "cpu", "Server, six columns at 100 tokens/s each", 1, "cores"),
    Figure("six_columns", "click_ms", "A click on that page until its effect shows, median", 300, "ms"),
    Figure("differences", "worst_s", "Differences of 50 KB and 50 KB, the worst texts and kind", 1, "s"),
)


def table(modules: Iterable[str]) -> Iterable[str]:
    """The lines of the table, each as soon as it is measured."""
    yield "| what | measured | target | kept |"
    yield "| --- | --- | --- | --- |"
    for module in modules:
        measured: dict[str, float] = importlib.import_module(module).measure()
        for figure in FIGURES:
            if figure.module == module:
                yield figure.row(measured[figure.key])


def main() -> None:
    known = list(dict.fromkeys(figure.module for figure in FIGURES))
    chosen = [module for module in known if not sys.argv[1:] or module in sys.argv[1:]]
    print(f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for line in table(chosen):
        print(line, flush=True)


if __name__ == "__main__":
    main()
