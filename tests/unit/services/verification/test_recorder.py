from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from components.api.client import Client, RetryPolicy
from components.services.verification import answers, recorder, schema_examples
from components.services.verification.recorder import ANSWER, Received, Recorder, recording

BODY: dict[str, Any] = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}
TOOL = {
    "name": "look",
    "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
}
HEADERS = {"x-api-key": "k", "content-type": "application/json"}


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recording() as found:
        yield found


def a_client(base_url: str) -> Client:
    return Client(base_url, "k", retry=RetryPolicy(attempts=1))


@contextmanager
def connected(server: Recorder) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(urlsplit(server.root).netloc, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def ask(
    server: Recorder, path: str, body: bytes | Iterator[bytes] | None, method: str = "POST", **headers: str
) -> tuple[int, Any]:
    with connected(server) as connection:
        connection.request(
            method, path, body, {**HEADERS, **{k.replace("_", "-"): v for k, v in headers.items()}}
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def path_of(base_url: str, path: str = "/v1/messages") -> str:
    return urlsplit(base_url).path + path


def test_a_message_is_answered_whole_and_as_events_alike(server: Recorder) -> None:
    client = a_client(server.base_url("box"))
    whole = client.create(BODY)
    with client.stream(BODY) as stream:
        list(stream)
    client.close()
    assert stream.message == whole
    assert [block.get("text") for block in whole["content"]] == [None, ANSWER]
    first, second = server.mailboxes["box"]
    assert (first.method, first.path, first.body) == ("POST", "/v1/messages", BODY)
    assert second.body == {**BODY, "stream": True}


def test_tokens_are_counted(server: Recorder) -> None:
    client = a_client(server.base_url("box"))
    assert client.count_tokens(BODY) == answers.INPUT_TOKENS
    client.close()
    [received] = server.mailboxes["box"]
    assert received.path == "/v1/messages/count_tokens"


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_loop_gets_calls_first_and_then_a_text(server: Recorder, stream: bool) -> None:
    body = {**BODY, "tools": [TOOL, {"type": "web_search_20250305", "name": "web_search"}]}
    client = a_client(server.base_url("box", ("tool_use", "pause_turn", "text")))
    said = []
    for _ in range(4):
        if stream:
            with client.stream(body) as events:
                list(events)
            said.append(events.message or {})
        else:
            said.append(client.create(body))
    client.close()
    assert [message["stop_reason"] for message in said] == ["tool_use", "pause_turn", "end_turn", "end_turn"]
    calls = said[0]["content"][2:]
    assert [(call["id"], call["name"]) for call in calls] == [("toolu_01", "look"), ("toolu_02", "look")]
    assert all(call["input"] == {"q": schema_examples.TEXT} for call in calls)


def test_a_request_without_tools_of_its_own_gets_no_call(server: Recorder) -> None:
    client = a_client(server.base_url("box", ("tool_use",)))
    assert client.create(BODY)["stop_reason"] == "end_turn"
    client.close()


def test_an_output_schema_is_answered_with_json(server: Recorder) -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "at": {"type": "string", "format": "date"}},
        "required": ["n", "at"],
    }
    client = a_client(server.base_url("box", ("json",)))
    answer = client.create({**BODY, "output_config": {"format": {"type": "json_schema", "schema": schema}}})
    client.close()
    assert json.loads(answer["content"][1]["text"]) == {"n": 3, "at": "2026-11-22"}


def test_a_chunked_body_is_put_together(server: Recorder) -> None:
    written = json.dumps(BODY).encode()
    pieces = iter([written[:10], written[10:]])
    status, _ = ask(server, path_of(server.base_url("box")), pieces)
    assert status == 200
    [received] = server.mailboxes["box"]
    assert received.raw == written
    assert received.headers["transfer-encoding"] == "chunked"


def test_headers_sent_twice_are_seen_twice(server: Recorder) -> None:
    with connected(server) as connection:
        connection.putrequest("POST", path_of(server.base_url("box")))
        for name, value in (
            ("x-api-key", "k"),
            ("Anthropic-Beta", "a"),
            ("anthropic-beta", "b"),
            ("content-length", "2"),
        ):
            connection.putheader(name, value)
        connection.endheaders(b"{}")
        assert connection.getresponse().status == 200
    assert server.mailboxes["box"][0].headers["anthropic-beta"] == "a, b"


