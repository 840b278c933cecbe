"""What is said before the model is changed, and the request that comes of it."""

from __future__ import annotations

from datetime import date

import pytest
from media_samples import png
from rule_cases import ALL, NEW, OLD, TOOL, USER, VERSIONS

from components.domain.catalogue import CHECKED, find
from components.domain.checks import refusals
from components.domain.findings import REMOVE
from components.domain.json_types import JsonObject
from components.domain.model import Model
from components.domain.model_change import Change, Switch, differences, differing, switch
from components.media import READER, resolve


def named(name: str) -> Model:
    model = find(name)
    assert model is not None
    return model


def switched(body: JsonObject, to: str, version: str = OLD) -> Switch:
    return switch(
        body,
        before=named(str(body["model"])),
        to=named(to),
        anthropic_version=version,
        today=CHECKED,
        media=READER,
        resolve=resolve,
    )


def test_the_facts_that_differ_are_sentences() -> None:
    assert differences(named("claude-sonnet-4-5"), named("claude-opus-5-5"), today=CHECKED) == [
        "Context window: 1,000,000 tokens instead of 200,000.",
        "Longest answer: 128,000 tokens instead of 64,000.",
        "Shortest prefix that is cached: 512 tokens instead of 1,024.",
        "Counts about 30 % more tokens for the same text.",
        "Effort: low, medium, high, xhigh, max.",
        "Effort when the request leaves it out: medium.",
        "Always thinks; thinking cannot be switched off.",
        "Thinking comes back empty unless the request asks for a summary.",
        "Takes no temperature, top_p or top_k.",
        "Takes system turns amid the conversation.",
        "Has a fast mode.",
        "Refuses thinking after an edited conversation, for accounts since 31 August 2026.",
        "Cannot be forced to use a tool.",
        "Cannot continue an assistant turn.",
        "Can be given an inference region.",
        "Cannot use the computer tools before the toolset of August 2026.",
    ]


def test_the_way_back_says_the_opposite() -> None:
    said = differences(named("claude-opus-5-5"), named("claude-sonnet-4-5"), today=CHECKED)
    assert "Counts about 23 % fewer tokens for the same text." in said
    assert "Knows no effort." in said
    assert "Retires on 30 November 2026." in said


def test_what_nobody_knows_is_left_out() -> None:
    unknown = Model("llama3:8b")
    assert differences(unknown, named("claude-opus-5-5"), today=CHECKED) == []
    assert differences(named("claude-opus-5-5"), unknown, today=CHECKED) == []
    assert differences(named("claude-opus-5-5"), named("claude-opus-5-5")) == []


def test_fast_mode_ends_for_the_comparison_on_its_day() -> None:
    before, after = named("claude-opus-5-5"), named("claude-opus-4-8")
    assert "Has no fast mode." not in differences(before, after, today=date(2026, 11, 29))
    assert "Has no fast mode." in differences(before, after, today=date(2026, 11, 30))


def test_a_request_moves_with_its_errors_mended_and_every_change_told() -> None:
    body: JsonObject = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 4_096,
        "temperature": 0.5,
        "thinking": {"type": "enabled", "budget_tokens": 2_048},
        "messages": [USER, {"role": "assistant", "content": "The capital is"}],
    }
    moved = switched(body, "claude-opus-5-5")
    assert {finding.rule for finding in moved.findings} == {
        "sampling_by_model",
        "thinking_enabled",
        "prefill",
    }
    assert moved.changes == [
        Change(("temperature",), 0.5, REMOVE),
        Change(("thinking", "type"), "enabled", "adaptive"),
        Change(("thinking", "budget_tokens"), 2_048, REMOVE),
        Change(("messages",), body["messages"], [USER]),
    ]
    assert moved.left == []
    assert moved.body["model"] == "claude-opus-5-5"
    assert body["temperature"] == 0.5
    found = refusals(moved.body, anthropic_version=OLD, today=CHECKED)
    assert [finding for finding in found if finding.severity == "error"] == []


def test_errors_from_before_stay_as_they_are() -> None:
    body: JsonObject = {"model": "claude-opus-5-5", "max_tokens": -1, "messages": [USER], "wishes": 1}
    moved = switched(body, "claude-opus-5")
    assert (moved.findings, moved.changes, moved.left) == ([], [], [])


def test_what_no_fix_mends_is_left() -> None:
    images = [{"type": "image", "source": {"type": "url", "url": "https://example.com"}}] * 101
    body: JsonObject = {
        "model": "claude-opus-5-5",
        "max_tokens": 9,
        "messages": [{**USER, "content": images}],
    }
    retired = switched({**body, "messages": [USER]}, "claude-3-7-sonnet-20250219")
    assert [finding.rule for finding in retired.left] == ["model_retired"]
    assert retired.body["model"] == "claude-3-7-sonnet-20250219"
    moved = switched(body, "claude-haiku-4-5")
    assert [finding.rule for finding in moved.findings] == ["images_too_many"]
    assert len(moved.fixes) == 1


def test_images_are_made_smaller_for_a_model_that_sees_less() -> None:
    image: JsonObject = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": png(2_000, 20)},
        "transformations": {"oversized_image": "error"},
    }
    body: JsonObject = {
        "model": "claude-opus-5-5",
        "max_tokens": 9,
        "messages": [{**USER, "content": [image]}],
    }
    moved = switched(body, "claude-opus-4-6")
    assert moved.left == []
    assert [change.path[-1] for change in moved.changes] == ["data"]
    unresolved = switch(
        body,
        before=named("claude-opus-5-5"),
        to=named("claude-opus-4-6"),
        anthropic_version=NEW,
        media=READER,
    )
    assert [finding.rule for finding in unresolved.left] == ["image_oversized"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plain_request_moves_between_all_models(version: str) -> None:
    for before in sorted(ALL):
        body: JsonObject = {"model": before, "max_tokens": 100, "messages": [USER], "tools": [TOOL]}
        for after in sorted(ALL):
            moved = switched(body, after, version)
            assert (moved.fixes, moved.left) == ([], [])


def test_values_are_compared_as_deep_as_they_are_alike() -> None:
    before: JsonObject = {"a": [1, {"b": 1}], "c": [1], "d": 1, "e": True}
    after: JsonObject = {"a": [1, {"b": 2}], "c": [1, 2], "f": 1, "e": 1}
    assert list(differing(before, after)) == [
        Change(("a", 1, "b"), 1, 2),
        Change(("c",), [1], [1, 2]),
        Change(("d",), 1, REMOVE),
        Change(("e",), True, 1),
        Change(("f",), REMOVE, 1),
    ]
