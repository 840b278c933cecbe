"""The draft: what the editor holds, and how it becomes a request body.

`build` and `Draft.of_body` are each other's inverse as far as bodies go: a body read into a draft and built
again is the same body, with fields this program does not know carried along in `extra`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Self, cast

from components.domain import examples as examples_text
from components.domain import template
from components.domain.catalogue import DEFAULT_MODEL
from components.domain.content import Content, SystemPrompt, is_text
from components.domain.examples import Example
from components.domain.findings import Edit, Fix, value_at
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import digest, shorten
from components.domain.turn import ROLES, Role, Turn, turn_of, turn_of_json

__all__ = ["DEFAULT_MAX_TOKENS", "ROLES", "Draft", "Example", "Role", "Turn", "UnfilledVariables"]

DEFAULT_MAX_TOKENS = 4096
MOST_EXACT = 2**53 - 1
"""The largest whole number that a browser's fields can hold."""


class UnfilledVariables(ValueError):
    """Variables without a value; `names` in order of appearance."""

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join(f"{{{{{name}}}}}" for name in names)
        super().__init__(f"No value yet for {listed}. Fill in the fields under Variables.")
        self.names = names


@dataclass(slots=True)
class Draft:
    """What the editor holds. Parameters that are None are left out of the body."""

    system: str = ""
    """A template; "" leaves the field out."""
    system_blocks: list[Json] | None = None
    """The system prompt when it is blocks, with a cache breakpoint for instance; in place of `system`."""
    examples: list[Example] = field(default_factory=list)
    """Sent as one text at the start of the first user turn."""
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
    tools: list[Json] = field(default_factory=list)
    tool_choice: JsonObject | None = None
    output_format: JsonObject | None = None
    """`output_config.format`: what the answer's text must be valid for."""
    extra: JsonObject = field(default_factory=dict)
    """Body fields that have no control here, sent as they stand."""
    betas: tuple[str, ...] = ()
    bindings: dict[str, str] = field(default_factory=dict)
    """What the thinking blocks in the turns are bound to (see `components.domain.binding`); not sent."""

    file_names: dict[str, str] = field(default_factory=dict)
    """Names of attached images by the digest of their data: the request has no place for them."""
    raw_json: str | None = None
    """The body as typed in JSON mode (see `raw_body`); None in the form. Not sent itself."""

    # Reading -------------------------------------------------------------------------------------------

    @property
    def variables(self) -> list[str]:
        contents = [self.system_prompt, *self.turns]
        return template.names(text for content in contents for text in content.templates)

    @property
    def system_prompt(self) -> Content:
        """The system prompt, to be read and edited."""
        return SystemPrompt(self)

    @property
    def unfilled(self) -> list[str]:
        return [name for name in self.variables if not self.values.get(name)]

    @property
    def is_empty(self) -> bool:
        """Nothing typed yet."""
        nothing_typed = all(content.is_blank for content in (self.system_prompt, *self.turns))
        return nothing_typed and not (
            self.tools or self.output_format or examples_text.written(self.examples)
        )

    def body(self) -> JsonObject:
        """Return the request body; variables without a value stay as written (`build` refuses them)."""
        return self._body(lambda text: template.fill(text, self.values))

    def template_body(self) -> JsonObject:
        """The same with every text as it was typed, variables and escapes included. Not for sending."""
        return self._body(lambda text: text)

    def template_for_code(self) -> JsonObject:
        """The same with the examples escaped, which are sent literally: `fill` of each text gives `body`."""
        return self._body(lambda text: text, template.escape)

    def _body(self, filled: Callable[[str], str], literally: Callable[[str], str] = str) -> JsonObject:
        body: JsonObject = {"model": self.model, "max_tokens": self.max_tokens}
        if self.system or self.system_blocks is not None:
            body["system"] = self.system_prompt.value(filled)
        if self.thinking is not None:
            body["thinking"] = deepcopy(self.thinking)
        if (output_config := self._output_config()) is not None:
            body["output_config"] = output_config
        optional: dict[str, Json] = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "stop_sequences": cast(Json, list(self.stop_sequences)) or None,
            "tools": deepcopy(self.tools) or None,
            "tool_choice": deepcopy(self.tool_choice),
        }
        body.update({name: value for name, value in optional.items() if value is not None})
        for name, value in self.extra.items():
            body.setdefault(name, deepcopy(value))
        body["messages"] = self._messages(filled, literally)
        if self.stream:
            body["stream"] = True
        return body

    def _output_config(self) -> Json:
        rest = self.extra.get("output_config")
        mine: JsonObject = {}
        if self.effort is not None:
            mine["effort"] = self.effort
        if self.output_format is not None:
            mine["format"] = self.output_format
        if not mine:
            return deepcopy(rest)
        return deepcopy({**mine, **(rest if isinstance(rest, dict) else {})})

    def _messages(self, filled: Callable[[str], str], literally: Callable[[str], str]) -> list[Json]:
        messages: list[Json] = []
        shown = literally(examples_text.written(self.examples))
        for turn in self.turns:
            message = turn.message(filled)
            if shown and turn.role == "user":
                content = message["content"]
                own = content if isinstance(content, list) else [{"type": "text", "text": content}]
                message["content"] = [{"type": "text", "text": shown}, *(own if content else [])]
                shown = ""
            messages.append(message)
        return messages

    @property
    def prompt_key(self) -> str:
        """Hex SHA-256 of what was written, whatever the variables' values, the model and its parameters."""
        body = self.template_body()
        written: list[Json] = [body.get(name) for name in ("system", "messages", "tools")]
        short, _ = shorten([*written, self.output_format])
        return hashlib.sha256(json.dumps(short, sort_keys=True).encode()).hexdigest()

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
        self._keep_names(fix)
        changed = Draft.of_body(fix.apply(self.template_body()), filled=False)
        changed.betas = fix.betas(self.betas)
        if changed.extra.get("output_config") == {} != self.extra.get("output_config"):
            del changed.extra["output_config"]  # The fix took away the last of it.
        self.become(changed)

    def _keep_names(self, fix: Fix) -> None:
        """Let images that a fix is about to exchange keep the names of their files."""
        body = self.template_body()
        for edit in fix.edits:
            before = value_at(body, edit.path)
            if isinstance(before, str) and isinstance(edit.value, str) and edit.path[-1] == "data":
                name = self.file_names.get(digest(before) or "")
                if name and (after := digest(edit.value)):
                    self.file_names[after] = name

    def become(self, other: Draft) -> None:
        """Take over another draft's request; values and what is not sent stay.

        Turns that are the same stay the same, with their widgets.
        """
        other._keep_ids(self.turns)
        for name in ("values", "bindings", "file_names", "raw_json"):
            setattr(other, name, getattr(self, name))
        if examples_text.written(other.examples) == examples_text.written(self.examples):
            other.examples = self.examples
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))

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

    # Keeping -------------------------------------------------------------------------------------------

    def to_json(self) -> JsonObject:
        """All of the draft as JSON, for `of_json`."""
        content = {f.name: getattr(self, f.name) for f in fields(self)}
        content["turns"] = [asdict(turn) for turn in self.turns]
        content["examples"] = [asdict(example) for example in self.examples]
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
            draft.turns = [turn_of_json(turn) for turn in turns if isinstance(turn, dict)] or draft.turns
        examples = content.get("examples")
        draft.examples = [
            Example(str(each.get("input") or ""), str(each.get("output") or ""))
            for each in (examples if isinstance(examples, list) else [])
            if isinstance(each, dict)
        ]
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
            odd = isinstance(value, bool) or (isinstance(value, int) and abs(value) > MOST_EXACT)
            return rest.pop(name) if isinstance(value, kinds) and not odd else None

        draft = cls()
        draft.model = str(take("model", str) or "")
        max_tokens = take("max_tokens", int)
        draft.max_tokens = max_tokens if isinstance(max_tokens, int) else DEFAULT_MAX_TOKENS
        system = take("system", str, list) if rest.get("system") else None
        draft.system_prompt.read(system, text_of)
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
        if isinstance(output_config, dict):
            if isinstance(output_config.get("effort"), str):
                draft.effort = str(output_config.pop("effort"))
            if isinstance(output_config.get("format"), dict):
                draft.output_format = cast(JsonObject, output_config.pop("format"))
            if not output_config and (draft.effort is not None or draft.output_format is not None):
                del rest["output_config"]
        if rest.get("tools"):
            draft.tools = cast("list[Json] | None", take("tools", list)) or []
        draft.tool_choice = cast("JsonObject | None", take("tool_choice", dict))
        messages = rest.pop("messages", None)
        turns = (
            [turn_of(m, text_of) for m in messages if isinstance(m, dict)]
            if isinstance(messages, list)
            else []
        )
        draft.turns = turns or [Turn()]
        draft._take_examples((lambda text: template.fill(text, {})) if filled else str)
        draft.extra = rest
        draft.betas = tuple(betas)
        return draft

    def _take_examples(self, text_of: Callable[[str], str]) -> None:
        """Take the examples out of the turn that a body has them in."""
        first = next((turn for turn in self.turns if turn.role == "user"), None)
        block = first.blocks[0] if first is not None and first.blocks else None
        if first is None or not is_text(block) or set(block) != {"type", "text"}:
            return
        if found := examples_text.parse(text_of(str(block["text"]))):
            self.examples = found
            first.remove_block(0)


_KINDS: dict[str, tuple[type, ...]] = {
    "system": (str,),
    "system_blocks": (list,),
    "values": (dict,),
    "bindings": (dict,),
    "file_names": (dict,),
    "tools": (list,),
    "tool_choice": (dict,),
    "output_format": (dict,),
    "raw_json": (str,),
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


def _literal(edit: Edit) -> Edit:
    is_text = isinstance(edit.value, str) and edit.path[0] in {"messages", "system"}
    return replace(edit, value=template.escape(str(edit.value))) if is_text else edit
