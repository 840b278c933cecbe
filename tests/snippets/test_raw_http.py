"""Java, Ruby and PHP with their standard libraries: every form, and what can go wrong on the way."""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, Final

import pytest
from snippets.cases import case
from snippets.execution import KEY, Outcome, program, run
from snippets.many_programs import programs
from snippets.recorder import ANSWER, Received, recording
from snippets.replies import Reply, replying

from components.snippets import Form, Snippet, UnavailableForm, available_forms, render, snippet
from components.snippets.raw_http import call, double_quoted
from components.snippets.request_parts import request_parts

KEYS: Final = ("java", "ruby", "php")
VERSION: Final = "2023-06-01"
PICTURE: Final = bytes(range(256)) * 3
NOTES: Final = '\ufeffIt\'s "here"\r\n\\ $x #{1} {$y} %s\t\u2028 漢字 😀 \0, no end of line'
HARD: Final = (
    "'\"`\\\\ \\n \\u0041 $ $x {$x} ${x} #x #{x} #$x #@x % %s %d %% {{ }} </a> /* ?> //\n\r\n\t\0\x1b\x7f "
    '\u2028\u202e 漢 😀 \U000e0001\nJSON\nJSON;\n  JSON\n#{`touch canary`} {$exec(\'touch canary\')} """\n'
)
VALUES: Final = {
    "city": HARD,
    "first name": "{{city}} {0} %1$s",
    "größe": "x" * 25_000 + "漢😀" * 6_000,
    "class": "plain",
}
BODY: Final[dict[str, Any]] = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "system": f"{HARD}{{{{city}}}}#{{{{city}}}}${{{{city}}}}\\\\{{{{first name}}}}{{{{{{class}}}}}}",
    "metadata": {"user_id": "{{city}}", "": ""},
    "messages": [
        {
            "role": "user",
            "content": [
                {
                    "type": "image",
                    "source": {
                        "type": "base64",
                        "media_type": "image/png",
                        "data": base64.b64encode(PICTURE).decode(),
                    },
                },
                {
                    "type": "document",
                    "title": "notes",
                    "source": {"type": "text", "media_type": "text/plain", "data": NOTES},
                },
                {"type": "text", "text": "{{größe}}"},
            ],
        }
    ],
}
LONG: Final[dict[str, Any]] = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "system": [{"type": "text", "text": f"{HARD * 40}{{{{city}}}}"}] * 25,
    "messages": [{"role": "user", "content": ("    " + HARD + "é%") * 3_000 + "{{class}}"}],
}
BODIES: Final = {"body": BODY, "long": LONG}
COMBINATIONS: Final = [
    (body, Form(template=template, attachments=attachments, count_tokens=count), stream)
    for body, template, attachments, count, stream in itertools.product(BODIES, *[[False, True]] * 4)
    if not (count and stream) and not (attachments and body == "long")
]


def name_of(body: str, form: Form, stream: bool) -> str:
    return "_".join([body, *sorted(form.chosen), "stream" if stream else "whole"])


NAMES: Final = [name_of(*each) for each in COMBINATIONS]


