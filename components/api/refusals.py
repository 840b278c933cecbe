"""An error answer → the error to raise: facts from any server's body, words for the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from components.api import errors
from components.api.surrogates import mend
from components.domain.json_types import Json, JsonObject

_LONGEST_BODY: Final = 20_000
_LONGEST_QUOTE: Final = 500
"""Characters of a server's own words that are shown."""

SPEND_LIMIT_START: Final = re.compile(r"you have reached your specified (workspace )?api usage limits", re.I)
"""The 400 of a limit the user set. Source: "Claude API errors", August 2026; it carries no error code."""

_CLASSES: Final[Mapping[int, type[errors.StatusError]]] = {
    400: errors.InvalidRequest,
    401: errors.AuthenticationFailed,
    402: errors.PaymentRequired,
    403: errors.PermissionDenied,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.RequestTooLarge,
    422: errors.InvalidRequest,
    429: errors.RateLimited,
    529: errors.Overloaded,
}


class Facts(NamedTuple):
    """What an error body says. None where it says nothing."""

    message: str | None
    type: str | None = None
    error_code: str | None = None
    request_id: str | None = None


def _word(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def facts_of(value: Json) -> Facts:
    """Read an error object in the shapes that servers send.

    The API's and llama.cpp's `{"error": {…}}`, `{"error": "text"}`, `{"detail": …}`, `{"message": "text"}`.
    """
    if not isinstance(value, dict):
        return Facts(_word(value))
    request_id = _word(value.get("request_id"))
    error = value.get("error")
    if isinstance(error, dict):
        details = error.get("details")
        code = details.get("error_code") if isinstance(details, dict) else None
        return Facts(_word(error.get("message")), _word(error.get("type")), _word(code), request_id)
    detail = value.get("detail")
    if isinstance(detail, list):
        said = [item.get("msg") for item in detail if isinstance(item, dict)]
        detail = "; ".join(part for part in said if isinstance(part, str))
    if isinstance(detail, dict):
        return facts_of(detail)
    message = _word(error) or _word(detail) or _word(value.get("message"))
    return Facts(message, request_id=request_id)


def facts_of_body(body: bytes) -> Facts:
    """The same for a body that may be no JSON at all; of a web page nothing is quoted."""
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        return facts_of(json.loads(text))
    except (ValueError, RecursionError):
        return Facts(None if text.startswith("<") else " ".join(text.split()) or None)


def status_error(
    status: int,
    facts: Facts,
    *,
    host: str,
    path: str,
    secret: str | None = None,
    request_id: str | None = None,
    retry_after: float | None = None,
    should_retry: bool | None = None,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> errors.StatusError:
    """Return the error for a refusal.

    `secret` is taken out of the server's words. `should_retry` is the server's `x-should-retry`. Of `body`,
    what the server sent, the beginning is kept.
    """
    said = quotable(facts.message, secret)
    spend_limit = _is_spend_limit(facts)
    cls = errors.SpendLimitReached if spend_limit else _class_of(status)
    error = cls(
        _sentence(cls, status, said, host=host, path=path, retry_after=retry_after, keyed=bool(secret)),
        status=status,
        type=quotable(facts.type, secret) or None,
        error_code=quotable(facts.error_code, secret) or None,
        request_id=request_id or quotable(facts.request_id, secret) or None,
        retry_after=retry_after,
        body=kept_body(body, secret),
        headers=headers,
    )
    by_status = status in {408, 409, 429} or status >= 500
    error.retryable = not spend_limit and (by_status if should_retry is None else should_retry)
    return error


def kept_body(body: bytes, secret: str | None) -> str | None:
    """A refusal's body for the record: text, without the key, of bounded length."""
    text = body[:_LONGEST_BODY].decode("utf-8", "replace")
    return (text.replace(secret, "[key]") if secret else text) or None


def quotable(words: str | None, secret: str | None) -> str:
    """A server's words, short enough for the screen and without the key."""
    if not words:
        return ""
    words = mend(words)
    if secret:
        words = words.replace(secret, "[key]")
    return words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE] + "…"


def _is_spend_limit(facts: Facts) -> bool:
    code = facts.error_code or ""
    return code.endswith("spend_limit_reached") or bool(SPEND_LIMIT_START.match(facts.message or ""))


def _class_of(status: int) -> type[errors.StatusError]:
    if status in _CLASSES:
        return _CLASSES[status]
    return errors.ServerError if status >= 500 else errors.StatusError


def _sentence(
    cls: type[errors.StatusError],
    status: int,
    said: str,
    *,
    host: str,
    path: str,
    retry_after: float | None,
    keyed: bool,
) -> str:
    quote = f" The server says: {said}" if said else ""
    if cls is errors.SpendLimitReached:
        return (
            "The spend limit of this key is used up: raise it in the Console, use another key, "
            f"or wait until it resets.{quote}"
        )
    if cls is errors.InvalidRequest:
        return f"The server did not accept the request ({status}): {said or 'it does not say why.'}"
    if cls is errors.AuthenticationFailed:
        if not keyed:
            return f"{host} wants a key (401), and this connection has none: enter one.{quote}"
        return f"{host} did not accept the key (401): check the key of this connection.{quote}"
    if cls is errors.PaymentRequired:
        return f"There is a problem with payment (402): check the billing page of your account.{quote}"
    if cls is errors.PermissionDenied:
        return (
            f"This key may not do that (403): use a key with access to this model and workspace, "
            f"or ask for the permission.{quote}"
        )
    if cls is errors.NotFound:
        if "model" in said.lower() and not path.endswith("/models"):
            return f"The server does not know this model (404): choose another one.{quote}"
        return (
            f"Nothing answers at {path} on {host} (404): check the base URL of this connection; "
            f"it is the part before /v1.{quote}"
        )
    if cls is errors.RequestTooLarge:
        return (
            "The request is too large (413): make the prompt or its attachments smaller; "
            f"the API takes 32 MB.{quote}"
        )
    if cls is errors.RateLimited:
        wait = f"wait {retry_after:g} s" if retry_after else "wait a little"
        return f"Too many requests or tokens in a short time (429): {wait} and run again.{quote}"
    if cls is errors.Overloaded:
        return f"The service is overloaded (529): run again in a little while.{quote}"
    if cls is errors.ServerError:
        return f"The server failed ({status}): run again; if it stays so, see its status page or log.{quote}"
    if status == 200:
        return f"The server answered with an error instead of a message.{quote}"
    return f"The server refused the request ({status}).{quote}"


def stream_error(
    event: JsonObject, *, secret: str | None = None, request_id: str | None = None
) -> errors.StreamErrorEvent:
    """Return the error for an `error` event."""
    facts = facts_of(event)
    said = quotable(facts.message, secret)
    what = (
        "The service became overloaded while it answered"
        if facts.type == "overloaded_error"
        else "The server reported an error while it answered"
    )
    quote = f" The server says: {said}" if said else ""
    return errors.StreamErrorEvent(
        f"{what}. The part received is kept; run again for a whole answer.{quote}",
        status=200,
        type=quotable(facts.type, secret) or None,
        error_code=quotable(facts.error_code, secret) or None,
        request_id=request_id or quotable(facts.request_id, secret) or None,
    )
