"""Refusals, in the service's own shape. Source: reference of October 2026, errors and headers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from components.domain.json_types import Json, JsonObject

ERROR_TYPES: Final[Mapping[int, str]] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class Refusal(Exception):
    """An answer in the error shape instead of a message."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        error_type: str | None = None,
        error_code: str | None = None,
        details: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`details` stand beside the `error_code` in `error.details`."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_type = error_type or ERROR_TYPES.get(status, "api_error")
        self.error_code = error_code
        self.details = dict(details or {})
        self.headers = dict(headers or {})


def new_request_id() -> str:
    return f"req_sandbox{secrets.token_hex(10)}"


def error_object(
    error_type: str,
    message: str,
    error_code: str | None = None,
    details: Mapping[str, Json] | None = None,
) -> JsonObject:
    error: JsonObject = {"type": error_type, "message": message}
    if error_code is not None:
        error["details"] = {"error_code": error_code, **(details or {})}
    return error


def error_response(refusal: Refusal, headers: Mapping[str, str]) -> Response:
    """The response of a refusal; its body names the `request-id` of the headers."""
    body = {
        "type": "error",
        "error": error_object(refusal.error_type, refusal.message, refusal.error_code, refusal.details),
        "request_id": headers.get("request-id"),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(
        text.encode("utf-8", "replace"),
        status_code=refusal.status,
        headers={**headers, **refusal.headers},
        media_type="application/json",
    )
