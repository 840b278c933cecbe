from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain import template
from components.domain.continuing import continue_with
from components.domain.draft import Draft, Turn, UnfilledVariables
from components.domain.findings import REMOVE, Edit, Fix
from components.domain.json_types import Json, JsonObject

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["{{name}}", "\\{{name}}", "{{ a }} {{b.c}}", "\\\\{{x}}", "{", "}}", "$1 \\1 \\g<0>"]
)
json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
blocks: st.SearchStrategy[JsonObject] = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "image", "tool_use", "tool_result", "new_kind"])},
    optional={"text": text, "input": json_values},
)
messages = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system"]),
        "content": text | st.lists(blocks, max_size=3),
    }
)
bodies: st.SearchStrategy[JsonObject] = st.fixed_dictionaries(
    {
        "model": text.filter(bool),
        "max_tokens": st.integers(0, 10**6),
        "messages": st.lists(messages, min_size=1, max_size=4),
    },
    optional={
        "system": text.filter(bool) | st.lists(blocks, min_size=1, max_size=2),
        "stream": st.just(True),
        "thinking": st.fixed_dictionaries({"type": text}, optional={"budget_tokens": st.integers()}),
        "output_config": st.fixed_dictionaries({}, optional={"effort": text, "format": json_values}),
        "temperature": st.none() | st.integers(0, 2) | st.floats(0, 1),
        "top_p": st.none() | st.floats(0, 1),
        "top_k": st.none() | st.integers(),
        "stop_sequences": st.lists(text, max_size=3),
        "tools": st.lists(json_values, max_size=2),
        "metadata": json_values,
        "invented": json_values,
    },
)
drafts = st.builds(
    Draft,
    system=text,
    turns=st.lists(
        st.builds(
            Turn,
            role=st.sampled_from(["user", "assistant", "system"]),
            text=text,
            blocks=st.none() | st.lists(blocks, max_size=2),
        ),
        min_size=1,
        max_size=4,
    ),
    values=st.dictionaries(text, text, max_size=3),
    model=text,
    max_tokens=st.integers(0, 10**6),
    stream=st.booleans(),
    thinking=st.none() | st.fixed_dictionaries({"type": text}),
    effort=st.none() | text,
    stop_sequences=st.lists(text, max_size=3),
    temperature=st.none() | st.floats(0, 1),
    top_k=st.none() | st.integers(0, 9),
    extra=st.dictionaries(text, json_values, max_size=2),
    betas=st.lists(text, max_size=2).map(tuple),
)


@given(bodies)
def test_a_body_read_into_a_draft_and_built_again_is_the_same_body(body: JsonObject) -> None:
    before = deepcopy(body)
    assert Draft.of_body(body).body() == before
    assert body == before, "reading changes nothing"


@pytest.mark.parametrize(
    "change",
    [
        {"stream": False},
        {"system": ""},
        {"messages": [{"role": "user", "content": "x", "invented": 1}]},
        {"messages": [{"role": "tool", "content": "x"}]},
        {"messages": [{"role": "user", "content": ["odd", {"type": "text", "text": "x"}]}]},
    ],
    ids=["stream false", "empty system", "unknown field of a message", "unknown role", "odd block"],
)
def test_bodies_written_elsewhere_come_back_the_same_too(change: JsonObject) -> None:
    body: JsonObject = {
        "model": "m",
        "max_tokens": 1,
        "messages": [{"role": "user", "content": "x"}],
        **change,
    }
    assert Draft.of_body(body).body() == body


@given(drafts)
def test_a_draft_kept_as_json_comes_back_equal(draft: Draft) -> None:
    assert Draft.of_json(draft.to_json()) == draft


@given(drafts)
def test_what_is_built_shares_nothing_with_the_draft(draft: Draft) -> None:
    before = deepcopy(draft)
    body = draft.body()
    for message in body["messages"]:  # type: ignore[union-attr]
        if isinstance(message, dict) and isinstance(message["content"], list):
            message["content"].append("changed")
    body.clear()
    assert draft == before


def test_a_draft_of_an_older_or_newer_program_is_read_as_far_as_it_goes() -> None:
    draft = Draft.of_json({"system": "S", "hologram": True})
    assert draft.system == "S"
    assert [turn.role for turn in draft.turns] == ["user"]


def test_a_new_draft_streams_to_the_default_model_and_sends_no_optional_field() -> None:
    assert set(Draft(turns=[Turn(text="Hi")]).body()) == {"model", "max_tokens", "messages", "stream"}


def test_values_are_inserted_literally_wherever_the_variable_stands() -> None:
    value = "$& {{b}} \\1 \\\\"
    draft = Draft(
        system="S {{a}}", turns=[Turn(text="U {{a}}"), Turn("assistant", "A {{ a }}")], values={"a": value}
    )
    body = draft.build()
    assert body["system"] == f"S {value}"
    contents = [turn["content"] for turn in body["messages"]]  # type: ignore[union-attr,index,call-overload]
    assert contents == [f"U {value}", f"A {value}"]


def test_variables_are_listed_once_in_order_and_unfilled_ones_refused_by_name() -> None:
    draft = Draft(
        system="{{tone}}",
        turns=[Turn(text="{{topic}} {{tone}} \\{{not}}")],
        values={"topic": "", "gone": "x"},
    )
    assert draft.variables == ["tone", "topic"]
    with pytest.raises(UnfilledVariables, match=r"{{tone}}, {{topic}}") as refused:
        draft.build()
    assert refused.value.names == ["tone", "topic"]
    draft.values.update(tone="kind", topic="x")
    assert draft.build()["system"] == "kind"


