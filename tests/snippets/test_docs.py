"""What the README says of the targets is what they are, and what the proof was run with."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest
from snippets.execution import node_package
from snippets.update_docs import README, noted, table, written

from components.snippets import TARGETS


def test_the_readme_says_what_the_targets_are() -> None:
    readme = README.read_text("utf-8")
    assert written(readme, noted()) == readme, "run tests/snippets/update_docs.py"


def test_every_target_has_been_run() -> None:
    assert list(noted()) == list(TARGETS)
    assert all(versions for versions in noted().values())
    assert len(table(noted()).splitlines()) == 2 + len(TARGETS)


@pytest.mark.parametrize(
    ("key", "package"),
    [("python", "anthropic"), ("python-async", "anthropic"), ("typescript", "@anthropic-ai/sdk")],
)
def test_the_sdks_are_the_ones_that_the_tests_run_with(key: str, package: str) -> None:
    if package.startswith("@"):
        installed = json.loads((node_package(package) / "package.json").read_text("utf-8"))["version"]
    else:
        installed = version(package)
    assert noted()[key][package] == installed
