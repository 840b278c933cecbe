"""The forms of the Python targets, beyond what is proved of every target: what their SDK and pydantic do."""

from __future__ import annotations

import ast
import inspect
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import anthropic
import pydantic
import pytest
from anthropic.lib._parse._transform import transform_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from snippets.cases import CASES, case
from snippets.execution import KEY, Outcome, run
from snippets.many_programs import programs
from snippets.recorder import ANSWER, Received, Recorder, recording
from snippets.replies import Reply, replying
from snippets.requests_by_chance import hostile

from components.domain.json_types import Json, JsonObject
from components.services.verification.answers import INPUT_TOKENS, Answer
from components.snippets import TARGETS, Auth, Form, Snippet, UnavailableForm, snippet
from components.snippets.python_layout import PythonLayout
from components.snippets.python_models import models
from components.snippets.python_sdk import (
    _ARGUMENTS,
    _NOT_IN_COUNT_TOKENS,
    _NOT_IN_PARSE,
)
from components.snippets.spliced import Argument, FileContent, Part, Spliced

PYTHON = ("python", "python-async", "python-requests")
SDK = ("python", "python-async")
VERSION = "2026-10-21"
OLDEST = (3, 9)
"""The Python that programs without the SDK run on; the SDK wants 3.10."""

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "mood": {"type": "string", "enum": ["good", "bad"]}},
    "required": ["name", "mood"],
    "additionalProperties": False,
}
TOOLS: list[JsonObject] = [
    {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}},
    {"name": "class", "input_schema": {"type": "object"}},
    {"name": "get-weather", "input_schema": {"type": "object"}},
    {"name": "print", "input_schema": {"type": "object"}},
    {"name": '"]; import os; os.mkdir("canary") #\n', "input_schema": {"type": "object"}},
    {"name": "long_" * 30, "input_schema": {"type": "object"}},
    {"type": "web_search_20250305", "name": "web_search"},
]
BODY: JsonObject = {
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "system": "You are \"{{role}}\"; {braces} 'stay'.",
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
    "tools": TOOLS,  # type: ignore[dict-item]
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "{{class}}, {{text}}:\n{{größe}} \n\n{{{role}}}\\{x} {{text}}\n"},
                {"type": "text", "text": "{{text}}"},
                {
                    "type": "image",
                    "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="},
                },
                {
                    "type": "document",
                    "title": "A long name " * 8,
                    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="},
                },
                {
                    "type": "document",
                    "title": "another long name " * 8,
                    "source": {"type": "text", "media_type": "text/plain", "data": "\ufeffa\r\n\tb"},
                },
                {
                    "type": "document",
                    "title": "note",
                    "source": {"type": "text", "media_type": "text/plain", "data": "Grüße\n"},
                },
            ],
        }
    ],
}
VALUES = {
    "role": 'a "pirate"\\ {x}',
    "class": "'\n",
    "text": "two\nlines {role} " * 9,
    "größe": "\0$(touch canary)",
}

FORMS = (
    Form(),
    Form(template=True),
    Form(attachments=True),
    Form(template=True, attachments=True),
    Form(template=True, attachments=True, count_tokens=True),
    Form(count_tokens=True),
    Form(tool_loop=True),
    Form(template=True, attachments=True, tool_loop=True),
    Form(parsed=True),
    Form(template=True, attachments=True, parsed=True),
)


def ways() -> list[tuple[str, Form, bool]]:
    return [
        (key, form, stream)
        for key in PYTHON
        for form in FORMS
        if form.chosen <= TARGETS[key].forms
        for stream in (False, True)
    ]


def way_name(key: str, form: Form, stream: bool) -> str:
    return "_".join([key, *sorted(form.chosen), "stream" if stream else "whole"]).replace("-", "_")


WAYS = [pytest.param(*way, id=way_name(*way)) for way in ways()]


