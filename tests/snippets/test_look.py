"""Snippets look as people expect: golden files, and what each language's formatter would leave."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from snippets.cases import CASES, Case, case
from snippets.execution import node_package, program, run
from snippets.update_golden import existing_files, golden_files

from components.services.verification.programs import PROGRAMS
from components.snippets import DEFAULT_BASE_URL, TARGETS


@pytest.mark.parametrize("path", sorted(golden_files()), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_snippet_is_its_golden_file(path: Path) -> None:
    assert golden_files()[path].encode() == path.read_bytes(), "run tests/snippets/update_golden.py and look"


def test_there_is_no_golden_file_that_nothing_makes() -> None:
    assert existing_files() == set(golden_files())


def written(suffix: str, folder: Path) -> None:
    """All cases in the languages whose files end so."""
    for key, target in TARGETS.items():
        for chosen in CASES if target.suffix == suffix else ():
            (folder / f"{chosen.name}-{key}{suffix}").write_bytes(chosen.render(key).encode())


def test_ruff_leaves_python_snippets_as_they_are(tmp_path: Path) -> None:
    written(".py", tmp_path)
    options = ["--isolated", "--no-cache", "--line-length", "88", "--diff"]
    formatted = run([sys.executable, "-m", "ruff", "format", *options, "."], tmp_path)
    assert formatted.exit_code == 0, formatted.stdout


@pytest.mark.parametrize("suffix", [".ts", ".mjs"])
def test_prettier_leaves_snippets_for_node_as_they_are(suffix: str, tmp_path: Path) -> None:
    written(suffix, tmp_path)
    prettier = node_package("prettier") / "bin" / "prettier.cjs"
    formatted = run([program("node"), str(prettier), "--check", "."], tmp_path)
    assert formatted.exit_code == 0, formatted.stderr


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: chosen.name)
def test_a_python_snippet_says_exactly_the_body(chosen: Case) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(chosen.render("python")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("client.messages.")
    ]
    arguments = {
        keyword.arg: ast.literal_eval(keyword.value)
        for keyword in calls[0].keywords
        if ast.unparse(keyword.value) != "anthropic.omit"
    }
    extra = arguments.pop("extra_body", {})
    assert {**arguments, **extra} == chosen.body


@pytest.mark.parametrize("key", TARGETS)
def test_the_default_base_url_is_left_to_the_sdk(key: str) -> None:
    source = case("minimal").render(key)
    assert (DEFAULT_BASE_URL in source) != PROGRAMS[key].sdk


@pytest.mark.parametrize("key", TARGETS)
def test_a_snippet_is_text_that_terminals_and_editors_keep(key: str) -> None:
    for chosen in CASES:
        source = chosen.render(key)
        assert source.endswith("\n")
        assert not source.endswith("\n\n")
        seen = source.replace("\t", "") if key == "go" else source  # gofmt indents by tabs
        assert all(character.isprintable() or character == "\n" for character in seen)
        assert not any(line.endswith(" ") for line in source.split("\n"))
