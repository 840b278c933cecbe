"""What is typed into a checked field and cannot be part of the request: kept, and nothing is sent meanwhile.

The draft holds the last value that could be read. So that nobody sends what is not on the screen, Run asks
`pending_problem` first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import streamlit as st

from components.domain.draft import Draft
from components.domain.json_types import Json
from components.domain.tool_definitions import reference

Place: TypeAlias = tuple[str, ...]
"""Where a field stands: `("schema",)`, `("tools", "get_weather", "schema")`; names of tools and of parameters
rather than positions, so that it holds when others come and go."""

_ENTRY = "unfinished"
_MOST_DRAFTS = 2
"""The draft in the editor, and the one that can be brought back."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that stands in a field and not in the draft."""

    text: str
    problem: str
    """What is wrong with it: a sentence."""
    field: str
    """Where it stands, as the beginning of a sentence: "The output schema"."""


@dataclass(slots=True)
class Unfinished:
    """What this tab knows of a draft besides the draft itself."""

    draft: Draft
    texts: dict[Place, Typed] = field(default_factory=dict)
    kept: dict[str, Json] = field(default_factory=dict)
    """What a switch has put aside, for its return."""
    editing: int | None = None
    """Position of the tool whose form is open."""
    as_json: set[Place] = field(default_factory=set)
    """What has a form and is shown as JSON."""

    def move(self, before: Place, after: Place) -> None:
        """Let the texts of a thing follow its new name."""
        for place in list(self._within(before)):
            self.texts[(*after, *place[len(before) :])] = self.texts.pop(place)
        self.as_json = {
            (*after, *place[len(before) :]) if place[: len(before)] == before else place
            for place in self.as_json
        }

    def drop(self, beginning: Place) -> None:
        for place in list(self._within(beginning)):
            del self.texts[place]

    def _within(self, beginning: Place) -> Iterator[Place]:
        return (place for place in self.texts if place[: len(beginning)] == beginning)


def unfinished(draft: Draft) -> Unfinished:
    """What this tab keeps beside a draft; a draft put into the editor anew begins with nothing."""
    known = cast("list[Unfinished]", st.session_state.setdefault(_ENTRY, []))
    found = next((each for each in known if each.draft is draft), None)
    if found is None:
        found = Unfinished(draft)
        known.append(found)
        del known[:-_MOST_DRAFTS]
    return found


def pending_problem(draft: Draft) -> str | None:
    """Why the request cannot be sent yet: a field holds what is not in it. None when none does.

    In JSON mode the fields are not on the screen, and nothing of theirs is pending.
    """
    if draft.raw_json is None:
        for place, typed in unfinished(draft).texts.items():
            if _is_there(draft, place):
                text = f": “{typed.text}”" if len(typed.text) < 60 and "\n" not in typed.text else ""
                return f"{typed.field} cannot be sent as typed{text}. {typed.problem}"
    return None


def _is_there(draft: Draft, place: Place) -> bool:
    """Whether the draft still has the thing the field belongs to."""
    match place:
        case ("tools", name, *rest):
            tool = next((each for each in draft.tools if reference(each) == name), None)
            schema = tool.get("input_schema") if isinstance(tool, dict) else None
            return tool is not None and _has_row(schema, rest)
        case ("schema", *rest):
            schema = draft.output_format.get("schema") if draft.output_format is not None else None
            return draft.output_format is not None and _has_row(schema, ["schema", *rest])
    return True


def _has_row(schema: Json, rest: list[str]) -> bool:
    if rest[:2] != ["schema", "row"]:
        return True
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return isinstance(properties, dict) and rest[2] in properties