def written(
    key: str,
    form: Form,
    stream: bool,
    body: Mapping[str, Json] = BODY,
    base_url: str = "https://api.anthropic.com",
    values: Mapping[str, str] = VALUES,
) -> Snippet:
    return snippet(
        key, body, anthropic_version=VERSION, base_url=base_url, stream=stream, form=form, values=values
    )


def answers_for(form: Form) -> tuple[Answer, ...]:
    if form.tool_loop:
        return ("pause_turn", "tool_use", "text")
    return ("json",) if form.parsed else ("text",)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as server:
        yield server


class Runs:
    """All programs at once, when the first is asked for: starting the SDK takes a second."""

    def __init__(self, recorder: Recorder, folder: Path) -> None:
        self.recorder = recorder
        self.folder = folder
        self.outcomes: dict[str, Outcome] = {}
        self.came: dict[str, list[Any]] = {}
        """The bodies that `saying` was sent."""

    def of(self, key: str, form: Form, stream: bool) -> tuple[Outcome, list[Received]]:
        return self.named(way_name(key, form, stream))

    def named(self, name: str) -> tuple[Outcome, list[Received]]:
        if not self.outcomes:
            self._run()
        return self.outcomes[name], self.recorder.mailboxes[name]

    def _run(self) -> None:
        runner = programs("python", self.folder / "all")
        url = self.recorder.base_url
        with ExitStack() as servers:
            jobs = {}
            for key, form, stream in ways():
                name = way_name(key, form, stream)
                body = {**BODY, "tools": TOOLS[-1:]} if form.parsed else BODY
                jobs[name] = written(key, form, stream, body, url(name, answers_for(form)))
            for number, schema in enumerate(some_schemas()):
                name = f"schema_{number}"
                key, stream = SDK[number % 2], number % 4 > 1
                jobs[name] = written(
                    key, Form(parsed=True), stream, with_schema(schema), url(name, ("json",))
                )
            for key in PYTHON:
                name = f"words_{key}".replace("-", "_")
                values = {word: word for word in WORDS}
                jobs[name] = written(key, Form(template=True), True, WITH_WORDS, url(name), values)
            for key, stream in product(SDK, [False, True]):
                name = f"back_{key}_{stream}".replace("-", "_")
                server = saying(message(BLOCKS, "tool_use"), message([], "end_turn"))
                base_url, self.came[name] = servers.enter_context(server)
                jobs[name] = written(key, Form(tool_loop=True), stream, base_url=base_url)
            self.outcomes = runner.run([runner.write(name, made) for name, made in jobs.items()])


