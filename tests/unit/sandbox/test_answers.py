"""Simulated answers: deterministic, made of the prompt, and what the request asked for in kind and length."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from rule_cases import USER, schema

from components.domain.catalogue import MODELS, find
from components.sandbox.counting import pieces

PLAIN = "claude-opus-4-8"  # does not think unless told to


def ask(text: str, **more: Any) -> dict[str, Any]:
    return {"model": PLAIN, "max_tokens": 2_000, "messages": [{"role": "user", "content": text}], **more}


def text_of(message: dict[str, Any]) -> str:
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


TOMATOES = "Why do tomatoes in Norway ripen late, and how would a greenhouse change that?"


def test_the_same_request_gives_the_same_answer(api: Any) -> None:
    assert api.message(**ask(TOMATOES)) == api.message(**ask(TOMATOES))


def test_models_temperatures_and_system_prompts_change_the_answer(api: Any) -> None:
    requests = [ask(TOMATOES, model=model.id) for model in MODELS]
    requests += [ask(TOMATOES, model="claude-opus-4-6", temperature=t) for t in (0, 0.5)]
    requests += [ask(TOMATOES, system="You are a pirate."), ask(TOMATOES, max_tokens=1_999)]
    texts = [text_of(api.message(**request)) for request in requests]
    assert len(set(texts)) == len(texts)


def test_an_answer_says_first_that_it_is_simulated_and_uses_the_prompt_s_words(api: Any) -> None:
    for model in MODELS:
        message = api.message(**ask(TOMATOES, model=model.id))
        text = text_of(message)
        assert "simulated" in text.split(".")[0]
        assert "Why do tomatoes in Norway ripen late" in text
        assert sum(word in text for word in ("tomatoes", "Norway", "ripen", "greenhouse")) >= 3
        assert 60 <= message["usage"]["output_tokens"] <= 450
        assert message["stop_reason"] == "end_turn"


def test_the_system_prompt_shows_in_the_answer(api: Any) -> None:
    text = text_of(api.message(**ask("Hello there", system="You are a patient gardener.")))
    assert "You are a patient gardener." in text


def test_a_message_has_every_field_of_the_service(api: Any) -> None:
    message = api.message(**ask("Hi"))
    assert set(message) == {
        "id",
        "type",
        "role",
        "model",
        "content",
        "stop_reason",
        "stop_sequence",
        "stop_details",
        "container",
        "diagnostics",
        "usage",
    }
    assert set(message["usage"]) == {
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "cache_creation",
        "output_tokens",
        "output_tokens_details",
        "server_tool_use",
        "service_tier",
        "inference_geo",
        "speed",
    }


def test_an_alias_is_answered_under_its_dated_id(api: Any) -> None:
    message = api.message(**ask("Hi", model="claude-haiku-4-5"))
    assert message["model"] == "claude-haiku-4-5-20251001"
    assert message["usage"]["inference_geo"] == "not_available"


def test_speed_and_region_come_back_in_the_usage(api: Any) -> None:
    usage = api.message(**ask("Hi", model="claude-opus-5-5", speed="fast", inference_geo="us"))["usage"]
    assert (usage["speed"], usage["inference_geo"]) == ("fast", "us")
    assert api.message(**ask("Hi", model="claude-opus-4-6", speed="fast"))["usage"]["speed"] == "standard"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Give me five tips for tomatoes", "5. "),
        ("Give me 7 reasons to visit Norway", "7. "),
        ("Make a table of rivers and lengths", "| --- | --- | --- |"),
        ("Write a Python function that sorts rivers", "```python"),
        ("Write SQL that counts rivers", "```sql"),
        ("Write JavaScript code for rivers", "```javascript"),
        ("Write a bash script for rivers", "```bash"),
        ("Answer in JSON about rivers", "```json"),
    ],
)
def test_lists_tables_and_code_come_where_they_are_asked_for(text: str, holds: str, api: Any) -> None:
    answer = text_of(api.message(**ask(text)))
    assert holds in answer
    assert answer.count("```") % 2 == 0


@pytest.mark.parametrize(
    "hostile", ["", "?", "```", "**`$<script>{0}{a}", "日本語の質問です。", "{" * 50, "a" * 30_000]
)
def test_any_prompt_gets_an_answer(hostile: str, api: Any) -> None:
    text = text_of(api.message(**ask(f"x{hostile}")))
    assert "simulated" in text
    assert "<script>" not in text


@pytest.mark.parametrize("most", [1, 2, 7, 39, 40, 41, 50])
@pytest.mark.parametrize("model", ["claude-opus-4-8", "claude-opus-5-5"])
def test_max_tokens_counts_thinking_and_text(most: int, model: str, api: Any) -> None:
    message = api.message(**ask(TOMATOES, model=model, max_tokens=most))
    assert message["stop_reason"] == "max_tokens"
    assert message["usage"]["output_tokens"] == most


def test_max_tokens_of_zero_writes_nothing(api: Any) -> None:
    message = api.message(**ask("Hi", max_tokens=0))
    assert (message["content"], message["stop_reason"]) == ([], "max_tokens")
    assert message["usage"]["output_tokens"] == 0


def test_a_stop_sequence_ends_the_text_before_it(api: Any) -> None:
    whole = text_of(api.message(**ask(TOMATOES)))
    message = api.message(
        **ask(f"[sandbox:echo]{whole}", stop_sequences=["never", "in place of", "greenhouse"])
    )
    first = min((whole.find(stop), stop) for stop in ("in place of", "greenhouse") if stop in whole)
    assert text_of(message) == whole[: first[0]]
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", first[1])


def test_a_stop_sequence_beyond_the_limit_does_not_fire(api: Any) -> None:
    message = api.message(
        **ask("[sandbox:echo]one two three four five STOP", max_tokens=3, stop_sequences=["STOP"])
    )
    assert (message["stop_reason"], message["stop_sequence"]) == ("max_tokens", None)


def test_more_effort_is_more_thinking(api: Any) -> None:
    lengths = []
    for effort in ("low", "medium", "high", "xhigh", "max"):
        message = api.message(**ask(TOMATOES, model="claude-opus-5-5", output_config={"effort": effort}))
        lengths.append(message["usage"]["output_tokens_details"]["thinking_tokens"])
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_thinking_follows_the_model_s_default(model: Any, api: Any) -> None:
    message = api.message(**ask(TOMATOES, model=model.id))
    first = message["content"][0]
    if model.thinking_default == "off":
        assert first["type"] == "text"
        assert message["usage"]["output_tokens_details"] == {"thinking_tokens": 0}
    else:
        assert first["type"] == "thinking"
        assert (first["thinking"] == "") == (model.thinking_display == "omitted")
        assert first["signature"]
        assert message["usage"]["output_tokens_details"]["thinking_tokens"] > 0


def test_thinking_can_be_shown_switched_off_and_budgeted(api: Any) -> None:
    shown = {"type": "adaptive", "display": "summarized"}
    assert api.message(**ask(TOMATOES, thinking=shown))["content"][0]["thinking"]
    off = api.message(**ask(TOMATOES, model="claude-opus-5", thinking={"type": "disabled"}))
    assert [block["type"] for block in off["content"]] == ["text"]
    quiet = api.message(**ask(TOMATOES, model="claude-sonnet-5-5", thinking={"type": "between_tools"}))
    assert [block["type"] for block in quiet["content"]] == ["text"]
    budget = {"type": "enabled", "budget_tokens": 1_024}
    assert api.message(**ask(TOMATOES, model="claude-sonnet-4-5", thinking=budget))["content"][0]["thinking"]


def test_a_prefill_is_continued_and_not_repeated(api: Any) -> None:
    messages = [USER, {"role": "assistant", "content": "The capital is"}]
    text = text_of(api.message(model="claude-opus-4-5", max_tokens=300, messages=messages))
    assert text.startswith(" (simulated")
    assert "The capital is" not in text


SCHEMAS: list[dict[str, Any]] = [
    schema(name={"type": "string"}, age={"type": "integer"}),
    schema(
        kind={"enum": ["river", "lake"]}, unit={"const": "km"}, on={"type": "boolean"}, gone={"type": "null"}
    ),
    schema(list={"type": "array", "items": {"type": "number"}, "minItems": 1}),
    schema(when={"type": "string", "format": "date-time"}, mail={"type": "string", "format": "email"}),
    schema(code={"type": "string", "pattern": "^[A-Z]{2}-\\d{3,5}(x|yz)?$"}),
    schema(either={"anyOf": [{"type": "null"}, {"type": "string"}]}, both={"type": ["string", "null"]}),
]


@pytest.mark.parametrize("shape", SCHEMAS)
def test_structured_output_is_valid_for_its_schema(shape: dict[str, Any], api: Any) -> None:
    for text in ("The river Glomma", "A lake", "?"):
        message = api.message(**ask(text, model="claude-opus-5-5", **shape))
        value = json.loads(text_of(message))
        jsonschema.validate(value, shape["output_config"]["format"]["schema"])


def test_references_inside_an_output_schema_are_followed(api: Any) -> None:
    inner = {
        "type": "object",
        "properties": {"x": {"type": "integer"}},
        "required": ["x"],
        "additionalProperties": False,
    }
    whole = {
        "type": "object",
        "properties": {"points": {"type": "array", "items": {"$ref": "#/$defs/point"}, "minItems": 1}},
        "required": ["points"],
        "additionalProperties": False,
        "$defs": {"point": inner},
    }
    config = {"format": {"type": "json_schema", "schema": whole}}
    value = json.loads(text_of(api.message(**ask("Two points", output_config=config))))
    jsonschema.validate(value, whole)
    assert value["points"]


def test_structured_output_cut_by_max_tokens_is_marked_as_cut(api: Any) -> None:
    message = api.message(**ask("Rivers", max_tokens=3, **SCHEMAS[0]))
    assert message["stop_reason"] == "max_tokens"


@pytest.mark.parametrize("model_id", ["claude-opus-4-6", "claude-opus-5-5"])
@pytest.mark.parametrize(
    "text", ["", " ", "a", "Hello,  world!\n\n", "日本語", "a_b-c…", "\ttab 🙂", "x" * 100]
)
def test_tokens_joined_are_the_text(text: str, model_id: str) -> None:
    model = find(model_id)
    assert model is not None
    assert "".join(pieces(text, model)) == text
