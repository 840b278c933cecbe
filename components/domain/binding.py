"""What thinking blocks are bound to: a block can be used only after what it was thought after.

Newer models compare the system prompt, the tools and everything before a block that comes back. The service's
signatures can be read only by the service. What is known here comes from the signatures of the sandbox, which
say it openly, and from the requests and answers that are kept (`bindings_of`). Source: docs "Preserved
thinking".

The comparison itself is not documented to the letter. Here cache breakpoints and nulls do not count, a string
counts as one text block, and neither the cut between two turns of one role nor earlier thinking makes a
difference (?).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from components.domain.json_types import Json, JsonObject

PARTS: Final = ("system", "tools", "messages")
"""What a prefix is made of, in the order of its hash."""
THINKING: Final = ("thinking", "redacted_thinking")
"""Kinds of blocks."""

_MARK: Final = "simulated"
_HEX: Final = 16
_UNKNOWN: Final = "-"


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known of the origin of one thinking block."""

    prefix: str
    """The hash of what it stood after; see `prefix_hash`."""
    thinking: str | None = None
    """Digest of its text; None where it is not known."""
    model: str | None = None
    """Id of the model that thought it; None where it is not known."""

    def changed(self, body: Mapping[str, Json], message_index: int, block_index: int) -> list[str]:
        """Which of `PARTS` differ before the block at that place."""
        now = prefix_hash(body, message_index, block_index)
        parts = zip(PARTS, self.prefix.split("."), now.split("."), strict=True)
        return [part for part, then, here in parts if then != here]


def prefix_hash(body: Mapping[str, Json], message_index: int, block_index: int) -> str:
    """The hash of system, tools and all content before a block: three parts, joined by dots.

    A message index past the end stands for the answer to the body.
    """
    tools = body.get("tools")
    parts: tuple[Json, ...] = (
        [_plain(block) for block in _blocks(body.get("system"))],
        [_plain(tool) for tool in tools] if isinstance(tools, list) else [],
        list(_before(body, message_index, block_index)),
    )
    return ".".join(_digest(json.dumps(part, sort_keys=True)) for part in parts)


def _before(body: Mapping[str, Json], message_index: int, block_index: int) -> Iterator[Json]:
    messages = body.get("messages")
    for i, message in enumerate(messages[: message_index + 1] if isinstance(messages, list) else ()):
        blocks = _blocks(message.get("content")) if isinstance(message, dict) else []
        role = message.get("role") if isinstance(message, dict) else None
        for block in blocks[:block_index] if i == message_index else blocks:
            if not isinstance(block, dict) or block.get("type") not in THINKING:
                yield [role, _plain(block)]


def _blocks(content: Json) -> list[Json]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return content if isinstance(content, list) else []


def _plain(block: Json) -> Json:
    """A block or tool without its cache breakpoints, and without fields that are null."""
    if not isinstance(block, dict):
        return block
    plain: JsonObject = {k: v for k, v in block.items() if k != "cache_control" and v is not None}
    if isinstance(inner := plain.get("content"), list):
        plain["content"] = [_plain(each) for each in inner]
    return plain


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HEX]


def digest(signature: str) -> str:
    """The name of a signature in a mapping of bindings."""
    return _digest(signature)


def signature_of(block: JsonObject) -> str | None:
    """What identifies a thinking block: its signature, or the data of a redacted one."""
    value = block.get("data" if block.get("type") == "redacted_thinking" else "signature")
    return value if isinstance(value, str) else None


def bindings_of(body: Mapping[str, Json], message: Mapping[str, Json]) -> dict[str, str]:
    """The bindings of the thinking blocks of an answer: signature digest → what it is bound to."""
    content, messages = message.get("content"), body.get("messages")
    blocks = content if isinstance(content, list) else []
    before = messages if isinstance(messages, list) else []
    continued: JsonObject = {**body, "messages": [*before, {"role": "assistant", "content": blocks}]}
    bindings: dict[str, str] = {}
    for j, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") in THINKING and (signature := signature_of(block)):
            prefix = prefix_hash(continued, len(before), j)
            bindings[digest(signature)] = f"{prefix}.{_digest(_text(block))}"
    return bindings


def sign(model: str, prefix: str, thinking: str | None = None) -> str:
    """A simulated signature, which says openly what it is bound to.

    `thinking` is the text of the block as it is shown; with it, an edited block can be told.
    """
    said = _UNKNOWN if thinking is None else _digest(thinking)
    return base64.b64encode(f"{_MARK}|{model}|{prefix}|{said}".encode()).decode()


def read(signature: str) -> Bound | None:
    """What a simulated signature says; None for every other one."""
    try:
        text = base64.b64decode(signature, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    mark, *parts = text.split("|")
    if mark != _MARK or len(parts) != 3 or parts[1].count(".") != len(PARTS) - 1:
        return None
    model, prefix, thinking = parts
    return Bound(prefix, None if thinking == _UNKNOWN else thinking, model)


def bound_of(block: JsonObject, bindings: Mapping[str, str]) -> Bound | None:
    """What is known of a block's origin, from its signature or from the bindings."""
    signature = signature_of(block)
    if signature is None:
        return None
    kept = bindings.get(digest(signature), "").split(".")
    if len(kept) == len(PARTS) + 1:
        return Bound(".".join(kept[:-1]), kept[-1])
    return read(signature)


def edited(bound: Bound, block: JsonObject) -> bool:
    """Whether the block is known to have another text than it came with."""
    return bound.thinking is not None and bound.thinking != _digest(_text(block))


def _text(block: JsonObject) -> str:
    text = block.get("thinking")
    return text if isinstance(text, str) else ""