@pytest.fixture(scope="module")
def runs(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(recorder, tmp_path_factory.mktemp("python"))


@cache
def filled() -> JsonObject:
    """`BODY` with its variables filled in, by way of the exact form's literals."""
    parts = ast.parse(written("python-requests", Form(template=True), False).source)
    call = next(n for n in ast.walk(parts) if isinstance(n, ast.keyword) and n.arg == "json")
    names = {
        "role": VALUES["role"],
        "class_": VALUES["class"],
        "text": VALUES["text"],
        "gr_e": VALUES["größe"],
    }
    body: JsonObject = eval(compile(ast.Expression(call.value), "body", "eval"), names)
    return body


@pytest.mark.parametrize(("key", "form", "stream"), WAYS)
def test_each_form_sends_the_request_and_prints_the_answer(
    key: str, form: Form, stream: bool, runs: Runs
) -> None:
    outcome, received = runs.of(key, form, stream)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stderr == ""
    body = dict(filled() if form.template else BODY)
    if form.parsed:
        body["tools"] = TOOLS[-1:]  # type: ignore[assignment]
    if form.count_tokens:
        body.pop("max_tokens")
    elif stream:
        body["stream"] = True
    assert received[0].body == body
    assert {each.path for each in received} == {
        "/v1/messages/count_tokens" if form.count_tokens else "/v1/messages"
    }
    assert {each.headers["anthropic-version"] for each in received} == {VERSION}
    said = str(INPUT_TOKENS) if form.count_tokens else "mood='good'" if form.parsed else ANSWER
    assert said in outcome.stdout
    assert not list(runs.folder.rglob("canary*"))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("key", SDK)
def test_a_loop_goes_on_after_a_pause_and_after_tools(key: str, stream: bool, runs: Runs) -> None:
    _, received = runs.of(key, Form(tool_loop=True), stream)
    first, paused, answered = (each.body["messages"] for each in received)
    assert first == BODY["messages"]
    assert paused[:-1] == first
    assert paused[-1]["role"] == "assistant"
    assert answered[: len(paused)] == paused
    said, results = answered[len(paused) :]
    calls = [block for block in said["content"] if block["type"] == "tool_use"]
    assert [call["name"] for call in calls] == [tool["name"] for tool in TOOLS[:4]]
    assert results == {
        "role": "user",
        "content": [
            {
                "type": "tool_result",
                "tool_use_id": call["id"],
                "content": f"NotImplementedError('{name} is not written yet')",
                "is_error": True,
            }
            for call, name in zip(calls, ["get_weather", "class_", "get_weather_2", "print_2"], strict=True)
        ],
    }


@pytest.mark.parametrize("key", PYTHON)
def test_ruff_leaves_every_form_as_it_is(key: str, tmp_path: Path) -> None:
    for number, way in enumerate(way for way in ways() if way[0] == key):
        source = written(*way).source
        (tmp_path / f"form_{number}.py").write_bytes(source.encode())
    for chosen in CASES:
        (tmp_path / f"{chosen.name}.py").write_bytes(chosen.render(key).encode())
    for number, schema in enumerate(some_schemas() if key == "python" else ()):
        source = written("python", Form(parsed=True), False, with_schema(schema)).source
        (tmp_path / f"schema_{number}.py").write_bytes(source.encode())
    options = ["--isolated", "--no-cache", "--line-length", "88"]
    formatted = run([sys.executable, "-m", "ruff", "format", *options, "--diff", "."], tmp_path)
    assert formatted.exit_code == 0, formatted.stdout[:5000]
    rules = ["--select", "E4,E7,E9,F,I,B", "--ignore", "B006,E741,E742"]
    checked = run([sys.executable, "-m", "ruff", "check", *options, *rules, "."], tmp_path)
    assert checked.exit_code == 0, checked.stdout[:5000]


@pytest.mark.parametrize(("key", "form", "stream"), WAYS)
def test_a_program_is_python_of_its_oldest_interpreter(key: str, form: Form, stream: bool) -> None:
    source = written(key, form, stream).source
    ast.parse(source, feature_version=OLDEST)
    assert source.endswith("\n")
    assert not any(line.endswith(" ") for line in source.split("\n"))
    assert all(character.isprintable() or character == "\n" for character in source)


@pytest.mark.parametrize(
    ("key", "stream"), [("python", True), ("python-async", False), ("python-requests", True)]
)
def test_a_program_of_its_own_gives_no_warning(
    key: str, stream: bool, recorder: Recorder, tmp_path: Path
) -> None:
    form = Form(template=True, attachments=True, tool_loop=key in SDK)
    mailbox = f"warnings-{key}-{stream}"
    made = written(key, form, stream, base_url=recorder.base_url(mailbox, ("tool_use", "text")))
    for name, content in {**made.files, made.file_name: made.source.encode()}.items():
        (tmp_path / name).write_bytes(content)
    outcome = run([sys.executable, "-W", "error", made.file_name], tmp_path)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert len(recorder.mailboxes[mailbox]) == (2 if key in SDK else 1)


BLOCKS: list[JsonObject] = [
    {"type": "thinking", "thinking": "Hm…", "signature": "c2ln"},
    {"type": "redacted_thinking", "data": "abc"},
    {"type": "text", "text": "Hé", "citations": None},
    {"type": "text", "text": " {x}"},
    {
        "type": "text",
        "text": "cited",
        "citations": [
            {
                "type": "char_location",
                "cited_text": "a",
                "document_index": 0,
                "document_title": None,
                "start_char_index": 0,
                "end_char_index": 1,
                "new": 1,
            }
        ],
    },
    {
        "type": "tool_use",
        "id": "toolu_1",
        "name": "get_weather",
        "input": {"x": 1, "y": 1.0, "z": [None, True, {"": 2**64}], "date": "2026-01-01T00:00:00Z"},
        "caller": {"type": "direct"},
        "new": {"a": [1]},
    },
    {"type": "tool_use", "id": "toolu_2", "name": "unheard of", "input": {}},
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [
            {
                "type": "web_search_result",
                "title": "t",
                "url": "u",
                "page_age": None,
                "encrypted_content": "e",
                "new": 1.0,
            }
        ],
    },
    {"type": "container_upload", "file_id": "file_1"},
    {"type": "brand_new", "deep": {"list": [1, {"x": None}]}},
]


