from __future__ import annotations

import json
import threading
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire import answer_events

from components.api.accumulator import Accumulator
from components.api.replay import events_of
from components.domain.json_types import Json, JsonObject


def fold(*events: object) -> JsonObject:
    answer = Accumulator()
    for event in events:
        answer.add(cast(JsonObject, event))
    message = answer.snapshot()
    assert message is not None
    return message


def blocks(*events: object) -> Json:
    return fold(*events)["content"]


def start(block: JsonObject, index: int = 0) -> JsonObject:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(kind: str, index: int = 0, **fields: Json) -> JsonObject:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def stop(index: int = 0) -> JsonObject:
    return {"type": "content_block_stop", "index": index}


TOOL: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
TEXT: JsonObject = {"type": "text", "text": ""}


def test_a_text_answer_folds_to_its_message() -> None:
    assert fold(*answer_events("Fo", "ur", ".")) == {
        "id": "msg_wire",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-5-5",
        "content": [{"type": "text", "text": "Four."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 21, "output_tokens": 3},
    }


def test_thinking_grows_and_its_signature_is_set() -> None:
    assert blocks(
        start({"type": "thinking", "thinking": "", "signature": ""}),
        delta("thinking_delta", thinking="a", estimated_tokens=3),
        delta("thinking_delta", thinking="b"),
        delta("signature_delta", signature="old"),
        delta("signature_delta", signature="c2ln"),
        stop(),
    ) == [{"type": "thinking", "thinking": "ab", "signature": "c2ln"}]


@pytest.mark.parametrize(
    ("pieces", "value"),
    [
        (['{"city": "Zü', 'rich"}'], {"city": "Zürich"}),
        ([""], {}),
        ([], {}),
        (["{}"], {}),
        (['{"half": "\\ud83d', '\\ude00"}'], {"half": "😀"}),
    ],
)
def test_tool_input_is_parsed_when_its_block_ends(pieces: list[str], value: JsonObject) -> None:
    deltas = [delta("input_json_delta", partial_json=piece) for piece in pieces]
    assert blocks(start(TOOL), *deltas, stop()) == [{**TOOL, "input": value}]


def test_tool_input_that_came_whole_with_the_start_is_kept() -> None:
    whole: JsonObject = {**TOOL, "input": {"city": "Bern"}}
    assert blocks(start(whole), delta("input_json_delta", partial_json=""), stop()) == [whole]


@pytest.mark.parametrize("text", ['{"city": "Zü', "[1]", "no json", "[" * 100_000])
def test_tool_input_that_is_no_object_stays_as_text(text: str) -> None:
    assert blocks(start(TOOL), delta("input_json_delta", partial_json=text), stop()) == [
        {**TOOL, "partial_json": text}
    ]


def test_unfinished_tool_input_stays_as_text_and_is_parsed_later() -> None:
    answer = Accumulator()
    answer.add(start(TOOL))
    answer.add(delta("input_json_delta", partial_json='{"a":'))
    assert answer.snapshot()["content"] == [{**TOOL, "partial_json": '{"a":'}]  # type: ignore[index]
    answer.add(delta("input_json_delta", partial_json="1}"))
    answer.add({"type": "message_stop"})
    assert answer.snapshot()["content"] == [{**TOOL, "input": {"a": 1}}]  # type: ignore[index]


def test_citations_are_pushed_even_where_the_block_had_none() -> None:
    opened: JsonObject = {"type": "text", "text": "", "citations": None}
    cited = [delta("citations_delta", citation={"cited_text": name}) for name in "ab"]
    assert blocks(start(opened), *cited, delta("text_delta", text="x")) == [
        {"type": "text", "text": "x", "citations": [{"cited_text": "a"}, {"cited_text": "b"}]}
    ]


def test_a_compaction_is_set() -> None:
    opened: JsonObject = {"type": "compaction", "content": None}
    assert blocks(start(opened), delta("compaction_delta", content="short", encrypted_content="e")) == [
        {"type": "compaction", "content": "short", "encrypted_content": "e"}
    ]


def test_blocks_without_deltas_and_kinds_of_tomorrow_are_kept_as_they_come() -> None:
    whole: list[JsonObject] = [
        {"type": "redacted_thinking", "data": "x"},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"type": "web_search_result"}]},
        {"type": "hologram", "depth": {"cm": 3}},
    ]
    opened = [event for i, block in enumerate(whole) for event in (start(block, i), stop(i))]
    assert blocks(*opened, delta("hologram_delta", 2, cm=1)) == whole


def test_usage_is_overwritten_field_by_field_and_never_added() -> None:
    message = fold(
        {
            "type": "message_start",
            "message": {"usage": {"input_tokens": 10, "output_tokens": 3, "speed": "fast"}},
        },
        {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 7, "input_tokens": None}},
        {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 9, "server_tool_use": {"n": 1}}},
    )
    assert message["usage"] == {
        "input_tokens": 10,
        "output_tokens": 9,
        "speed": "fast",
        "server_tool_use": {"n": 1},
    }


