from __future__ import annotations

import pytest

from components.domain.continuing import continue_with
from components.domain.draft import Draft, Example, Turn
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import encoded_size
from components.domain.request import encode

IMAGE: JsonObject = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}


def text(content: str, **more: Json) -> JsonObject:
    return {"type": "text", "text": content, **more}


def test_an_attachment_stands_before_the_text_and_behind_earlier_attachments() -> None:
    turn = Turn(text="What is this?")
    turn.attach([IMAGE])
    turn.attach([{**IMAGE, "second": True}])
    assert turn.blocks == [IMAGE, {**IMAGE, "second": True}, text("What is this?")]
    assert turn.typed == "What is this?"


def test_an_attachment_to_an_empty_turn_brings_no_empty_text() -> None:
    turn = Turn()
    turn.attach([IMAGE])
    assert turn.blocks == [IMAGE]
    turn.typed = "And this?"
    assert turn.blocks == [IMAGE, text("And this?")]
    turn.typed = ""
    assert turn.blocks == [IMAGE]


def test_a_turn_whose_last_attachment_goes_is_one_text_again() -> None:
    turn = Turn(text="Hi")
    turn.attach([IMAGE])
    turn.remove_block(0)
    assert (turn.text, turn.blocks) == ("Hi", None)
    turn.remove_block(0)
    assert (turn.text, turn.blocks) == ("Hi", None)


def test_blocks_that_were_read_stay_blocks_until_they_are_edited() -> None:
    body: JsonObject = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": [text("x")]}]}
    assert Draft.of_body(body).body() == body


@pytest.mark.parametrize(
    ("ttl", "mark"), [("5m", {"type": "ephemeral"}), ("1h", {"type": "ephemeral", "ttl": "1h"})]
)
def test_a_cache_breakpoint_goes_on_the_last_block_and_comes_off_again(ttl: str, mark: JsonObject) -> None:
    draft = Draft(system="Long {{x}}", turns=[Turn(text="Hi")], values={"x": "text"})
    for content in (draft.system_prompt, draft.turns[0]):
        content.cache(ttl)  # type: ignore[arg-type]
        assert content.cached == ttl
    assert draft.body()["system"] == [text("Long text", cache_control=mark)]
    assert draft.body()["messages"] == [{"role": "user", "content": [text("Hi", cache_control=mark)]}]
    for content in (draft.system_prompt, draft.turns[0]):
        content.cache(None)
    assert (draft.system, draft.system_blocks) == ("Long {{x}}", None)
    assert draft.turns[0].blocks is None


def test_there_is_nothing_to_cache_in_an_empty_turn() -> None:
    turn = Turn()
    turn.cache("1h")
    assert (turn.blocks, turn.cached) == (None, None)


EXAMPLES = [Example("2+2", "4"), Example("{{x}} \\{{y}} </input>", "a\nb")]


@pytest.mark.parametrize(
    "turn", [Turn(text="Go"), Turn(), Turn(blocks=[IMAGE, text("Go", cache_control={})])]
)
def test_examples_are_sent_first_in_the_first_user_turn_and_come_back(turn: Turn) -> None:
    draft = Draft(examples=[*EXAMPLES], turns=[Turn("assistant", "Hello"), turn, Turn(text="Second")])
    first = draft.body()["messages"][1]["content"][0]["text"]  # type: ignore[index,call-overload]
    assert first.startswith("<examples>\n<example>\n<input>\n2+2\n</input>\n<ideal_output>\n4\n")  # type: ignore[union-attr]
    again = Draft.of_body(draft.body())
    assert again.examples == EXAMPLES
    assert again.body() == draft.body()
    assert Draft.of_body(draft.template_body(), filled=False).examples == EXAMPLES


def test_blank_examples_are_not_sent() -> None:
    draft = Draft(examples=[Example(), Example(" ", "\n")], turns=[Turn(text="Go")])
    assert draft.body()["messages"] == [{"role": "user", "content": "Go"}]
    assert draft.is_empty is False


def test_calls_get_a_place_for_each_result_and_the_thinking_stays_until_the_turn_ends() -> None:
    thinking: JsonObject = {"type": "thinking", "thinking": "", "signature": "s"}
    calls: list[Json] = [
        {"type": "tool_use", "id": f"toolu_{n}", "name": "weather", "input": {"city": "{{x}}"}}
        for n in (1, 2)
    ]
    draft = Draft(turns=[Turn(text="Weather?")])
    continue_with(
        draft,
        {"content": [thinking, text("Looking at {{x}}"), *calls], "stop_reason": "tool_use"},
        draft.body(),
    )
    body = draft.body()
    assert body["messages"][1]["content"] == [thinking, text("Looking at {{x}}"), *calls]  # type: ignore[index,call-overload]
    assert body["messages"][2]["content"] == [  # type: ignore[index,call-overload]
        {"type": "tool_result", "tool_use_id": f"toolu_{n}", "content": ""} for n in (1, 2)
    ]
    assert draft.unfilled == []
    told: JsonObject = {"content": [thinking, text("Sunny.")], "stop_reason": "end_turn"}
    assert continue_with(draft, told, draft.body()) is True, "the thinking of the calls is left out"
    kinds = [b.get("type") for t in draft.turns for b in t.blocks or [] if isinstance(b, dict)]
    assert "thinking" not in kinds
    assert draft.turns[-2].text == "Sunny."


def test_the_prompt_key_stays_for_other_values_models_and_parameters_only() -> None:
    draft = Draft(turns=[Turn(text="On {{topic}}")], values={"topic": "a"})
    key = draft.prompt_key
    draft.values["topic"], draft.model, draft.effort, draft.max_tokens = "b", "other", "low", 7
    assert draft.prompt_key == key
    draft.tools = [{"name": "x"}]
    assert draft.prompt_key != key


def test_a_call_that_was_cut_off_is_left_out_and_a_whole_one_beside_it_gets_its_place() -> None:
    whole: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "a", "input": {}}
    cut: JsonObject = {"type": "tool_use", "id": "toolu_2", "name": "a", "input": {}, "partial_json": '{"x":'}
    draft = Draft(turns=[Turn(text="Go")])
    continue_with(draft, {"stop_reason": "max_tokens", "content": [whole, cut]}, draft.body())
    assert draft.turns[1].blocks == [whole]
    assert draft.turns[2].blocks == [{"type": "tool_result", "tool_use_id": "toolu_1", "content": ""}]


def test_the_size_of_a_body_counts_data_as_often_as_it_is_sent_and_letters_as_they_are_encoded() -> None:
    data = "QUJD" * 500
    image: JsonObject = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": data},
    }
    body: JsonObject = {"messages": [{"role": "user", "content": [image, image, text("Привет 漢字 🦩")]}]}
    assert encoded_size(body) == len(encode(body).encode())