def message(content: list[JsonObject], stop_reason: str) -> JsonObject:
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": "claude-recorded",
        "content": [*content],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def events(whole: JsonObject) -> bytes:
    """A message as events, each text and input in pieces of one character."""
    found: list[JsonObject] = [
        {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    ]
    content: Any = whole["content"]
    for index, block in enumerate(content):
        start, deltas = dict(block), []
        match block["type"]:
            case "text":
                start["text"] = ""
                deltas = [{"type": "text_delta", "text": piece} for piece in block["text"]]
                if block.get("citations"):
                    start["citations"] = []
                    deltas += [{"type": "citations_delta", "citation": each} for each in block["citations"]]
            case "thinking":
                start |= {"thinking": "", "signature": ""}
                deltas = [{"type": "thinking_delta", "thinking": piece} for piece in block["thinking"]]
                deltas.append({"type": "signature_delta", "signature": block["signature"]})
            case "tool_use" | "server_tool_use":
                start["input"] = {}
                pieces = ["", *json.dumps(block["input"])]
                deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        found.append({"type": "content_block_start", "index": index, "content_block": start})
        found += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        found.append({"type": "content_block_stop", "index": index})
    ended: JsonObject = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    found += [
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]
    return b"".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in found)


@contextmanager
def saying(*messages: JsonObject) -> Iterator[tuple[str, list[Any]]]:
    """Answer each request with the next message. Yields the base URL and the bodies that came."""
    came: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            came.append(body)
            whole = messages[len(came) - 1]
            said = events(whole) if body.get("stream") else json.dumps(whole).encode()
            self.send_response(200)
            self.send_header(
                "content-type", "text/event-stream" if body.get("stream") else "application/json"
            )
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            """Nothing: the tests' output stays clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("key", SDK)
def test_an_answer_goes_back_as_the_service_gave_it(key: str, stream: bool, runs: Runs) -> None:
    name = f"back_{key}_{stream}".replace("-", "_")
    outcome, _ = runs.named(name)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    said, results = runs.came[name][1]["messages"][-2:]
    assert json.dumps(said["content"], sort_keys=True) == json.dumps(BLOCKS, sort_keys=True)
    assert [result["content"] for result in results["content"]] == [
        "NotImplementedError('get_weather is not written yet')",
        "KeyError('unheard of')",
    ]


@pytest.mark.parametrize("key", SDK)
def test_a_loop_that_would_send_back_less_or_never_end_is_not_written(key: str) -> None:
    for name in ("mcp_servers", "context_management", "compaction"):
        body = {**BODY, name: []}
        assert written(key, Form(tool_loop=True), False, body)
        with pytest.raises(UnavailableForm, match=f"With {name}"):
            written(key, Form(tool_loop=True), True, body)
    with pytest.raises(UnavailableForm, match="never end"):
        written(key, Form(tool_loop=True), False, {**BODY, "tool_choice": {"type": "any"}})
    with pytest.raises(UnavailableForm, match="no list"):
        written(key, Form(tool_loop=True), False, {**BODY, "messages": "Hi"})


@pytest.mark.parametrize("key", SDK)
def test_a_loop_whose_answers_are_parsed_is_not_written(key: str) -> None:
    with pytest.raises(UnavailableForm, match="before it calls a tool"):
        written(key, Form(tool_loop=True, parsed=True), False)


def test_the_arguments_are_those_of_the_installed_sdk() -> None:
    ours = set(_ARGUMENTS)
    not_ours = {"self", "stream", "output_format", "user_profile_id", "workspace_id", "timeout"}
    not_ours |= {"extra_headers", "extra_query", "extra_body"}
    for messages in (anthropic.resources.Messages, anthropic.resources.AsyncMessages):
        taken = {
            name: set(inspect.signature(getattr(messages, name)).parameters) - not_ours
            for name in ("create", "stream", "parse", "count_tokens")
        }
        assert taken["create"] == taken["stream"] == ours
        assert taken["parse"] == ours - _NOT_IN_PARSE
        assert taken["count_tokens"] == ours - _NOT_IN_COUNT_TOKENS


# --- Texts that are put together ---


@settings(max_examples=400, deadline=None)
@given(
    pieces=st.lists(st.one_of(hostile, st.text(max_size=5)), min_size=1, max_size=4),
    used=st.integers(0, 90),
)
def test_a_text_with_arguments_is_put_together_as_it_was(pieces: list[str], used: int) -> None:
    values = {"first name": "{x}\\", "b": '"""'}
    parts: list[Part] = []
    for number, piece in enumerate(pieces):
        parts += [*([piece] if piece else []), Argument(*list(values.items())[number % 2])]
    if len(pieces) % 2:
        parts += [pieces[0]] if pieces[0] else []
    whole = "".join(part if isinstance(part, str) else part.value for part in parts)  # type: ignore[union-attr]
    text = Spliced.of(tuple(parts), whole)
    layout = PythonLayout({"first name": "first_name", "b": "b"})
    for source in (layout.value(text, "", used), layout.one_line(text), layout.spliced_block(text, "", 0)):
        ast.parse(source, feature_version=OLDEST)
        assert eval(source, {"first_name": "{x}\\", "b": '"""'}) == whole
        assert not any(line.endswith(" ") for line in source.split("\n"))
        assert all(character.isprintable() or character == "\n" for character in source)


