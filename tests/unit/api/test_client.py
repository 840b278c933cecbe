"""The client over real HTTP: what it sends, what it makes of whole answers, when it sends again."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from wire import Exchange, Script, WireServer, answer_events, plays, record, serve

from components.api import errors
from components.api.client import CancelToken, Client, RetryPolicy, Timeouts, Wait
from components.domain.json_types import JsonObject
from components.domain.request import Request

Connect = Callable[..., tuple[Client, WireServer]]
KEY = "sk-ant-wire-secret"
BODY: JsonObject = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": 'é😀"\u2028'}]}
MESSAGE: JsonObject = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "Vier. é😀"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 2},
}
AT_ONCE = RetryPolicy(pause=lambda _token, _seconds: False, jitter=lambda: 0.0)


def answers(body: object, status: int = 200, **headers: str) -> Script:
    return lambda exchange: exchange.reply(body, status, **headers)


# What is sent


def test_create_sends_exactly_the_body_as_utf8_json_and_returns_the_message(connect: Connect) -> None:
    client, server = connect(answers(MESSAGE))
    assert client.create(BODY) == MESSAGE
    (request,) = server.received
    assert (request.method, request.path) == ("POST", "/v1/messages")
    assert request.body == json.dumps(BODY, ensure_ascii=False, separators=(",", ":")).encode()
    host = server.base_url.removeprefix("http://")
    assert request.headers == {
        "host": host,
        "accept": "application/json",
        "accept-encoding": "gzip",
        "content-type": "application/json",
        "content-length": str(len(request.body)),
        "user-agent": "workbench/1",
        "anthropic-version": "2023-06-01",
        "x-api-key": KEY,
    }


def test_a_base_url_may_carry_a_path(connect: Connect) -> None:
    client, server = connect(answers(MESSAGE), path="/sandbox/")
    client.create(BODY)
    assert server.received[0].path == "/sandbox/v1/messages"


def test_version_betas_and_bearer_come_from_the_client_and_betas_can_be_replaced(connect: Connect) -> None:
    client, server = connect(
        answers(MESSAGE), anthropic_version="2026-10-21", auth="bearer", betas=["a", "b"]
    )
    client.create(BODY)
    client.create(BODY, betas=["c"])
    client.create(BODY, betas=[])
    first, second, third = (request.headers for request in server.received)
    assert first["anthropic-version"] == "2026-10-21"
    assert first["authorization"] == f"Bearer {KEY}"
    assert "x-api-key" not in first
    assert first["anthropic-beta"] == "a,b"
    assert second["anthropic-beta"] == "c"
    assert "anthropic-beta" not in third


def test_a_request_is_sent_byte_for_byte_with_its_own_version_and_betas(connect: Connect) -> None:
    client, server = connect(answers(MESSAGE), betas=["mine"])
    request = Request('{ "model" : "é", "stream":false}', "2026-10-21", ())
    assert client.create_request(request) == MESSAGE
    assert server.received[0].body == request.body_json.encode()
    assert server.received[0].headers["anthropic-version"] == "2026-10-21"
    assert "anthropic-beta" not in server.received[0].headers


def test_the_headers_of_an_answer_are_told_in_lower_case(connect: Connect) -> None:
    client, _ = connect(answers(MESSAGE, Anthropic_RateLimit_Requests_Remaining="7"))
    told: list[dict[str, str]] = []
    client.create(BODY, on_headers=lambda headers: told.append(dict(headers)))
    client.create_request(Request.of(BODY), on_headers=lambda headers: told.append(dict(headers)))
    assert [headers["anthropic-ratelimit-requests-remaining"] for headers in told] == ["7", "7"]
    assert all(name == name.lower() for headers in told for name in headers)


@pytest.mark.parametrize("body", [b'{"type":"error","error":{"message":"no"}}', b"<html>", b"{}"])
@pytest.mark.parametrize("status", [200, 302, 429])
def test_the_headers_of_a_refusal_are_in_the_error(connect: Connect, body: bytes, status: int) -> None:
    client, _ = connect(answers(body, status, Retry_After="3"), retry=RetryPolicy(attempts=1))
    with pytest.raises(errors.ApiError) as caught:
        client.create(BODY)
    assert caught.value.headers["retry-after"] == "3"
    assert "retry" not in repr(caught.value)


def test_an_error_without_an_answer_has_no_headers() -> None:
    assert errors.ConnectError("Nobody answers.", kind="refused").headers == {}


@pytest.mark.parametrize(
    "body", [{"a": float("nan")}, {"a": "\ud83d"}, {"a": {1, 2}}, {"a": float("inf")}, {"a": b"x"}]
)
def test_a_body_that_json_cannot_carry_is_refused_before_sending(body: JsonObject) -> None:
    with pytest.raises(errors.UnsendableRequest):
        Client("http://127.0.0.1:9", None).create(body)


def test_calls_share_one_connection(connect: Connect) -> None:
    client, server = connect(answers(MESSAGE))
    for _ in range(3):
        client.create(BODY)
    assert (len(server.received), server.connections) == (3, 1)


def test_a_closed_client_may_be_used_again(connect: Connect) -> None:
    client, server = connect(answers(MESSAGE))
    client.create(BODY)
    client.close()
    assert client.create(BODY) == MESSAGE
    assert server.connections == 2


def test_64_calls_at_once_keep_64_connections_for_the_next_64(connect: Connect) -> None:
    barrier = threading.Barrier(64, timeout=30)

    def together(exchange: Exchange) -> None:
        barrier.wait()
        exchange.reply(MESSAGE)

    client, server = connect(together)
    with ThreadPoolExecutor(64) as threads:
        for _ in range(2):
            calls = [threads.submit(client.create, BODY) for _ in range(64)]
            assert all(call.result() == MESSAGE for call in calls)
    assert server.connections == 64


# Other calls


def test_count_tokens_leaves_out_what_the_endpoint_does_not_take(connect: Connect) -> None:
    client, server = connect(answers({"input_tokens": 12}))
    extra: JsonObject = {"stream": True, "temperature": 1, "stop_sequences": ["x"], "metadata": {}}
    assert client.count_tokens({**BODY, **extra, "system": "s", "thinking": {"type": "adaptive"}}) == 12
    assert server.received[0].path == "/v1/messages/count_tokens"
    assert server.received[0].json == {
        "model": "m",
        "messages": BODY["messages"],
        "system": "s",
        "thinking": {"type": "adaptive"},
    }


def test_models_follows_the_pages(connect: Connect) -> None:
    client, server = connect(
        answers({"data": [{"id": "a"}, {"id": "b/1"}], "has_more": True, "first_id": "a", "last_id": "b/1"}),
        answers({"data": [{"id": "c"}], "has_more": False, "last_id": "c"}),
    )
    assert [model["id"] for model in client.models()] == ["a", "b/1", "c"]
    first, second = server.received
    assert (first.method, first.path, first.body) == ("GET", "/v1/models?limit=1000", b"")
    assert "content-type" not in first.headers
    assert second.path == "/v1/models?limit=1000&after_id=b%2F1"


@pytest.mark.parametrize(
    "page",
    [
        {"data": [{"id": "a"}], "has_more": True, "last_id": "a"},
        {"data": [{"id": "a"}], "has_more": True},
    ],
)
def test_models_ends_when_a_server_gives_the_same_page_for_ever(connect: Connect, page: JsonObject) -> None:
    client, server = connect(answers(page))
    client.models()
    assert len(server.received) == 2


@pytest.mark.parametrize(
    "page", [{"data": [{"id": "a"}]}, {"object": "list", "data": [{"id": "a"}], "models": []}]
)
def test_models_reads_a_bare_list(connect: Connect, page: JsonObject) -> None:
    client, _ = connect(answers(page))
    assert client.models() == [{"id": "a"}]


def test_models_without_a_list_is_not_this_api(connect: Connect) -> None:
    client, _ = connect(answers({"models": "none"}))
    with pytest.raises(errors.NotAMessagesApi, match="list of models"):
        client.models()


# What is made of answers


def test_gzip_and_text_without_a_charset_are_read_as_utf8(connect: Connect) -> None:
    data = b"\xef\xbb\xbf" + json.dumps(MESSAGE, ensure_ascii=False).encode()
    client, _ = connect(
        answers(gzip.compress(data), content_type="text/plain", content_encoding="gzip"),
        answers(data, content_type="text/plain"),
    )
    assert client.create(BODY) == client.create(BODY) == MESSAGE


def test_an_answer_that_came_as_a_stream_unasked_is_folded(connect: Connect) -> None:
    body = b"".join(record(event) for event in answer_events("Fo", "ur"))
    client, _ = connect(answers(body, content_type="text/event-stream"))
    assert client.create(BODY)["content"] == [{"type": "text", "text": "Four"}]


def test_half_a_character_in_an_answer_is_replaced(connect: Connect) -> None:
    client, _ = connect(answers(b'{"content": [{"type": "text", "text": "a\\ud83d"}]}'))
    assert client.create(BODY)["content"] == [{"type": "text", "text": "a\ufffd"}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing"),
        (b" \n", "nothing"),
        (b"<!doctype html><p>Sign in", "web page"),
        (b"Hello", "not JSON"),
        (b"{" * 100_000, "not JSON"),
        (b"[1]", "another shape"),
        (b'{"ok": true}', "another shape"),
        (b'{"choices": [{"message": {"content": "Hi"}}]}', "OpenAI"),
    ],
)
def test_an_answer_that_is_no_message_is_named_for_what_it_is(
    connect: Connect, body: bytes, words: str
) -> None:
    client, _ = connect(answers(body, content_type="text/html"))
    with pytest.raises(errors.NotAMessagesApi, match=words) as caught:
        client.create(BODY)
    assert caught.value.status == 200


def test_an_error_object_under_status_200_is_an_error(connect: Connect) -> None:
    client, _ = connect(answers({"type": "error", "error": {"type": "api_error", "message": "inner"}}))
    with pytest.raises(errors.StatusError, match="inner") as caught:
        client.create(BODY)
    assert (caught.value.status, caught.value.type) == (200, "api_error")


def test_a_body_cut_short_is_interrupted_and_not_sent_again(connect: Connect) -> None:
    client, server = connect(plays(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", close=True))
    with pytest.raises(errors.StreamInterrupted):
        client.create(BODY)
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["create", "models"])
def test_the_key_does_not_follow_a_redirect(connect: Connect, status: int, method: str) -> None:
    with serve(answers(MESSAGE)) as other:
        client, _ = connect(answers(b"", status, location=f"{other.base_url}/v1/messages?key=x"))
        with pytest.raises(errors.NotAMessagesApi, match=r"redirects to http://127\.0\.0\.1 ") as caught:
            client.create(BODY) if method == "create" else client.models()
        assert caught.value.status == status
        assert other.received == []


def test_facts_of_a_refusal_are_in_the_error(connect: Connect) -> None:
    refusal = {
        "type": "error",
        "error": {
            "type": "rate_limit_error",
            "message": "slow",
            "details": {"error_code": "ramp_limit_exceeded"},
        },
        "request_id": "req_body",
    }
    client, _ = connect(
        answers(refusal, 429, retry_after="2.5", request_id="req_1"), retry=RetryPolicy(attempts=1)
    )
    with pytest.raises(errors.RateLimited, match=r"wait 2\.5 s") as caught:
        client.create(BODY)
    error = caught.value
    assert (error.status, error.type, error.error_code) == (429, "rate_limit_error", "ramp_limit_exceeded")
    assert (error.request_id, error.retry_after, error.partial) == ("req_1", 2.5, None)


@pytest.mark.parametrize("status", [400, 403, 404, 413, 502])
@pytest.mark.parametrize("body", [b"", b"<html>proxy</html>", b"Request Entity Too Large", b"[]"])
def test_a_refusal_without_json_is_a_clear_error(connect: Connect, status: int, body: bytes) -> None:
    client, _ = connect(answers(body, status, content_type="text/html"), retry=AT_ONCE)
    with pytest.raises(errors.StatusError, match=str(status)) as caught:
        client.create(BODY)
    assert "<html>" not in str(caught.value)


# Sending again


def test_a_request_is_sent_again_and_each_wait_is_told(connect: Connect) -> None:
    client, server = connect(
        answers({"error": {"type": "overloaded_error", "message": "Overloaded"}}, 529),
        answers(b"", 429, retry_after_ms="30"),
        answers(MESSAGE),
        retry=AT_ONCE,
    )
    waits: list[Wait] = []
    assert client.create(BODY, on_wait=waits.append) == MESSAGE
    assert [(wait.seconds, wait.attempt, wait.error.status) for wait in waits] == [
        (0.5, 1, 529),
        (0.03, 2, 429),
    ]
    assert len({request.body for request in server.received}) == 1


def test_after_three_attempts_the_error_is_raised(connect: Connect) -> None:
    client, server = connect(answers(b"", 500), retry=AT_ONCE)
    with pytest.raises(errors.ServerError):
        client.create(BODY)
    assert len(server.received) == 3


def test_connections_that_break_before_an_answer_are_tried_again(connect: Connect) -> None:
    client, server = connect(
        lambda exchange: exchange.reset(),
        lambda exchange: exchange.hang_up(),
        answers(MESSAGE),
        retry=AT_ONCE,
    )
    waits: list[Wait] = []
    assert client.create(BODY, on_wait=waits.append) == MESSAGE
    assert [type(wait.error) for wait in waits] == [errors.ConnectError] * 2
    assert len(server.received) == 3


def test_silence_before_the_headers_is_tried_again(connect: Connect) -> None:
    client, server = connect(
        lambda exchange: exchange.pause(30), answers(MESSAGE), retry=AT_ONCE, timeouts=Timeouts(silence_s=0.2)
    )
    waits: list[Wait] = []
    assert client.create(BODY, on_wait=waits.append) == MESSAGE
    error = waits[0].error
    assert isinstance(error, errors.ConnectError)
    assert error.kind == "timeout"
    assert len(server.received) == 2


def test_silence_within_the_body_is_not(connect: Connect) -> None:
    def half(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
        exchange.pause(30)

    client, server = connect(half, retry=AT_ONCE, timeouts=Timeouts(silence_s=0.2))
    with pytest.raises(errors.StreamInterrupted, match=r"nothing for 0\.2 s"):
        client.create(BODY)
    assert len(server.received) == 1


def test_x_should_retry_decides_both_ways(connect: Connect) -> None:
    client, server = connect(
        answers(b"", 400, x_should_retry="true"), answers(b"", 500, x_should_retry="false"), retry=AT_ONCE
    )
    with pytest.raises(errors.ServerError):
        client.create(BODY)
    assert len(server.received) == 2


def test_a_spend_cap_is_not_tried_again(connect: Connect) -> None:
    cap = {"error": {"type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}}}
    client, server = connect(answers(cap, 429), retry=AT_ONCE)
    with pytest.raises(errors.SpendLimitReached):
        client.create(BODY)
    assert len(server.received) == 1


def test_a_call_that_waits_to_send_again_can_be_cancelled(connect: Connect) -> None:
    client, server = connect(answers(b"", 429, retry_after="3600"))
    token = CancelToken()
    start = time.monotonic()
    with pytest.raises(errors.Cancelled):
        client.create(BODY, cancel=token, on_wait=lambda _: threading.Timer(0.05, token.cancel).start())
    assert time.monotonic() - start < 2
    assert len(server.received) == 1


# No answer


def kind_of(base_url: str, **options: object) -> tuple[str, str]:
    client = Client(base_url, KEY, retry=RetryPolicy(attempts=1), **options)  # type: ignore[arg-type]
    with pytest.raises(errors.ConnectError) as caught:
        client.create(BODY)
    client.close()
    assert caught.value.status is None
    return caught.value.kind, str(caught.value)


def free_port_url(scheme: str = "http") -> str:
    with serve(answers(b"")) as server:
        return server.base_url.replace("http", scheme, 1)


def test_nobody_listening_is_said_so() -> None:
    kind, sentence = kind_of(free_port_url())
    assert kind == "refused"
    assert "Nothing listens at 127.0.0.1:" in sentence


def test_an_unknown_name_is_said_so() -> None:
    kind, sentence = kind_of("http://no-such-host.invalid")
    assert kind == "dns"
    assert "no-such-host.invalid" in sentence


def test_tls_to_a_server_without_it_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_in_clear() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        server = threading.Thread(target=answer_in_clear)
        server.start()
        kind, sentence = kind_of(f"https://127.0.0.1:{listener.getsockname()[1]}")
        server.join()
    assert kind == "tls"
    assert "http:// instead of https://" in sentence


def test_a_ca_bundle_that_does_not_exist_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", "/does/not/exist.pem")
    kind, sentence = kind_of("https://127.0.0.1:9")
    assert kind == "tls"
    assert "CURL_CA_BUNDLE" in sentence


# The environment


def test_a_proxy_of_the_environment_is_used_and_only_read_once(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(answers(MESSAGE)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url.replace("//", "//user:secret@"))
        client = Client("http://somewhere.invalid", KEY)
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert client.create(BODY) == MESSAGE
        client.close()
        assert proxy.received[0].path == "http://somewhere.invalid/v1/messages"
        assert proxy.received[0].headers["proxy-authorization"].startswith("Basic ")


def test_this_machine_is_never_asked_for_through_a_proxy(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    client, _ = connect(answers(MESSAGE))
    assert client.create(BODY) == MESSAGE


def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "service.invalid")
    assert kind_of("http://service.invalid")[0] == "dns"
    assert kind_of("http://another.invalid")[0] == "proxy"


def test_a_dead_proxy_is_said_so_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", free_port_url().replace("//", "//user:secret@"))
    kind, sentence = kind_of("http://somewhere.invalid")
    assert kind == "proxy"
    assert "secret" not in sentence


@pytest.mark.parametrize("auth", ["x-api-key", "bearer"])
def test_netrc_does_not_replace_the_key(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, auth: str
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login user password pass\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client, server = connect(answers(MESSAGE), auth=auth)
    client.create(BODY)
    sent = server.received[0].headers
    assert (sent.get("authorization"), sent.get("x-api-key")) in {(f"Bearer {KEY}", None), (None, KEY)}


def test_cookies_are_not_kept(connect: Connect) -> None:
    client, server = connect(answers(MESSAGE, set_cookie="a=b"))
    client.create(BODY)
    client.create(BODY)
    assert "cookie" not in server.received[1].headers


# The key


def test_the_key_is_in_no_repr_log_or_error(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"error": {"type": KEY, "message": f"bad key {KEY}"}, "request_id": KEY}
    client, _ = connect(answers(echo, 401), lambda exchange: exchange.reset(), retry=RetryPolicy(attempts=1))
    seen = [repr(client), repr(vars(client)), repr(client.stream(BODY)), repr(CancelToken())]
    for _ in range(2):
        with pytest.raises(errors.ApiError) as caught:
            client.create(BODY)
        chain = "".join(traceback.format_exception(caught.value))
        seen += [str(caught.value), repr(caught.value), repr(vars(caught.value)), chain]
        cause = caught.value.__cause__
        assert getattr(cause, "request", None) is None
    assert KEY not in "".join(seen) + caplog.text
