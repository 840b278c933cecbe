"""The forms of the TypeScript and JavaScript snippets: compiled at once, and run in few processes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from snippets.execution import KEY, Outcome, node_package, program, run
from snippets.many_programs import Programs, TypeScriptPrograms, programs
from snippets.recorder import ANSWER, Received, Recorder, recording
from snippets.replies import Reply, replying

from components.domain import template
from components.services.verification.answers import INPUT_TOKENS, Answer
from components.services.verification.comparing import values_differ
from components.snippets import PLAIN, Auth, Form, Snippet, UnavailableForm, snippet

pytestmark = pytest.mark.timeout(300)

HOSTILE = (
    "`${process.exit(7)}` \\` \\${x} $ {{ \r\n end of line \n\u2028\0\u202e\"' ünï 漢字 😀 `touch canary`$"
)
VALUES = {
    "topic": HOSTILE,
    "ünï": "{{topic}} stays as it is",
    "class": "one line",
    "text": "a long line " * 12,
    "client": "x" * 90 + "\n",
    "a very long name for a variable that takes more than its place": "$&$1",
}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Its `name`"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
TEXT = "\ufeffA text\r\nwith a mark, `${quotes}` and no end of line: é 漢 😀"
TOOLS = [
    {"name": "get_weather", "description": "For a city.", "input_schema": {"type": "object"}},
    {"name": "get-weather", "input_schema": {"type": "object", "properties": {"name": {"type": "string"}}}},
    {"name": "__proto__", "input_schema": {"type": "object"}},
    {"name": '"; process.exit(3); `${x}`\n', "input_schema": {"type": "object"}},
]
BASE: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 1000,
    "system": "Write about {{topic}} and {{ünï}}:\n`{{class}}` ${{client}} \\{{topic}}  \n{{text}}",
    "messages": [
        {
            "role": "user",
            "content": [
                {
                    "type": "image",
                    "source": {
                        "type": "base64",
                        "media_type": "image/png",
                        "data": base64.b64encode(PNG).decode(),
                    },
                },
                {
                    "type": "document",
                    "title": "A paper with a long title that makes the name of its file long as well.txt",
                    "source": {"type": "text", "media_type": "text/plain", "data": TEXT},
                },
                {"type": "text", "text": "{{topic}}"},
                {
                    "type": "text",
                    "text": "{{a very long name for a variable that takes more than its place}} {{text}}",
                },
            ],
        }
    ],
}
WITH_TOOLS = {**BASE, "tools": TOOLS}
WITH_SCHEMA = {**BASE, "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
UNKNOWN = {"temperature": -0.0, "top_k": 1e300, "2": "x", "größe": [None, True, 1.0], "__proto__": {"x": 1}}
ROUNDED = {"metadata": {"n": 2**64}}


def _nested(depth: int) -> dict[str, Any]:
    """Deeper than a line is wide, with everything that a line can end with."""
    inside: Any = {
        "nothing": None,
        "number": 1.5,
        "list": [],
        "object": {},
        "text": "a few words",
        "0": "zero",
    }
    for level in range(depth):
        inside = {
            "type": "object",
            "properties": {"größe": inside, "long words " * level: [], f"{level}": {"a": None}},
            "required": ["größe", "and"],
        }
    return {"x": inside}


BODIES: Mapping[str, dict[str, Any]] = {
    "base": BASE,
    "unknown": {**BASE, **UNKNOWN},
    "rounded": {**BASE, **ROUNDED},
    "tools": WITH_TOOLS,
    "tools_unknown": {**WITH_TOOLS, **UNKNOWN},
    "tools_other": {**WITH_TOOLS, "system": 5},
    "schema": WITH_SCHEMA,
    "schema_unknown": {**WITH_SCHEMA, **UNKNOWN},
    "schema_other": {**WITH_SCHEMA, "tools": [None]},
    "long": {**BASE, "max_tokens": 128_000},
    "nested": {**BASE, **_nested(24)},
    "stream_false": {**BASE, "stream": False},
    "stream_odd": {**BASE, "stream": "yes"},
}


@dataclass(frozen=True)
class Case:
    """One request in one form."""

    name: str
    body: str
    form: Form = PLAIN
    stream: bool = False
    auth: Auth = "x-api-key"
    answers: Sequence[Answer] = ("text",)
    values: Mapping[str, str] = field(default_factory=lambda: VALUES)

    def snippet(self, target: str, base_url: str) -> Snippet:
        return snippet(
            target,
            BODIES[self.body],
            anthropic_version="2023-06-01",
            betas=("one-2026-01-01",),
            base_url=base_url,
            stream=self.stream,
            auth=self.auth,
            form=self.form,
            values=self.values,
        )

    @property
    def expected(self) -> dict[str, Any]:
        """What is to arrive."""
        body: dict[str, Any] = json.loads(json.dumps(BODIES[self.body]))
        if self.form.template:
            if isinstance(body["system"], str):
                body["system"] = template.fill(body["system"], self.values)
            for block in body["messages"][0]["content"]:
                if block["type"] == "text":
                    block["text"] = template.fill(block["text"], self.values)
        if self.form.count_tokens:
            return {
                name: body[name] for name in ("model", "system", "messages", "output_config") if name in body
            }
        return {**body, "stream": True} if self.stream else body


EVERYWHERE = [
    Form(template=template, attachments=attachments, count_tokens=count)
    for template in (False, True)
    for attachments in (False, True)
    for count in (False, True)
]


def _cases(target: str) -> Iterator[Case]:
    for body in ("base", "unknown", "rounded"):
        for form in EVERYWHERE:
            for stream in (False, True):
                if not (form.count_tokens and (stream or body != "base")):
                    yield _case(body, form, stream)
    yield _case("long", PLAIN, False)
    for body in ("nested", "stream_false", "stream_odd"):
        yield _case(body, PLAIN, False)
    if target == "javascript":
        yield Case("bearer", "base", auth="bearer")
        return
    for body, form, answers in (
        ("tools", Form(tool_loop=True), ("tool_use", "pause_turn", "text")),
        ("tools_unknown", Form(tool_loop=True, template=True, attachments=True), ("tool_use", "text")),
        ("tools_other", Form(tool_loop=True), ("tool_use", "text")),
        ("schema", Form(parsed=True), ("json",)),
        ("schema", Form(parsed=True, template=True, attachments=True), ("json",)),
        ("schema_unknown", Form(parsed=True), ("json",)),
        ("schema_other", Form(parsed=True), ("json",)),
    ):
        for stream in (False, True):
            yield _case(body, form, stream, answers)


def _case(body: str, form: Form, stream: bool, answers: Sequence[Answer] = ("text",)) -> Case:
    words = [body, *sorted(form.chosen), *(["stream"] if stream else [])]
    return Case("_".join(words), body, form, stream, answers=answers)


CASES = {target: {case.name: case for case in _cases(target)} for target in ("typescript", "javascript")}
ALL = [(target, name) for target, cases in CASES.items() for name in cases]


class Ran:
    """Runs the snippets of a target when the first of them is asked for."""

    def __init__(self, recorder: Recorder, folders: pytest.TempPathFactory) -> None:
        self.recorder = recorder
        self.folders = folders
        self.programs: dict[str, Programs] = {}
        self.outcomes: dict[str, dict[str, Outcome]] = {}

    def of(self, target: str, name: str) -> tuple[Outcome, list[Received]]:
        if target not in self.programs:
            made = self.programs[target] = programs(target, self.folders.mktemp(target) / "all")
            jobs = []
            for case in CASES[target].values():
                base_url = self.recorder.base_url(f"{target}-{case.name}", case.answers)
                jobs.append(made.write(case.name, case.snippet(target, base_url)))
            self.outcomes[target] = made.run(jobs)
        return self.outcomes[target][name], self.recorder.mailboxes[f"{target}-{name}"]


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as server:
        yield server


@pytest.fixture(scope="module")
def ran(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return Ran(recorder, tmp_path_factory)


@pytest.mark.parametrize(("target", "name"), ALL)
def test_every_form_sends_the_request(target: str, name: str, ran: Ran) -> None:
    case = CASES[target][name]
    outcome, received = ran.of(target, name)
    assert outcome.exit_code == 0, outcome.stderr
    assert not values_differ(received[0].body, case.expected, number_types=False)
    assert received[0].path == ("/v1/messages/count_tokens" if case.form.count_tokens else "/v1/messages")
    assert len(received) == len(case.answers)
    headers = received[0].headers
    assert (headers["anthropic-version"], headers["anthropic-beta"]) == ("2023-06-01", "one-2026-01-01")
    assert headers["content-type"] == "application/json"
    bearer = target == "typescript" or case.auth == "bearer"
    assert headers["authorization" if bearer else "x-api-key"] == (f"Bearer {KEY}" if bearer else KEY)


@pytest.mark.parametrize(("target", "name"), ALL)
def test_every_form_prints_the_answer(target: str, name: str, ran: Ran) -> None:
    form = CASES[target][name].form
    outcome, _ = ran.of(target, name)
    if form.count_tokens:
        assert outcome.stdout == f"{INPUT_TOKENS}\n"
    elif form.parsed:
        assert isinstance(json.loads(outcome.stdout)["city"], str)
    else:
        assert ANSWER in outcome.stdout


@pytest.mark.parametrize("target", CASES)
def test_nothing_of_a_prompt_is_executed(target: str, ran: Ran) -> None:
    ran.of(target, "base")
    assert not list(ran.programs[target].root.rglob("canary*"))
    for folder, files in ran.programs[target].folders.items():
        assert {each.name for each in folder.iterdir()} == files.keys()


def test_prettier_leaves_every_form_as_it_is(ran: Ran, tmp_path: Path) -> None:
    for target, name in ALL:
        made = CASES[target][name].snippet(target, "http://127.0.0.1:8501")
        (tmp_path / f"{name}{Path(made.file_name).suffix}").write_bytes(made.source.encode())
    prettier = node_package("prettier") / "bin" / "prettier.cjs"
    formatted = run([program("node"), str(prettier), "--check", "."], tmp_path)
    assert formatted.exit_code == 0, formatted.stderr


@pytest.mark.parametrize(("target", "name"), ALL)
def test_a_source_shows_what_it_holds(target: str, name: str) -> None:
    source = CASES[target][name].snippet(target, "http://127.0.0.1:8501").source
    assert source.endswith("\n")
    assert not source.endswith("\n\n")
    assert all(character.isprintable() or character == "\n" for character in source)
    assert not any(line.endswith(" ") for line in source.split("\n"))


@pytest.mark.parametrize("name", [name for name, case in CASES["typescript"].items() if case.form.tool_loop])
def test_a_loop_sends_back_the_answer_unchanged_and_the_results_of_all_its_calls(name: str, ran: Ran) -> None:
    case = CASES["typescript"][name]
    _, received = ran.of("typescript", name)
    first, second = received[0].body, received[1].body
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert {**second, "messages": None} == {**first, "messages": None}
    answered, results = second["messages"][len(first["messages"]) :]
    assert answered["role"] == "assistant"
    assert answered["content"][:2] == [
        {"type": "thinking", "thinking": "", "signature": "c2ln"},
        {"type": "text", "text": ANSWER},
    ]
    calls = answered["content"][2:]
    assert [call["name"] for call in calls] == [tool["name"] for tool in TOOLS]
    assert results == {
        "role": "user",
        "content": [
            {
                "type": "tool_result",
                "tool_use_id": call["id"],
                "content": "Error: Not implemented yet.",
                "is_error": True,
            }
            for call in calls
        ],
    }
    if "pause_turn" in case.answers:
        last = received[2].body["messages"]
        assert last[:-1] == second["messages"]
        assert last[-1]["role"] == "assistant"


def test_typescript_runs_as_an_es_module_too(recorder: Recorder, tmp_path: Path) -> None:
    made = TypeScriptPrograms("typescript", tmp_path / "all")
    (made.root / "package.json").write_text('{"type": "module"}')
    names = [
        "base_attachments_template_stream",
        "tools_tool_loop",
        "schema_parsed_stream",
        "base_count_tokens",
    ]
    cases = [CASES["typescript"][name] for name in names]
    urls = {case.name: recorder.base_url(f"esm-{case.name}", case.answers) for case in cases}
    outcomes = made.run(
        [made.write(case.name, case.snippet("typescript", urls[case.name])) for case in cases]
    )
    assert {name: outcome.stderr for name, outcome in outcomes.items() if outcome.exit_code != 0} == {}
    for case in cases:
        body = recorder.mailboxes[f"esm-{case.name}"][0].body
        assert not values_differ(body, case.expected, number_types=False)


SCHEMAS: Mapping[str, dict[str, Any]] = {
    "nothing": {"type": "object"},
    "lost_in_transformation": {
        "type": "object",
        "additionalProperties": True,
        "minProperties": 1,
        "properties": {
            "n": {"type": "integer", "minimum": 1, "default": 2},
            "s": {"type": ["string", "null"]},
        },
    },
    "references": {
        "type": "object",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        "properties": {
            "node": {"$ref": "#/$defs/node"},
            "__proto__": {"type": "string"},
            "10": {},
            "9": True,
        },
    },
    "impossible": {
        "type": "object",
        "properties": {"a": {"type": "string", "enum": ["x", "y"]}, "b": {"enum": []}},
        "required": ["missing", "a"],
        "additionalProperties": False,
    },
    "not_a_schema": {"type": "object", "properties": {"a": 5}, "required": "a", "enum": [1]},
    "deep": {"type": "object", "properties": {"a": SCHEMA, "list": {"type": "array", "items": SCHEMA}}},
}


def test_the_sdk_helper_sends_any_schema_unchanged(recorder: Recorder, tmp_path: Path) -> None:
    made = programs("typescript", tmp_path / "all")
    bodies = {
        name: {
            **BASE,
            "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": schema}},
        }
        for name, schema in SCHEMAS.items()
    }
    jobs = []
    for place, (name, body) in enumerate(bodies.items()):
        base_url = recorder.base_url(f"schema-{name}", ("json",))
        form, stream = Form(parsed=True), place % 2 == 1
        jobs.append(
            made.write(
                name,
                snippet(
                    "typescript",
                    body,
                    anthropic_version="2026-10-21",
                    base_url=base_url,
                    form=form,
                    stream=stream,
                ),
            )
        )
    outcomes = made.run(jobs)
    assert {name: outcome.stderr for name, outcome in outcomes.items() if outcome.exit_code != 0} == {}
    for name, body in bodies.items():
        [received] = recorder.mailboxes[f"schema-{name}"]
        sent = {each: value for each, value in received.body.items() if each != "stream"}
        assert not values_differ(sent, body, number_types=False), name


def _made(body: Mapping[str, Any], form: Form, *, target: str = "typescript", stream: bool = False) -> str:
    return snippet(target, body, anthropic_version="2026-10-21", form=form, stream=stream).source


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"type": "json_schema", "schema": {"type": "array"}}, 'of type "object"'),
        ({"type": "json_schema", "schema": {"anyOf": []}}, 'of type "object"'),
        ({"type": "json_schema", "schema": SCHEMA, "name": "x"}, "nothing beside it"),
        ({"type": "other", "schema": SCHEMA}, "nothing beside it"),
    ],
)
def test_what_the_helper_does_not_take_is_not_offered(wanted: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnavailableForm, match=reason):
        _made({**BASE, "output_config": {"format": wanted}}, Form(parsed=True))


def test_forms_that_cannot_work_say_why() -> None:
    both = {**WITH_TOOLS, **WITH_SCHEMA}
    with pytest.raises(UnavailableForm, match="reads every text as JSON"):
        _made(both, Form(parsed=True, tool_loop=True))
    for form in (Form(parsed=True), Form(tool_loop=True)):
        with pytest.raises(UnavailableForm, match="would round 18446744073709551616"):
            _made({**both, **ROUNDED}, form)
        with pytest.raises(UnavailableForm, match="would move workspace_id into a header"):
            _made({**both, "workspace_id": "x"}, form)
    with pytest.raises(UnavailableForm, match="without streaming"):
        _made({**both, "mcp_servers": []}, Form(tool_loop=True), stream=True)
    assert "while (true)" in _made({**both, "mcp_servers": []}, Form(tool_loop=True))


@pytest.mark.parametrize("target", CASES)
def test_properties_named_by_numbers_keep_their_order(target: str) -> None:
    properties = {"2024": {"type": "string"}, "2023": {"type": "string"}}
    tool = {"name": "x", "input_schema": {"type": "object", "properties": properties}}
    assert "const body = `{" in _made({**BASE, "tools": [tool]}, PLAIN, target=target)
    tool = {"name": "x", "input_schema": {"type": "object", "properties": {"1": {}, "02": {}, "a": {}}}}
    assert "const body" not in _made({**BASE, "tools": [tool]}, PLAIN, target=target)


@pytest.mark.parametrize("target", CASES)
def test_a_float_that_javascript_writes_with_other_digits_is_sent_as_text(target: str) -> None:
    assert "-7.083139771335382e+16," in _made({**BASE, "x": -7.083139771335382e16}, PLAIN, target=target)
    assert "const body" not in _made({**BASE, "x": [1e17, 1e22, 2.5, 1e300]}, PLAIN, target=target)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("target", CASES)
def test_nesting_costs_no_more_than_its_length(target: str) -> None:
    assert "größe" in _made({**BASE, **_nested(80)}, PLAIN, target=target)


# --- fetch by itself ---


def _run_fetch(folder: Path, base_url: str, *, stream: bool = False, key: str = KEY) -> Outcome:
    source = snippet(
        "javascript",
        {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]},
        anthropic_version="2023-06-01",
        base_url=base_url,
        stream=stream,
    ).source
    (folder / "request.mjs").write_text(source)
    return run([program("node"), "request.mjs"], folder, key)


def test_fetch_says_what_the_service_said_when_it_refuses(recorder: Recorder, tmp_path: Path) -> None:
    outcome = _run_fetch(tmp_path, recorder.base_url("refused"), key="refused")
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("401 ")
    assert "authentication_error" in outcome.stderr


def test_fetch_asks_for_a_key_where_there_is_none(recorder: Recorder, tmp_path: Path) -> None:
    outcome = _run_fetch(tmp_path, recorder.base_url("no-key"), key="")
    assert outcome.exit_code == 1
    assert "Please set ANTHROPIC_API_KEY." in outcome.stderr
    assert not recorder.mailboxes["no-key"]


def test_fetch_follows_no_redirect(recorder: Recorder, tmp_path: Path) -> None:
    elsewhere = recorder.base_url("elsewhere") + "/v1/messages"
    with replying({"moved": Reply((b"Moved",), 307, {"location": elsewhere})}) as (url, asked):
        outcome = _run_fetch(tmp_path, f"{url}/moved")
    assert (outcome.exit_code, outcome.stderr) == (1, "307 Moved\n")
    assert len(asked) == 1
    assert not recorder.mailboxes["elsewhere"]


EVENTS = (
    'event: message_start\r\ndata: {"type": "message_start"}\r\n\r\n: a comment\r\n'
    'data:{"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Grü\u2028ße, "}}\r\n\r\n'
    'data: {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "漢字 😀"}}\n\n'
    'data: {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "not this"}}\n\n'
    'data: {"type": "message_stop"}\n\n'
).encode()
STREAM = {"content-type": "text/event-stream"}


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_fetch_reads_a_stream_wherever_its_chunks_end(size: int, tmp_path: Path) -> None:
    pieces = tuple(EVENTS[start : start + size] for start in range(0, len(EVENTS), size))
    with replying({"pieces": Reply(pieces, 200, STREAM)}) as (url, _):
        outcome = _run_fetch(tmp_path, f"{url}/pieces", stream=True)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "Grü\u2028ße, 漢字 😀", "")


def test_fetch_ends_badly_where_a_stream_holds_an_error(tmp_path: Path) -> None:
    error = b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error"}}\n\n'
    with replying({"error": Reply((EVENTS, error), 200, STREAM)}) as (url, _):
        outcome = _run_fetch(tmp_path, f"{url}/error", stream=True)
    assert outcome.exit_code == 1
    assert "overloaded_error" in outcome.stderr


def test_fetch_ends_badly_where_the_connection_breaks(tmp_path: Path) -> None:
    with replying({"cut": Reply((EVENTS[:200], b"data"), 200, STREAM, cut=True)}) as (url, _):
        outcome = _run_fetch(tmp_path, f"{url}/cut", stream=True)
    assert outcome.exit_code == 1


def test_fetch_ends_badly_where_the_last_event_is_missing(tmp_path: Path) -> None:
    with replying(
        {"short": Reply((EVENTS.removesuffix(EVENTS.split(b"\n\n")[-2] + b"\n\n"),), 200, STREAM)}
    ) as (
        url,
        _,
    ):
        outcome = _run_fetch(tmp_path, f"{url}/short", stream=True)
    assert (outcome.exit_code, outcome.stderr) == (1, "The answer ended early.\n")