class Runs:
    """What the programs of each language did, for all combinations of forms."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self.of = cache(self._of)

    def _of(self, key: str) -> tuple[dict[str, Outcome], dict[str, list[Received]], dict[Path, set[str]]]:
        with recording() as recorder:
            made = programs(key, self._folders.mktemp(key))
            jobs = []
            for name, (body, form, stream) in zip(NAMES, COMBINATIONS, strict=True):
                written = snippet(
                    key,
                    BODIES[body],
                    anthropic_version=VERSION,
                    form=form,
                    base_url=recorder.base_url(name),
                    stream=stream,
                    values=VALUES,
                )
                jobs.append(made.write(name, written))
            outcomes = made.run(jobs)
            left = {folder: {path.name for path in folder.iterdir()} for folder in made.folders}
            return outcomes, dict(recorder.mailboxes), left


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("body", "form", "stream"), COMBINATIONS, ids=NAMES)
def test_every_combination_of_forms_sends_the_request(
    key: str, body: str, form: Form, stream: bool, runs: Runs
) -> None:
    outcomes, mailboxes, _ = runs.of(key)
    name = name_of(body, form, stream)
    assert (outcomes[name].exit_code, outcomes[name].stderr) == (0, "")
    [received] = mailboxes[name]
    assert received.method == "POST"
    assert received.path == ("/v1/messages/count_tokens" if form.count_tokens else "/v1/messages")
    assert received.headers["x-api-key"] == KEY
    assert received.headers["anthropic-version"] == VERSION
    assert received.headers["content-type"] == "application/json"
    parts = request_parts(BODIES[body], anthropic_version=VERSION, form=form, stream=stream, values=VALUES)
    assert json.dumps(received.body) == json.dumps(parts.wire_body)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("key", KEYS)
def test_a_program_prints_the_answer(key: str, runs: Runs) -> None:
    outcomes, _, _ = runs.of(key)
    for name, (_, form, stream) in zip(NAMES, COMBINATIONS, strict=True):
        printed = outcomes[name].stdout
        if key != "java":
            assert printed == ("2095\n" if form.count_tokens else f"{ANSWER}\n")
        elif stream:
            assert printed.startswith("event: message_start\ndata: {")
            assert printed.endswith('data: {"type": "message_stop"}\n\n')
        else:
            answer = json.loads(printed)
            assert answer == {"input_tokens": 2095} if form.count_tokens else ANSWER in printed


@pytest.mark.timeout(300)
@pytest.mark.parametrize("key", KEYS)
def test_nothing_of_a_prompt_is_executed(key: str, runs: Runs) -> None:
    _, _, left = runs.of(key)
    assert set().union(*left.values()) == set(FILES)


def _event(kind: str, **fields: Any) -> bytes:
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\r\ndata: {data}\r\n\r\n".encode()


def _text(text: str) -> bytes:
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


TEXT: Final = "漢字 😀 é\nend"
STOP: Final = _event("message_stop")
EVENTS: Final = _event("ping") + _text(TEXT[:4]) + b": a comment\r\n\r\n" + _text(TEXT[4:]) + STOP
PROBLEM: Final = '{"type": "error", "error": {"type": "overloaded_error", "message": "Später — 漢"}}'
STREAMING: Final = {
    "in_bytes": Reply(tuple(EVENTS[place : place + 1] for place in range(len(EVENTS)))),
    "at_once": Reply((EVENTS,)),
    "slowly": Reply((_text("Now."), _text(" Later.") + STOP), pause=threading.Event()),
    "cut": Reply((_text("Some"),), cut=True),
    "ended_early": Reply((_text("Some"),)),
    "error_later": Reply((_text("Some"), f"event: error\ndata: {PROBLEM}\n\n".encode())),
    "error_now": Reply((PROBLEM.encode(),), 529),
}
WHOLE: Final = {
    "error": Reply((PROBLEM.encode(),), 529),
    "half": Reply((b'{"content": [{"type": "text", "text": "So',), cut=True),
    "moved": Reply((b"moved",), 307, {"location": "/stolen/v1/messages"}),
    "found": Reply((b"found",), 302, {"location": "/stolen/v1/messages"}),
    "stolen": Reply((b'{"content": []}',)),
}


FILES: Final = ("image.png", "notes.txt")


def _with_files(key: str, base_url: str) -> Snippet:
    return snippet(key, BODY, anthropic_version=VERSION, base_url=base_url, form=Form(attachments=True))


class Talks:
    """Programs that are told unusual things, each in a process of its own; Java is compiled once for all."""

    def __init__(self, key: str, base_url: str, root: Path) -> None:
        self.key = key
        self.root = root
        made = programs(key, root)
        replies = {**STREAMING, **WHOLE}
        urls = {name: f"{base_url}/{name}" for name in replies} | {"nobody": "http://127.0.0.1:1"}
        self.jobs = {
            name: made.write(
                name,
                snippet(
                    key,
                    case("minimal").body,
                    anthropic_version=VERSION,
                    base_url=where,
                    stream=name in STREAMING,
                ),
            )
            for name, where in urls.items()
        }
        self.jobs["with_files"] = made.write("with_files", _with_files(key, f"{base_url}/stolen"))
        if key == "java":
            sources = [str(job.file) for job in self.jobs.values()]
            strict = ["-encoding", "US-ASCII", "-Xlint:all", "-Werror"]
            compiled = run([program("javac"), *strict, "-d", "compiled", *sources], root)
            assert compiled.exit_code == 0, compiled.stdout + compiled.stderr

    def command(self, name: str) -> list[str]:
        if self.key == "java":
            quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
            return [program("java"), *quick, "-cp", str(self.root / "compiled"), f"{name}.Request"]
        # Without its settings, PHP has no extension that was installed, and holds no warning back.
        options = {"php": ["-n", "-d", "display_errors=stderr"], "ruby": ["-w"]}[self.key]
        return [program(self.key), *options, str(self.jobs[name].file)]

    def outcome(self, name: str, folder: Path | None = None) -> Outcome:
        return run(self.command(name), folder or self.root)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    with replying({**STREAMING, **WHOLE}) as served:
        yield served


@pytest.fixture(scope="module", params=KEYS)
def talks(
    request: pytest.FixtureRequest, server: tuple[str, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> Talks:
    return Talks(request.param, server[0], tmp_path_factory.mktemp("talks"))


@pytest.mark.parametrize("name", ["in_bytes", "at_once"])
def test_events_are_read_wherever_chunks_end(name: str, talks: Talks) -> None:
    outcome = talks.outcome(name)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == (EVENTS.decode() if talks.key == "java" else f"{TEXT}\n")


def test_text_is_printed_as_it_comes(talks: Talks) -> None:
    pause = STREAMING["slowly"].pause
    assert pause is not None
    pause.clear()
    environment = {"PATH": "/usr/bin:/bin", "ANTHROPIC_API_KEY": KEY}
    with Popen(talks.command("slowly"), cwd=talks.root, env=environment, stdout=PIPE) as process:
        assert process.stdout is not None
        printed = b""
        while b"Now." not in printed:
            piece = process.stdout.read1()
            assert piece, "the program ended too early"
            printed += piece
        assert b"Later." not in printed
        pause.set()
        printed += process.stdout.read()
    assert b"Later." in printed
    assert process.returncode == 0


@pytest.mark.parametrize("name", ["error", "error_now"])
def test_an_error_ends_the_program_with_the_status_and_what_the_api_says(name: str, talks: Talks) -> None:
    outcome = talks.outcome(name)
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    assert "529" in outcome.stderr.split("\n")[0]
    assert PROBLEM in outcome.stderr


@pytest.mark.parametrize("name", ["cut", "half"])
def test_an_answer_that_breaks_off_ends_the_program_with_an_error(name: str, talks: Talks) -> None:
    outcome = talks.outcome(name)
    assert outcome.exit_code != 0
    assert outcome.stderr != ""
    assert name == "half" or "Some" in outcome.stdout


def test_an_answer_that_ends_before_its_last_event_is_said_to(talks: Talks) -> None:
    outcome = talks.outcome("ended_early")
    assert "Some" in outcome.stdout
    if talks.key != "java":  # It shows the events, and that the last is missing.
        assert outcome.exit_code == 1
        assert "The answer ended early." in outcome.stderr


def test_an_error_among_the_events_is_shown(talks: Talks) -> None:
    outcome = talks.outcome("error_later")
    assert "Some" in outcome.stdout
    if talks.key == "java":
        assert PROBLEM in outcome.stdout
    else:
        assert outcome.exit_code == 1
        assert PROBLEM in outcome.stderr


@pytest.mark.parametrize("name", ["moved", "found"])
def test_a_key_is_not_taken_elsewhere(name: str, talks: Talks, server: tuple[str, list[str]]) -> None:
    outcome = talks.outcome(name)
    assert outcome.exit_code == 1
    assert {"moved": "307", "found": "302"}[name] in outcome.stderr
    assert not any(path.startswith("/stolen") for path in server[1])


def test_a_server_that_is_not_there_ends_the_program_with_an_error(talks: Talks) -> None:
    outcome = talks.outcome("nobody")
    assert outcome.exit_code != 0
    assert "refused" in outcome.stderr or "ConnectException" in outcome.stderr


def test_a_missing_key_is_named_before_anything_is_sent(talks: Talks, server: tuple[str, list[str]]) -> None:
    before = len(server[1])
    outcome = run(["env", "-u", "ANTHROPIC_API_KEY", *talks.command("stolen")], talks.root)
    assert outcome.exit_code != 0
    assert "ANTHROPIC_API_KEY" in outcome.stderr
    assert len(server[1]) == before


@pytest.mark.parametrize(
    ("image", "notes"),
    [(None, b"Some notes"), (b"an image", None), (b"an image", b"half a letter \xc3")],
    ids=["no image", "no notes", "not UTF-8"],
)
def test_a_file_that_cannot_be_sent_ends_the_program(
    image: bytes | None, notes: bytes | None, talks: Talks, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    before = len(server[1])
    for name, content in zip(FILES, (image, notes), strict=True):
        if content:
            (tmp_path / name).write_bytes(content)
    outcome = talks.outcome("with_files", tmp_path)
    assert outcome.exit_code != 0
    assert outcome.stderr != ""
    assert len(server[1]) == before


@pytest.mark.parametrize("key", KEYS)
def test_a_bearer_token_is_sent_where_the_connection_does(key: str) -> None:
    source = render(key, case("minimal").body, anthropic_version=VERSION, auth="bearer")
    assert "x-api-key" not in source
    assert "authorization" in source
    assert "Bearer " in source


@pytest.mark.parametrize("key", KEYS)
def test_the_forms_that_need_an_sdk_are_not_offered(key: str) -> None:
    body = {**case("tools").body, **case("structured").body}
    assert available_forms(key, body) == ("count_tokens",)
    with pytest.raises(UnavailableForm, match="has no form"):
        render(key, body, anthropic_version=VERSION, form=Form(tool_loop=True))


def test_a_call_is_broken_where_it_is_too_long() -> None:
    fits = call("  f(", ["a" * 36, "b" * 36], ");", step="  ")
    assert fits == [f"  f({'a' * 36}, {'b' * 36});"]
    assert len(fits[0]) == 80
    assert call("  f(", ["a" * 36, "b" * 37], ");", step="  ", last_comma=",") == [
        "  f(",
        f"    {'a' * 36},",
        f"    {'b' * 37},",
        "  );",
    ]


def test_a_quoted_text_is_one_line_of_what_prints() -> None:
    assert double_quoted('"\\\n\0\u2028漢😀\U000e0001') == '"\\"\\\\\\n\\u{0}\\u{2028}漢😀\\u{e0001}"'
