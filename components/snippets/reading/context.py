"""What every reader works with: names and their values, unknown values, limits, and the requests it finds."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias

from components.domain.json_types import Json
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.unknown import Unknowns

DEEPEST: Final = 200
"""Levels of nesting in a body. Far more would meet Python's own limit in some part of the program."""
_ROOM: Final = 5_000_000
"""What even a short text may spend by naming one value several times."""
_ITEM: Final = 30
"""What an item costs, in characters: a million of them take seconds."""

Endpoint: TypeAlias = Literal["messages", "count_tokens", "batches"]


class Omitted(Enum):
    """`undefined` in JavaScript, `anthropic.omit` in Python: a field with this value is not sent."""

    OMITTED = "omitted"


OMITTED: Final = Omitted.OMITTED


@dataclass(frozen=True, slots=True)
class Client:
    """What a program sets on its client."""

    base_url: object = None
    headers: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """One request in the text. Values may hold marks of `Unknowns`."""

    line: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    """By lower-case name. Only those that say how the body is to be read."""
    url: str | None = None
    """Of the request."""
    base_url: str | None = None
    """Of the client that sends it, for want of `url`."""
    endpoint: Endpoint = "messages"
    notes: list[str] = field(default_factory=list)


_HEADERS: Final = ("anthropic-version", "anthropic-beta")


class Context:
    """The state of reading one text."""

    def __init__(self, text: str) -> None:
        self.unknowns = Unknowns()
        self.found: list[Found] = []
        self.notes: list[str] = []
        self._left = _ROOM + 40 * len(text)

    def spend(self, amount: int) -> None:
        """Count characters that were made of the text. Raises `UnreadableCode` where it explodes."""
        self._left -= amount
        if self._left < 0:
            raise UnreadableCode("the values in this text become too large when they are put together.")

    def step(self, times: int = 1) -> None:
        """Count a step of the work, so that a text made of nothing but steps ends in time."""
        self.spend(_ITEM * times)

    def joined(self, left: str, right: str) -> str:
        self.spend(len(left) + len(right))
        return left + right

    def copied(self, value: object, line: int, *, depth: int = 0) -> Json:
        """Return a value as JSON, sharing nothing with it.

        Raises `UnreadableCode` for what is nested too deeply. What is no JSON becomes a mark.
        """
        if depth > DEEPEST:
            raise UnreadableCode("the request is nested too deeply.", line)
        match value:
            case str():
                self.spend(_ITEM + len(value))
                return value
            case bool() | int() | float() | None:
                self.step()
                return value
            case list():
                self.step()
                # JSON.stringify writes null for an undefined item.
                return [
                    None if item is OMITTED else self.copied(item, line, depth=depth + 1) for item in value
                ]
            case dict():
                self.spend(_ITEM + sum(map(len, value)))
                return {
                    name: self.copied(item, line, depth=depth + 1)
                    for name, item in value.items()
                    if item is not OMITTED
                }
            case _:
                return self.unknowns.mark(line, "an object of the program, not a value of JSON")

    def headers(self, value: object) -> dict[str, str]:
        """The headers of interest in a mapping of headers. All others, keys above all, are dropped unread."""
        if not isinstance(value, Mapping):
            return {}
        return {
            name.lower(): text
            for name, text in value.items()
            if isinstance(name, str) and name.lower() in _HEADERS and isinstance(text, str)
        }


class Names:
    """The names of a program that have a value, as far as it is read."""

    def __init__(self, context: Context, values: ChainMap[str, object] | None = None) -> None:
        self._context = context
        self._values: ChainMap[str, object] = ChainMap() if values is None else values

    def child(self) -> Names:
        """The names within a function: it sees the others, and its own are not seen outside."""
        return Names(self._context, self._values.new_child())

    def get(self, name: str, line: int) -> object:
        """Return a value; a mark where there is none, or none that is shown."""
        if name not in self._values:
            return self._unknown(name, line, f"a variable that is not in the pasted text: `{name}`")
        value = self._values[name]
        unknown = self._context.unknowns.of(value)
        return self._unknown(name, line, unknown.what) if unknown else value

    def known(self, name: str) -> object:
        """The value itself, to be changed in place; None where there is none."""
        return self._values.get(name)

    def set(self, name: str, value: object) -> None:
        # What belongs to an object outlives the method that sets it.
        scope = self._values.maps[-1] if name.startswith(("self.", "this.")) else self._values
        scope[name] = value

    def bodies(self) -> list[dict[str, object]]:
        """The values that look like a request body, in the order in which they were set."""
        values = [value for scope in reversed(self._values.maps) for value in scope.values()]
        return [value for value in values if isinstance(value, dict) and "messages" in value]

    def forget(self, name: str, line: int) -> None:
        """The name gets a value that the text does not show."""
        self.set(name, self._unknown(name, line, "a variable whose value is not shown in the pasted text"))

    def put(self, container: object, key: object, value: object) -> bool:
        """Set an item; whether that was possible."""
        if isinstance(container, dict) and isinstance(key, str):
            container[key] = value
            return True
        if isinstance(container, list) and isinstance(key, int) and -len(container) <= key < len(container):
            container[key] = value
            return True
        return False

    def _unknown(self, name: str, line: int, what: str) -> str:
        return self._context.unknowns.mark(line, what, name)
