"""Folding stream events into the Message they tell. No IO; kinds it does not know are left out.

Source of the rules: the Messages API's streaming documentation, November 2026.
"""

from __future__ import annotations

import json
import threading
from typing import Final, cast

from components.api.surrogates import mend, mended
from components.domain.json_types import Json, JsonObject

_APPENDED: Final = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "input_json_delta": "partial_json",
}
"""Kind of delta → its field, and the field of the block that grows by it."""

_BLOCK_OF_DELTA: Final = {
    "thinking_delta": "thinking",
    "signature_delta": "thinking",
    "input_json_delta": "tool_use",
}
"""The block that a delta belongs to when the server did not open one; otherwise it is text."""


class _Block:
    """One content block while it grows."""

    def __init__(self, value: JsonObject) -> None:
        self.value = value
        self.pieces: dict[str, list[str]] = {}

    def append(self, field: str, piece: str) -> None:
        pieces = self.pieces.get(field)
        if pieces is None:
            begun = self.value.get(field)
            pieces = self.pieces[field] = [begun] if isinstance(begun, str) else []
        pieces.append(piece)

    def close(self) -> None:
        """Parse the tool input received; text that is not a JSON object stays in `partial_json`."""
        pieces = self.pieces.get("partial_json")
        if pieces is None:
            return
        text = "".join(pieces)
        try:
            value = json.loads(text) if text.strip() else self.value.get("input", {})
        except (ValueError, RecursionError):
            return
        if isinstance(value, dict):
            self.value["input"] = mended(value)
            del self.pieces["partial_json"]

    def snapshot(self) -> JsonObject:
        copy = cast(JsonObject, mended(self.value))
        for field, pieces in self.pieces.items():
            pieces[:] = ["".join(pieces)]
            copy[field] = mend(pieces[0])
        return copy


class Accumulator:
    """One thread adds events; any thread may read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._message: JsonObject | None = None
        self._blocks: dict[int, _Block] = {}
        self.complete = False
        """Whether `message_stop` was seen."""
        self.version = 0
        """Grows with each event."""

    def add(self, event: JsonObject) -> None:
        """Fold one event in. Never raises for what a server sends."""
        kind = event.get("type")
        with self._lock:
            if kind == "content_block_delta":
                self._add_delta(event)
            elif kind == "message_start":
                self._start_message(event.get("message"))
            elif kind == "content_block_start":
                block = event.get("content_block")
                if isinstance(block, dict):
                    self._open_block(self._index(event, len(self._blocks)), block)
            elif kind == "content_block_stop":
                closing = self._blocks.get(self._index(event, self._last_index()))
                if closing:
                    closing.close()
            elif kind == "message_delta":
                self._change_message(event)
            elif kind == "message_stop":
                self._begun()
                for block_ in self._blocks.values():
                    block_.close()
                self.complete = True
            self.version += 1

    def snapshot(self) -> JsonObject | None:
        """The Message so far, the caller's own copy; None before anything of it came.

        Tool input that is not complete, or not JSON, stands as text in the block's `partial_json`, a field
        of this program and not of the API; `input` is then what the block was opened with.
        """
        with self._lock:
            if self._message is None:
                return None
            message = cast(JsonObject, mended(self._message))
            message["content"] = [self._blocks[index].snapshot() for index in sorted(self._blocks)]
            return message

    def _begun(self) -> JsonObject:
        """The message; made here for a server that leaves `message_start` out."""
        if self._message is None:
            self._start_message({"type": "message", "role": "assistant"})
        return cast(JsonObject, self._message)

    def _start_message(self, message: Json) -> None:
        if not isinstance(message, dict):
            return
        self._message = {**message, "content": []}
        for field in ("stop_reason", "stop_sequence"):
            self._message.setdefault(field, None)
        if not isinstance(self._message.get("usage"), dict):
            self._message["usage"] = {}
        content = message.get("content")
        blocks = content if isinstance(content, list) else []
        self._blocks = {i: _Block(dict(block)) for i, block in enumerate(blocks) if isinstance(block, dict)}

    def _change_message(self, event: JsonObject) -> None:
        message = self._begun()
        for field, value in event.items():
            if field == "delta" and isinstance(value, dict):
                message.update({key: item for key, item in value.items() if item is not None})
            elif field == "usage" and isinstance(value, dict):
                usage = message["usage"]
                counts: JsonObject = {key: item for key, item in value.items() if item is not None}
                message["usage"] = {**usage, **counts} if isinstance(usage, dict) else counts
            elif field not in {"type", "delta", "usage"} and value is not None:
                message[field] = value

    def _open_block(self, index: int, block: JsonObject) -> _Block:
        self._begun()
        opened = self._blocks[index] = _Block(dict(block))
        return opened

    def _add_delta(self, event: JsonObject) -> None:
        delta = event.get("delta")
        if not isinstance(delta, dict):
            return
        kind = delta.get("type")
        if not isinstance(kind, str):
            return
        index = event.get("index")
        block = self._blocks.get(index if isinstance(index, int) else self._last_index())
        field = _APPENDED.get(kind)
        if field:
            piece = delta.get(field)
            if isinstance(piece, str):
                (block or self._open_for(kind, event)).append(field, piece)
        elif kind == "signature_delta":
            (block or self._open_for(kind, event)).value["signature"] = delta.get("signature")
        elif kind == "citations_delta":
            cited = (block or self._open_for(kind, event)).value
            citations = cited.get("citations")
            cited["citations"] = [*(citations if isinstance(citations, list) else []), delta.get("citation")]
        elif kind == "compaction_delta" and block:
            fields = {key: value for key, value in delta.items() if key != "type" and value is not None}
            block.value.update(fields)

    def _open_for(self, kind: str, event: JsonObject) -> _Block:
        block_type = _BLOCK_OF_DELTA.get(kind, "text")
        shell: dict[str, JsonObject] = {
            "text": {"type": "text", "text": ""},
            "thinking": {"type": "thinking", "thinking": "", "signature": ""},
            "tool_use": {"type": "tool_use", "input": {}},
        }
        return self._open_block(self._index(event, self._last_index()), shell[block_type])

    def _last_index(self) -> int:
        return max(self._blocks, default=0)

    @staticmethod
    def _index(event: JsonObject, otherwise: int) -> int:
        index = event.get("index")
        return index if isinstance(index, int) else otherwise
