"""What the recording server says: answers of the Messages API, whole or as events, the same ones each time.

Source of the shapes: reference 3 (Message), 4.1 (events), 5.1 (errors), 6.1 (count_tokens).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from components.domain.json_types import Json, JsonObject
from components.services.verification.schema_examples import example
from components.snippets.request_parts import own_tools

Answer: TypeAlias = Literal["text", "json", "tool_use", "pause_turn"]
"""`text` is `ANSWER`; `json` a value for the request's output schema; `tool_use` calls the request's own
tools, or is `text` where it has none; `pause_turn` is a text that is to be gone on with."""

ANSWER: Final = "Hello from the recorder."
INPUT_TOKENS: Final = 2095
"""What count_tokens says, always."""

_MOST_CALLS: Final = 4
_THINKING: Final[JsonObject] = {"type": "thinking", "thinking": "", "signature": "c2ln"}
_PIECE: Final = 7
"""Characters of a text in one event."""


def message(answer: Answer, body: Json) -> JsonObject:
    """Return the Message that answers a request with this body."""
    content: list[Json] = [dict(_THINKING)]
    calls = _calls(body) if answer == "tool_use" else []
    text = _structured(body) if answer == "json" else ANSWER
    content += [{"type": "text", "text": text}, *calls]
    stop_reason = "tool_use" if calls else "pause_turn" if answer == "pause_turn" else "end_turn"
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": "claude-recorded",
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 5},
    }


def events(whole: JsonObject) -> bytes:
    """Return a Message as the stream of events that it folds from."""
    return b"".join(_event(kind, fields) for kind, fields in _events(whole))


def error(kind: str, text: str) -> JsonObject:
    """Return the body of a refusal."""
    return {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_01"}


def _calls(body: Json) -> list[Json]:
    """Calls of all own tools; of the only one, two, so that a program has to answer both at once."""
    tools = own_tools(body) if isinstance(body, dict) else []
    tools = tools * 2 if len(tools) == 1 else tools[:_MOST_CALLS]
    return [
        {
            "type": "tool_use",
            "id": f"toolu_{number:02}",
            "name": tool["name"],
            "input": example(tool["input_schema"]),
        }
        for number, tool in enumerate(tools, 1)
    ]


def _structured(body: Json) -> str:
    config = body.get("output_config") if isinstance(body, dict) else None
    wanted = config.get("format") if isinstance(config, dict) else None
    return json.dumps(example(wanted.get("schema")) if isinstance(wanted, dict) else {}, ensure_ascii=False)


def _events(whole: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    content = whole["content"]
    assert isinstance(content, list)
    yield "message_start", {"message": {**whole, "content": [], "stop_reason": None}}
    for index, block in enumerate(content):
        assert isinstance(block, dict)
        start, deltas = _block(block)
        yield "content_block_start", {"index": index, "content_block": start}
        for delta in deltas:
            yield "content_block_delta", {"index": index, "delta": delta}
        yield "content_block_stop", {"index": index}
    yield (
        "message_delta",
        {
            "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
            "usage": {"output_tokens": 5},
        },
    )
    yield "message_stop", {}


def _block(block: JsonObject) -> tuple[JsonObject, list[JsonObject]]:
    """A block as it starts, and what is added to it."""
    match block["type"]:
        case "thinking":
            return {**block, "signature": ""}, [{"type": "signature_delta", "signature": block["signature"]}]
        case "text":
            pieces = _pieces(str(block["text"]))
            return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces]
        case _:
            pieces = _pieces(json.dumps(block["input"], ensure_ascii=False))
            return (
                {**block, "input": {}},
                [{"type": "input_json_delta", "partial_json": piece} for piece in ("", *pieces)],
            )


def _pieces(text: str) -> list[str]:
    return [text[:_PIECE], text[_PIECE:]]


def _event(kind: str, fields: JsonObject) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()
