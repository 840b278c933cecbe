"""One message of the conversation, as the editor holds it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from components.domain.content import Content
from components.domain.json_types import Json, JsonObject

Role = Literal["user", "assistant", "system"]
ROLES: tuple[Role, ...] = ("user", "assistant", "system")


@dataclass(slots=True)
class Turn(Content):
    """One message of the conversation."""

    role: str = "user"
    """One of `ROLES`, or what a body written elsewhere said."""
    text: str = ""
    blocks: list[Json] | None = None
    extra: JsonObject = field(default_factory=dict)
    """Fields of the message besides role and content, sent as they stand."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    """Names the turn's widgets; not sent."""

    def message(self, filled: Callable[[str], str]) -> JsonObject:
        return {"role": self.role, "content": self.value(filled), **deepcopy(self.extra)}


def turn_of_json(content: Mapping[str, Json]) -> Turn:
    """Read what `dataclasses.asdict` wrote; what is missing or of another type falls back to the default."""
    turn = Turn()
    kinds: dict[str, type] = {"role": str, "text": str, "blocks": list, "extra": dict, "id": str}
    for name, kind in kinds.items():
        if isinstance(value := content.get(name), kind):
            setattr(turn, name, deepcopy(value))
    return turn


def turn_of(message: Mapping[str, Json], text_of: Callable[[str], str]) -> Turn:
    """Read a message; `text_of` makes a template of each text."""
    extra = {name: deepcopy(value) for name, value in message.items() if name not in {"role", "content"}}
    turn = Turn(str(message.get("role") or "user"), extra=extra)
    turn.read(message.get("content"), text_of)
    return turn
