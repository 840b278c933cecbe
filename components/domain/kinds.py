"""What a JSON value must be: small checks that are put together into the shape of a request.

The wording is that of the service's validator as last seen (?).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from components.domain.beta_features import Feature
from components.domain.findings import REMOVE, Edit, Fix, Path, place
from components.domain.json_types import Json, JsonObject

REQUIRED: Final = "Field required"
EXTRA: Final = "Extra inputs are not permitted"


class At(NamedTuple):
    """Where a check stands."""

    path: Path
    """In the body."""
    where: str
    """As the service writes it, with the kinds of blocks and tools on the way."""
    betas: frozenset[str]

    def into(self, step: str | int) -> At:
        return At((*self.path, step), f"{self.where}.{step}" if self.where else str(step), self.betas)

    def named(self, tag: str) -> At:
        """The same place; the service adds the kind of what stands there to its name."""
        return self._replace(where=f"{self.where}.{tag}")


@dataclass(frozen=True, slots=True)
class Fault:
    at: At
    wrong: str
    """What the service says about the place."""
    says: str
    """The same for the screen, to follow the name of the field: `must be a text`."""
    of: Path
    """The value that is at fault as a whole; the place itself, or what a wrong `type` belongs to."""
    fix: Fix | None = None


Kind: TypeAlias = Callable[[Json, At], Iterator[Fault]]


def fault(at: At, wrong: str, says: str, *, of: Path | None = None, fix: Fix | None = None) -> Fault:
    return Fault(at, wrong, says, at.path if of is None else of, fix)


def anything(_value: Json, _at: At) -> Iterator[Fault]:
    return iter(())


_NOUNS: Final = {
    str: ("string", "a text"),
    int: ("integer", "a whole number"),
    float: ("number", "a number"),
    bool: ("boolean", "true or false"),
    list: ("list", "a list"),
    dict: ("dictionary", "an object"),
}


def _is(*types: type) -> Kind:
    def faults(value: Json, at: At) -> Iterator[Fault]:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            noun, says = _NOUNS[types[0]]
            yield fault(at, f"Input should be a valid {noun}", f"must be {says}")

    return faults


text, whole, number, flag, mapping = _is(str), _is(int), _is(float, int), _is(bool), _is(dict)


def named_text(value: Json, at: At) -> Iterator[Fault]:
    """A text that is not empty."""
    yield from text(value, at)
    if value == "":
        yield fault(at, "String should have at least 1 character", "must not be empty")


def at_least(least: int) -> Kind:
    def faults(value: Json, at: At) -> Iterator[Fault]:
        yield from whole(value, at)
        if isinstance(value, int) and not isinstance(value, bool) and value < least:
            wrong = f"Input should be greater than or equal to {least}"
            yield fault(at, wrong, f"must be {least} or more")

    return faults


def one_of(*choices: str) -> Kind:
    named = [f"'{choice}'" for choice in choices]
    expected = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"
    quoted = " or ".join(f"“{choice}”" for choice in choices)

    def faults(value: Json, at: At) -> Iterator[Fault]:
        if value not in choices:
            yield fault(at, f"Input should be {expected}", f"must be {quoted}")

    return faults


def or_null(kind: Kind) -> Kind:
    return lambda value, at: iter(()) if value is None else kind(value, at)


def text_or(kind: Kind) -> Kind:
    return lambda value, at: iter(()) if isinstance(value, str) else kind(value, at)


def flag_or(kind: Kind) -> Kind:
    return lambda value, at: iter(()) if isinstance(value, bool) else kind(value, at)


def matches(pattern: str, says: str) -> Kind:
    compiled = re.compile(pattern)

    def faults(value: Json, at: At) -> Iterator[Fault]:
        yield from text(value, at)
        if isinstance(value, str) and not compiled.fullmatch(value):
            yield fault(at, f"String should match pattern '{pattern}'", says)

    return faults


def list_of(kind: Kind, *, most: int | None = None, least: int = 0) -> Kind:
    def faults(value: Json, at: At) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield fault(at, "Input should be a valid list", "must be a list")
            return
        if most is not None and len(value) > most:
            wrong = f"List should have at most {most} items after validation, not {len(value)}"
            yield fault(at, wrong, f"can have {most:,} items at most")
        if len(value) < least:
            wrong = f"List should have at least {least} item after validation, not {len(value)}"
            yield fault(at, wrong, "must not be empty")
        for i, item in enumerate(value):
            here = at.into(i)
            for found in kind(item, here):
                whole_item = found.of == here.path and found.fix is None and len(value) > max(least, 1)
                fix = _removal(f"Remove {place(here.path)}", here.path)
                yield replace(found, fix=fix) if whole_item else found

    return faults


def dict_of(kind: Kind) -> Kind:
    def faults(value: Json, at: At) -> Iterator[Fault]:
        yield from mapping(value, at)
        for name, item in value.items() if isinstance(value, dict) else ():
            yield from kind(item, at.into(name))

    return faults


@dataclass(frozen=True, slots=True)
class Beta:
    """A field that exists only with a beta."""

    feature: Feature
    kind: Kind


Fields: TypeAlias = Mapping[str, Kind | Beta]


def needs(at: At, feature: Feature, wrong: str, *, of: Path | None = None) -> Fault:
    """The fault of using what a beta would allow; the fix adds the beta."""
    says = f"is a beta feature: it needs the beta {feature.newest}"
    return fault(at, wrong, says, of=of, fix=Fix(f"Add the beta {feature.newest}", (), (feature.newest,)))


def record(required: Fields, optional: Fields | None = None, *, closed: bool = True) -> Kind:
    """An object with those fields; a closed one has no others."""
    fields = {**required, **(optional or {})}

    def faults(value: Json, at: At) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield fault(at, "Input should be a valid dictionary", "must be an object")
            return
        for name in required:
            if name not in value:
                yield fault(at.into(name), REQUIRED, "is missing", of=at.path)
        for name, item in value.items():
            yield from _field(fields.get(name), name, item, at, removable=name not in required, closed=closed)

    return faults


def _field(
    kind: Kind | Beta | None, name: str, value: Json, at: At, *, removable: bool, closed: bool
) -> Iterator[Fault]:
    here = at.into(name)
    if kind is None:
        if closed:
            says = "is no field the API has"
            yield fault(here, EXTRA, says, fix=_removal(f"Remove {name}", here.path))
        return
    if isinstance(kind, Beta):
        if not kind.feature.on(at.betas):
            yield needs(here, kind.feature, EXTRA)
            return
        kind = kind.kind
    for found in kind(value, here):
        whole_field = removable and found.of == here.path and found.fix is None
        yield replace(found, fix=_removal(f"Remove {name}", here.path)) if whole_field else found


def _removal(label: str, path: Path) -> Fix:
    return Fix(label, (Edit(path, REMOVE),))


@dataclass(frozen=True, slots=True)
class Variants:
    """Records told apart by their `type`."""

    kinds: Fields
    otherwise: Callable[[str], Kind | None] = lambda _: None
    """For tags that are not in the table."""
    nearest: Callable[[JsonObject, At], Fix | None] = lambda _value, _at: None
    """A fix for an unknown tag."""
    untagged: str | None = None
    """The tag of a record without a `type`."""

    def __call__(self, value: Json, at: At) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield fault(at, "Input should be a valid dictionary", "must be an object")
            return
        tag = value.get("type", self.untagged)
        tag = self.untagged if tag is None else tag
        if not isinstance(tag, str):
            missing = fault(at.into("type"), REQUIRED, "is missing", of=at.path)
            yield missing if value.get("type") is None else _not_a_tag(at)
            return
        kind = self.kinds.get(tag)
        if isinstance(kind, Beta):
            if not kind.feature.on(at.betas):
                unknown = self._unknown(tag, at)
                yield needs(at.into("type")._replace(where=at.where), kind.feature, unknown, of=at.path)
                return
            kind = kind.kind
        kind = kind or self.otherwise(tag)
        if kind is not None:
            yield from kind(value, at.named(tag))
            return
        place = at.into("type")._replace(where=at.where)
        says = f"is “{tag}”, which the API does not know"
        yield fault(place, self._unknown(tag, at), says, of=at.path, fix=self.nearest(value, at))

    def _unknown(self, tag: str, at: At) -> str:
        known = [name for name, kind in self.kinds.items() if _known(kind, at)]
        expected = ", ".join(f"'{name}'" for name in known)
        return f"Input tag '{tag}' found using 'type' does not match any of the expected tags: {expected}"


def _known(kind: Kind | Beta, at: At) -> bool:
    return not isinstance(kind, Beta) or kind.feature.on(at.betas)


def _not_a_tag(at: At) -> Fault:
    return fault(at.into("type"), "Input should be a valid string", "must be a text", of=at.path)


def typed(tag: str, required: Fields, optional: Fields | None = None, *, closed: bool = True) -> Kind:
    """A record with that `type`."""
    return record({"type": one_of(tag), **required}, optional, closed=closed)
