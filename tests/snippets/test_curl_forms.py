"""curl scripts that put their bodies together, run by the shells of this machine."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from snippets.execution import KEY, Outcome, program, run
from snippets.recorder import ANSWER, Recorder, recording

from components.domain import template
from components.snippets import Form, Snippet, snippet

SHELLS = ("bash", "dash")
VERSION = "2023-06-01"
WEIRD = {
    "empty": "",
    "a line end": "\n",
    "line ends at the end": "a\r\n\n\n",
    "blanks": "  a \t b  ",
    "quotes": "it's \"said\" '",
    "backslashes": "\\ \\n \\\\ \\' \\\" \\u0041 \\",
    "a command": "$(touch canary) `touch canary` ; touch canary & touch canary #",
    "expansions": "$HOME ${HOME} $((1+1)) $$ ~ * {a,b} !! }} } %s%d\\c",
    "an escape from quotes": "'; touch canary; '\"; touch canary; \"",
    "heredoc words": "\nJSON\nEOF\n)\n",
    "an option": "-n",
    "braces": "{{tone}} {{or}} \\{{tone}}",
    "signs that do not print": "\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\u200b\u2028\u202e\ufeff",
    "all scripts": "é ß 漢字 \U0001f642 \U0001f468\u200d\U0001f469 \u0627",
    "a long line": "x" * 100_000,
}
"""Texts that variables of the environment can hold."""
EVERY_BYTE = bytes(range(256)) * 3
TEXT_FILE = "\ufeffa\r\nb\0 \x7f\"\\'`$(touch canary) é \U0001f642 no line end"
PROMPT = "".join(WEIRD.values()) + "\0"
BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "metadata": {"user_id": "`touch canary`"},
    "stop_sequences": ["'\\"],
    "system": [{"type": "text", "text": "Be {{tone}}. " + template.escape(PROMPT)}],
    "messages": [
        {
            "role": "user",
            "content": [
                {
                    "type": "image",
                    "source": {
                        "type": "base64",
                        "media_type": "image/png",
                        "data": base64.b64encode(EVERY_BYTE).decode(),
                    },
                },
                {
                    "type": "document",
                    "title": "notes.txt",
                    "source": {"type": "text", "media_type": "text/plain", "data": TEXT_FILE},
                },
                {"type": "text", "text": "Write about {{the topic}}, {{tone}}ly: {{the topic}}{{tone}}"},
            ],
        }
    ],
}
VALUES = {"tone": "'brief\\'\n$(touch canary)\0", "the topic": PROMPT}


def filled(values: Mapping[str, str]) -> dict[str, Any]:
    """What arrives when the body's variables have these values."""
    tone, topic = values["tone"], values["the topic"]
    content = [*BODY["messages"][0]["content"][:2]]
    content.append({"type": "text", "text": f"Write about {topic}, {tone}ly: {topic}{tone}"})
    return {
        **BODY,
        "system": [{"type": "text", "text": f"Be {tone}. {PROMPT}"}],
        "messages": [{"role": "user", "content": content}],
    }


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as server:
        yield server


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def script(body: dict[str, Any], recorder: Recorder, mailbox: str, form: Form, **options: Any) -> Snippet:
    address = recorder.base_url(mailbox)
    return snippet("curl", body, anthropic_version=VERSION, base_url=address, form=form, **options)


def execute(
    shell: str, code: Snippet, folder: Path, environment: Mapping[str, str] | None = None, key: str = KEY
) -> Outcome:
    """Run a script beside its files; unset variables end it."""
    for name, content in code.files.items():
        (folder / name).write_bytes(content)
    (folder / code.file_name).write_bytes(code.source.encode())
    settings = [f"{name}={value}" for name, value in (environment or {}).items()]
    return run(["env", *settings, program(shell), "-u", code.file_name], folder, key=key)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


FORMS = [
    Form(template=template, attachments=attachments, count_tokens=count)
    for template, attachments, count in itertools.product((False, True), repeat=3)
]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: "-".join(sorted(form.chosen)) or "exact")
def test_every_form_sends_the_same_request_and_runs_nothing_of_it(
    shell: str, form: Form, stream: bool, recorder: Recorder, tmp_path: Path
) -> None:
    mailbox = f"{shell}-{tmp_path.name}"
    body = BODY if form.template else filled(VALUES)
    code = script(body, recorder, mailbox, form, stream=stream, values=VALUES)
    outcome = execute(shell, code, tmp_path)

    assert outcome.exit_code == 0, outcome.stderr
    [received] = recorder.mailboxes[mailbox]
    expected = {**filled(VALUES), "stream": True} if stream else filled(VALUES)
    if form.count_tokens:
        expected = {name: expected[name] for name in ("model", "system", "messages")}
    assert received.body == expected
    assert received.path == ("/v1/messages/count_tokens" if form.count_tokens else "/v1/messages")
    assert (received.headers["anthropic-version"], received.headers["x-api-key"]) == (VERSION, KEY)
    assert ("input_tokens" if form.count_tokens else ANSWER[7:]) in outcome.stdout
    assert set(code.files) == ({"image.png", "notes.txt"} if form.attachments else set())
    assert names_in(tmp_path) == {"request.sh", *code.files}


