"""Failures and odd behaviour on demand."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from rule_cases import USER
from sandbox_api import fold, parse

from components.domain.catalogue import find
from components.sandbox.counting import pieces
from components.sandbox.directives import DIRECTIVES, Attempts

PLAIN = "claude-opus-4-8"


def ask(text: str, **more: Any) -> dict[str, Any]:
    return {"model": PLAIN, "max_tokens": 2_000, "messages": [{"role": "user", "content": text}], **more}


def text_of(message: dict[str, Any]) -> str:
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", [row.name for row in DIRECTIVES.values() if row.status != 200])
def test_an_http_failure_comes_as_ordered_and_then_ends(name: str, stream: bool, api: Any) -> None:
    row = DIRECTIVES[name]
    body = ask(f"Failing [sandbox:{name} times=2] {stream}", stream=stream)
    for _ in range(2):
        for _ in range(2):
            response = api.post(**body)
            error = response.json()["error"]
            assert response.status_code == row.status
            assert error["message"] == row.message
            assert error.get("details", {}).get("error_code") == row.error_code
            assert ("retry-after" in response.headers) == (name == "rate-limit")
        assert api.post(**body).status_code == 200


def test_failures_without_a_count_go_on_and_overload_passes(api: Any) -> None:
    body = ask("[sandbox:rate-limit retry-after=7]")
    for _ in range(3):
        response = api.post(**body)
        assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert [api.post(**ask("[sandbox:overloaded]")).status_code for _ in range(4)] == [529, 200, 529, 200]


def test_a_directive_may_stand_in_the_system_prompt_and_not_in_older_turns(api: Any) -> None:
    assert api.post(**ask("Hi", system="Be kind. [sandbox:server-error]")).status_code == 500
    turns = [
        {"role": "user", "content": "[sandbox:server-error]"},
        {"role": "assistant", "content": "Oh."},
        {"role": "user", "content": "Again?"},
    ]
    assert api.post(**ask("") | {"messages": turns}).status_code == 200


def test_the_directive_is_not_part_of_the_answer(api: Any) -> None:
    text = text_of(api.message(**ask("[sandbox:slow tokens_per_s=5000] Why is the sky blue?")))
    assert "sandbox:" not in text
    assert "Why is the sky blue?" in text


@pytest.mark.parametrize(
    "text",
    [
        "[sandbox:nonsense]",
        "[sandbox:cut before=5]",
        "[sandbox:cut after=soon]",
        "[sandbox:slow tokens_per_s=0]",
        "[sandbox:refusal category=rude]",
        "[sandbox:html status=200]",
        "[sandbox:tokens length=999999999]",
        "[sandbox:calls count=21]",
        "[sandbox:calls count=two]",
        "[sandbox:blocks kinds=rare]",
        "[sandbox:tool-error code=bored]",
    ],
)
def test_a_directive_that_is_not_in_the_table_is_explained(text: str, api: Any) -> None:
    response = api.post(**ask(text))
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("sandbox directive: ")


@pytest.mark.parametrize("text", ["no directive", "[sandbox]", "[sandbox:]", "[sandbox:cut", "[other:cut]"])
def test_what_only_looks_like_a_directive_is_text(text: str, api: Any) -> None:
    assert api.post(**ask(text)).status_code == 200


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_stream_error_comes_amid_the_stream(after: int, api: Any) -> None:
    events = api.events(**ask(f"[sandbox:stream-error after={after}] Hi"))
    assert events[-1] == {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    deltas = [event for event in events if event["type"] == "content_block_delta"]
    assert len(deltas) <= after
    assert (len(deltas) > 0) == (after > 0)
    assert api.post(**ask("[sandbox:stream-error] Hi")).status_code == 529


@pytest.mark.parametrize("stream", [False, True])
def test_a_cut_connection_breaks_off(stream: bool, api: Any) -> None:
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        api.post(**ask("[sandbox:cut after=3] Hi", stream=stream))


def test_what_came_before_the_cut_is_there(base_url: str, api: Any) -> None:
    received: list[bytes] = []
    body = ask("[sandbox:cut after=3][sandbox:echo]one two three four five", stream=True)
    url = f"{base_url}/v1/messages"
    response = requests.post(url, json=body, headers=api.headers, stream=True, timeout=20)
    with response, pytest.raises(requests.exceptions.ChunkedEncodingError):
        received.extend(response.iter_content(None))
    assert text_of(fold(parse(b"".join(received)))) == "one two three"


def test_a_stream_can_end_without_its_last_event(api: Any) -> None:
    events = api.events(**ask("[sandbox:no-stop] Hi"))
    assert events[-1]["type"] == "message_delta"


def test_unknown_events_stand_amid_the_known_ones(api: Any) -> None:
    response = api.post(**ask("[sandbox:unknown-event] Hi", stream=True))
    assert b"\n\n: a comment\n\n" in response.content
    kinds = [event["type"] for event in parse(response.content)]
    assert "sandbox_novelty" in kinds
    assert kinds[-1] == "message_stop"


def test_the_first_byte_can_be_late(api: Any) -> None:
    for stream in (False, True):
        began = time.monotonic()
        assert api.post(**ask("[sandbox:slow-first-byte seconds=0.3] Hi", stream=stream)).status_code == 200
        assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    "category", ["cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms", "null"]
)
def test_a_refusal_is_a_result_of_every_category(category: str, api: Any, typed: Callable[..., Any]) -> None:
    message = api.message(**ask(f"[sandbox:refusal category={category}] Hi"))
    typed(message)
    assert (message["stop_reason"], message["content"]) == ("refusal", [])
    assert message["stop_details"]["type"] == "refusal"
    assert message["stop_details"]["category"] == (None if category == "null" else category)
    assert fold(api.events(**ask(f"[sandbox:refusal category={category}] Hi"))) == message


def test_a_refusal_can_come_amid_the_text(api: Any) -> None:
    partial = api.message(**ask("[sandbox:refusal category=null after=4] Hi"))
    assert partial["usage"]["output_tokens"] == 4
    assert partial["stop_details"]["category"] is None
    assert text_of(partial)


def test_a_paused_turn_goes_on_when_it_is_sent_back(api: Any) -> None:
    user = {"role": "user", "content": "[sandbox:pause] What is new in Oslo?"}
    paused = api.message(**ask("") | {"messages": [user]})
    assert paused["stop_reason"] == "pause_turn"
    assert paused["content"][-1]["type"] == "server_tool_use"
    for model in (PLAIN, "claude-opus-5-5"):
        turns = [user, {"role": "assistant", "content": paused["content"]}]
        assert api.message(**ask("", model=model) | {"messages": turns})["stop_reason"] == "end_turn"


def test_the_context_window_can_be_full(api: Any) -> None:
    message = api.message(**ask("[sandbox:context-window after=6] Hi"))
    assert message["stop_reason"] == "model_context_window_exceeded"
    assert message["usage"]["output_tokens"] == 6


def test_an_answer_can_be_empty(api: Any) -> None:
    message = api.message(**ask("[sandbox:empty] Hi"))
    assert (message["content"], message["stop_reason"]) == ([], "end_turn")
    assert message["usage"]["output_tokens"] == 1


@pytest.mark.parametrize(
    "said", ["x", "a\n\n b ", "**bold** `code` $5 <b>", "[link](http://x) 🙂", "{{name}}"]
)
def test_an_echo_is_exact(said: str, api: Any) -> None:
    for separator in ("", " ", "\n"):
        message = api.message(**ask(f"[sandbox:echo]{separator}{said}"))
        assert text_of(message) == said
    assert text_of(fold(api.events(**ask(f"[sandbox:echo]{said}")))) == said


@pytest.mark.parametrize("model_id", ["claude-opus-4-8", "claude-opus-4-6"])
@pytest.mark.parametrize("length", [1, 2, 17, 1_000])
def test_an_answer_can_have_a_given_length(length: int, model_id: str, api: Any) -> None:
    message = api.message(**ask(f"[sandbox:tokens length={length}] Rivers", model=model_id))
    model = find(model_id)
    assert model is not None
    assert message["usage"]["output_tokens"] == length
    assert len(pieces(text_of(message), model)) == length
    assert message["stop_reason"] == "end_turn"


def test_a_proxy_s_page_and_a_broken_body_can_be_had(api: Any) -> None:
    page = api.post(**ask("[sandbox:html status=503 times=1] Hi"))
    assert page.status_code == 503
    assert page.headers["content-type"].startswith("text/html")
    assert api.post(**ask("[sandbox:html status=503 times=1] Hi")).status_code == 200
    broken = api.post(**ask("[sandbox:not-json] Hi"))
    assert broken.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        broken.json()


def test_directives_do_not_touch_the_token_count(api: Any) -> None:
    response = api.post(
        "/v1/messages/count_tokens", model=PLAIN, messages=ask("[sandbox:overloaded]")["messages"]
    )
    assert response.status_code == 200


def test_attempts_are_counted_in_bounded_memory() -> None:
    attempts = Attempts(most=10)
    for i in range(100):
        assert attempts.fails(str(i), 1)
    assert not attempts.fails("99", 1)
    assert attempts.fails("0", 1)


def test_the_table_and_the_module_s_text_agree() -> None:
    assert set(DIRECTIVES) == {row.name for row in DIRECTIVES.values()}
    assert all(row.effect for row in DIRECTIVES.values())
    assert USER["role"] == "user"
