"""The draft: what the editor holds, and how it becomes a request body.

`build` and `Draft.of_body` are each other's inverse as far as bodies go: a body read into a draft and built
again is the same body, with fields this program does not know carried along in `extra`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Literal, Self, cast

from components.domain import template
from components.domain.answer import blocks_of
from components.domain.catalogue import DEFAULT_MODEL
from components.domain.findings import Edit, Fix
from components.domain.json_types import Json, JsonObject

Role = Literal["user", "assistant", "system"]
ROLES: tuple[Role, ...] = ("user", "assistant", "system")
DEFAULT_MAX_TOKENS = 4096


class UnfilledVariables(ValueError):
    """Variables without a value; `names` in order of appearance."""

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join(f"{{{{{name}}}}}" for name in names)
        super().__init__(f"No value yet for {listed}. Fill in the fields under Variables.")
        self.names = names


@dataclass(slots=True)
class Turn:
    """One message of the conversation."""

    role: str = "user"
    """One of `ROLES`, or what a body written elsewhere said."""
    text: str = ""
    """A template; used when `blocks` is None."""
    blocks: list[Json] | None = None
    """Content sent as it stands: tool calls, images and all else that is not one text."""
    extra: JsonObject = field(default_factory=dict)
    """Fields of the message besides role and content, sent as they stand."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    """Names the turn's widgets; not sent."""

    def message(self, filled: Callable[[str], str]) -> JsonObject:
        content: Json = filled(self.text) if self.blocks is None else deepcopy(cast(Json, self.blocks))
        return {"role": self.role, "content": content, **deepcopy(self.extra)}


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
        return self._body(lambda text: template.fill(text, self.values))

    def template_body(self) -> JsonObject:
        """The same with every text as it was typed, variables and escapes included. Not for sending."""
        return self._body(lambda text: text)

    def _body(self, filled: Callable[[str], str]) -> JsonObject:
        body: JsonObject = {"model": self.model, "max_tokens": self.max_tokens}
        if self.system:
            body["system"] = filled(self.system)
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
        for name, value in self.extra.items():
            body.setdefault(name, deepcopy(value))
        body["messages"] = [turn.message(filled) for turn in self.turns]
        if self.stream:
            body["stream"] = True
        return body

    def build(self) -> JsonObject:
        """Return the request body. Raises `UnfilledVariables` while a variable has no value."""
        if missing := self.unfilled:
            raise UnfilledVariables(missing)
        return self.body()

    @property
    def is_fresh(self) -> bool:
        """Nothing typed and nothing set: what `New` gives."""
        fresh = Draft(model=self.model)
        fresh.turns[0].id = self.turns[0].id
        return self == fresh

    # Changing ------------------------------------------------------------------------------------------

    def apply(self, fix: Fix, *, filled: bool = False) -> None:
        """Make the change a fix proposes for `template_body`; variables stay variables.

        With `filled=True` it was proposed for `body`: the texts it brings are no templates.
        """
        if filled:
            fix = replace(fix, edits=tuple(_literal(edit) for edit in fix.edits))
        changed = Draft.of_body(fix.apply(self.template_body()), filled=False)
        changed._keep_ids(self.turns)
        changed.values = self.values
        changed.betas = (*self.betas, *(beta for beta in fix.add_betas if beta not in self.betas))
        for each in fields(self):
            setattr(self, each.name, getattr(changed, each.name))

    def _keep_ids(self, before: Iterable[Turn]) -> None:
        """Let turns that were there before keep their widgets."""
        left = list(before)
        for turn in self.turns:
            at = next((at for at, old in enumerate(left) if replace(turn, id=old.id) == old), None)
            if at is not None:
                turn.id = left[at].id
                del left[: at + 1]

    def add_turn(self, role: str) -> None:
        self.turns.append(Turn(role))

    def move(self, turn_id: str, by: int) -> None:
        """Move a turn up (negative) or down by so many places, as far as there are places."""
        at = self._position(turn_id)
        if at is not None:
            turn = self.turns.pop(at)
            self.turns.insert(max(at + by, 0), turn)

    def remove(self, turn_id: str) -> None:
        """Take a turn away; one empty user turn stays when it was the last."""
        at = self._position(turn_id)
        if at is not None:
            del self.turns[at]
            self.turns = self.turns or [Turn()]

    def _position(self, turn_id: str) -> int | None:
        """None for a turn that is gone: the second click of two."""
        return next((at for at, turn in enumerate(self.turns) if turn.id == turn_id), None)

    def continue_with(self, message: Mapping[str, Json]) -> None:
        """Append an answer as the assistant's turn, ready for the next user turn.

        Thinking is dropped, which the service allows outside an unfinished tool-use turn, and which keeps the
        history editable (reference 2.5); a turn that waits for tool results or was paused is kept verbatim.
        """
        blocks = blocks_of(message)
        if message.get("stop_reason") in {"tool_use", "pause_turn"}:
            self.turns.append(Turn("assistant", blocks=[*deepcopy(blocks)]))
            return
        kept = [b for b in blocks if b.get("type") not in {"thinking", "redacted_thinking"}]
        if all(b.get("type") == "text" for b in kept):
            text = "".join(str(b.get("text") or "") for b in kept).rstrip()
            self.turns.append(Turn("assistant", template.escape(text)))
        else:
            self.turns.append(Turn("assistant", blocks=[*deepcopy(kept)]))
        self.turns.append(Turn())

    # Keeping -------------------------------------------------------------------------------------------

    def to_json(self) -> JsonObject:
        """All of the draft as JSON, for `of_json`."""
        content = {f.name: getattr(self, f.name) for f in fields(self)}
        content["turns"] = [asdict(turn) for turn in self.turns]
        content["betas"] = list(self.betas)
        return deepcopy(cast(JsonObject, content))

    @classmethod
    def of_json(cls, content: Mapping[str, Json]) -> Self:
        """Read what `to_json` wrote; what is missing or of another type falls back to the default."""
        draft = cls()
        for name, kinds in _KINDS.items():
            value = content.get(name)
            if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
                setattr(draft, name, deepcopy(value))
        draft.values = {name: value for name, value in draft.values.items() if isinstance(value, str)}
        draft.stop_sequences = [stop for stop in draft.stop_sequences if isinstance(stop, str)]
        betas, turns = content.get("betas"), content.get("turns")
        draft.betas = tuple(str(beta) for beta in betas) if isinstance(betas, list) else ()
        if isinstance(turns, list):
            draft.turns = [_turn_of_json(turn) for turn in turns if isinstance(turn, dict)] or draft.turns
        seen: set[str] = set()
        for turn in draft.turns:
            if turn.id in seen:
                turn.id = Turn().id
            seen.add(turn.id)
        return draft

    @classmethod
    def of_body(cls, body: Mapping[str, Json], betas: Iterable[str] = (), *, filled: bool = True) -> Self:
        """Read a request body; `body()` of the result is the same body, with the fields it must have added.

        With `filled=False` it is a `template_body`, whose texts are templates already.
        """
        text_of = template.escape if filled else str
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
        system = take("system", str) if rest.get("system") else None
        draft.system = text_of(str(system)) if system else ""
        draft.stream = rest.get("stream") is True
        if draft.stream:
            del rest["stream"]
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
        turns = (
            [_turn_of(m, text_of) for m in messages if isinstance(m, dict)]
            if isinstance(messages, list)
            else []
        )
        draft.turns = turns or [Turn()]
        draft.extra = rest
        draft.betas = tuple(betas)
        return draft


