"""The official Python SDK in programs with `asyncio`."""

from __future__ import annotations

from typing import Final

from components.snippets.form import WITH_SDK
from components.snippets.python_sdk import AWAITING, render
from components.snippets.request_parts import RequestParts
from components.snippets.target import Target


def _render(parts: RequestParts) -> str:
    return render(parts, AWAITING)


TARGET: Final = Target(
    "python-async",
    "Python SDK, async",
    "python",
    ".py",
    _render,
    "python {file}",
    "Python and the package `anthropic`",
    WITH_SDK,
)
