"""The official Python SDK."""

from __future__ import annotations

from typing import Final

from components.snippets.form import WITH_SDK
from components.snippets.python_sdk import WAITING, render
from components.snippets.request_parts import RequestParts
from components.snippets.target import Target


def _render(parts: RequestParts) -> str:
    return render(parts, WAITING)


TARGET: Final = Target(
    "python",
    "Python SDK",
    "python",
    ".py",
    _render,
    "python {file}",
    "Python and the package `anthropic`",
    WITH_SDK,
)
