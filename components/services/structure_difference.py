"""Differences of two JSON values: by path, whatever the order of keys."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn, TypeAlias, cast

from components.domain.json_types import Json
from components.services.alignment import common, pairs, stretches

_LONG: Final = 1_000
"""Characters by which texts are likened to each other."""


class NoJson(ValueError):
    """The text is not JSON, or holds what a comparison would not see (a name twice in one object)."""


class Number(str):
    """A number as it is written: 1.10 is not 1.1, and no digit is lost."""

    __slots__ = ()


class Position(NamedTuple):
    """A place in a list; None in the list that has no such item."""

    before: int | None
    after: int | None

    def __str__(self) -> str:
        if self.before is None or self.after is None or self.before == self.after:
            return f"[{self.after if self.before is None else self.before}]"
        return f"[{self.before}→{self.after}]"


Step: TypeAlias = str | Position


class Absent:
    """Stands for the value where there is none."""


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of the value at one place; together the entries tell all of both values."""

    path: tuple[Step, ...]
    before: Json | Absent
    after: Json | Absent
    same: bool = False


def read(text: str) -> Json:
    """The JSON value of a text, its numbers as `Number`. Raises `NoJson`."""

    def refuse(name: str) -> NoReturn:
        raise NoJson(f"{name} is no JSON value.")

    def once(members: list[tuple[str, Json]]) -> Json:
        value = dict(members)
        if len(value) < len(members):
            raise NoJson("A name stands twice in one object.")
        return value

    try:
        value: Json = json.loads(
            text, parse_int=Number, parse_float=Number, parse_constant=refuse, object_pairs_hook=once
        )
    except NoJson:
        raise
    except (ValueError, RecursionError) as cause:
        raise NoJson(str(cause)) from cause
    return value


def differences(before: Json, after: Json) -> list[Entry]:
    """What became of each value, in the order of `before`.

    Raises `NoJson` for values that are nested too deeply.
    """
    try:
        return list(_Walk().walk(before, after, ()))
    except RecursionError as cause:
        raise NoJson("This is nested too deeply.") from cause


def path_text(path: Sequence[Step]) -> str:
    """`messages[0].content`; names that are no plain words as `["a name"]`."""
    text = ""
    for step in path:
        if isinstance(step, Position):
            text += str(step)
        elif step.replace("-", "_").isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def values_in(value: Json) -> int:
    """How many single values there are in it; an empty list or object is one."""
    if isinstance(value, dict):
        return sum(map(values_in, value.values())) or 1
    return sum(map(values_in, value)) or 1 if isinstance(value, list) else 1


def kind_of(value: Json) -> str:
    """The kind of a JSON value; `Number` and Python's numbers are of one."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Number | int | float):
        return "number"
    return type(value).__name__


def written(value: Json) -> str:
    """A single value as JSON text, but a text as it stands between its quotes."""
    if isinstance(value, Number):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def layout(value: Json, indent: str = "") -> str:
    """A value to read, over several lines."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        members = (
            f"{inner}{json.dumps(name, ensure_ascii=False)}: {layout(each, inner)}"
            for name, each in value.items()
        )
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + layout(each, inner) for each in value) + f"\n{indent}]"
    return written(value)


class _Walk:
    """One comparison. Equal values get equal numbers, so that each is read once."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[int, int] = {}

    def number(self, value: Json) -> int:
        if not isinstance(value, dict | list):
            text = str(value) if isinstance(value, str) else json.dumps(value)
            return self._numbers.setdefault((kind_of(value), text), len(self._numbers))
        known = self._known.get(id(value))
        if known is None:
            content: Hashable
            if isinstance(value, dict):
                content = ("object", frozenset((name, self.number(each)) for name, each in value.items()))
            else:
                content = ("list", tuple(map(self.number, value)))
            known = self._known[id(value)] = self._numbers.setdefault(content, len(self._numbers))
        return known

    def walk(self, before: Json, after: Json, path: tuple[Step, ...]) -> Iterator[Entry]:
        if self.number(before) == self.number(after):
            yield Entry(path, before, after, same=True)
        elif isinstance(before, dict) and isinstance(after, dict):
            for name, value in before.items():
                if name in after:
                    yield from self.walk(value, after[name], (*path, name))
                else:
                    yield Entry((*path, name), value, ABSENT)
            for name, value in after.items():
                if name not in before:
                    yield Entry((*path, name), ABSENT, value)
        elif isinstance(before, list) and isinstance(after, list):
            for at, new_at in self._together(before, after):
                here = (*path, Position(at, new_at))
                if at is not None and new_at is not None:
                    yield from self.walk(before[at], after[new_at], here)
                else:
                    yield Entry(
                        here,
                        ABSENT if at is None else before[at],
                        ABSENT if new_at is None else after[new_at],
                    )
        else:
            yield Entry(path, before, after)

    def _together(self, before: list[Json], after: list[Json]) -> Iterator[tuple[int | None, int | None]]:
        """Which items are the same, or next like each other; positions in order."""
        blocks = common(list(map(self.number, before)), list(map(self.number, after)))
        for each in stretches(blocks, len(before), len(after)):
            if each.same:
                yield from zip(range(each.start, each.end), range(each.new_start, each.new_end), strict=True)
                continue
            old, new = before[each.start : each.end], after[each.new_start : each.new_end]
            for at, new_at in pairs(old, new, self._likeness):
                yield (
                    None if at is None else each.start + at,
                    None if new_at is None else each.new_start + new_at,
                )

    def _likeness(self, one: Json, other: Json) -> float:
        """Above 0 for values of one kind; the more, the more they share."""
        if kind_of(one) != kind_of(other):
            return 0.0
        if isinstance(one, dict):
            mine, yours = one, cast("dict[str, Json]", other)
            shared = [name for name in mine if name in yours]
            same = sum(self.number(mine[name]) == self.number(yours[name]) for name in shared)
            return 0.1 + (len(shared) + 4 * same) / (1 + max(len(mine), len(yours)))
        if isinstance(one, str) and not isinstance(one, Number):
            from rapidfuzz.distance import Indel

            return 0.1 + Indel.normalized_similarity(one[:_LONG], str(other)[:_LONG])
        return 0.1
