"""What differs between two requests, in a few words."""

from __future__ import annotations

import pytest

from components.domain.json_types import JsonObject
from components.domain.request_words import what_differs

USER: JsonObject = {"role": "user", "content": "Hi"}
BASE: JsonObject = {"model": "claude-opus-5-5", "max_tokens": 100, "messages": [USER]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, []),
        ({"model": "claude-haiku-5-5"}, ["Model: claude-haiku-5-5"]),
        ({"max_tokens": 4096}, ["Max tokens: 4,096"]),
        ({"system": "Be brief."}, ["System prompt: added"]),
        ({"messages": [{"role": "user", "content": "Ho"}]}, ["Turns: another text"]),
        ({"messages": [USER, USER]}, ["Turns: 2 instead of 1"]),
        ({"thinking": {"type": "enabled", "budget_tokens": 2048}}, ["Thinking: enabled, 2,048 tokens"]),
        ({"output_config": {"effort": "low"}}, ["Effort: low"]),
        ({"output_config": {"format": {"type": "json_schema"}}}, ["Output schema: added"]),
        ({"temperature": 0.2}, ["temperature: 0.2"]),
        ({"stream": True}, ["stream: yes"]),
        ({"tools": [{"name": "weather"}]}, ["Tools: + weather"]),
        ({"speed": "fast"}, ["speed: fast"]),
        ({"metadata": {"user_id": "x"}}, ["metadata: added"]),
    ],
)
def test_each_change_is_named(change: JsonObject, words: list[str]) -> None:
    assert what_differs(BASE, {**BASE, **change}) == words


def test_what_is_gone_is_named_too() -> None:
    before = {**BASE, "temperature": 1, "system": "Hm", "tools": [{"name": "weather"}]}
    assert what_differs(before, BASE) == [
        "System prompt: not set",
        "Tools: − weather",
        "temperature: not set",
    ]


def test_only_the_turns_that_differ_are_counted() -> None:
    turns = [USER, {"role": "assistant", "content": "Yes?"}, USER]
    other = [USER, {"role": "assistant", "content": "No?"}, USER]
    assert what_differs({**BASE, "messages": turns}, {**BASE, "messages": other}) == ["Turns: another turn 2"]


def test_betas_are_named() -> None:
    assert what_differs(BASE, BASE, ["a", "b"], ["b", "c"]) == ["Beta: c", "Without beta: a"]


def test_in_json_true_is_not_one() -> None:
    assert what_differs({**BASE, "top_k": 1}, {**BASE, "top_k": True}) == ["top_k: yes"]