_KINDS: dict[str, tuple[type, ...]] = {
    "system": (str,),
    "values": (dict,),
    "model": (str,),
    "max_tokens": (int,),
    "stream": (bool,),
    "thinking": (dict,),
    "effort": (str,),
    "stop_sequences": (list,),
    "temperature": (int, float),
    "top_p": (int, float),
    "top_k": (int,),
    "extra": (dict,),
}
"""Types of the draft's fields in JSON, besides null."""


def _turn_of_json(content: Mapping[str, Json]) -> Turn:
    turn = Turn()
    kinds: dict[str, type] = {"role": str, "text": str, "blocks": list, "extra": dict, "id": str}
    for name, kind in kinds.items():
        if isinstance(value := content.get(name), kind):
            setattr(turn, name, deepcopy(value))
    return turn


def _literal(edit: Edit) -> Edit:
    is_text = isinstance(edit.value, str) and edit.path[0] in {"messages", "system"}
    return replace(edit, value=template.escape(str(edit.value))) if is_text else edit


def _turn_of(message: Mapping[str, Json], text_of: Callable[[str], str]) -> Turn:
    extra = {name: deepcopy(value) for name, value in message.items() if name not in {"role", "content"}}
    turn = Turn(str(message.get("role") or "user"), extra=extra)
    content = message.get("content")
    if isinstance(content, list):
        turn.blocks = deepcopy(content)
    else:
        turn.text = text_of(str(content or ""))
    return turn