def test_a_variable_that_is_set_goes_before_the_value_in_the_script(
    shell: str, recorder: Recorder, tmp_path: Path
) -> None:
    names = {f"v{number}": value for number, value in enumerate(WEIRD.values())}
    body = {**BODY, "messages": [{"role": "user", "content": f"{{{{{name}}}}}"} for name in names]}
    code = script(body, recorder, f"set-{shell}", Form(template=True), values=dict.fromkeys(names, "unset"))
    environment = {name.upper(): value for name, value in names.items()}
    outcome = execute(shell, code, tmp_path, environment)

    assert outcome.exit_code == 0, outcome.stderr
    [received] = recorder.mailboxes[f"set-{shell}"]
    assert [turn["content"] for turn in received.body["messages"]] == list(names.values())
    assert names_in(tmp_path) == {"request.sh"}


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_every_value_is_sent_as_it_is_in_every_locale(
    shell: str, locale: str, recorder: Recorder, tmp_path: Path
) -> None:
    mailbox = f"{shell}-{locale}"
    code = script(BODY, recorder, mailbox, Form(template=True, attachments=True), values=VALUES)
    values = {"tone": WEIRD["all scripts"], "the topic": "".join(WEIRD.values())}
    environment = {"TONE": values["tone"], "THE_TOPIC": values["the topic"], "LC_ALL": locale}
    assert execute(shell, code, tmp_path, environment).exit_code == 0
    assert recorder.mailboxes[mailbox][-1].body == filled(values)


def test_what_the_login_has_set_is_not_taken_for_a_variable_of_the_prompt(
    shell: str, recorder: Recorder, tmp_path: Path
) -> None:
    names = [
        *("user", "path", "language", "IFS", "uid", "home", "seconds", "ps4", "lc all", "bash env"),
        *("anthropic api key", "prompt", "name", "curl home", "random", "名"),
    ]
    body = {**BODY, "messages": [{"role": "user", "content": f"{{{{{name}}}}}"} for name in names]}
    code = script(body, recorder, f"login-{shell}", Form(template=True), values=dict.fromkeys(names, "own"))
    there = {name.upper(): "theirs" for name in ("user", "language", "prompt", "name")}
    outcome = execute(shell, code, tmp_path, there)

    assert outcome.exit_code == 0, outcome.stderr
    [received] = recorder.mailboxes[f"login-{shell}"]
    assert {turn["content"] for turn in received.body["messages"]} == {"own"}


def test_variables_keep_apart_whose_names_are_alike(shell: str, recorder: Recorder, tmp_path: Path) -> None:
    names = ["topic", "Topic", "topic json", "topic-json", "TOPIC_JSON.2", "notes.txt"]
    body = {**BODY, "system": "".join(f"{{{{{name}}}}}|" for name in names)}
    code = script(
        body, recorder, f"alike-{shell}", Form(template=True, attachments=True), values={n: n for n in names}
    )
    assert execute(shell, code, tmp_path, {"TOPIC": "set", "NOTES_TXT": "set too"}).exit_code == 0
    [received] = recorder.mailboxes[f"alike-{shell}"]
    assert received.body["system"] == "".join(f"{n}|" for n in ["set", *names[1:-1], "set too"])


def test_bodies_may_be_larger_than_an_argument(shell: str, recorder: Recorder, tmp_path: Path) -> None:
    values = {"tone": "'\\" * 100_000, "the topic": "é" * 100_000}
    form = Form(template=True, attachments=True)
    content = [*BODY["messages"][0]["content"]]
    data = base64.b64encode(EVERY_BYTE * 2000).decode()
    content[0] = {**content[0], "source": {**content[0]["source"], "data": data}}
    body = {**BODY, "messages": [{"role": "user", "content": content}]}
    code = script(body, recorder, f"large-{shell}", form, values=values)
    outcome = execute(shell, code, tmp_path)

    assert outcome.exit_code == 0, outcome.stderr
    [received] = recorder.mailboxes[f"large-{shell}"]
    expected = filled(values)
    expected["messages"][0]["content"][0] = content[0]
    assert received.body == expected


@pytest.mark.parametrize("missing", ["image.png", "notes.txt"])
def test_without_one_of_its_files_nothing_is_sent(
    shell: str, missing: str, recorder: Recorder, tmp_path: Path
) -> None:
    mailbox = f"{shell}-without-{missing}"
    code = script(filled(VALUES), recorder, mailbox, Form(attachments=True))
    there = {name: content for name, content in code.files.items() if name != missing}
    outcome = execute(shell, Snippet(code.source, code.file_name, there), tmp_path)

    assert outcome.exit_code != 0
    assert missing in outcome.stderr
    assert recorder.mailboxes[mailbox] == []


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("as_template", [False, True], ids=["exact", "template"])
def test_a_refusal_is_shown_and_ends_the_script_with_an_error(
    shell: str, as_template: bool, stream: bool, recorder: Recorder, tmp_path: Path
) -> None:
    body = BODY if as_template else filled(VALUES)
    code = script(body, recorder, "refused", Form(template=as_template), stream=stream, values=VALUES)
    outcome = execute(shell, code, tmp_path, key="refused")

    assert outcome.exit_code != 0
    assert "authentication_error" in outcome.stdout
    assert "401" in outcome.stderr
