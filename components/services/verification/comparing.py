"""What differs between two requests that ought to be one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from components.domain.json_types import Json
from components.services.verification.recorder import Received

MOST: Final = 20
"""Differences that are listed; a sentence says how many more there are."""
_SHOWN: Final = 160
"""Characters of a text that are shown, around the place where it begins to differ."""
_BEFORE: Final = 40
_NOTHING: Final = "(not there)"

_CREDENTIALS: Final = ("x-api-key", "authorization")
_OF_BROWSERS: Final = "anthropic-dangerous-direct-browser-access"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a snippet sends something else than the app."""

    where: str
    """`method`, `path`, `header …`, or a JSON path into the body: `$.messages[0].content`."""
    snippet: str
    """What the snippet sent, shortened for the screen; what does not print is escaped."""
    app: str
    """What the app sent."""


def differences(
    received: Received, own: Received, *, number_types: bool = True, sdk: bool = False
) -> list[Difference]:
    """Return what differs between a snippet's request and the app's, by value and type, at most `MOST`.

    The order of object keys does not matter. Without `number_types` 1 and 1.0 are the same, as they are in
    JavaScript. An `sdk` may send the key as a bearer token where the app sends it as `x-api-key`.
    """
    found = list(_outside(received, own, sdk=sdk))
    try:
        body = received.body
    except ValueError as problem:
        found.append(Difference("$", f"{_readable(str(problem))}: {_start(received.raw)}", _start(own.raw)))
    else:
        found += _inside(body, own.body, number_types=number_types)
    return listed(found)


def listed(found: list[Difference]) -> list[Difference]:
    """At most `MOST` of them, the last one saying how many more there are."""
    if len(found) <= MOST:
        return found
    rest = f"{len(found) - MOST + 1} more places differ"
    return [*found[: MOST - 1], Difference("…", rest, rest)]


def values_differ(
    snippet: Json, app: Json, *, path: str = "$", number_types: bool = True
) -> list[Difference]:
    """What differs between two JSON values."""
    return list(_inside(snippet, app, path=path, number_types=number_types))


def _outside(received: Received, own: Received, *, sdk: bool) -> Iterator[Difference]:
    """Method, path, and the headers by which the service reads a request."""
    if received.method != own.method:
        yield Difference("method", _readable(received.method), own.method)
    if received.path != own.path:
        yield Difference("path", _header(received.path), own.path)
    for name in sorted(_that_matter(received) | _that_matter(own)):
        snippet, app = received.headers.get(name), own.headers.get(name)
        if _normal(name, snippet) != _normal(name, app):
            yield Difference(f"header {name}", _header(snippet), _header(app))
    if credential(received) != credential(own):
        travels = credential(received) == ("authorization",) and credential(own) == ("x-api-key",)
        if not (sdk and travels):
            yield Difference("header with the key", _names(received), _names(own))
    elif any(received.headers[name] != own.headers[name] for name in credential(own)):
        yield Difference("header with the key", "another key than the program was given", "the key")


def _that_matter(received: Received) -> set[str]:
    return {
        name
        for name in received.headers
        if (name.startswith("anthropic-") and name != _OF_BROWSERS)
        or name in ("content-type", "content-encoding")
    }


def _normal(name: str, value: str | None) -> object:
    if name == "anthropic-beta" and value is not None:
        return sorted(word.strip() for word in value.split(","))
    return value


def credential(received: Received) -> tuple[str, ...]:
    """The names of the headers that a key travels in."""
    return tuple(name for name in _CREDENTIALS if name in received.headers)


def _names(received: Received) -> str:
    return " and ".join(credential(received)) or _NOTHING


def _inside(snippet: Any, app: Any, *, number_types: bool, path: str = "$") -> Iterator[Difference]:
    """Without recursion: a body may be nested deeper than Python's stack."""
    todo: list[tuple[str, Any, Any]] = [(path, snippet, app)]
    while todo:
        path, snippet, app = todo.pop()
        if isinstance(snippet, dict) and isinstance(app, dict):
            names = [*app, *(name for name in snippet if name not in app)]
            todo += [(path + _step(n), snippet.get(n, _Absent), app.get(n, _Absent)) for n in reversed(names)]
        elif isinstance(snippet, list) and isinstance(app, list):
            places = reversed(range(max(len(snippet), len(app))))
            todo += [(f"{path}[{place}]", _item(snippet, place), _item(app, place)) for place in places]
        elif not _same(snippet, app, number_types=number_types):
            yield Difference(path, *_shown(snippet, app))


class _Absent:
    """What is not there, which is something else than null."""


def _item(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else _Absent


def _step(name: str) -> str:
    return (
        f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{_readable(json.dumps(name, ensure_ascii=False))}]"
    )


def _same(snippet: Any, app: Any, *, number_types: bool) -> bool:
    numbers = type(snippet) in (int, float) and type(app) in (int, float)
    if numbers and not number_types:
        return bool(snippet == app)
    if type(snippet) is not type(app) or snippet != app:
        return False
    return not isinstance(app, float) or math.copysign(1, snippet) == math.copysign(1, app)


def _shown(snippet: Any, app: Any) -> tuple[str, str]:
    """Both values as JSON; of two long texts, the part in which they begin to differ."""
    if isinstance(snippet, str) and isinstance(app, str):
        pairs = enumerate(zip(snippet, app, strict=False))
        place = next((i for i, (a, b) in pairs if a != b), min(len(snippet), len(app)))
        return _text(snippet, place), _text(app, place)
    return _value(snippet), _value(app)


def _value(value: Any) -> str:
    if value is _Absent:
        return _NOTHING
    if isinstance(value, str):
        return _text(value, 0)
    written = _readable(json.dumps(value, ensure_ascii=False))
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"


def _text(text: str, place: int) -> str:
    start = max(0, place - _BEFORE) if len(text) > _SHOWN else 0
    part = _readable(json.dumps(text[start : start + _SHOWN], ensure_ascii=False))
    before = "…" if start else ""
    after = f"… ({len(text)} characters)" if start + _SHOWN < len(text) or start else ""
    return before + part + after


def _header(value: str | None) -> str:
    return _NOTHING if value is None else _readable(value[:_SHOWN])


def _start(raw: bytes) -> str:
    return _readable(raw[:_SHOWN].decode("utf-8", "replace"))


def _readable(text: str) -> str:
    """The text with escapes for what does not print, and for halves of characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
