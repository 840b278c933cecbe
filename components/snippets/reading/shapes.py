"""The objects in which a request body may be wrapped: batches, exports, lists."""

from __future__ import annotations

from collections.abc import Mapping

from components.domain.json_types import Json
from components.snippets.reading.context import Found
from components.snippets.reading.imported import UnreadableCode


def request_in(value: Json, line: int) -> Found:
    """Find the request in a JSON value that somebody pasted as one.

    Takes a body; a line of a batch, or all of a batch; a run exported from here, or its `request`; a list of
    such, of which the first counts; a list of messages. Raises `UnreadableCode` for anything else.
    """
    match value:
        case [{"role": _}, *_]:
            return Found(line, {"messages": value})
        case [first, *rest]:
            found = request_in(first, line)
            return _first_of(found, len(rest) + 1)
        case {"messages": _}:
            return Found(line, value)
        case {"params": dict(params)}:
            return _noted(request_in(params, line), "This is a line of a batch.")
        case {"requests": [{"params": _}, *_] as requests}:
            return _noted(request_in(requests, line), "This is a batch.")
        case {"request": dict(request), **wrapper}:
            found = request_in(request, line)
            found.base_url = found.base_url or _text(wrapper.get("base_url"))
            return found
        case {"body": dict(body), **wrapper}:
            found = request_in(body, line)
            found.headers = _headers(wrapper, line)
            found.base_url = _text(wrapper.get("base_url"))
            return found
        case {"type": "message", "role": _, "content": _}:
            raise UnreadableCode("this is an answer, not a request.", line)
        case {"model": _}:
            return Found(line, value)
        case []:
            raise UnreadableCode("this list is empty.", line)
        case dict():
            raise UnreadableCode("this object is not a request: it has no `messages`.", line)
        case _:
            raise UnreadableCode("this is not a request: a body is an object, { … }.", line)


def first_of_batch(found: Found) -> Found:
    """Return the first request of a batch, with the headers it is sent with."""
    requests = found.body.get("requests") if isinstance(found.body, dict) else None
    match requests:
        case [{"params": dict(params)}, *rest]:
            found.body = params
            _noted(found, "This is a batch.")
            return _first_of(found, len(rest) + 1)
        case _:
            raise UnreadableCode("the requests of this batch are not shown in the pasted text.", found.line)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _headers(wrapper: Mapping[object, object], line: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    match wrapper.get("anthropic_version"):
        case None | "":
            pass
        case str(version):
            headers["anthropic-version"] = version
        case _:
            raise UnreadableCode("`anthropic_version` is not a text.", line)
    match wrapper.get("betas"):
        case None | "":
            pass
        case str(betas):
            headers["anthropic-beta"] = betas
        case list(betas) if all(isinstance(beta, str) for beta in betas):
            headers["anthropic-beta"] = ",".join(map(str, betas))
        case _:
            raise UnreadableCode("`betas` is not a list of texts.", line)
    return headers


def _noted(found: Found, note: str) -> Found:
    found.notes.append(note)
    return found


def _first_of(found: Found, number: int) -> Found:
    if number > 1:
        found.notes.append(f"Only the first of {number:,} requests was taken.")
    return found
