"""The sandbox as an ASGI application: routes, admission, and which response a request gets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Final, TypeAlias, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from components.domain import shape
from components.domain.json_types import JsonObject
from components.sandbox import access, catalogue_pages
from components.sandbox.answers import Answer, compose
from components.sandbox.caching import PromptCache
from components.sandbox.diagnostics import Diagnoses
from components.sandbox.directives import Attempts, Orders, raise_failures
from components.sandbox.errors import ERROR_TYPES, Refusal, error_response, new_request_id
from components.sandbox.rate_limits import Meter
from components.sandbox.responses import PacedResponse
from components.sandbox.stream import CUT, frames
from components.sandbox.validate import MOST_BYTES, Asked, examine

PACE_TOKENS_PER_S: Final = 80.0
"""How fast answers come unless told otherwise."""

Headers: TypeAlias = dict[str, str]
Handler: TypeAlias = Callable[[Request, Headers], Awaitable[Response]]


def create_app(
    pace_tokens_per_s: float = PACE_TOKENS_PER_S, *, today: Callable[[], date] | None = None
) -> Starlette:
    """A sandbox of its own. A pace of 0 answers as fast as it can; `today` decides what is retired."""
    sandbox = _Sandbox(pace_tokens_per_s, today or (lambda: datetime.now(UTC).date()))
    app = Starlette(
        routes=[
            Route("/v1/messages", _endpoint(sandbox.messages), methods=["POST"]),
            Route("/v1/messages/count_tokens", _endpoint(sandbox.count_tokens), methods=["POST"]),
            Route("/v1/models", _endpoint(sandbox.models), methods=["GET"]),
            Route("/v1/models/{model:path}", _endpoint(sandbox.model), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _internal_error},
    )
    app.router.redirect_slashes = False
    return app


class _Sandbox:
    """One server: its pace, and what it remembers between requests."""

    def __init__(self, pace_tokens_per_s: float, today: Callable[[], date]) -> None:
        self.pace, self.today = pace_tokens_per_s, today
        self.attempts, self.meter = Attempts(), Meter()
        self.cache, self.diagnoses = PromptCache(), Diagnoses()

    async def messages(self, request: Request, headers: Headers) -> Response:
        raw = await _body(request)
        examined, answer, fingerprint = await run_in_threadpool(self._compose, request, raw)
        orders = answer.prompt.orders
        try:
            raise_failures(orders, fingerprint, self.attempts)
        except Refusal as refusal:
            if "retry-after" in refusal.headers:
                headers |= self.meter.refused(examined.model, float(refusal.headers["retry-after"]))
            raise
        if (broken := self._broken(orders, fingerprint, headers)) is not None:
            return broken
        usage = await run_in_threadpool(self._account, examined, answer)
        headers |= self.meter.headers(
            examined.model,
            cast(int, usage["input_tokens"]) + cast(int, usage["cache_creation_input_tokens"]),
            cast(int, usage["output_tokens"]),
            fast=usage["speed"] == "fast",
            priority=usage["service_tier"] == "priority",
        )
        return self._answered(examined, answer, headers)

    def _compose(self, request: Request, raw: bytes) -> tuple[Asked, Answer, str]:
        """The request as read, its answer, and a fingerprint of the request. Raises `Refusal`."""
        examined = self._examine(request, raw, "messages")
        answer = compose(examined, today=self.today())
        return examined, answer, hashlib.sha256(raw).hexdigest()

    def _account(self, asked: Asked, answer: Answer) -> JsonObject:
        """Complete an answer by what earlier requests left behind; return its usage."""
        message = answer.message
        usage = cast(JsonObject, message["usage"])
        usage |= self.cache.use(asked)
        message["diagnostics"] = self.diagnoses.diagnose(asked.body, str(message["id"]), usage)
        usage["input_tokens"] = cast(int, usage["input_tokens"]) + answer.result_tokens
        return usage

    async def count_tokens(self, request: Request, headers: Headers) -> Response:
        raw = await _body(request)
        examined = await run_in_threadpool(self._examine, request, raw, "count_tokens")
        return _json({"input_tokens": examined.input_tokens}, headers)

    async def models(self, request: Request, headers: Headers) -> Response:
        query = request.query_params
        page = catalogue_pages.page(
            limit=query.get("limit"),
            after_id=query.get("after_id"),
            before_id=query.get("before_id"),
            lifecycles=query.getlist("lifecycle[]") + query.getlist("lifecycle"),
            today=self.today(),
        )
        return _json(page, headers)

    async def model(self, request: Request, headers: Headers) -> Response:
        return _json(catalogue_pages.entry(request.path_params["model"], self.today()), headers)

    def _examine(self, request: Request, raw: bytes, endpoint: shape.Endpoint) -> Asked:
        version, betas = access.read_version(request.headers), access.read_betas(request.headers)
        return examine(raw, endpoint=endpoint, version=version, betas=betas, today=self.today())

    def _broken(self, orders: Orders, fingerprint: str, headers: Headers) -> Response | None:
        """The body of a proxy or of nobody, where a directive asks for one."""
        for name in ("html", "not-json"):
            times = orders.count(name, "times") if name in orders else 0
            if name not in orders or not self.attempts.fails(f"{fingerprint} {name}", times):
                continue
            if name == "not-json":
                return Response(b'{"simulated": tru', headers=headers, media_type="application/json")
            page = "<html><body><h1>502 Bad Gateway</h1><hr>sandbox (simulated)</body></html>"
            return Response(page, orders.count(name, "status"), media_type="text/html")
        return None

    def _answered(self, asked: Asked, answer: Answer, headers: Headers) -> Response:
        orders = answer.prompt.orders
        pace = orders.number("slow", "tokens_per_s") if "slow" in orders else self.pace
        delay_s = orders.number("slow-first-byte", "seconds") if "slow-first-byte" in orders else 0.0
        if asked.body.get("stream") is True:
            return PacedResponse(
                frames(answer, asked.model),
                media_type="text/event-stream",
                headers={**headers, "cache-control": "no-cache"},
                pace_tokens_per_s=pace,
                delay_s=delay_s,
            )
        if "stream-error" in orders:
            raise Refusal(529, "Overloaded")
        tokens = cast(int, cast(JsonObject, answer.message["usage"])["output_tokens"])
        text = _encode(answer.message)
        return PacedResponse(
            # The wait comes before the first byte, as it does where an answer is generated whole.
            [(text[: len(text) // 2], 0), (CUT, 0)] if "cut" in orders else [(text, 0)],
            media_type="application/json",
            headers={**headers, "content-length": str(len(text))},
            pace_tokens_per_s=0,
            delay_s=delay_s + (tokens / pace if pace else 0),
        )


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Around every endpoint: identify the request, admit its sender, put refusals into their shape."""

    async def respond(request: Request) -> Response:
        headers = {**access.BASE_HEADERS, "request-id": new_request_id()}
        try:
            access.authenticate(request.headers)
            headers["anthropic-workspace-id"] = access.workspace(request.headers)
            access.read_version(request.headers)
            return await handler(request, headers)
        except Refusal as refusal:
            return error_response(refusal, headers)
        except ClientDisconnect:
            return Response(status_code=400)

    return respond


async def _body(request: Request) -> bytes:
    """The body's bytes. Raises `Refusal` (413) as soon as there are too many."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refusal(413, "Request exceeds the maximum size of 32 MB")
        chunks.append(chunk)
    return b"".join(chunks)


def _encode(value: JsonObject) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _json(value: JsonObject, headers: Headers) -> Response:
    return Response(_encode(value), headers=headers, media_type="application/json")


async def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = {404: "Not found", 405: "Method not allowed"}.get(status, "Error")
    refusal = Refusal(status, message, error_type=ERROR_TYPES.get(status, "api_error"))
    return error_response(refusal, {**access.BASE_HEADERS, "request-id": new_request_id()})


async def _internal_error(_: Request, __: Exception) -> Response:
    refusal = Refusal(500, "Internal server error")
    return error_response(refusal, {**access.BASE_HEADERS, "request-id": new_request_id()})