def test_texts_among_blocks_take_variables_and_other_blocks_are_sent_as_they_stand() -> None:
    image: JsonObject = {"type": "image", "source": {"type": "url", "url": "http://x/{{a}}"}}
    draft = Draft(turns=[Turn(blocks=[image, {"type": "text", "text": "{{a}}"}])], values={"a": "filled"})
    assert draft.variables == ["a"]
    content = [image, {"type": "text", "text": "filled"}]
    assert draft.body()["messages"] == [{"role": "user", "content": content}]


def test_effort_joins_an_output_config_that_is_there() -> None:
    draft = Draft(effort="low", extra={"output_config": {"format": {"type": "json_schema"}}})
    assert draft.body()["output_config"] == {"effort": "low", "format": {"type": "json_schema"}}


# Fixes ------------------------------------------------------------------------------------------------


def prompt() -> Draft:
    return Draft(
        system="Be {{tone}}.",
        turns=[Turn(text="On {{topic}}"), Turn("assistant", "{{start}} "), Turn(text="And {{topic}}?")],
        values={"tone": "kind", "topic": "herons", "start": "Well"},
        thinking={"type": "enabled", "budget_tokens": 2048},
    )


def test_a_fix_of_a_parameter_leaves_texts_and_variables_alone() -> None:
    draft = prompt()
    draft.apply(Fix("", (Edit(("thinking",), REMOVE), Edit(("output_config", "effort"), "low")), ("beta-1",)))
    assert draft.thinking is None
    assert draft.effort == "low"
    assert draft.betas == ("beta-1",)
    assert draft.system == "Be {{tone}}."
    assert [turn.text for turn in draft.turns] == [turn.text for turn in prompt().turns]


def test_a_fix_that_takes_a_turn_away_keeps_the_others_as_templates() -> None:
    draft = prompt()
    kept = [draft.turns[0], draft.turns[2]]
    draft.apply(Fix("", (Edit(("messages", 1), REMOVE),)))
    assert draft.turns == kept


def test_a_fix_of_one_turn_keeps_the_variables_of_the_others() -> None:
    draft = prompt()
    draft.turns[1] = Turn("assistant", blocks=[{"type": "text", "text": "a", "cache_control": {}}])
    draft.apply(Fix("", (Edit(("messages", 1, "content", 0, "cache_control"), REMOVE),)))
    assert draft.turns[1].blocks == [{"type": "text", "text": "a"}]
    assert [draft.turns[0].text, draft.turns[2].text] == ["On {{topic}}", "And {{topic}}?"]
    assert draft.system == "Be {{tone}}."


def test_a_fix_that_moves_a_turn_into_the_system_prompt_keeps_the_rest() -> None:
    draft = prompt()
    draft.turns[1] = Turn("system", "From now on.")
    draft.apply(Fix("", (Edit(("system",), "Be kind.\n\nFrom now on."), Edit(("messages", 1), REMOVE))))
    assert template.fill(draft.system, {}) == "Be kind.\n\nFrom now on."
    assert [turn.text for turn in draft.turns] == ["On {{topic}}", "And {{topic}}?"]


# Turns ------------------------------------------------------------------------------------------------


def test_turns_move_as_far_as_there_are_places() -> None:
    draft = Draft(turns=[Turn(text=word) for word in "abc"])
    draft.move(draft.turns[2].id, -1)
    assert [turn.text for turn in draft.turns] == ["a", "c", "b"]
    draft.move(draft.turns[0].id, -1)
    assert [turn.text for turn in draft.turns] == ["a", "c", "b"]
    draft.move(draft.turns[0].id, 5)
    assert [turn.text for turn in draft.turns] == ["c", "b", "a"]


def test_the_last_turn_taken_away_leaves_an_empty_one() -> None:
    draft = Draft(turns=[Turn("assistant", "x")])
    draft.remove(draft.turns[0].id)
    assert [(turn.role, turn.text) for turn in draft.turns] == [("user", "")]


def test_an_answer_becomes_a_turn_whose_braces_stay_braces() -> None:
    draft = Draft(turns=[Turn(text="Hi")])
    content: list[Json] = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "Use {{name}} \\{{x}} "},
        {"type": "text", "text": "so.\n"},
    ]
    continue_with(draft, {"content": content, "stop_reason": "end_turn"}, draft.body())
    assert [turn.role for turn in draft.turns] == ["user", "assistant", "user"]
    assert draft.variables == []
    message = draft.build()["messages"][1]  # type: ignore[index,call-overload]
    assert message["content"] == "Use {{name}} \\{{x}} so."


@pytest.mark.parametrize("reason", ["tool_use", "pause_turn"])
def test_an_unfinished_turn_is_kept_to_the_letter(reason: str) -> None:
    content: list[Json] = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "server_tool_use", "id": "x", "input": {}},
    ]
    draft = Draft(turns=[Turn(text="Hi")])
    continue_with(draft, {"content": content, "stop_reason": reason}, draft.body())
    assert [turn.role for turn in draft.turns] == ["user", "assistant"]
    assert draft.turns[1].blocks == content


def test_a_draft_is_empty_until_something_is_typed() -> None:
    assert Draft().is_empty
    assert Draft(turns=[Turn(text=" \n")]).is_empty
    assert not Draft(system="x").is_empty
    assert not Draft(turns=[Turn(blocks=[])]).is_empty
