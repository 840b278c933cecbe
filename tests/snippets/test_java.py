"""Java: what no other language does."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any, Final

import pytest
from snippets.cases import CASES, case
from snippets.execution import KEY, program, run
from snippets.formatting import TEMPLATE, changed_by_prettier, sources
from snippets.recorder import ANSWER, recording

from components.snippets import Form, UnavailableForm, render, snippet
from components.snippets.json_text import ascii_json
from components.snippets.targets import java

VERSION: Final = "2023-06-01"
PROBE: Final = """\
class Probe {
  public static void main(String[] args) {
    var all = new StringBuilder();
    for (int unit = 0; unit <= 0xffff; unit++) all.append((char) unit);
    System.out.print(Request.json(all.toString()));
  }
}
"""
NAMES: Final = [*sorted(java._RESERVED), "json", "text", "base64", "ask", "main", "String", "1", "int", "_"]


def test_prettier_leaves_java_snippets_as_they_are(tmp_path: Path) -> None:
    assert changed_by_prettier(tmp_path, "prettier-plugin-java", ".java", sources("java")) == ""


def test_a_snippet_is_ascii() -> None:
    """Java 17 reads a file in the encoding that the machine prefers."""
    assert all(case.render("java").isascii() for case in CASES)
    assert all(source.isascii() for source in sources("java").values())


def test_the_file_runs_as_it_stands_wherever_it_is(tmp_path: Path) -> None:
    """In the encoding of a machine without settings, through the compiler that `java` brings."""
    with recording() as recorder:
        chosen = case("hostile")
        request = snippet("java", chosen.body, anthropic_version=VERSION, base_url=recorder.base_url("x"))
        assert request.file_name == "Request.java"
        (tmp_path / request.file_name).write_bytes(request.source.encode())
        outcome = run(["env", "LC_ALL=C", program("java"), request.file_name], tmp_path)
        [received] = recorder.mailboxes["x"]
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert ANSWER in outcome.stdout
    assert received.body == chosen.body
    assert received.headers["x-api-key"] == KEY
    assert "upgrade" not in received.headers
    assert [path.name for path in tmp_path.iterdir()] == ["Request.java"]


def test_every_unit_of_a_value_arrives_and_variables_may_have_any_name(tmp_path: Path) -> None:
    body: dict[str, Any] = {**TEMPLATE, "system": "".join(f"{{{{{name}}}}}" for name in NAMES)}
    source = render("java", body, anthropic_version=VERSION, form=Form(template=True, attachments=True))
    (tmp_path / "Request.java").write_bytes(source.encode())
    (tmp_path / "Probe.java").write_text(PROBE)
    strict = ["-encoding", "US-ASCII", "-Xlint:all", "-Werror"]
    compiled = run([program("javac"), *strict, "Request.java", "Probe.java"], tmp_path)
    assert (compiled.exit_code, compiled.stdout, compiled.stderr) == (0, "", "")
    printed = run([program("java"), "Probe"], tmp_path).stdout
    assert printed.isascii()
    # Halves of characters arrive as what they are, for the service to refuse: nothing is replaced in silence.
    units = "".join(map(chr, range(0x10000)))
    assert _utf_16(json.loads(f'"{printed}"')) == _utf_16(units)


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16", "surrogatepass")


def test_a_text_is_cut_into_constants_that_a_class_file_can_hold() -> None:
    body: dict[str, Any] = {
        "model": "m",
        "messages": [{"role": "user", "content": "\\" * 70_000 + " " * 70_000}] + ["short"] * 30_000,
    }
    text = ascii_json(body)
    pieces = java._cut(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) < 65_535
    assert sum(piece.endswith("\n") for piece in pieces) > len(pieces) / 2


def test_json_never_ends_a_text_block() -> None:
    texts = ["".join(letters) for size in range(6) for letters in itertools.product('"\\ ', repeat=size)]
    assert '"""' not in ascii_json({text: [text, text] for text in texts})


def test_more_arguments_than_a_method_takes_are_refused_with_a_sentence() -> None:
    def with_variables(count: int) -> str:
        system = "".join(f"{{{{v{number}}}}}" for number in range(count))
        return render(
            "java", {"model": "m", "system": system}, anthropic_version=VERSION, form=Form(template=True)
        )

    assert with_variables(255)
    with pytest.raises(UnavailableForm, match="255 arguments at most"):
        with_variables(256)


def test_http_2_is_left_to_encrypted_connections() -> None:
    plain = render("java", case("minimal").body, anthropic_version=VERSION, base_url="http://127.0.0.1:1")
    assert "HTTP_1_1" in plain
    assert "HTTP_1_1" not in case("minimal").render("java")