def test_delta_fields_that_are_not_null_are_copied() -> None:
    message = fold(
        *answer_events("x")[:1],
        {
            "type": "message_delta",
            "delta": {"stop_reason": "refusal", "stop_sequence": None, "stop_details": {"category": "bio"}},
            "usage": {"output_tokens": 1},
            "context_management": {"applied_edits": []},
        },
        {"type": "message_delta", "delta": {"stop_reason": None, "container": {"id": "c"}}},
    )
    assert message["stop_reason"] == "refusal"
    assert message["stop_details"] == {"category": "bio"}
    assert message["container"] == {"id": "c"}
    assert message["context_management"] == {"applied_edits": []}


def test_only_message_stop_completes_an_answer() -> None:
    answer = Accumulator()
    *all_but_last, last = answer_events("x")
    for event in all_but_last:
        answer.add(cast(JsonObject, event))
        assert not answer.complete
    answer.add(cast(JsonObject, last))
    assert answer.complete
    assert answer.version == len(all_but_last) + 1


def test_before_anything_came_there_is_no_message() -> None:
    assert Accumulator().snapshot() is None


def test_a_stream_without_message_start_is_folded() -> None:
    message = fold(*answer_events("a", "b")[1:])
    assert message["content"] == [{"type": "text", "text": "ab"}]
    assert message["role"] == "assistant"
    assert message["usage"] == {"output_tokens": 2}


def test_deltas_without_a_block_start_make_their_block() -> None:
    assert blocks(
        delta("thinking_delta", 0, thinking="hm"),
        delta("text_delta", 1, text="a"),
        delta("text_delta", 1, text="b"),
        delta("input_json_delta", 2, partial_json='{"a":1}'),
        {"type": "message_stop"},
    ) == [
        {"type": "thinking", "thinking": "hm", "signature": ""},
        {"type": "text", "text": "ab"},
        {"type": "tool_use", "input": {"a": 1}},
    ]


def test_events_without_an_index_go_to_the_last_block() -> None:
    assert blocks(
        {"type": "content_block_start", "content_block": TEXT},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "a"}},
        {"type": "content_block_stop"},
        {"type": "content_block_start", "content_block": TOOL},
        {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": '{"a":1}'}},
        {"type": "content_block_stop"},
    ) == [{"type": "text", "text": "a"}, {**TOOL, "input": {"a": 1}}]


def test_a_character_cut_into_two_deltas_is_joined_and_a_lone_half_replaced() -> None:
    assert blocks(
        start(TEXT), delta("text_delta", text="a\ud83d"), delta("text_delta", text="\ude00b\udc00")
    ) == [{"type": "text", "text": "a😀b\ufffd"}]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": None},
        {"type": "ping"},
        {"type": "message_start"},
        {"type": "message_start", "message": []},
        {"type": "message_delta"},
        {"type": "message_delta", "delta": 3, "usage": 4},
        {"type": "content_block_start", "index": 0, "content_block": None},
        {"type": "content_block_delta", "index": 9},
        {"type": "content_block_delta", "index": "0", "delta": {"type": "text_delta", "text": None}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": ["x"]}},
        {"type": "content_block_stop", "index": 4},
    ],
)
def test_events_of_another_shape_change_nothing(event: JsonObject) -> None:
    events = answer_events("x")
    assert fold(*events[:3], event, *events[3:]) == fold(*events)


def test_a_snapshot_is_the_callers_own() -> None:
    answer = Accumulator()
    for event in answer_events("x"):
        answer.add(cast(JsonObject, event))
    mine = answer.snapshot()
    assert mine is not None
    cast(list[JsonObject], mine["content"])[0]["text"] = "changed"
    cast(JsonObject, mine["usage"])["input_tokens"] = 0
    assert answer.snapshot() == fold(*answer_events("x"))


def test_snapshots_from_another_thread_are_prefixes_of_the_answer() -> None:
    answer = Accumulator()
    done = threading.Event()
    seen: list[JsonObject | None] = []

    def watch() -> None:
        while not done.is_set():
            seen.append(answer.snapshot())

    watcher = threading.Thread(target=watch)
    watcher.start()
    words = [f"word{i} " for i in range(5000)]
    for event in answer_events(*words):
        answer.add(cast(JsonObject, event))
    done.set()
    watcher.join()
    whole = "".join(words)
    for message in filter(None, seen):
        for block in cast(list[JsonObject], message["content"]):
            assert whole.startswith(cast(str, block["text"]))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
_text = st.text(st.characters(exclude_categories=["Cs"]))
_block = st.one_of(
    st.builds(lambda text: {"type": "text", "text": text, "citations": None}, _text),
    st.builds(lambda text: {"type": "thinking", "thinking": text, "signature": "s"}, _text),
    st.builds(
        lambda value: {"type": "tool_use", "id": "t", "name": "n", "input": value},
        st.dictionaries(_text, _json, max_size=3),
    ),
    st.builds(lambda data: {"type": "redacted_thinking", "data": data}, _text),
)


@settings(max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_block, max_size=4), st.sampled_from(["end_turn", "tool_use", None]))
def test_a_message_told_as_events_folds_back_to_itself(content: list[JsonObject], reason: str | None) -> None:
    message: JsonObject = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": cast(Json, content),
        "stop_reason": reason,
        "stop_sequence": None,
        "stop_details": None,
        "usage": {"input_tokens": 1, "output_tokens": 2, "cache_creation": None},
    }
    assert fold(*events_of(message)) == message
    assert json.loads(json.dumps(fold(*events_of(message)))) == message
