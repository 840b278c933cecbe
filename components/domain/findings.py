"""What is said about a request body: findings, and the edits that mend it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, TypeAlias, cast

from components.domain.json_types import Json, JsonObject

Path: TypeAlias = tuple[str | int, ...]
"""Where in a JSON body: object keys and list positions, outermost first."""


def value_at(body: Mapping[str, Json], path: Path) -> Json:
    """The value there, or None."""
    place: Json = cast(JsonObject, body)
    for step in path:
        if isinstance(place, dict) and isinstance(step, str):
            place = place.get(step)
        elif isinstance(place, list) and isinstance(step, int) and -len(place) <= step < len(place):
            place = place[step]
        else:
            return None
    return place


class Remove(enum.Enum):
    REMOVE = "remove"


REMOVE: Final = Remove.REMOVE
"""The value of an edit that takes its field or list item away."""


@dataclass(frozen=True, slots=True)
class Edit:
    path: Path
    value: Json | Remove


@dataclass(frozen=True, slots=True)
class Scale:
    """An image to make smaller; `components.media.resolve`, which has the packages for it, makes it edits."""

    path: Path
    """The image block."""
    longest_px: int
    """Pixels its longer edge may have."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One click that mends a finding."""

    label: str
    """What the button says."""
    edits: tuple[Edit, ...]
    """Made one after the other; each path holds after the edits before it."""
    add_betas: tuple[str, ...] = ()
    """Beta names to add to the request's `anthropic-beta` header."""
    remove_betas: tuple[str, ...] = ()
    """Beta names to take out of it."""
    scale: tuple[Scale, ...] = ()
    """Images to make smaller, before the edits; `apply` leaves them alone."""

    def apply(self, body: Mapping[str, Json]) -> JsonObject:
        """Return an edited copy of a body; what the edits do not name stays as it is.

        Objects on the way to a value are made where they are missing or something else stands; removing what
        is not there does nothing. Raises `LookupError` for a list position that does not exist.
        """
        edited = deepcopy(dict(body))
        for edit in self.edits:
            _apply(edited, edit)
        return edited

    def betas(self, betas: Sequence[str]) -> tuple[str, ...]:
        """The betas of a request once the fix is made."""
        kept = [beta for beta in betas if beta not in self.remove_betas]
        return (*kept, *(beta for beta in self.add_betas if beta not in kept))


def _apply(body: JsonObject, edit: Edit) -> None:
    place: Json = body
    for step, following in pairwise(edit.path):
        wanted = list if isinstance(following, int) else dict
        if isinstance(place, dict):
            if not isinstance(place.get(cast(str, step)), wanted):
                if edit.value is REMOVE:
                    return
                place[cast(str, step)] = wanted()
            place = place[cast(str, step)]
        elif isinstance(place, list):
            place = place[cast(int, step)]
    last = edit.path[-1]
    if isinstance(place, list):
        if edit.value is REMOVE:
            del place[cast(int, last)]
        else:
            place[cast(int, last)] = deepcopy(edit.value)
    elif isinstance(place, dict):
        if edit.value is REMOVE:
            place.pop(cast(str, last), None)
        else:
            place[cast(str, last)] = deepcopy(edit.value)


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
    error_code: str | None = None
    """`error.details.error_code` of the answer, where the service gives one."""
    error_details: Mapping[str, Json] = field(default_factory=dict)
    """What else stands in `error.details`."""


def dotted(path: Path) -> str:
    """A path as the service writes it: `messages.0.content.1`."""
    return ".".join(map(str, path))


def place(path: Path) -> str:
    """A path in words for the screen: `block 2 of turn 1`, `tool 3`, `“output_config.format”`."""
    match path:
        case ():
            return "the request"
        case ("messages", int(i), "content", int(j), *_):
            return f"block {j + 1} of turn {i + 1}"
        case ("messages", int(i), *_):
            return f"turn {i + 1}"
        case ("tools", int(i), *_):
            return f"tool {i + 1}"
        case ("system", int(j), *_):
            return f"block {j + 1} of the system prompt"
        case _:
            return f"“{dotted(path)}”"
