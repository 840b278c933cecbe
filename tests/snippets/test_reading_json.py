"""JSON bodies, what is nearly JSON, and the objects that bodies are wrapped in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from components.domain.request import Request
from components.domain.run import Run, RunState, RunTimes
from components.services.export import jsonl_of
from components.snippets.reading import UnreadableCode, read

BODY: dict[str, Any] = {
    "model": "m",
    "max_tokens": 10,
    "temperature": 1.0,
    "messages": [{"role": "user", "content": "Hi {{x}}"}],
    "an unknown field": [9007199254740993, 0.1, -0.0, None, {"__proto__": {}}],
}


def test_fields_that_hold_a_key_are_left_out_and_said() -> None:
    key = "sk-ant-api03-not-a-real-one"
    body = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "a"}]}
    for name in ("api_key", "x-api-key", "Authorization", "anything"):
        found = read(json.dumps({**body, name: key}))
        assert found.body == body
        assert any(name in note for note in found.notes)
        assert key not in repr(found)
    spoken = {**body, "messages": [{"role": "user", "content": f"{key} is what?"}]}
    assert read(json.dumps(spoken)).body == spoken, "what is said in a prompt is the prompt"


def test_a_body_keeps_every_digit_and_every_field() -> None:
    found = read(json.dumps(BODY, indent=1))
    assert json.dumps(found.body) == json.dumps(BODY)
    assert (found.source, found.anthropic_version, found.betas, found.notes) == ("json", None, (), ())


def test_a_body_may_be_written_as_people_write_javascript_objects() -> None:
    found = read(
        """\
// The request
{
  model: 'it\\'s',          // a name without quotes
  "temperature": 1.0, top_k: 9007199254740993, x: -0.0, y: +1, z: .5, hex: 0x1F,
  __proto__: {a: 1},
  /* several
     lines */
  messages: [{role: "user", content: `two
lines`,},],
};
"""
    )
    assert json.dumps(found.body) == json.dumps(
        {
            "model": "it's",
            "temperature": 1.0,
            "top_k": 9007199254740993,
            "x": -0.0,
            "y": 1,
            "z": 0.5,
            "hex": 31,
            "__proto__": {"a": 1},
            "messages": [{"role": "user", "content": "two\nlines"}],
        }
    )
    assert found.source == "json"


def test_a_python_literal_is_a_body_too() -> None:
    found = read("{'model': 'm', 'stream': True, 'messages': [], 'x': None, 'y': (1, 'a' 'b')}")
    assert found.body == {"model": "m", "stream": True, "messages": [], "x": None, "y": [1, "ab"]}
    assert found.source == "python"


def test_a_body_may_stand_beside_its_version_and_betas() -> None:
    text = json.dumps({"body": BODY, "anthropic_version": "2026-10-21", "betas": ["a", "b"]})
    found = read(text)
    assert found.body == BODY
    assert (found.anthropic_version, found.betas) == ("2026-10-21", ("a", "b"))


def test_an_exported_run_is_read() -> None:
    run = Run(
        id="r1",
        state=RunState.QUEUED,
        request=Request.of(BODY, anthropic_version="2026-10-21", betas=["a"]),
        connection="c",
        base_url="http://127.0.0.1:1/sandbox",
        times=RunTimes(datetime.now(UTC)),
    )
    [line] = list(jsonl_of([run]))
    found = read(line.decode())
    assert found.body == BODY
    assert (found.anthropic_version, found.betas) == ("2026-10-21", ("a",))
    assert found.base_url == "http://127.0.0.1:1/sandbox"
    both = read((line + line).decode())
    assert both.body == BODY
    assert both.notes == ("Only the first of several lines was taken.",)


def test_of_a_batch_the_first_request_is_taken_and_that_is_said() -> None:
    line = {"custom_id": "one", "params": BODY}
    for text in (json.dumps([line, line]), json.dumps({"requests": [line, line]})):
        found = read(text)
        assert found.body == BODY
        assert "Only the first of 2 requests was taken." in found.notes
    assert read(json.dumps(line)).body == BODY
    assert "This is a line of a batch." in read(json.dumps(line)).notes


def test_a_list_of_messages_is_a_conversation() -> None:
    assert read(json.dumps(BODY["messages"])).body == {"messages": BODY["messages"]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "Line 1: this is not JSON: expecting property name"),
        ('\n{"model": "m",\n "messages": [\n {"role": "user" "content": ""}]}', "Line 4: .* expecting ','"),
        (
            "{model: 'm',\n messages: [\n  {role: 'user', content: }\n]}",
            "Line 3: this is not understood as JSON",
        ),
        ('{"messages": [], "x": NaN}', "Line 1: the value of `x` is a number that JSON cannot carry"),
        ('{"messages": [], "x": 1e999}', "a number in the request is too large"),
        ('{"messages": [], "x": ' + "9" * 5000 + "}", "the value of `x` is a number that JSON cannot carry"),
        ("{messages: [], x: 1 + " + "9" * 400 + "}", "the value of `x` is a number that JSON cannot carry"),
        ('{"messages": [], "x": "\\ud83d"}', "half of a character"),
        ('{"x": 1}', "Line 1: this object is not a request: it has no `messages`"),
        ("[]", "Line 1: this list is empty"),
        ('[["a"]]', "Line 1: this is not a request"),
        ('{"type": "message", "role": "assistant", "content": [], "model": "m"}', "an answer, not a request"),
        (
            '{"messages": [], "stream": on}',
            "the value of `stream` is a variable that is not in the pasted text",
        ),
        ("[" * 100_000, "nested too deeply"),
        ('{"messages": ' + "[" * 300 + "]" * 300 + "}", "Line 1: the request is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableCode, match=sentence):
        read(text)


def test_a_body_nested_as_deeply_as_is_allowed_is_read() -> None:
    value: Any = 1
    for _ in range(190):
        value = [value]
    assert read(json.dumps({"messages": [], "x": value})).body["x"] == value