@pytest.mark.parametrize("encoding", ["base64", "text"])
@pytest.mark.parametrize("used", [0, 40, 60, 87])
@pytest.mark.parametrize("length", [1, 20, 60])
def test_a_file_is_read_as_it_is(
    encoding: Any, used: int, length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "\ufeffGrüße\r\n\t€ \n".encode()
    name = "n" * length + ".txt"
    (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    text = Spliced.of((FileContent(name, content, encoding),), "whole")
    names: dict[str, Any] = {}
    exec("import base64\nfrom pathlib import Path", names)
    source = PythonLayout().value({"data": text}, " " * used, used)
    found = eval(source, names)["data"]
    assert found == ("77u/R3LDvMOfZQ0KCeKCrCAK" if encoding == "base64" else content.decode())


WORDS = ("class", "print", "client", "message", "text", "ask", "größe", "gr_e", "os", "Path", "漢")
WITH_WORDS: JsonObject = {
    "model": "claude-opus-5-5",
    "max_tokens": 5,
    "messages": [{"role": "user", "content": " ".join(f"{{{{{word}}}}}" for word in WORDS)}],
}


@pytest.mark.parametrize("key", PYTHON)
def test_arguments_take_words_of_python_and_of_the_program(key: str, runs: Runs) -> None:
    outcome, [received] = runs.named(f"words_{key}".replace("-", "_"))
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert received.body["messages"] == [{"role": "user", "content": " ".join(WORDS)}]


# --- Answers that are parsed ---

NAMES = (
    *("name", "class", "model_config", "model_name", "copy", "json", "schema", "str", "list", "int", "float"),
    *("Answer", "BaseModel", "Field", "Literal", "None", "a b", "a-b", "a_b", "A B", "", " ", "_private"),
    *(
        "__init__",
        "größe",
        "漢字",
        "x" * 60,
        '"]\n',
        "self",
        "cls",
        "items",
        "Items",
        "print",
        "address",
        "1",
    ),
)
names = st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), hostile)
literals = st.one_of(
    st.sampled_from(["a", "b", "", "long " * 12, '"', "\n", "{x}"]),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.none(),
    hostile,
)


