"""The Messages API: one class, four calls. HTTP is `requests`; see `transport.py` for how it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from components.api.answers import Reader
from components.api.cancel import CancelToken
from components.api.errors import ApiError, BadSettings, UnsendableRequest, lower_case
from components.api.refusals import facts_of_body, status_error
from components.api.retry import RetryPolicy, Wait, retry_after_s
from components.api.settings import Timeouts, headers_for, version_headers
from components.api.stream import Stream
from components.api.transport import Reply, Transport
from components.domain.connection import Auth, InvalidAddress, clean_base_url
from components.domain.json_types import Json, JsonObject
from components.domain.request import VERSION_2023, Request, counted, encode

__all__ = ["CancelToken", "Client", "RetryPolicy", "Stream", "Timeouts", "Wait"]

OnWait = Callable[[Wait], None]
OnHeaders = Callable[[Mapping[str, str]], None]

_MESSAGES: Final = "/v1/messages"
_COUNT_TOKENS: Final = "/v1/messages/count_tokens"
_MODELS: Final = "/v1/models"

_MOST_PAGES: Final = 100
_LONGEST_ERROR: Final = 1_000_000
"""Bytes of an error body that are read."""


class Client:
    """Calls to one server with one key; safe to share between threads.

    Raises `BadSettings` for a base URL, key or header that cannot be used. Every call raises the errors of
    `components.api.errors`. `body` is sent as it is, as UTF-8 JSON; `betas` replaces the client's own.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        *,
        anthropic_version: str = VERSION_2023,
        auth: Auth = "x-api-key",
        betas: Sequence[str] = (),
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    ) -> None:
        try:
            self.base_url = clean_base_url(base_url)
        except InvalidAddress as cause:
            raise BadSettings(str(cause)) from cause
        self._retry = retry
        self._version = anthropic_version
        self._version_headers = version_headers(anthropic_version, betas)
        self._transport = Transport(self.base_url, headers_for(api_key, auth), timeouts)
        self._reader = Reader(self._transport.host, api_key or None)

    def __repr__(self) -> str:
        return f"Client({self.base_url!r})"

    def create(
        self,
        body: Mapping[str, Json],
        *,
        betas: Sequence[str] | None = None,
        on_wait: OnWait | None = None,
        on_headers: OnHeaders | None = None,
        cancel: CancelToken | None = None,
    ) -> JsonObject:
        """Return the Message that answers `body`. `cancel` ends the call from another thread.

        `on_headers` is told the headers of the answer when it begins, names in lower case.
        """
        reply = self._exchange(_MESSAGES, _encoded(body), self._headers(betas), on_wait, cancel)
        if on_headers:
            on_headers(lower_case(reply.headers))
        return self._reader.message(reply.read_all(), reply, path=_MESSAGES)

    def create_request(
        self,
        request: Request,
        *,
        on_wait: OnWait | None = None,
        on_headers: OnHeaders | None = None,
        cancel: CancelToken | None = None,
    ) -> JsonObject:
        """The same for a `Request`: its bytes, version and betas, nothing of the client's."""
        headers = version_headers(request.anthropic_version, request.betas)
        reply = self._exchange(_MESSAGES, request.body_json.encode(), headers, on_wait, cancel)
        if on_headers:
            on_headers(lower_case(reply.headers))
        return self._reader.message(reply.read_all(), reply, path=_MESSAGES)

    def stream(
        self, body: Mapping[str, Json], *, betas: Sequence[str] | None = None, on_wait: OnWait | None = None
    ) -> Stream:
        """Return the events that answer `body`, to which `"stream": true` is added. Lazy: see `Stream`."""
        return self._stream(_encoded({**body, "stream": True}), self._headers(betas), on_wait)

    def stream_request(self, request: Request, *, on_wait: OnWait | None = None) -> Stream:
        """The same for a `Request`. Raises `UnsendableRequest` when it does not ask for a stream."""
        if not request.stream:
            raise UnsendableRequest('The request does not ask for a stream: add "stream": true to it.')
        return self._stream(
            request.body_json.encode(), version_headers(request.anthropic_version, request.betas), on_wait
        )

    def count_tokens(
        self,
        body: Mapping[str, Json],
        *,
        betas: Sequence[str] | None = None,
        on_wait: OnWait | None = None,
        cancel: CancelToken | None = None,
    ) -> int:
        """Return the input tokens of a Messages body; fields this endpoint does not take are left out."""
        reply = self._exchange(_COUNT_TOKENS, _encoded(counted(body)), self._headers(betas), on_wait, cancel)
        answer = self._reader.object(reply.read_all(), reply, path=_COUNT_TOKENS)
        tokens = answer.get("input_tokens")
        if not isinstance(tokens, int):
            raise self._reader.not_this_api("answered without a number of tokens", reply)
        return tokens

    def models(self, *, on_wait: OnWait | None = None, cancel: CancelToken | None = None) -> list[JsonObject]:
        """Return the server's models, all pages, in its order. Shape: `ModelInfo` of the API."""
        models: list[JsonObject] = []
        query, seen = "?limit=1000", {""}
        for _ in range(_MOST_PAGES):
            reply = self._exchange(_MODELS + query, None, self._version_headers, on_wait, cancel)
            page = self._reader.object(reply.read_all(), reply, path=_MODELS)
            data = page.get("data")
            if not isinstance(data, list):
                raise self._reader.not_this_api("answered without a list of models", reply)
            models += [model for model in data if isinstance(model, dict)]
            last_id = str(page.get("last_id") or (models[-1].get("id", "") if models else ""))
            if page.get("has_more") is not True or last_id in seen:
                break
            seen.add(last_id)
            query = f"?limit=1000&after_id={quote(last_id, safe='')}"
        return models

    def close(self) -> None:
        """Close the pooled connections. The client may be used again."""
        self._transport.close()

    def _headers(self, betas: Sequence[str] | None) -> Mapping[str, str]:
        return self._version_headers if betas is None else version_headers(self._version, betas)

    def _stream(self, body: bytes, headers: Mapping[str, str], on_wait: OnWait | None) -> Stream:
        # Uncompressed: what compresses an event stream on its way tends to hold it back.
        asked = {**headers, "accept": "text/event-stream, application/json", "accept-encoding": "identity"}
        return Stream(
            lambda token: self._exchange(_MESSAGES, body, asked, on_wait, token), self._reader, _MESSAGES
        )

    def _exchange(
        self,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        on_wait: OnWait | None,
        cancel: CancelToken | None,
    ) -> Reply:
        """Send until an answer with status 2xx begins, which ends all retrying, or the policy gives up."""
        attempt = 1
        while True:
            try:
                return self._attempt(path, body, headers, cancel)
            except ApiError as error:
                delay = self._retry.delay_s(error, attempt)
                if delay is None:
                    raise
                wait = Wait(delay, attempt, error)
            if on_wait:
                on_wait(wait)
            token = cancel or CancelToken()
            if self._retry.pause(token, wait.seconds):
                token.check()
            attempt += 1

    def _attempt(
        self, path: str, body: bytes | None, headers: Mapping[str, str], cancel: CancelToken | None
    ) -> Reply:
        reply = self._transport.send(path, body, headers, cancel)
        if 200 <= reply.status < 300:
            return reply
        refusal = reply.read_at_most(_LONGEST_ERROR)
        if reply.status < 400:
            raise self._reader.redirect(reply)
        should_retry = reply.headers.get("x-should-retry")
        raise status_error(
            reply.status,
            facts_of_body(refusal),
            body=refusal,
            host=self._transport.host,
            path=urlsplit(self.base_url + path).path,
            secret=self._reader.secret,
            request_id=reply.request_id,
            retry_after=retry_after_s(reply.headers, self._retry.now()),
            should_retry={"true": True, "false": False}.get(should_retry or ""),
            headers=reply.headers,
        )


def _encoded(body: Mapping[str, Json]) -> bytes:
    try:
        return encode(body).encode()
    except (ValueError, TypeError, RecursionError) as cause:
        raise UnsendableRequest(f"The request cannot be written as JSON: {cause}") from cause
