"""Calls that send a request, whatever the language: through an SDK, or as a plain POST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components.snippets.reading.context import OMITTED, Client, Context, Endpoint, Found, Names
from components.snippets.reading.finish import is_messages_url, locate
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.json_text import body_of
from components.snippets.reading.shapes import request_in

_BETA: Final = "anthropic-beta"

METHODS: Final[Mapping[str, Endpoint]] = {
    "create": "messages",
    "stream": "messages",
    "parse": "messages",
    "tool_runner": "messages",
    "toolRunner": "messages",
    "count_tokens": "count_tokens",
    "countTokens": "count_tokens",
}
"""Of `client.messages` in the SDKs."""

_SENT_AS_HEADERS: Final = ("user_profile_id", "workspace_id")
"""Parameters of the SDKs' methods that are no fields of the body. Source: Python SDK 2.12.0, `create`."""


def without_headers(context: Context, fields: dict[str, object]) -> dict[str, object]:
    """Leave out of the parameters of a call what its SDK sends as a header, and say so."""
    context.notes += [
        f"The SDK sends `{name}` as a header: it was left out." for name in _SENT_AS_HEADERS if name in fields
    ]
    return {name: value for name, value in fields.items() if name not in _SENT_AS_HEADERS}


def sdk_call(
    context: Context,
    line: int,
    *,
    method: str,
    params: object,
    client: object,
    headers: object,
    betas: object = None,
    batch: bool = False,
) -> None:
    """Note a call of one of `METHODS`. `headers` are those of this one call; they outrank `betas`."""
    body = context.copied(params, line)
    if method == "stream" and isinstance(body, dict) and not batch:
        body = {**body, "stream": True}
    found = Found(line, body, endpoint="batches" if batch else METHODS[method])
    if isinstance(client, Client):
        found.headers = context.headers(client.headers)
        found.base_url = client.base_url if isinstance(client.base_url, str) else None
    match betas:
        case [_, *_]:
            found.headers[_BETA] = ",".join(beta for beta in betas if isinstance(beta, str))
        case str() if betas:
            found.headers[_BETA] = betas
    found.headers |= context.headers(headers)
    context.found.append(found)


def http_call(
    context: Context, line: int, *, url: object, body: object, headers: object, client: object = None
) -> None:
    """Note a POST if it goes to the Messages API, or has a body as if it did."""
    ours = isinstance(url, str) and is_messages_url(url)
    if isinstance(body, str) and not context.unknowns.of(body):
        try:
            body = body_of(body, line, context)
        except UnreadableCode:
            if ours:
                raise
    if not ours and not (isinstance(body, dict) and "messages" in body):
        return
    if body is None or body is OMITTED:
        body = context.unknowns.mark(line, "not shown in the pasted text")
    found = Found(line, context.copied(body, line), context.headers(headers))
    found.url = url if isinstance(url, str) else context.unknowns.mark(line, "not shown")
    if isinstance(client, Client):
        found.headers = context.headers(client.headers) | found.headers
        found.base_url = client.base_url if isinstance(client.base_url, str) else None
    context.found.append(locate(found))


def chosen(context: Context, names: Names) -> Found:
    """Return the first call that asks for an answer; without a call, a body that has a name.

    Raises `UnreadableCode` when there is neither.
    """
    asking = [found for found in context.found if found.endpoint != "count_tokens"]
    if calls := asking or context.found:
        first = min(calls, key=lambda found: found.line)
        if len(calls) > 1:
            first.notes.append(f"Of {len(calls)} calls, the first was taken: the one in line {first.line}.")
        return first
    for body in names.bodies():
        return request_in(context.copied(body, 1), 1)
    raise UnreadableCode(
        "there is no call in this text that sends a request: client.messages.create(…) for instance, "
        "or a POST to /v1/messages."
    )