def plain_schemas() -> st.SearchStrategy[JsonObject]:
    kinds = st.sampled_from(["string", "integer", "number", "boolean", "null"])
    return st.one_of(
        kinds.map(lambda kind: {"type": kind, "description": "A {kind}"}),
        kinds.map(lambda kind: {"type": [kind, "null"]}),
        st.lists(literals, min_size=1, max_size=4).map(lambda values: {"enum": values}),
        st.lists(hostile, min_size=1, max_size=9).map(lambda values: {"type": "string", "enum": values}),
        literals.map(lambda value: {"const": value}),
        st.sampled_from(["date", "email", "uuid"]).map(lambda name: {"type": "string", "format": name}),
        st.just({"type": "object"}),
        st.sampled_from(["#/$defs/Shared", "#/$defs/mood"]).map(lambda name: {"$ref": name}),
    )


def object_schemas(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    def made(properties: dict[str, JsonObject], needed: bool) -> JsonObject:
        required: list[Json] = [*properties][: len(properties) if needed else 1]
        return {
            "type": "object",
            "properties": {**properties},
            "required": required,
            "additionalProperties": False,
        }

    return st.builds(made, st.dictionaries(names, inner, max_size=5), st.booleans())


schemas: st.SearchStrategy[JsonObject] = object_schemas(
    st.recursive(
        plain_schemas(),
        lambda inner: st.one_of(
            object_schemas(inner),
            inner.map(lambda each: {"type": "array", "items": each}),
            inner.map(lambda each: {"type": "object", "additionalProperties": each}),
            st.lists(inner, min_size=1, max_size=3).map(lambda choices: {"anyOf": [*choices]}),
        ),
        max_leaves=12,
    )
).map(
    lambda schema: {
        **schema,
        "$defs": {
            "Shared": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
            "mood": {"type": "string", "enum": ["good", "bad"]},
        },
    }
)


@st.composite
def values_of(draw: st.DrawFn, schema: Any, root: Any) -> Any:
    """A value that a schema of `schemas` allows."""
    match schema:
        case {"$ref": reference}:
            return draw(values_of(root["$defs"][reference.removeprefix("#/$defs/")], root))
        case {"enum": values}:
            return draw(st.sampled_from(values))
        case {"const": value}:
            return value
        case {"anyOf": choices}:
            return draw(values_of(draw(st.sampled_from(choices)), root))
        case {"type": [kind, "null"]}:
            return draw(values_of({"type": draw(st.sampled_from([kind, "null"]))}, root))
        case {"type": "array", "items": items}:
            return [draw(values_of(items, root)) for _ in range(draw(st.integers(0, 2)))]
        case {"properties": properties, "required": required}:
            return {
                name: draw(values_of(each, root))
                for name, each in properties.items()
                if name in required or draw(st.booleans())
            }
        case {"type": "object", "additionalProperties": dict(each)}:
            return draw(st.dictionaries(hostile, values_of(each, root), max_size=2))
        case {"type": kind}:
            return draw(
                {
                    "string": st.one_of(hostile, st.sampled_from(["2026-01-01", "1", "true"])),
                    "integer": st.integers(-(2**63), 2**63 - 1),  # Pydantic may refuse longer ones.
                    "number": st.one_of(
                        st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)
                    ),
                    "boolean": st.booleans(),
                    "null": st.none(),
                    "object": st.dictionaries(hostile, st.one_of(st.none(), hostile), max_size=2),
                }[kind]
            )
    raise AssertionError(schema)


