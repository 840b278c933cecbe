"""One block of every kind: valid by the SDK's types, streamed alike, and accepted when it is sent back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import anthropic.types
import anthropic.types.beta
import pytest
from rule_cases import TOOL

from components.api.accumulator import Accumulator
from components.sandbox.directives import DIRECTIVES
from components.sandbox.specimens import KINDS

MODEL = "claude-opus-4-8"


def ask(kinds: str, **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": f"[sandbox:blocks kinds={kinds}] Show me"}]
    return {"model": MODEL, "max_tokens": 4_000, "messages": turns, **more}


def tags(union: Any) -> set[str]:
    """The `type` of every member of one of the SDK's unions."""
    members = get_args(get_args(union)[0])
    return {get_args(member.model_fields["type"].annotation)[0] for member in members}


STABLE = tags(anthropic.types.ContentBlock)
BETA = tags(anthropic.types.beta.BetaContentBlock) - STABLE


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize("model", ["claude-opus-4-8", "claude-opus-5-5"])
def test_every_specimen_is_of_the_sdk_s_type(
    kinds: str, model: str, api: Any, typed: Callable[..., Any]
) -> None:
    message = api.message(**ask(kinds, model=model))
    typed(message, beta=kinds == "beta")
    assert any("simulated" in str(block) for block in message["content"])


def test_every_kind_of_block_is_there(api: Any) -> None:
    assert {block["type"] for block in api.message(**ask("stable"))["content"]} == STABLE
    assert {block["type"] for block in api.message(**ask("beta"))["content"]} >= BETA


def test_every_kind_of_citation_and_result_is_there(api: Any) -> None:
    content = api.message(**ask("stable"))["content"]
    cited = {c["type"] for block in content for c in block.get("citations", [])}
    assert cited == tags(anthropic.types.TextCitation)
    results = {
        block["content"]["type"]
        for block in content
        if block["type"].endswith("_tool_result") and isinstance(block["content"], dict)
    }
    assert results == {
        "web_fetch_result",
        "code_execution_result",
        "encrypted_code_execution_result",
        "bash_code_execution_result",
        "text_editor_code_execution_create_result",
        "text_editor_code_execution_view_result",
        "text_editor_code_execution_str_replace_result",
        "tool_search_tool_search_result",
    }


def test_every_result_follows_the_call_it_belongs_to(api: Any) -> None:
    for kinds in KINDS:
        called: set[str] = set()
        for block in api.message(**ask(kinds))["content"]:
            if block["type"].endswith("tool_use"):
                assert block["id"] not in called
                called.add(block["id"])
            elif block["type"].endswith("tool_result"):
                assert block["tool_use_id"] in called


def test_the_specimens_say_how_they_end(api: Any) -> None:
    stable = api.message(**ask("stable"))
    assert stable["stop_reason"] == "tool_use"
    assert stable["container"]["id"].startswith("container_")
    assert stable["usage"]["server_tool_use"] == {"web_search_requests": 2, "web_fetch_requests": 2}
    errors = api.message(**ask("errors"))
    assert errors["stop_reason"] == "end_turn"
    assert errors["usage"]["server_tool_use"] == {"web_search_requests": 0, "web_fetch_requests": 0}
    assert sum("error_code" in block["content"] for block in errors["content"] if "content" in block) == 6


@pytest.mark.parametrize("kinds", KINDS)
def test_the_sdk_folds_the_stream_to_the_same_message(kinds: str, base_url: str, api: Any) -> None:
    body = ask(kinds)
    with anthropic.Anthropic(base_url=base_url, api_key="test", auth_token=None, max_retries=0) as client:
        messages: Any = client.beta.messages if kinds == "beta" else client.messages
        with messages.stream(**body) as stream:
            folded = stream.get_final_message().to_dict()
    for block in folded["content"]:
        block.pop("parsed_output", None)
    assert folded["content"] == api.message(**body)["content"]
    assert folded["stop_reason"] == api.message(**body)["stop_reason"]


@pytest.mark.parametrize("kinds", KINDS)
def test_the_client_folds_the_stream_to_the_same_message(kinds: str, api: Any) -> None:
    accumulator = Accumulator()
    for event in api.events(**ask(kinds)):
        accumulator.add(event)
    assert accumulator.complete
    assert accumulator.snapshot() == api.message(**ask(kinds))


BETAS = "mcp-client-2025-11-20,compact-2026-01-12,advisor-tool-2026-03-01,server-side-fallback-2026-07-01"


@pytest.mark.parametrize("kinds", KINDS)
def test_the_specimens_can_be_sent_back(kinds: str, api: Any) -> None:
    answer = api.message(**ask(kinds))["content"]
    results = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": "Sunny"}
        for block in answer
        if block["type"] == "tool_use"
    ]
    turns = [
        {"role": "user", "content": "Show me"},
        {"role": "assistant", "content": [b for b in answer if b["type"] != "container_upload"]},
        {"role": "user", "content": [*results, {"type": "text", "text": "And then?"}]},
    ]
    again = api.post(
        headers={"anthropic-beta": BETAS} if kinds == "beta" else None,
        **ask(kinds, tools=[TOOL, {"type": "computer_toolset_20260801"}]) | {"messages": turns},
    )
    assert again.status_code == 200, again.text


def test_the_directive_takes_the_kinds_there_are(api: Any) -> None:
    assert DIRECTIVES["blocks"].parameters["kinds"] in KINDS
    for kinds in KINDS:
        assert api.post(**ask(kinds)).status_code == 200
    assert api.post(**ask("other")).status_code == 400
