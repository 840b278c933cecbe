"""Content that is one text or a list of blocks: of a turn, or of the system prompt.

The `text` of text blocks is a template like any typed text; all other blocks are sent as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from typing import Literal, Protocol, TypeGuard

from components.domain.json_types import Json, JsonObject

Ttl = Literal["5m", "1h"]
"""How long a cache breakpoint keeps its prefix; five minutes is the service's default."""


def is_text(block: Json) -> TypeGuard[JsonObject]:
    """Whether this is a text block."""
    return isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str)


def breakpoint_of(ttl: Ttl) -> JsonObject:
    """The value of `cache_control`."""
    return {"type": "ephemeral"} if ttl == "5m" else {"type": "ephemeral", "ttl": ttl}


class Content:
    """One text, or blocks. Blocks stay blocks until an edit leaves a single plain text of them."""

    text: str
    """A template; used when `blocks` is None."""
    blocks: list[Json] | None

    @property
    def templates(self) -> Iterator[str]:
        """Every text in it, in order."""
        if self.blocks is None:
            yield self.text
        else:
            yield from (str(block["text"]) for block in self.blocks if is_text(block))

    def value(self, filled: Callable[[str], str]) -> Json:
        """What is sent, with every text passed through `filled`."""
        if self.blocks is None:
            return filled(self.text)
        return [
            {**deepcopy(block), "text": filled(str(block["text"]))} if is_text(block) else deepcopy(block)
            for block in self.blocks
        ]

    def read(self, value: Json, text_of: Callable[[str], str]) -> None:
        """Take a string or a list of blocks; `text_of` makes a template of each text."""
        if isinstance(value, list):
            self.blocks = deepcopy(value)
            for block in self.blocks:
                if is_text(block):
                    block["text"] = text_of(str(block["text"]))
        else:
            self.text, self.blocks = text_of(str(value or "")), None

    @property
    def is_blank(self) -> bool:
        """Nothing in it but white space."""
        return self.blocks is None and not self.text.strip()

    # The text at its end --------------------------------------------------------------------------------

    @property
    def typed(self) -> str:
        """The text after all other blocks: what the main field shows."""
        if self.blocks is None:
            return self.text
        return str(self.blocks[-1]["text"]) if self.blocks and is_text(self.blocks[-1]) else ""

    @typed.setter
    def typed(self, text: str) -> None:
        if self.blocks is None:
            self.text = text
        elif self.blocks and is_text(self.blocks[-1]):
            self.blocks[-1]["text"] = text
            if not text:
                self.blocks.pop()
        elif text:
            self.blocks.append({"type": "text", "text": text})
        self._settle()

    @property
    def before_typed(self) -> list[tuple[int, Json]]:
        """The blocks before that text, with their positions."""
        blocks = self.blocks or []
        return list(enumerate(blocks[:-1] if blocks and is_text(blocks[-1]) else blocks))

    # Blocks ---------------------------------------------------------------------------------------------

    def attach(self, added: list[Json]) -> None:
        """Put blocks before the text at the end, behind those that are there."""
        blocks = self._as_blocks()
        at = len(blocks) - 1 if blocks and is_text(blocks[-1]) else len(blocks)
        blocks[at:at] = added
        self.blocks = blocks
        self._settle()

    def remove_block(self, position: int) -> None:
        """Take a block away; nothing happens when it is gone."""
        if self.blocks is not None and position < len(self.blocks):
            del self.blocks[position]
            self._settle()

    def drop_blocks(self, kinds: Collection[str]) -> None:
        """Take all blocks of these types away."""
        if self.blocks is not None:
            kept = (b for b in self.blocks if not (isinstance(b, dict) and str(b.get("type")) in kinds))
            self.blocks = list(kept)
            self._settle()

    # Caching --------------------------------------------------------------------------------------------

    @property
    def cached(self) -> Ttl | None:
        """The breakpoint on the last block, if there is one."""
        last = self.blocks[-1] if self.blocks else None
        mark = last.get("cache_control") if isinstance(last, dict) else None
        if not isinstance(mark, dict):
            return None
        return "1h" if mark.get("ttl") == "1h" else "5m"

    def cache(self, ttl: Ttl | None) -> None:
        """Put a cache breakpoint on the last block, or take it away; on nothing there is none to put."""
        blocks = self._as_blocks()
        if blocks and isinstance(last := blocks[-1], dict):
            if ttl is None:
                last.pop("cache_control", None)
            else:
                last["cache_control"] = breakpoint_of(ttl)
            self.blocks = blocks
            self._settle()

    def _as_blocks(self) -> list[Json]:
        if self.blocks is not None:
            return self.blocks
        return [{"type": "text", "text": self.text}] if self.text else []

    def _settle(self) -> None:
        """One plain text needs no block."""
        if self.blocks == []:
            self.text, self.blocks = "", None
        elif self.blocks is not None and len(self.blocks) == 1:
            only = self.blocks[0]
            if is_text(only) and set(only) == {"type", "text"}:
                self.text, self.blocks = str(only["text"]), None


class _HasSystem(Protocol):
    system: str
    system_blocks: list[Json] | None


class SystemPrompt(Content):
    """The system prompt of a draft, edited like a turn's content."""

    def __init__(self, draft: _HasSystem) -> None:
        self._draft = draft

    @property
    def text(self) -> str:
        return self._draft.system

    @text.setter
    def text(self, text: str) -> None:
        self._draft.system = text

    @property
    def blocks(self) -> list[Json] | None:
        return self._draft.system_blocks

    @blocks.setter
    def blocks(self, blocks: list[Json] | None) -> None:
        self._draft.system_blocks = blocks
