"""Everything that can go wrong between a request and its answer.

ApiError
├── BadSettings            the base URL, the key or a header cannot be used; nothing was sent
├── UnsendableRequest      the body is not JSON; nothing was sent
├── ConnectError           no answer came: `kind` says why
├── StatusError            the server refused the request
│   ├── InvalidRequest         400, 422
│   ├── SpendLimitReached      400, 402 or 429: the money is used up, waiting does not help
│   ├── AuthenticationFailed   401
│   ├── PaymentRequired        402
│   ├── PermissionDenied       403
│   ├── NotFound               404
│   ├── Conflict               409
│   ├── RequestTooLarge        413
│   ├── RateLimited            429
│   └── ServerError            500 and above
│       └── Overloaded         529
├── NotAMessagesApi        an answer that is none: a web page, nothing, a redirect, another API
├── StreamErrorEvent       the server reported an error in mid-stream
├── StreamInterrupted      the answer ended before it was complete
└── Cancelled              the caller ended it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from components.domain.json_types import JsonObject


def lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers with their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


ConnectKind = Literal["dns", "refused", "unreachable", "tls", "proxy", "timeout", "lost"]


class ApiError(Exception):
    """`str(error)` is a sentence for the screen: what is wrong and what to do. It never holds the key."""

    retryable = False
    """Whether the same request may succeed when sent again."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        type: str | None = None,  # noqa: A002 - the API's own word
        error_code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        partial: JsonObject | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status, when an answer began."""
        self.type = type
        """`error.type` of the body."""
        self.error_code = error_code
        """`error.details.error_code` of the body: the one to branch on."""
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds the server asked us to wait, when it did."""
        self.body = body
        """What the server sent, as it stands but for the key, when it refused."""
        self.partial = partial
        """The Message as far as it had come, when it had begun."""
        self.headers = lower_case(headers or {})
        """The headers of the answer, names in lower case; empty when none came."""


class BadSettings(ApiError): ...


class UnsendableRequest(ApiError): ...


class ConnectError(ApiError):
    def __init__(self, message: str, *, kind: ConnectKind) -> None:
        super().__init__(message)
        self.kind = kind
        self.retryable = kind != "tls"


class StatusError(ApiError):
    """An answer with an error status, or an error body under status 200."""


class InvalidRequest(StatusError): ...


class SpendLimitReached(StatusError): ...


class AuthenticationFailed(StatusError): ...


class PaymentRequired(StatusError): ...


class PermissionDenied(StatusError): ...


class NotFound(StatusError): ...


class Conflict(StatusError): ...


class RequestTooLarge(StatusError): ...


class RateLimited(StatusError): ...


class ServerError(StatusError): ...


class Overloaded(ServerError): ...


class NotAMessagesApi(ApiError): ...


class StreamErrorEvent(ApiError): ...


class StreamInterrupted(ApiError): ...


class Cancelled(ApiError): ...
