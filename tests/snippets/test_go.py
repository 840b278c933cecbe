"""Go programs: what they do besides sending the request, and how they look."""

from __future__ import annotations

import base64
import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from snippets.cases import CASES, case
from snippets.execution import KEY, Outcome, program, run
from snippets.many_programs import Job, programs
from snippets.recorder import ANSWER, Recorder, recording

from components.domain import template
from components.snippets import Form, Snippet, snippet

VERSION = "2023-06-01"
TEXT = (
    'it\'s "said" \\ \\n \\u0060 `touch canary` $(touch canary) ` + x() + ` \t\r\n \n\n<&> %s {{tone}} '
    "\x00\x1b\x7f\x80\xff \u2028\u202e\ufeff\U000e0041 é 漢字 \U0001f642 "
)
LINES = 'A poem:\n\tit\'s "short" \\\n\nand 漢字 \U0001f642'
"""What a raw string can hold."""
FILE = bytes(range(256))
BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "metadata": {"user_id": "`"},
    "system": "Be {{tone}}. " + template.escape(TEXT),
    "messages": [
        {
            "role": "user",
            "content": [
                {
                    "type": "image",
                    "source": {
                        "type": "base64",
                        "media_type": "image/png",
                        "data": base64.b64encode(FILE).decode(),
                    },
                },
                {
                    "type": "document",
                    "title": "notes.txt",
                    "source": {"type": "text", "media_type": "text/plain", "data": "\ufeffa\r\n" + TEXT},
                },
                {"type": "text", "text": "{{string}} {{a poem}} {{range}} {{tone}}{{_9 lives}}"},
            ],
        }
    ],
}
VALUES = {"tone": TEXT, "string": "kind", "a poem": LINES, "range": "x" * 200, "_9 lives": "`\n`"}
EVENT = "event: content_block_delta\ndata: "
STOP = 'event: message_stop\ndata: {"type": "message_stop"}\n\n'


def filled() -> dict[str, Any]:
    """What arrives when the body's variables have their values."""
    content = [*BODY["messages"][0]["content"]]
    told = f"kind {LINES} {VALUES['range']} {TEXT}`\n`"
    content[2] = {"type": "text", "text": told}
    return {**BODY, "system": f"Be {TEXT}. {TEXT}", "messages": [{"role": "user", "content": content}]}


def delta(text: str) -> str:
    """An event with a piece of text."""
    return (
        EVENT
        + json.dumps(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        )
        + "\n\n"
    )


def script(
    base_url: str, body: dict[str, Any] | None = None, form: Form | None = None, **options: Any
) -> Snippet:
    whole = body if body is not None else case("minimal").body
    return snippet(
        "go",
        whole,
        anthropic_version=VERSION,
        base_url=base_url,
        form=form or Form(),
        values=VALUES,
        **options,
    )


def go(folder: Path, *arguments: str) -> Outcome:
    """Run `go` with the user's own cache, where the standard library is compiled already.

    A module in the folder that `TMPDIR` names is none to `go`.
    """
    settings = {
        "HOME": os.environ.get("HOME", str(folder)),
        "TMPDIR": tempfile.gettempdir(),
        "GOFLAGS": "",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }
    words = [f"{name}={value}" for name, value in settings.items()]
    return run(["env", *words, program("go"), *arguments], folder)


