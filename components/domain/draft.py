"""The draft: what the editor holds, and how it becomes a request body.

`build` and `Draft.of_body` are each other's inverse as far as bodies go: a body read into a draft and built
again is the same body, with fields this program does not know carried along in `extra`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Literal, Self, cast

from components.domain import template
from components.domain.catalogue import DEFAULT_MODEL
from components.domain.findings import REMOVE, Edit, Fix
from components.domain.json_types import Json, JsonObject

Role = Literal["user", "assistant", "system"]
ROLES: tuple[Role, ...] = ("user", "assistant", "system")
DEFAULT_MAX_TOKENS = 4096
_PARAMETERS = (
    "model",
    "max_tokens",
    "stream",
    "thinking",
    "effort",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "extra",
)


class UnfilledVariables(ValueError):
    """Variables without a value; `names` in order of appearance."""

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join(f"{{{{{name}}}}}" for name in names)
        super().__init__(f"No value yet for {listed}. Fill in the fields under Variables.")
        self.names = names


@dataclass(slots=True)
class Turn:
    """One message of the conversation."""

    role: Role = "user"
    text: str = ""
    """A template; used when `blocks` is None."""
    blocks: list[JsonObject] | None = None
    """Content sent as it stands: tool calls, images and all else that is not one text."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    """Names the turn's widgets; not sent."""

    def message(self, values: Mapping[str, str]) -> JsonObject:
        content: Json = (
            template.fill(self.text, values) if self.blocks is None else deepcopy(cast(Json, self.blocks))
        )
        return {"role": self.role, "content": content}


