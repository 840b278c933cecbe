"""The official SDK, which knows nothing of the sandbox, finds in it the service it expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import pytest
from rule_cases import NOTE, TOOL, USER

from components.domain.catalogue import MODELS


@pytest.fixture
def client(base_url: str) -> Iterator[Any]:
    with anthropic.Anthropic(base_url=base_url, api_key="test", auth_token=None, max_retries=0) as client:
        yield client


BODY: dict[str, Any] = {"model": "claude-opus-5-5", "max_tokens": 500, "messages": [USER]}


SERVED: list[dict[str, Any]] = [
    {"type": "web_search_20260318", "name": "web_search"},
    {"type": "web_fetch_20260318", "name": "web_fetch"},
    {"type": "code_execution_20260521", "name": "code_execution"},
]
REQUESTS: dict[str, tuple[dict[str, Any], str]] = {
    "text": (BODY, "end_turn"),
    "tool call": (
        {**BODY, "tools": [TOOL], "messages": [{"role": "user", "content": "The weather in Oslo?"}]},
        "tool_use",
    ),
    "tools of the service": ({**BODY, "max_tokens": 2_000, "tools": SERVED}, "end_turn"),
    "citations": (
        {
            **BODY,
            "messages": [
                {
                    "role": "user",
                    "content": [{**NOTE, "citations": {"enabled": True}}, {"type": "text", "text": "So?"}],
                }
            ],
        },
        "end_turn",
    ),
    "nothing": ({**BODY, "max_tokens": 0}, "max_tokens"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_it_reads_messages_and_streams_alike(name: str, client: Any, typed: Callable[..., Any]) -> None:
    body, stop_reason = REQUESTS[name]
    whole = client.messages.create(**body)
    typed(whole.to_dict())
    with client.messages.stream(**body) as stream:
        streamed = stream.get_final_message()
    assert streamed.to_dict() == whole.to_dict()
    assert whole.stop_reason == stop_reason
    assert whole.usage.output_tokens_details.thinking_tokens > 0 or body["max_tokens"] == 0
    assert whole._request_id.startswith("req_")
    assert (whole.container is not None) == (name == "tools of the service")


def test_it_counts_tokens_and_lists_models_over_pages(client: Any) -> None:
    counted = client.messages.count_tokens(model=BODY["model"], messages=BODY["messages"])
    assert counted.input_tokens == client.messages.create(**BODY).usage.input_tokens
    assert [model.id for model in client.models.list(limit=7)] == [model.id for model in MODELS]
    assert client.models.retrieve("claude-haiku-4-5").line == "haiku"


@pytest.mark.parametrize(
    ("directive", "error"),
    [
        ("rate-limit", "RateLimitError"),
        ("spend-cap", "RateLimitError"),
        ("spend-limit", "BadRequestError"),
        ("billing", "PaymentRequiredError"),
        ("permission", "PermissionDeniedError"),
        ("server-error", "InternalServerError"),
        ("timeout", "GatewayTimeoutError"),
        ("overloaded", "OverloadedError"),
    ],
)
def test_it_raises_its_own_errors(directive: str, error: str, client: Any) -> None:
    with pytest.raises(getattr(anthropic, error)) as caught:
        client.messages.create(
            **{**BODY, "messages": [{"role": "user", "content": f"[sandbox:{directive}]"}]}
        )
    assert caught.value.request_id.startswith("req_")


def test_it_raises_amid_a_stream(client: Any) -> None:
    messages = [{"role": "user", "content": "[sandbox:stream-error after=45] Hi"}]
    with (
        pytest.raises(anthropic.APIStatusError) as caught,
        client.messages.stream(**{**BODY, "messages": messages}) as s,
    ):
        s.until_done()
    assert caught.value.type == "overloaded_error"
