"""Any text survives any language's quoting: many hostile texts, one run per language."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snippets.execution import program, run

from components.domain.json_types import Json
from components.snippets.javascript_layout import JavaScriptLayout
from components.snippets.json_text import readable_json
from components.snippets.layout import Layout
from components.snippets.python_layout import PythonLayout
from components.snippets.targets.curl import single_quoted

FRAGMENTS = (
    *"'\"`\\${}()!%#@ \t\r\n\0\x1b\x7f\x85\xa0\u200f\u2028\u2029\ufeffaé漢😀\U0001faf6\U000e0001\U0010ffff",
    *('"""', "'''", "\\n", "\\u0041", "\\U0001F600", "${x}", "$(touch canary)", "\r\n", " \n", "\n\n"),
    *("EOF", "JSON", "\\x41", "\\N{DASH}", "</script>", "long words " * 9),
)
TEXTS = [
    "".join(random.Random(seed).choices(FRAGMENTS, k=seed % 23)) + ("\n" * (seed % 2)) for seed in range(2000)
]

texts = st.text(st.one_of(st.sampled_from("'\"`\\\n${ \t\r"), st.characters(exclude_categories=["Cs"])))
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


def written(layout: Layout, text: str) -> str:
    """The text as the layout writes it, on several lines where it has them."""
    return layout.block(text) if "\n" in text and len(text) % 3 else layout.quote(text)


@pytest.mark.parametrize("text", [*TEXTS[:50], *FRAGMENTS])
def test_python_reads_back_the_text(text: str) -> None:
    assert ast.literal_eval(PythonLayout().quote(text)) == text
    assert ast.literal_eval(PythonLayout().block(text)) == text


def test_python_reads_back_many_texts() -> None:
    assert [ast.literal_eval(written(PythonLayout(), text)) for text in TEXTS] == TEXTS


@settings(max_examples=300, deadline=None)
@given(value=values)
def test_python_reads_back_any_value(value: Json) -> None:
    source = PythonLayout().value(value, "", 60)
    assert repr(ast.literal_eval(source)) == repr(value)


@settings(max_examples=300, deadline=None)
@given(value=values)
def test_json_reads_back_any_value(value: Json) -> None:
    text = readable_json({"x": value})
    assert repr(json.loads(text)) == repr({"x": value})
    assert all(character.isprintable() or character == "\n" for character in text)


def test_javascript_reads_back_many_texts(tmp_path: Path) -> None:
    literals = ",\n".join(written(JavaScriptLayout(), text) for text in TEXTS)
    (tmp_path / "texts.mjs").write_bytes(f"console.log(JSON.stringify([{literals}]))".encode())
    outcome = run([program("node"), "texts.mjs"], tmp_path)
    assert json.loads(outcome.stdout) == TEXTS


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_shells_read_back_many_texts(shell: str, tmp_path: Path) -> None:
    printable = [text.replace("\0", "") for text in TEXTS]
    arguments = " ".join(map(single_quoted, printable))
    (tmp_path / "texts.sh").write_bytes(f"printf '%s\\000' {arguments} > texts.txt\n".encode())
    assert run([program(shell), "texts.sh"], tmp_path).exit_code == 0
    assert (tmp_path / "texts.txt").read_bytes().split(b"\0")[:-1] == [text.encode() for text in printable]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["texts.sh", "texts.txt"]
