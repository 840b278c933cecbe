"""Thinking blocks come back as they were, after what they were thought after, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from rule_cases import TOOL

from components.domain import binding

STRICT = "claude-fable-5-2"  # compares the prefix for every account
TURN = {"role": "user", "content": "What is the weather in Oslo?"}
SHOWN = {"thinking": {"type": "adaptive", "display": "summarized"}}


def ask(**more: Any) -> dict[str, Any]:
    return {"model": STRICT, "max_tokens": 1_000, "messages": [TURN], "tools": [TOOL], **more}


def followed(body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The request after an answer that called a tool."""
    result = {"type": "tool_result", "tool_use_id": answer["content"][-1]["id"], "content": "Sunny"}
    turns = [
        *body["messages"],
        {"role": "assistant", "content": answer["content"]},
        {"role": "user", "content": [result]},
    ]
    return {**body, "messages": turns}


def refused(api: Any, body: dict[str, Any]) -> str:
    response = api.post(**body)
    assert response.status_code == 400, response.text
    message: str = response.json()["error"]["message"]
    return message


def test_a_thought_names_its_model_and_is_bound_to_what_came_before(api: Any) -> None:
    for more in ({}, SHOWN):
        body = ask(system="Be kind.", **more)
        answer = api.message(**body)
        thought = answer["content"][0]
        bound = binding.read(thought["signature"])
        assert bound is not None
        assert bound.model == STRICT
        assert not binding.edited(bound, thought)
        after = followed(body, answer)
        assert bound.changed(after, 1, 0) == []
        assert bound.changed({**after, "system": "Be rude."}, 1, 0) == ["system"]
        assert bound.changed({**after, "tools": []}, 1, 0) == ["tools"]
        assert binding.edited(bound, {**thought, "thinking": "Something else"})


@pytest.mark.parametrize("more", [{}, SHOWN, {"system": "Be kind."}])
def test_a_tool_loop_goes_on_with_its_thoughts(more: dict[str, Any], api: Any) -> None:
    body = ask(**more)
    first = followed(body, api.message(**body))
    second = api.message(**first)
    assert second["stop_reason"] == "end_turn"
    turns = [*first["messages"], {"role": "assistant", "content": second["content"]}, TURN]
    third = api.post(**{**first, "messages": turns})
    assert third.status_code == 200, third.text


@pytest.mark.parametrize(
    "change",
    [{"system": "Be rude."}, {"tools": [{**TOOL, "description": "Another"}]}],
)
def test_a_thought_after_another_prompt_is_refused(change: dict[str, Any], api: Any) -> None:
    body = ask(system="Be kind.")
    after = followed(body, api.message(**body))
    assert api.post(**after).status_code == 200
    assert "bound to a different conversation" in refused(api, {**after, **change})


def test_an_edited_thought_is_refused(api: Any) -> None:
    body = ask(**SHOWN)
    answer = api.message(**body)
    answer["content"][0]["thinking"] += " And more."
    assert "cannot be modified" in refused(api, followed(body, answer))


def test_a_conversation_without_its_thoughts_may_change(api: Any) -> None:
    body = ask(system="Be kind.")
    answer = api.message(**body)
    answer["content"] = [block for block in answer["content"] if block["type"] != "thinking"]
    after = followed(body, answer) | {"system": "Be rude."}
    assert api.post(**after).status_code == 200


def test_a_paused_turn_keeps_its_thoughts(api: Any) -> None:
    search = {"type": "web_search_20260318", "name": "web_search"}
    body = ask(tools=[search], messages=[{"role": "user", "content": "[sandbox:pause] Oslo?"}])
    paused = api.message(**body)
    again = {**body, "messages": [*body["messages"], {"role": "assistant", "content": paused["content"]}]}
    assert [block["type"] for block in paused["content"]] == ["thinking", "text", "server_tool_use"]
    assert api.message(**again)["stop_reason"] == "end_turn"
