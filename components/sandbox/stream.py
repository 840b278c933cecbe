"""An answer as server-sent events. Source of order and shapes: docs "Streaming messages"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, cast

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.sandbox.answers import Answer
from components.sandbox.counting import pieces
from components.sandbox.directives import Orders
from components.sandbox.errors import error_object

JSON_PIECE: Final = 12
"""Characters of tool input in one delta."""

WORK_TOKENS: Final = 20
"""The time in which a tool of the service works, as so many tokens."""

_COMPACTED: Final = ("content", "encrypted_content")

Step = tuple[JsonObject, int]
"""An event, and the tokens it took to make."""


def events(answer: Answer, model: Model) -> Iterator[Step]:
    """The events of one answer; folded they are its message again."""
    message = answer.message
    usage = cast(JsonObject, message["usage"])
    told = ("stop_reason", "stop_sequence", "stop_details", "container")
    nothing: JsonObject = {"content": [], **dict.fromkeys(told)}
    started: JsonObject = {
        "input_tokens": cast(int, usage["input_tokens"]) - answer.result_tokens,
        "output_tokens": min(1, cast(int, usage["output_tokens"])),
        "output_tokens_details": None,
        "server_tool_use": None,
    }
    yield {"type": "message_start", "message": {**message, **nothing, "usage": {**usage, **started}}}, 0
    for index, block in enumerate(cast("list[JsonObject]", message["content"])):
        yield {"type": "content_block_start", "index": index, "content_block": _shell(block)}, _wait(block)
        if index == 0:
            yield {"type": "ping"}, 0
        for delta, tokens in _deltas(block, answer, model):
            yield {"type": "content_block_delta", "index": index, "delta": delta}, tokens
        yield {"type": "content_block_stop", "index": index}, 0
    counted = (
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "output_tokens",
        "output_tokens_details",
        "server_tool_use",
    )
    yield (
        {
            "type": "message_delta",
            "delta": {name: message[name] for name in told},
            "usage": {name: usage[name] for name in counted},
        },
        0,
    )
    yield {"type": "message_stop"}, 0


def _shell(block: JsonObject) -> JsonObject:
    """A block as it is opened: what the deltas bring is empty. Kinds without deltas come whole."""
    match block["type"]:
        case "text":
            return {"type": "text", "text": "", **({"citations": []} if "citations" in block else {})}
        case "thinking":
            return {"type": "thinking", "thinking": "", "signature": ""}
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            return {**block, "input": {}}
        case "compaction":
            return {**block, **dict.fromkeys(_COMPACTED)}
        case _:
            return block


def _wait(block: JsonObject) -> int:
    """How long the block is waited for, in tokens: a tool of the service takes its time."""
    return WORK_TOKENS if str(block["type"]).endswith("_tool_result") else 0


def _deltas(block: JsonObject, answer: Answer, model: Model) -> Iterator[Step]:
    match block["type"]:
        case "text":
            for word, tokens in _words(str(block["text"]), model):
                yield {"type": "text_delta", "text": word}, tokens
            for citation in cast("list[Json]", block.get("citations") or []):
                yield {"type": "citations_delta", "citation": citation}, 0
        case "thinking":
            for word, tokens in _words(str(block["thinking"]), model):
                yield {"type": "thinking_delta", "thinking": word}, tokens
            yield {"type": "signature_delta", "signature": block["signature"]}, answer.hidden_tokens
        case "compaction":
            yield {"type": "compaction_delta", **{name: block[name] for name in _COMPACTED}}, 0
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            yield {"type": "input_json_delta", "partial_json": ""}, 0
            text = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
            for i in range(0, len(text), JSON_PIECE):
                part = text[i : i + JSON_PIECE]
                yield {"type": "input_json_delta", "partial_json": part}, len(pieces(part, model))


def _words(text: str, model: Model) -> Iterator[tuple[str, int]]:
    """The text in words, each with its tokens."""
    word, tokens = "", 0
    for piece in pieces(text, model):
        if word and piece[0].isspace():
            yield word, tokens
            word, tokens = "", 0
        word += piece
        tokens += 1
    if word:
        yield word, tokens


def frame(event: JsonObject) -> bytes:
    """One event in the wire format."""
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {data}\n\n".encode()


CUT: Final = b""
"""In place of a frame: the connection drops here."""


def frames(answer: Answer, model: Model) -> Iterator[tuple[bytes, int]]:
    """The wire format of an answer, disturbed as its directives say."""
    orders = answer.prompt.orders
    spent = 0
    for event, tokens in events(answer, model):
        is_delta = event["type"] == "content_block_delta"
        if (end := _end(orders, spent, is_delta or event["type"] == "message_delta")) is not None:
            yield end, 0
            return
        if event["type"] == "message_stop" and "no-stop" in orders:
            return
        yield frame(event), tokens
        spent += tokens
        if "unknown-event" in orders and event["type"] == "content_block_start":
            yield b": a comment\n\n", 0
            yield frame({"type": "sandbox_novelty", "detail": "an event nobody knows"}), 0
            novelty: JsonObject = {"type": "sandbox_novelty_delta", "detail": "a delta nobody knows"}
            yield frame({"type": "content_block_delta", "index": event["index"], "delta": novelty}), 0


def _end(orders: Orders, spent: int, at_delta: bool) -> bytes | None:
    """The last frame, when a directive ends the stream before this event."""
    for name in ("stream-error", "cut"):
        if name in orders and at_delta and spent >= orders.count(name, "after"):
            failed: JsonObject = {"type": "error", "error": error_object("overloaded_error", "Overloaded")}
            return frame(failed) if name == "stream-error" else CUT
    return None