def class_for(schema: JsonObject) -> type[pydantic.BaseModel]:
    """The class that the program defines."""
    made = models(schema, PythonLayout())
    source = "\n".join([*made.standard_imports, *made.package_imports, *made.classes])
    names: dict[str, Any] = {}
    exec(compile(source, "models", "exec", dont_inherit=True), names)
    found: type[pydantic.BaseModel] = names[made.root]
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_class_reads_every_answer_that_its_schema_allows(data: st.DataObject) -> None:
    schema = data.draw(schemas)
    answer = data.draw(values_of(schema, schema))
    found = class_for(schema)
    read = found.model_validate_json(json.dumps(answer))
    said = read.model_dump(by_alias=True, exclude_unset=True)
    assert set(said) == set(answer)
    # What the SDK makes of the class is not sent, but it must not fail.
    transform_schema(pydantic.TypeAdapter(found).json_schema())


@cache
def some_schemas() -> tuple[JsonObject, ...]:
    """The same ones each time."""
    found: list[JsonObject] = []

    @settings(
        max_examples=24,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(schemas)
    def collect(schema: JsonObject) -> None:
        found.append(schema)

    collect()
    return tuple(found)


def with_schema(schema: JsonObject) -> JsonObject:
    return {**BODY, "tools": [], "output_config": {"format": {"type": "json_schema", "schema": schema}}}


def test_the_sdks_helper_sends_each_schema_as_it_is(runs: Runs) -> None:
    for number, schema in enumerate(some_schemas()):
        outcome, [received] = runs.named(f"schema_{number}")
        assert (outcome.exit_code, outcome.stderr) == (0, "")
        sent = received.body
        sent.pop("stream", None)
        assert json.dumps(sent, sort_keys=True) == json.dumps(with_schema(schema), sort_keys=True)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "array", "items": {"type": "string"}}, "no object with properties"),
        ({"properties": {"x": {}}}, "what type “x” has"),
        ({"properties": {"x": True}}, "what type “x” has"),
        ({"properties": {"x": {"type": "array"}}}, "what type “x” has"),
        ({"properties": {"x": {"type": "strange"}}}, "what type “x” has"),
        ({"properties": {"x": {"allOf": [{"type": "string"}, {"minLength": 1}]}}}, "what type “x” has"),
        ({"properties": {"x": {"enum": [1.5]}}}, "no texts"),
        ({"properties": {"x": {"const": {"a": 1}}}}, "no texts"),
        ({"properties": {"x": {"$ref": "#/$defs/X"}}}, "does not define"),
        ({"properties": {"x": {"$ref": "https://example.org/x"}}}, "does not define"),
        (
            {
                "properties": {"x": {"$ref": "#/$defs/X"}},
                "$defs": {"X": {"type": "object", "properties": {"x": {"$ref": "#/$defs/X"}}}},
            },
            "refers to itself",
        ),
    ],
)
def test_a_schema_without_a_class_is_refused_with_the_reason(schema: JsonObject, reason: str) -> None:
    with pytest.raises(UnavailableForm, match=reason):
        written("python", Form(parsed=True), False, with_schema(schema))


def test_no_field_hides_an_attribute_of_the_installed_pydantic() -> None:
    public = [name for name in dir(pydantic.BaseModel) if not name.startswith("_")]
    schema: JsonObject = {"properties": {name: {"type": "string"} for name in public}, "type": "object"}
    found = class_for(schema)
    assert not set(found.model_fields) & set(public)
    assert {field.alias for field in found.model_fields.values()} == set(public)


# --- Programs without the SDK ---


