"""What was asked: what all columns share once, the rest under the letters of the columns that have it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from components.domain.compared import Column
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import shorten
from components.domain.sent_secrets import without_secrets
from components.services.comparison_report.pictures import picture_of, words_of

_THUMBNAIL_PX: Final = 320
_LONGEST_SETTING: Final = 400
"""Characters of a parameter; the exact request holds all of them."""
_SHOWN_APART: Final = frozenset({"system", "messages", "tools"})


@dataclass(frozen=True, slots=True)
class Part:
    """A text as it stands, or with `words` an image or what else was sent."""

    text: str = ""
    words: str = ""
    picture: str | None = None
    """A `data:` address."""


@dataclass(frozen=True, slots=True)
class Group:
    """What some columns have in common."""

    letters: tuple[str, ...]
    """() when it is all of them."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    values: tuple[str, ...]
    """One for each column that sent something; a single one when it is the same everywhere."""


@dataclass(frozen=True, slots=True)
class Asked:
    letters: tuple[str, ...]
    """Of the columns that sent something."""
    sections: tuple[Section, ...]
    shared: tuple[Setting, ...]
    own: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class ExactRequest:
    letter: str
    head: str
    """Headers that belong to it."""
    body: str
    """JSON, indented; long base64 data by its SHA-256."""


def asked(columns: Sequence[Column]) -> Asked:
    """Compare the requests of the columns, each by its first run."""
    sent = {column.letter: column.runs[0] for column in columns if column.runs}
    bodies = {letter: without_secrets(run.request.body) for letter, run in sent.items()}
    found = [_section("System prompt", {letter: body.get("system") for letter, body in bodies.items()})]
    turns = {letter: _list(body.get("messages")) for letter, body in bodies.items()}
    longest = max(map(len, turns.values()), default=0)
    for at in range(longest):
        values = {letter: each[at] if at < len(each) else None for letter, each in turns.items()}
        found.append(_section(_turn_title(at, longest, values), values))
    found.append(_section("Tools", {letter: body.get("tools") for letter, body in bodies.items()}, _tools))
    settings: dict[str, dict[str, str]] = {}
    for letter, run in sent.items():
        fields = {name: value for name, value in bodies[letter].items() if name not in _SHOWN_APART}
        told = {
            **{name: _setting(value) for name, value in fields.items()},
            "anthropic-version": run.request.anthropic_version,
            "anthropic-beta": ", ".join(run.request.betas),
            "connection": run.connection,
        }
        for name, value in told.items():
            settings.setdefault(name, {})[letter] = value
    rows = {name: tuple(by.get(letter, "") for letter in sent) for name, by in settings.items()}
    return Asked(
        tuple(sent),
        tuple(section for section in found if section is not None),
        tuple(Setting(name, row[:1]) for name, row in rows.items() if len(set(row)) == 1 and row[0]),
        tuple(
            Setting(name, tuple(each or "–" for each in row))
            for name, row in rows.items()
            if len(set(row)) > 1
        ),
    )


def exact_requests(columns: Sequence[Column]) -> list[ExactRequest]:
    """The request of each column that sent something."""
    found = []
    for column in columns:
        if column.runs:
            request = column.runs[0].request
            head = [f"anthropic-version: {request.anthropic_version}"]
            if request.betas:
                head.append(f"anthropic-beta: {','.join(request.betas)}")
            body = json.dumps(shorten(without_secrets(request.body))[0], ensure_ascii=False, indent=2)
            found.append(ExactRequest(column.letter, "\n".join(head), body))
    return found


def _section(
    title: str, values: Mapping[str, Json], parts: Callable[[Json], Iterator[Part]] | None = None
) -> Section | None:
    """Columns with the same value together; None when no column has one."""
    if all(value in (None, "", []) for value in values.values()):
        return None
    letters: dict[str, list[str]] = {}
    for letter, value in values.items():
        letters.setdefault(json.dumps(value, sort_keys=True), []).append(letter)
    groups = tuple(
        Group(
            () if len(each) == len(values) else tuple(each),
            tuple((parts or _content)(values[each[0]])) or (Part(words="None"),),
        )
        for each in letters.values()
    )
    return Section(title, groups)


def _turn_title(at: int, of: int, values: Mapping[str, Json]) -> str:
    roles = dict.fromkeys(
        str(value.get("role", "")).capitalize() for value in values.values() if isinstance(value, dict)
    )
    who = " or ".join(role for role in roles if role) or "Turn"
    return who if of == 1 else f"{who}, turn {at + 1}"


def _content(value: Json) -> Iterator[Part]:
    """A system prompt, or a turn."""
    content = value.get("content") if isinstance(value, dict) else value
    if isinstance(content, str):
        yield Part(content)
        return
    for block in _list(content):
        yield from _block(block)


def _block(block: Json) -> Iterator[Part]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block, dict):
        yield Part(_json(block))
    elif kind == "text" and isinstance(block.get("text"), str):
        yield Part(str(block["text"]))
    elif kind in ("image", "document"):
        yield Part(words=words_of(block), picture=picture_of(block, _THUMBNAIL_PX))
    elif kind == "tool_result":
        yield Part(words="Result of a tool")
        yield from _content(block)
    else:
        words = f"Call of {block.get('name')}" if kind == "tool_use" else f"A block of the kind {kind}"
        yield Part(_json(block.get("input") if kind == "tool_use" else block), words)


def _tools(value: Json) -> Iterator[Part]:
    names = [str(tool.get("name") or tool.get("type")) for tool in _list(value) if isinstance(tool, dict)]
    if names:
        yield Part(words=", ".join(names))


def _setting(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(shorten(value)[0], ensure_ascii=False)
    return text if len(text) <= _LONGEST_SETTING else f"{text[:_LONGEST_SETTING]}…"


def _json(value: Json | JsonObject) -> str:
    return json.dumps(shorten(value)[0], ensure_ascii=False, indent=2)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
