"""What a rule says about a request body: findings, and the edits that mend it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias, cast

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model

Path: TypeAlias = tuple[str | int, ...]
"""Where in a JSON body: object keys and list positions, outermost first."""


class Remove(enum.Enum):
    REMOVE = "remove"


REMOVE: Final = Remove.REMOVE
"""The value of an edit that takes its field or list item away."""


@dataclass(frozen=True, slots=True)
class Edit:
    path: Path
    value: Json | Remove


@dataclass(frozen=True, slots=True)
class Fix:
    """One click that mends a finding."""

    label: str
    """What the button says."""
    edits: tuple[Edit, ...]
    """Made one after the other; each path holds after the edits before it."""
    add_betas: tuple[str, ...] = ()
    """Beta names to add to the request's `anthropic-beta` header."""

    def apply(self, body: Mapping[str, Json]) -> JsonObject:
        """Return an edited copy of a body; what the edits do not name stays as it is.

        Missing objects on the way to a value are made; removing what is not there does nothing. Raises
        `LookupError` for a list position that does not exist.
        """
        edited = deepcopy(dict(body))
        for edit in self.edits:
            _apply(edited, edit)
        return edited


def _apply(body: JsonObject, edit: Edit) -> None:
    *way, last = edit.path
    place: Json = body
    for step in way:
        if isinstance(place, dict):
            if edit.value is REMOVE and step not in place:
                return
            if not isinstance(place.get(cast(str, step)), dict | list):
                place[cast(str, step)] = {}
            place = place[cast(str, step)]
        elif isinstance(place, list):
            place = place[cast(int, step)]
    if isinstance(place, dict):
        if edit.value is REMOVE:
            place.pop(cast(str, last), None)
        else:
            place[cast(str, last)] = deepcopy(edit.value)
    elif isinstance(place, list):
        if edit.value is REMOVE:
            del place[cast(int, last)]
        else:
            place[cast(int, last)] = deepcopy(edit.value)


Severity: TypeAlias = Literal["error", "notice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a body: what the service would answer, and what to do."""

    rule: str
    """Key of the rule."""
    path: Path
    message: str
    """The service's own words; for a notice, which the service does not send, empty."""
    sentence: str
    """For the screen: what is wrong and what to do."""
    fix: Fix | None = None
    severity: Severity = "error"
    """An error would be refused; a notice would be accepted."""
    status: int = 400
    error_type: str = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule's condition holds, and the words to put into its answer."""

    path: Path
    sentence: str
    fix: Fix | None = None
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One request under examination. Reads bodies of any shape, so that half-typed ones can be checked."""

    body: Mapping[str, Json]
    version: str
    betas: frozenset[str]
    model: Model
    today: date

    def at(self, *path: str | int) -> Json:
        """The value there, or None."""
        place: Json = cast(JsonObject, self.body)
        for step in path:
            if isinstance(place, dict) and isinstance(step, str):
                place = place.get(step)
            elif isinstance(place, list) and isinstance(step, int) and -len(place) <= step < len(place):
                place = place[step]
            else:
                return None
        return place

    def number(self, *path: str | int) -> int | float | None:
        value = self.at(*path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def listed(self, *path: str | int) -> Sequence[Json]:
        """The list there, or an empty one."""
        value = self.at(*path)
        return value if isinstance(value, list) else ()

    @property
    def thinking_type(self) -> str | None:
        """`thinking.type` as the request has it; None when it leaves thinking to the model."""
        value = self.at("thinking", "type")
        return value if isinstance(value, str) else None

    @property
    def effort(self) -> str | None:
        value = self.at("output_config", "effort")
        return value if isinstance(value, str) else None

    @property
    def messages(self) -> list[tuple[int, JsonObject]]:
        """The messages that are objects, with their positions."""
        return [(i, m) for i, m in enumerate(self.listed("messages")) if isinstance(m, dict)]

    def blocks(self) -> Iterator[tuple[Path, str, JsonObject]]:
        """Every content block of every message with its path and role; string contents are left out."""
        for i, message in self.messages:
            for path, block in self.blocks_of(i):
                yield path, str(message.get("role")), block

    def blocks_of(self, i: int) -> list[tuple[Path, JsonObject]]:
        """The content blocks of one message with their paths."""
        path: Path = ("messages", i, "content")
        return [((*path, j), b) for j, b in enumerate(self.listed(*path)) if isinstance(b, dict)]

    def drop(self, path: Path, label: str) -> Fix | None:
        """A fix that takes a message or block away, with the turn when nothing of it remains.

        None when no message would be left.
        """
        if len(path) == 4 and len(self.listed(*path[:3])) > 1:
            return Fix(label, (Edit(path, REMOVE),))
        return Fix(label, (Edit(path[:2], REMOVE),)) if len(self.listed("messages")) > 1 else None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: when it applies, what the service answers, what to do, and who says so."""

    key: str
    condition: str
    answer: str
    """The service's message; `{words}` come from the hit. Empty for a notice."""
    fix: str
    """What the one-click fix does, in words; empty when there is none."""
    find: Callable[[Case], Iterator[Hit]]
    source: str
    """Title of the document; `(?)` marks a wording or a rule that is inferred or historical."""
    checked: date
    severity: Severity = "error"
    status: int = 400
    error_type: str = "invalid_request_error"

    def findings(self, case: Case) -> Iterator[Finding]:
        for hit in self.find(case):
            yield Finding(
                rule=self.key,
                path=hit.path,
                message=self.answer.format_map(hit.words) if self.answer else "",
                sentence=hit.sentence,
                fix=hit.fix,
                severity=self.severity,
                status=self.status,
                error_type=self.error_type,
            )


def dotted(path: Path) -> str:
    """A path as the service writes it: `messages.0.content.1`."""
    return ".".join(map(str, path))
