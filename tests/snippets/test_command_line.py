"""`python -m components.snippets`: what it prints, writes and refuses."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from media_samples import png
from snippets.cases import FIXTURES

from components.domain.request import VERSION_2023, VERSION_2026, Request
from components.domain.run import Run, RunState, RunTimes
from components.services import export
from components.snippets import TARGETS, Form, render, snippet
from components.snippets.command_line import main

ROOT = Path(__file__).parents[2]
BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "Grüße an {{first name}} 😀"}],
}


@dataclass(frozen=True)
class Ended:
    code: int
    out: bytes
    err: str


Cli = Callable[..., Ended]


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs the command line on a request, which stands in a file or comes in through the standard input."""

    def run(*arguments: str, request: Any = None, stdin: bytes = b"") -> Ended:
        file = []
        if request is not None:
            path = tmp_path / "request.json"
            path.write_bytes(request if isinstance(request, bytes) else json.dumps(request).encode())
            file = [str(path)]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([*arguments, *file])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsysbinary.readouterr()
        return Ended(code, out, err.decode())

    return run


def program(
    *arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "components.snippets", *arguments],
        cwd=ROOT,
        input=stdin,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("key", TARGETS)
def test_it_prints_what_render_gives(key: str, cli: Cli) -> None:
    ended = cli("--target", key, request=BODY)
    assert ended == Ended(0, render(key, BODY, anthropic_version=VERSION_2023).encode(), "")


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_it_reads_the_standard_input(arguments: list[str], cli: Cli) -> None:
    ended = cli("--target", "curl", *arguments, stdin=b"\xef\xbb\xbf" + json.dumps(BODY).encode())
    assert ended == Ended(0, render("curl", BODY, anthropic_version=VERSION_2023).encode(), "")


def test_version_betas_and_base_url_may_stand_in_the_file(cli: Cli) -> None:
    wrapped = {"body": BODY, "anthropic_version": VERSION_2026, "betas": ["one", "two"]}
    expected = render("curl", BODY, anthropic_version=VERSION_2026, betas=["one", "two"])
    assert cli("--target", "curl", request=wrapped).out == expected.encode()


@pytest.mark.parametrize("name", ["conversation", "betas_and_unknown"])
def test_a_line_of_the_historys_export_is_a_request(name: str, cli: Cli) -> None:
    fixture = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    betas = fixture.get("betas", [])
    request = Request.of(fixture["body"], anthropic_version=VERSION_2026, betas=betas)
    run = Run(
        id="run_1",
        state=RunState.COMPLETE,
        connection="Local",
        base_url="http://127.0.0.1:9/sandbox",
        request=request,
        times=RunTimes(queued=datetime.now(UTC)),
    )
    [line] = export.jsonl_of([run])
    expected = render(
        "python", fixture["body"], anthropic_version=VERSION_2026, betas=betas, base_url=run.base_url
    )
    assert cli("--target", "python", stdin=line) == Ended(0, expected.encode(), "")


def test_options_go_before_what_the_file_says(cli: Cli) -> None:
    wrapped = {"body": {**BODY, "stream": True}, "anthropic_version": VERSION_2023, "betas": ["one"]}
    url = "http://127.0.0.1:9"
    options = [
        "--no-stream",
        "--anthropic-version",
        VERSION_2026,
        "--beta",
        "two",
        "--beta",
        "one",
        "--bearer",
    ]
    ended = cli("--target", "curl", *options, "--base-url", url, request=wrapped)
    expected = render(
        "curl", BODY, anthropic_version=VERSION_2026, betas=["one", "two"], base_url=url, auth="bearer"
    )
    assert ended == Ended(0, expected.encode(), "")


@pytest.mark.parametrize("key", TARGETS)
def test_it_streams_where_the_body_or_the_option_says(key: str, cli: Cli) -> None:
    streaming = render(key, BODY, anthropic_version=VERSION_2023, stream=True).encode()
    assert cli("--target", key, "--stream", request=BODY).out == streaming
    assert cli("--target", key, request={**BODY, "stream": True}).out == streaming
    assert cli("--target", key, "--stream", request={**BODY, "stream": False}).out == streaming