@dataclass(slots=True)
class Draft:
    """What the editor holds. Parameters that are None are left out of the body."""

    system: str = ""
    """A template; "" leaves the field out."""
    turns: list[Turn] = field(default_factory=lambda: [Turn()])
    values: dict[str, str] = field(default_factory=dict)
    """Variables' values; those of variables no longer in the text are kept for their return."""
    model: str = DEFAULT_MODEL
    max_tokens: int = DEFAULT_MAX_TOKENS
    stream: bool = True
    thinking: JsonObject | None = None
    effort: str | None = None
    stop_sequences: list[str] = field(default_factory=list)
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    extra: JsonObject = field(default_factory=dict)
    """Body fields that have no control here, sent as they stand."""
    betas: tuple[str, ...] = ()

    # Reading -------------------------------------------------------------------------------------------

    @property
    def variables(self) -> list[str]:
        texts = [self.system, *(turn.text for turn in self.turns if turn.blocks is None)]
        return template.names(texts)

    @property
    def unfilled(self) -> list[str]:
        return [name for name in self.variables if not self.values.get(name)]

    @property
    def is_empty(self) -> bool:
        """Nothing typed yet."""
        return not self.system.strip() and all(t.blocks is None and not t.text.strip() for t in self.turns)

    def body(self) -> JsonObject:
        """Return the request body; variables without a value stay as written (`build` refuses them)."""
        body: JsonObject = {"model": self.model, "max_tokens": self.max_tokens}
        if self.system:
            body["system"] = template.fill(self.system, self.values)
        if self.thinking is not None:
            body["thinking"] = deepcopy(self.thinking)
        output_config = deepcopy(self.extra.get("output_config"))
        if self.effort is not None:
            output_config = {
                "effort": self.effort,
                **(output_config if isinstance(output_config, dict) else {}),
            }
        if output_config is not None:
            body["output_config"] = output_config
        optional: dict[str, Json] = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "stop_sequences": cast(Json, list(self.stop_sequences)) or None,
        }
        body.update({name: value for name, value in optional.items() if value is not None})
        body.update({name: deepcopy(value) for name, value in self.extra.items() if name != "output_config"})
        body["messages"] = [turn.message(self.values) for turn in self.turns]
        if self.stream:
            body["stream"] = True
        return body

    def build(self) -> JsonObject:
        """Return the request body. Raises `UnfilledVariables` while a variable has no value."""
        if missing := self.unfilled:
            raise UnfilledVariables(missing)
        return self.body()

    # Changing ------------------------------------------------------------------------------------------

    def apply(self, fix: Fix) -> None:
        """Make the change a fix proposes for the body; texts keep their variables."""
        for edit in fix.edits:
            self._apply(edit)
        self.betas = (*self.betas, *(beta for beta in fix.add_betas if beta not in self.betas))

    def _apply(self, edit: Edit) -> None:
        match edit.path:
            case ("messages", int(index)) if edit.value is REMOVE:
                del self.turns[index]
                self.turns = self.turns or [Turn()]
            case _:
                follow = Draft.of_body(Fix("", (edit,)).apply(self.body()))
                for name in _PARAMETERS:
                    setattr(self, name, getattr(follow, name))
                if edit.path[0] == "messages":
                    self.turns = follow.turns
                elif edit.path[0] == "system":
                    self.system = follow.system

    def move(self, turn_id: str, by: int) -> None:
        """Move a turn up (negative) or down by so many places, as far as there are places."""
        at = self._position(turn_id)
        turn = self.turns.pop(at)
        self.turns.insert(max(at + by, 0), turn)

    def remove(self, turn_id: str) -> None:
        """Take a turn away; one empty user turn stays when it was the last."""
        del self.turns[self._position(turn_id)]
        self.turns = self.turns or [Turn()]

    def _position(self, turn_id: str) -> int:
        return next(at for at, turn in enumerate(self.turns) if turn.id == turn_id)

    def continue_with(self, message: Mapping[str, Json]) -> None:
        """Append an answer as the assistant's turn, ready for the next user turn.

        Thinking is dropped, which the service allows outside an unfinished tool-use turn, and which keeps the
        history editable (reference 2.5); a turn that waits for tool results or was paused is kept verbatim.
        """
        content = message.get("content")
        blocks = [b for b in content if isinstance(b, dict)] if isinstance(content, list) else []
        if message.get("stop_reason") in {"tool_use", "pause_turn"}:
            self.turns.append(Turn("assistant", blocks=deepcopy(blocks)))
            return
        kept = [b for b in blocks if b.get("type") not in {"thinking", "redacted_thinking"}]
        if all(b.get("type") == "text" for b in kept):
            text = "".join(str(b.get("text") or "") for b in kept).rstrip()
            self.turns.append(Turn("assistant", template.escape(text)))
        else:
            self.turns.append(Turn("assistant", blocks=deepcopy(kept)))
        self.turns.append(Turn())

    # Keeping -------------------------------------------------------------------------------------------

    def to_json(self) -> JsonObject:
        """All of the draft as JSON, for `of_json`."""
        content = {f.name: getattr(self, f.name) for f in fields(self)}
        content["turns"] = [
            {"role": t.role, "text": t.text, "blocks": t.blocks, "id": t.id} for t in self.turns
        ]
        content["betas"] = list(self.betas)
        return deepcopy(cast(JsonObject, content))

    @classmethod
    def of_json(cls, content: Mapping[str, Json]) -> Self:
        """Read what `to_json` wrote; fields that are missing or unknown fall back to defaults."""
        known = {f.name for f in fields(cls)}
        given = {name: deepcopy(value) for name, value in content.items() if name in known}
        turns = given.pop("turns", None)
        betas = given.pop("betas", None)
        draft = cls(**cast("dict[str, object]", given))  # type: ignore[arg-type]
        if isinstance(turns, list):
            draft.turns = [Turn(**cast("dict[str, object]", t)) for t in turns if isinstance(t, dict)]  # type: ignore[arg-type]
        draft.turns = draft.turns or [Turn()]
        draft.betas = tuple(str(b) for b in betas) if isinstance(betas, list) else ()
        return draft

    @classmethod
    def of_body(cls, body: Mapping[str, Json], betas: Iterable[str] = ()) -> Self:
        """Read a request body; `body()` of the result is the same body."""
        rest = {name: deepcopy(value) for name, value in body.items()}

        def take(name: str, *kinds: type) -> Json:
            value = rest.get(name)
            if isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds):
                return rest.pop(name)
            return None

        draft = cls()
        draft.model = str(take("model", str) or "")
        max_tokens = take("max_tokens", int)
        draft.max_tokens = max_tokens if isinstance(max_tokens, int) else DEFAULT_MAX_TOKENS
        draft.system = template.escape(str(take("system", str) or ""))
        draft.stream = take("stream", bool) is True
        thinking = take("thinking", dict)
        draft.thinking = thinking if isinstance(thinking, dict) else None
        stops = rest.get("stop_sequences")
        if isinstance(stops, list) and stops and all(isinstance(stop, str) for stop in stops):
            draft.stop_sequences = [str(stop) for stop in stops]
            del rest["stop_sequences"]
        draft.temperature = cast("float | None", take("temperature", int, float))
        draft.top_p = cast("float | None", take("top_p", int, float))
        draft.top_k = cast("int | None", take("top_k", int))
        output_config = rest.get("output_config")
        if isinstance(output_config, dict) and isinstance(output_config.get("effort"), str):
            draft.effort = str(output_config.pop("effort"))
            if not output_config:
                del rest["output_config"]
        messages = rest.pop("messages", None)
        turns = [_turn_of(m) for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []
        draft.turns = turns or [Turn()]
        draft.extra = rest
        draft.betas = tuple(betas)
        return draft


def _turn_of(message: Mapping[str, Json]) -> Turn:
    role = message.get("role")
    turn = Turn(role if role in ROLES else "user")
    content = message.get("content")
    if isinstance(content, list):
        turn.blocks = [deepcopy(block) for block in content if isinstance(block, dict)]
    else:
        turn.text = template.escape(str(content or ""))
    return turn
