"""The stream has the events, order and pace of the service, and folds to the answer given whole."""

from __future__ import annotations

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from loopback import serve
from rule_cases import NOTE, TOOL, USER, schema
from sandbox_api import Api, fold

from components.domain.catalogue import MODELS
from components.sandbox.server import create_app

BODIES: dict[str, dict[str, Any]] = {
    "plain": {},
    "cut by max_tokens": {"max_tokens": 45},
    "inside thinking": {"max_tokens": 5},
    "nothing": {"max_tokens": 0},
    "tools": {"tools": [TOOL], "messages": [{"role": "user", "content": "The weather in Oslo, please?"}]},
    "schema": schema(name={"type": "string"}),
    "stop sequence": {"stop_sequences": ["simulated"]},
    "empty input": {
        "tools": [{"name": "weather", "input_schema": {"type": "object"}}],
        "messages": [{"role": "user", "content": "The weather?"}],
    },
    "citations": {
        "messages": [
            {
                "role": "user",
                "content": [{**NOTE, "citations": {"enabled": True}}, {"type": "text", "text": "So?"}],
            }
        ]
    },
    "refusal": {"messages": [{"role": "user", "content": "[sandbox:refusal after=5] Hi"}]},
    "pause": {"messages": [{"role": "user", "content": "[sandbox:pause] Look it up"}]},
    "novelty": {"messages": [{"role": "user", "content": "[sandbox:unknown-event] Hi"}]},
    "emoji": {"messages": [{"role": "user", "content": "[sandbox:echo]Grüße 🙂\n\n日本"}]},
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize(
    "model", ["claude-opus-5-5", "claude-opus-4-6", "claude-haiku-5-5", "claude-fable-5-2"]
)
def test_a_stream_folds_to_the_message_given_whole(model: str, name: str, api: Any) -> None:
    body = {"model": model, "max_tokens": 1_000, "messages": [USER], **BODIES[name]}
    events = api.events(**body)
    assert fold(events) == api.message(**body)


@pytest.mark.parametrize("model", [model.id for model in MODELS])
def test_events_come_in_the_service_s_order(model: str, api: Any) -> None:
    events = api.events(model=model, max_tokens=400, messages=[USER])
    kinds = [event["type"] for event in events]
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    assert kinds[1:3] == ["content_block_start", "ping"]
    assert kinds.count("ping") == 1
    open_index = None
    for event in events:
        if event["type"] == "content_block_start":
            assert open_index is None
            open_index = event["index"]
        elif event["type"] == "content_block_delta":
            assert event["index"] == open_index
        elif event["type"] == "content_block_stop":
            assert event["index"] == open_index
            open_index = None
    starts = [event["index"] for event in events if event["type"] == "content_block_start"]
    assert starts == list(range(len(starts)))


def test_the_start_is_an_empty_message_and_the_end_counts_everything(api: Any) -> None:
    events = api.events(model="claude-opus-5-5", max_tokens=400, messages=[USER])
    start, end = events[0]["message"], events[-2]
    assert (start["content"], start["stop_reason"]) == ([], None)
    assert start["usage"]["output_tokens"] == 1
    assert start["usage"]["input_tokens"] == end["usage"]["input_tokens"]
    assert end["delta"]["stop_reason"] == "end_turn"
    assert end["usage"]["output_tokens"] > end["usage"]["output_tokens_details"]["thinking_tokens"] > 0


def test_omitted_thinking_is_an_empty_block_with_only_a_signature(api: Any) -> None:
    events = api.events(model="claude-opus-5-5", max_tokens=400, messages=[USER])
    assert events[1]["content_block"] == {"type": "thinking", "thinking": "", "signature": ""}
    deltas = [e["delta"]["type"] for e in events if e["type"] == "content_block_delta" and e["index"] == 0]
    assert deltas == ["signature_delta"]


def test_summarized_thinking_is_streamed_and_then_signed(api: Any) -> None:
    thinking = {"type": "adaptive", "display": "summarized"}
    events = api.events(model="claude-opus-5-5", max_tokens=400, messages=[USER], thinking=thinking)
    deltas = [e["delta"]["type"] for e in events if e["type"] == "content_block_delta" and e["index"] == 0]
    assert len(deltas) > 10
    assert set(deltas[:-1]) == {"thinking_delta"}
    assert deltas[-1] == "signature_delta"


def test_text_comes_word_by_word_and_tool_input_in_pieces(api: Any) -> None:
    body = {"model": "claude-opus-4-8", "max_tokens": 400, "tools": [TOOL]}
    events = api.events(**body, messages=[{"role": "user", "content": "The weather in Reykjavik today?"}])
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    words = [delta["text"] for delta in deltas if delta["type"] == "text_delta"]
    assert len(words) > 8
    assert all(len(word.split()) == 1 for word in words)
    parts = [delta["partial_json"] for delta in deltas if delta["type"] == "input_json_delta"]
    assert parts[0] == ""
    assert len(parts) > 2
    assert json.loads("".join(parts)) == {"city": "Reykjavik"}


def test_a_successful_response_carries_the_service_s_headers(api: Any) -> None:
    for stream in (False, True):
        response = api.post(model="claude-opus-5-5", max_tokens=50, messages=[USER], stream=stream)
        headers = response.headers
        assert headers["request-id"].startswith("req_")
        assert headers["anthropic-organization-id"]
        assert headers["anthropic-workspace-id"].startswith("wrkspc_")
        assert headers["x-sandbox"] == "simulated"
        for bucket in ("requests", "tokens", "input-tokens", "output-tokens"):
            limit, remaining = (
                int(headers[f"anthropic-ratelimit-{bucket}-{part}"]) for part in ("limit", "remaining")
            )
            assert 0 <= remaining <= limit
            assert headers[f"anthropic-ratelimit-{bucket}-reset"].endswith("Z")


@pytest.mark.alone
def test_answers_keep_the_pace_they_are_given() -> None:
    body = {"model": "claude-opus-4-8", "max_tokens": 40, "messages": [USER]}
    with serve(create_app(200)) as url:
        api = Api(url)
        for ask in (api.events, api.message):
            began = time.monotonic()
            ask(**body)
            assert 0.18 <= time.monotonic() - began < 1.5
        api.session.close()


@pytest.mark.alone
def test_text_arrives_while_it_is_made(base_url: str) -> None:
    prompt = "[sandbox:slow tokens_per_s=40][sandbox:tokens length=40]"
    body = {
        "model": "claude-opus-4-8",
        "max_tokens": 99,
        "stream": True,
        "messages": [{"role": "user", "content": prompt}],
    }
    headers = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
    began = time.monotonic()
    with requests.post(
        f"{base_url}/v1/messages", json=body, headers=headers, stream=True, timeout=20
    ) as response:
        response.raw.read1(10)
        first = time.monotonic() - began
        response.raw.read()
    assert first < 0.8
    assert time.monotonic() - began > 0.9


def test_a_client_that_leaves_ends_the_answer() -> None:
    sent: list[int] = []
    inner = create_app(0)

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        async def counted(message: Any) -> None:
            sent.append(len(message.get("body", b"")))
            await send(message)

        await inner(scope, receive, counted)
        sent.append(-1)

    prompt = "[sandbox:slow tokens_per_s=100][sandbox:tokens length=3000]"
    body = {"model": "claude-opus-4-8", "max_tokens": 5_000, "stream": True}
    raw = json.dumps({**body, "messages": [{"role": "user", "content": prompt}]}).encode()
    with serve(counting) as url:
        address = urlsplit(url)
        assert address.hostname is not None
        with socket.create_connection((address.hostname, address.port or 0)) as connection:
            head = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-length: {len(raw)}\r\n"
            connection.sendall(f"{head}anthropic-version: 2023-06-01\r\n\r\n".encode() + raw)
            assert connection.recv(100)
        deadline = time.monotonic() + 5
        while -1 not in sent and time.monotonic() < deadline:
            time.sleep(0.005)
    assert sent[-1] == -1
    assert len(sent) < 200


def test_a_long_unpaced_answer_leaves_room_for_others(api: Any) -> None:
    events = api.events(
        model="claude-opus-4-8",
        max_tokens=20_000,
        messages=[{"role": "user", "content": "[sandbox:tokens length=20000]"}],
    )
    assert events[-2]["usage"]["output_tokens"] == 20_000