def test_values_fill_a_template(cli: Cli) -> None:
    given = "é=$(x) {{first name}}"
    ended = cli("--target", "curl", "--form", "template", "--value", f"first name={given}", request=BODY)
    values = {"first name": given}
    expected = render("curl", BODY, anthropic_version=VERSION_2023, form=Form(template=True), values=values)
    assert ended == Ended(0, expected.encode(), "")


def test_the_snippet_and_its_files_go_into_a_folder(cli: Cli, tmp_path: Path) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": png(8, 8)}
    body = {**BODY, "messages": [{"role": "user", "content": [{"type": "image", "source": source}]}]}
    form = ["--form", "attachments"]
    made = snippet("curl", body, anthropic_version=VERSION_2023, form=Form(attachments=True))
    folder = tmp_path / "new" / "folder"
    paths = [folder / "request.sh", folder / "image.png"]

    printed = cli("--target", "curl", *form, request=body)
    assert (printed.code, printed.out) == (0, made.source.encode())
    assert "image.png" in printed.err

    written = cli("--target", "curl", *form, "--output", str(folder), request=body)
    assert written == Ended(0, "".join(f"{path}\n" for path in paths).encode(), "")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "request.sh": made.source.encode(),
        **made.files,
    }

    paths[0].unlink()
    paths[1].write_bytes(b"mine")
    refused = cli("--target", "curl", *form, "--output", str(folder), request=body)
    assert (refused.code, refused.out) == (2, b"")
    assert refused.err == f"{paths[1]}: already there. --force overwrites.\n"
    assert not paths[0].exists()
    assert paths[1].read_bytes() == b"mine"

    assert cli("--target", "curl", *form, "--output", str(folder), "--force", request=body).code == 0
    assert paths[1].read_bytes() == made.files["image.png"]


def test_a_list_names_every_target_how_it_runs_and_its_forms(cli: Cli) -> None:
    ended = cli("--list")
    lines = ended.out.decode().splitlines()
    assert (ended.code, ended.err, len(lines)) == (0, "", len(TARGETS))
    for line, target in zip(lines, TARGETS.values(), strict=True):
        assert line.startswith(f"{target.key} ")
        assert target.title in line
        assert target.command.format(file=target.file_name) in line
        assert set(line.split("  ")[-1].strip().split(", ")) == target.forms


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "is not JSON: Expecting value (line 1, column 1)."),
        (b'{"model":\n  x}', "is not JSON: Expecting value (line 2, column 3)."),
        (
            b'{"model": "m"}\n{"model": "m"}',
            "holds more than one JSON value (line 2, column 1): give one request.",
        ),
        (b'"text"', "cannot be used: this is not a request: a body is an object, { … }."),
        (b"[]", "cannot be used: this list is empty."),
        (b'{"x": 1}', "cannot be used: this object is not a request: it has no `messages`."),
        (
            b'{"model": "m", "x": {"a": 1, "a": 2}}',
            'cannot be used: the field "a" stands twice in one object.',
        ),
        (b'{"model": NaN}', "cannot be used: NaN is no value of JSON."),
        (b'{"model": -1e400}', "cannot be used: -1e400 is larger than a floating-point number can be."),
        (b'{"model": ' + b"1" * 5000 + b"}", "cannot be used: a number in it has too many digits."),
        (b'{"model": "\xff"}', "is not UTF-8, at byte 12."),
        (b'{"model": ' + b"[" * 100_000, "is nested too deeply."),
    ],
)
def test_what_is_no_request_is_refused_with_a_sentence(text: bytes, sentence: str, cli: Cli) -> None:
    assert cli("--target", "curl", stdin=text) == Ended(2, b"", f"The standard input {sentence}\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--target", "cobol"], f"There is no snippet target 'cobol'. Known targets: {', '.join(TARGETS)}."),
        (["--target", "curl", "--form", "parsed"], "curl has no form “parsed”."),
        (["--target", "curl", "--form", "attachments"], "Nothing is attached"),
        (["--target", "curl", "--value", "a=b"], "--value gives the value of a variable"),
        (["--target", "curl", "--form", "template", "--value", "a"], "--value a has no = in it"),
        (["--target", "curl", "--form", "template", "--value", "a=b"], "There is no {{a}} in this prompt"),
        (
            ["--target", "curl", "--form", "template", "--value", "first name=\udcff"],
            "A --value is not UTF-8.",
        ),
        (["--target", "curl", "--base-url", "localhost"], "'localhost' is not a base URL"),
        (["--target", "curl", "--beta", "a b"], "'a b' cannot stand in a header"),
        (["--target", "curl", "--anthropic-version", "é"], "'é' cannot stand in a header"),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_sentence(
    arguments: list[str], sentence: str, cli: Cli
) -> None:
    ended = cli(*arguments, request=BODY)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.err.startswith(sentence)
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("wrapper", "sentence"),
    [
        ({"anthropic_version": 5}, "`anthropic_version` is not a text"),
        ({"betas": ["a", 7]}, "`betas` is not a list of texts"),
        ({"betas": {"a": 1}}, "`betas` is not a list of texts"),
    ],
)
def test_headers_that_cannot_be_sent_are_not_dropped_in_silence(
    wrapper: dict[str, Any], sentence: str, cli: Cli
) -> None:
    ended = cli("--target", "curl", request={"body": BODY, **wrapper})
    assert (ended.code, ended.out) == (2, b"")
    assert sentence in ended.err