def run_requests(folder: Path, stream: bool, base_url: str, before: str = "") -> Outcome:
    """Run the program with `requests`, something before it."""
    source = case("minimal", stream=stream).render("python-requests", base_url)
    (folder / "request.py").write_text(before + source)
    return run([sys.executable, "request.py"], folder)


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_is_none_ends_the_program(stream: bool, tmp_path: Path) -> None:
    said = b'{"error": "no"}'
    replies = {
        "overloaded": Reply((said,), 529),
        "moved": Reply((said,), 302, {"location": "http://127.0.0.1:9/"}),
    }
    with replying(replies) as (url, asked):
        ended = [run_requests(tmp_path, stream, f"{url}/{name}") for name in replies]
    assert [(each.exit_code, each.stdout, each.stderr) for each in ended] == [
        (1, "", '529 {"error": "no"}\n'),
        (1, "", '302 {"error": "no"}\n'),
    ]
    assert asked == ["/overloaded/v1/messages", "/moved/v1/messages"]


def test_an_error_in_the_stream_ends_the_program(tmp_path: Path) -> None:
    said = b'data: {"type": "error", "error": {"type": "overloaded_error"}}\r\n\r\n'
    with replying({"x": Reply((said[:20], said[20:]))}) as (url, _):
        outcome = run_requests(tmp_path, True, f"{url}/x")
    assert outcome.exit_code == 1
    assert "overloaded_error" in outcome.stderr


@pytest.mark.parametrize("said", [b"", b'data: {"type": "ping"}\n\n'])
def test_a_stream_without_its_last_event_ends_the_program(said: bytes, tmp_path: Path) -> None:
    with replying({"x": Reply((said,) if said else ())}) as (url, _):
        outcome = run_requests(tmp_path, True, f"{url}/x")
    assert (outcome.exit_code, outcome.stderr) == (1, "The answer ended early.\n")


@pytest.mark.parametrize("auth", ["x-api-key", "bearer"])
def test_a_login_of_netrc_goes_nowhere(auth: Auth, recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login someone password secret")
    (tmp_path / ".netrc").chmod(0o600)
    source = case("minimal").render("python-requests", recorder.base_url(f"netrc-{auth}"), auth=auth)
    (tmp_path / "request.py").write_text(source)
    assert run([sys.executable, "request.py"], tmp_path).exit_code == 0
    [received] = recorder.mailboxes[f"netrc-{auth}"]
    assert received.headers.get("authorization") == (f"Bearer {KEY}" if auth == "bearer" else None)


def test_a_key_that_is_not_set_is_named(tmp_path: Path) -> None:
    before = "import os; del os.environ['ANTHROPIC_API_KEY']\n"
    outcome = run_requests(tmp_path, False, "http://127.0.0.1:9", before)
    assert outcome.exit_code == 1
    assert "KeyError: 'ANTHROPIC_API_KEY'" in outcome.stderr


def test_a_bearer_token_goes_where_it_belongs(recorder: Recorder, tmp_path: Path) -> None:
    source = case("minimal").render("python-requests", recorder.base_url("token"), auth="bearer")
    (tmp_path / "request.py").write_text(source)
    assert run([sys.executable, "request.py"], tmp_path).exit_code == 0
    [received] = recorder.mailboxes["token"]
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert "x-api-key" not in received.headers


def test_text_is_printed_as_it_arrives(tmp_path: Path) -> None:
    """The server ends its answer only when the program has shown the first piece."""
    seen = threading.Event()
    piece = b'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"one"}}\n\n'
    pipe = tmp_path / "shown"
    os.mkfifo(pipe)
    before = f"import functools; print = functools.partial(print, file=open({str(pipe)!r}, 'w'))\n"

    def watch() -> None:
        with pipe.open() as shown:
            if shown.read(3) == "one":
                seen.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    with replying({"x": Reply((piece, b'data: {"type":"message_stop"}\n\n'), pause=seen)}) as (url, _):
        outcome = run_requests(tmp_path, True, f"{url}/x", before)
    watcher.join()
    assert seen.is_set()
    assert outcome.exit_code == 0