def test_what_is_not_the_api_is_kept_and_refused_as_the_api_does(server: Recorder) -> None:
    base_url = server.base_url("box")
    status, body = ask(server, path_of(base_url, "/v1/complete"), b"{}")
    assert (status, body["error"]["type"]) == (404, "not_found_error")
    assert ask(server, path_of(base_url), None, "GET")[0] == 405
    assert ask(server, path_of(base_url), b"{}", x_api_key="refused")[0] == 401
    assert ask(server, path_of(base_url), b"{}", x_api_key="")[0] == 401
    assert [each.path for each in server.mailboxes["box"]] == ["/v1/complete", *["/v1/messages"] * 3]


def test_nothing_is_kept_of_what_does_not_know_the_word_in_the_path(server: Recorder) -> None:
    assert ask(server, "/box/v1/messages", b"{}")[0] == 404
    assert not server.mailboxes
    with recording() as other:
        assert urlsplit(other.root).path != urlsplit(server.root).path


def test_a_body_beyond_the_limit_is_refused(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_LARGEST_BODY", 10)
    path = path_of(server.base_url("box"))
    assert ask(server, path, b"x" * 11)[0] == 413
    assert ask(server, path, iter([b"x" * 6, b"x" * 6]))[0] == 413
    assert ask(server, path, b"x" * 10)[0] == 200
    assert len(server.mailboxes["box"]) == 1


def test_requests_beyond_the_limit_are_not_kept() -> None:
    with recording(most_requests=1) as server:
        path = path_of(server.base_url("box"))
        assert [ask(server, path, b"{}")[0] for _ in range(3)] == [200, 429, 429]
        assert len(server.mailboxes["box"]) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"POST %s HTTP/1.1\r\ncontent-length: 5\r\n\r\n{}",
        b"POST %s HTTP/1.1\r\ncontent-length: many\r\n\r\n{}",
        b"POST %s HTTP/1.1\r\ncontent-length: -1\r\n\r\n{}",
        b"POST %s HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST %s HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n-5\r\n",
        b"POST %s HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        b"\x00\xff%s\r\n\r\n",
        b"",
    ],
)
def test_a_request_that_is_none_is_not_kept_and_no_thread_raises(server: Recorder, sent: bytes) -> None:
    address = urlsplit(server.root)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(sent.replace(b"%s", path_of(server.base_url("box")).encode()))
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            """Until it hangs up."""
    assert "box" not in server.mailboxes
    assert ask(server, path_of(server.base_url("box")), b"{}")[0] == 200


def test_the_end_cuts_connections_that_are_open() -> None:
    before = threading.active_count()
    with recording() as server:
        address = urlsplit(server.root)
        line = socket.create_connection((address.hostname or "", address.port or 0), timeout=10)
        assert ask(server, path_of(server.base_url("box")), b"{}")[0] == 200
    with line:
        assert line.recv(1) == b""
    for thread in threading.enumerate()[before:]:
        thread.join(10)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a": 1, "a": 1}', "twice: 'a'"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"\xff", "utf-8"),
        (b"", "Expecting value"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_body_that_no_json_reader_has_to_take_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _ = Received("POST", "/v1/messages", {}, raw).body


def test_a_schema_that_requires_itself_has_an_example() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"$ref": "#"} for name in "abc"},
        "required": ["a", "b", "c"],
    }
    assert len(json.dumps(schema_examples.example(schema))) < 20_000


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"enum": [7, 8]}, 7),
        ({"const": None}, None),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"type": ["boolean", "null"]}, True),
        ({"type": "array", "items": {"type": "number"}, "minItems": 1}, [1.5]),
        ({"type": "array"}, []),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "integer"}}}, 3),
        ({"type": "object"}, {}),
        (True, {}),
        ({"properties": 1, "required": 2}, {}),
    ],
)
def test_an_example_is_of_the_type_of_its_schema(schema: Any, value: Any) -> None:
    assert schema_examples.example(schema) == value
