"""A whole Message told as stream events, for servers that answer a stream request with plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from components.domain.json_types import Json, JsonObject


def events_of(message: JsonObject) -> Iterator[JsonObject]:
    """Yield the events of `message`, in the order of a real stream; folded, they give it back."""
    start: JsonObject = {**message, "content": [], "stop_reason": None, "stop_sequence": None}
    yield {"type": "message_start", "message": start}
    content = message.get("content")
    for index, block in enumerate(content if isinstance(content, list) else []):
        if not isinstance(block, dict):
            continue
        opened, deltas = _opened(block)
        yield {"type": "content_block_start", "index": index, "content_block": opened}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    delta_: JsonObject = {field: message.get(field) for field in ("stop_reason", "stop_sequence")}
    yield {"type": "message_delta", "delta": delta_, "usage": message.get("usage")}
    yield {"type": "message_stop"}


def _opened(block: JsonObject) -> tuple[JsonObject, list[JsonObject]]:
    """The block's empty shell, and the deltas that fill it. Kinds without deltas come whole."""
    kind = block.get("type")
    deltas: list[JsonObject] = []
    if kind == "text" and isinstance(block.get("text"), str):
        return {**block, "text": ""}, [{"type": "text_delta", "text": block["text"]}]
    if kind == "thinking" and isinstance(block.get("thinking"), str):
        deltas.append({"type": "thinking_delta", "thinking": block["thinking"]})
        shell: dict[str, Json] = {**block, "thinking": ""}
        if isinstance(block.get("signature"), str):
            shell["signature"] = ""
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        return shell, deltas
    if kind in {"tool_use", "server_tool_use"} and isinstance(block.get("input"), dict):
        partial_json = json.dumps(block["input"], ensure_ascii=False)
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": partial_json}]
    return block, []