def test_a_folder_without_a_name_is_refused(cli: Cli) -> None:
    ended = cli("--target", "curl", "--output", "", request=BODY)
    assert (ended.code, ended.out) == (2, b"")
    assert "the name of the folder is empty" in ended.err


def test_half_a_character_is_refused_with_a_sentence(cli: Cli) -> None:
    ended = cli("--target", "curl", stdin=b'{"model": "m", "system": "\\ud83d"}')
    assert (ended.code, ended.out) == (2, b"")
    assert "lone surrogate" in ended.err


@pytest.mark.parametrize("where", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_named(where: str, cli: Cli, tmp_path: Path) -> None:
    ended = cli("--target", "curl", str(tmp_path / where))
    assert (ended.code, ended.out) == (2, b"")
    assert ended.err.startswith(f"{tmp_path / where}: ")
    assert ended.err.count("\n") == 1


def test_what_argparse_refuses_ends_with_2_and_without_output(cli: Cli) -> None:
    for arguments in (
        [],
        ["--target", "curl", "--form", "poem"],
        ["--target", "curl", "--unknown"],
        ["--target", "curl", "--list"],
    ):
        ended = cli(*arguments, request=BODY)
        assert (ended.code, ended.out) == (2, b"")


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    ],
)
def test_it_speaks_utf_8_in_every_locale(locale: dict[str, str]) -> None:
    body = {**BODY, "system": "漢字 😀 é"}
    form = ["--form", "template", "--value", "first name=Zoë 😀"]
    done = program(
        "--target", "curl", *form, stdin=json.dumps(body, ensure_ascii=False).encode(), environment=locale
    )
    expected = render(
        "curl",
        body,
        anthropic_version=VERSION_2023,
        form=Form(template=True),
        values={"first name": "Zoë 😀"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, expected.encode(), b"")
    refused = program("--target", "größe", environment=locale)
    assert (refused.returncode, refused.stdout) == (2, b"")


def test_a_reader_that_leaves_is_no_error() -> None:
    body = {**BODY, "system": "x" * 1_000_000}
    with subprocess.Popen(
        [sys.executable, "-m", "components.snippets", "--target", "curl"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(json.dumps(body).encode())
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(30) != 0


def test_it_brings_neither_streamlit_nor_requests_along() -> None:
    code = (
        "import sys; from components.snippets.command_line import main; main(['--list']); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & {"streamlit", "requests", "urllib3", "tree_sitter", "sqlalchemy", "anthropic"}
