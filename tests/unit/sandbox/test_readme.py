"""The README's table of directives is the sandbox's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.sandbox.directives import DIRECTIVES, Directive

README = Path(__file__).resolve().parents[3] / "README.md"


@pytest.mark.parametrize("row", DIRECTIVES.values(), ids=lambda row: row.name)
def test_the_readme_tells_of_every_directive(row: Directive) -> None:
    words = [row.name, *(f"{name}={value}" for name, value in row.parameters.items())]
    assert f"| `[sandbox:{' '.join(words)}]` | {row.effect} |" in README.read_text(encoding="utf-8")