class Canned(BaseHTTPRequestHandler):
    """Answers as its table says, by the first part of the path."""

    answers: Mapping[str, tuple[int, dict[str, str], bytes]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, headers, body = self.answers[self.path.split("/")[1]]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing: the tests' output stays clean."""


@contextmanager
def answering(answers: Mapping[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    handler = type("Handler", (Canned,), {"answers": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


FORMS = {
    f"{name}_{'stream' if stream else 'whole'}": (form, stream)
    for name, form in {
        "exact": Form(),
        "template": Form(template=True),
        "files": Form(attachments=True),
        "both": Form(template=True, attachments=True),
        "counted": Form(template=True, attachments=True, count_tokens=True),
    }.items()
    for stream in (False, True)
}
LONG = "x" * 300_000


class Built:
    """All programs of this module, compiled at once."""

    def __init__(self, root: Path, recorder: Recorder) -> None:
        self.recorder = recorder
        self.programs = programs("go", root)
        self.jobs: dict[str, Job] = {}
        self.first: dict[str, Outcome] = {}
        canned = {
            "redirect": (307, {"location": f"{recorder.base_url('redirected')}/v1/messages"}, b"elsewhere"),
            "long": (200, {}, (delta(LONG) + 'event: ping\r\ndata: {"type":"ping"}\r\n\r\n' + STOP).encode()),
            "broken": (200, {}, delta("Half of").encode()),
            "error": (
                200,
                {},
                (
                    delta("Half of") + 'data: {"type":"error","error":{"type":"overloaded_error"}}\n\n'
                ).encode(),
            ),
        }
        with answering(canned) as address:
            for name, (form, stream) in FORMS.items():
                body = BODY if form.template else filled()
                self.add(name, script(recorder.base_url(name), body, form, stream=stream))
            for name in canned:
                self.add(name, script(f"{address}/{name}", stream=name != "redirect"))
            self.add("bearer", script(recorder.base_url("bearer"), auth="bearer", betas=["a-1", "b-2"]))
            self.first = self.programs.run(list(self.jobs.values()))

    def add(self, name: str, code: Snippet) -> None:
        self.jobs[name] = self.programs.write(name, code)

    def again(self, name: str, folder: Path, key: str) -> Outcome:
        """Run a program once more, with another key and without its files."""
        command = self.programs.command(self.jobs[name])  # type: ignore[attr-defined]
        return run(command, folder, key=key)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    with recording() as recorder:
        yield Built(tmp_path_factory.mktemp("go"), recorder)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FORMS)
def test_every_form_sends_the_same_request(name: str, built: Built) -> None:
    form, stream = FORMS[name]
    outcome = built.first[name]
    assert outcome.exit_code == 0, outcome.stderr
    [received] = built.recorder.mailboxes[name]
    expected = {**filled(), "stream": True} if stream else filled()
    if form.count_tokens:
        expected = {field: expected[field] for field in ("model", "system", "messages")}
    assert received.body == expected
    assert received.path == ("/v1/messages/count_tokens" if form.count_tokens else "/v1/messages")
    assert (received.headers["anthropic-version"], received.headers["x-api-key"]) == (VERSION, KEY)
    assert outcome.stdout == ("2095\n" if form.count_tokens else f"{ANSWER}\n")


@pytest.mark.timeout(300)
def test_nothing_of_a_prompt_is_executed(built: Built) -> None:
    assert {path.name for folder in built.programs.folders for path in folder.iterdir()} == {
        "image.png",
        "notes.txt",
    }


@pytest.mark.timeout(300)
def test_a_bearer_token_and_betas_travel_in_their_headers(built: Built) -> None:
    [received] = built.recorder.mailboxes["bearer"]
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["anthropic-beta"] == "a-1,b-2"
    assert "x-api-key" not in received.headers


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["exact_whole", "exact_stream", "counted_whole"])
def test_a_refusal_ends_the_program_with_the_status_and_the_answer(
    name: str, built: Built, tmp_path: Path
) -> None:
    folder = built.jobs[name].folder
    outcome = built.again(name, folder, key="refused")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith("401 Unauthorized\n{")
    assert "authentication_error" in outcome.stderr


@pytest.mark.timeout(300)
def test_without_a_key_or_a_file_nothing_is_sent(built: Built, tmp_path: Path) -> None:
    before = len(built.recorder.mailboxes["files_whole"])
    keyless = built.again("files_whole", built.jobs["files_whole"].folder, key="")
    assert (keyless.exit_code, keyless.stderr) == (1, "ANTHROPIC_API_KEY is not set\n")
    lonely = built.again("files_whole", tmp_path, key=KEY)
    assert (lonely.exit_code, lonely.stderr) == (1, "open image.png: no such file or directory\n")
    assert len(built.recorder.mailboxes["files_whole"]) == before


@pytest.mark.timeout(300)
def test_a_redirect_is_not_followed_with_the_key(built: Built) -> None:
    outcome = built.first["redirect"]
    assert outcome.exit_code == 1
    assert outcome.stderr == "307 Temporary Redirect\nelsewhere\n"
    assert built.recorder.mailboxes["redirected"] == []


@pytest.mark.timeout(300)
def test_a_stream_may_have_lines_of_any_length_and_either_line_end(built: Built) -> None:
    assert (built.first["long"].exit_code, built.first["long"].stdout) == (0, f"{LONG}\n")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "said"), [("broken", "the stream broke off: EOF"), ("error", "overloaded_error")]
)
def test_a_stream_that_ends_badly_ends_the_program_with_an_error(name: str, said: str, built: Built) -> None:
    outcome = built.first[name]
    assert (outcome.exit_code, outcome.stdout) == (1, "Half of")
    assert said in outcome.stderr


@pytest.mark.timeout(300)
def test_go_vet_has_nothing_to_say(built: Built) -> None:
    vetted = go(built.programs.sources, "vet", "./...")
    assert vetted.exit_code == 0, vetted.stderr


@pytest.mark.timeout(300)
def test_a_program_runs_as_a_single_file_without_a_module(tmp_path: Path) -> None:
    with recording() as recorder:
        code = script(recorder.base_url("alone"), BODY, Form(template=True, attachments=True), stream=True)
        for name, content in {**code.files, code.file_name: code.source.encode()}.items():
            (tmp_path / name).write_bytes(content)
        outcome = go(tmp_path, "run", "request.go")
        assert (outcome.exit_code, outcome.stdout) == (0, f"{ANSWER}\n"), outcome.stderr
        assert recorder.mailboxes["alone"][0].body == {**filled(), "stream": True}


def test_gofmt_leaves_programs_as_they_are(tmp_path: Path) -> None:
    sources = {chosen.name: chosen.render("go") for chosen in CASES}
    for name, (form, stream) in FORMS.items():
        body = BODY if form.template else filled()
        sources[name] = script("http://127.0.0.1:1", body, form, stream=stream).source
    for name, source in sources.items():
        (tmp_path / f"{name}.go").write_bytes(source.encode())
    gofmt = Path(go(tmp_path, "env", "GOROOT").stdout.strip(), "bin", "gofmt")
    formatted = run([str(gofmt), "-d", "."], tmp_path)
    assert (formatted.exit_code, formatted.stdout, formatted.stderr) == (0, "", "")
