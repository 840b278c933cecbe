"""The app's own side of a comparison: its client sends the request to the recording server."""

from __future__ import annotations

from components.api.cancel import CancelToken
from components.api.client import Client, RetryPolicy, Timeouts
from components.domain.connection import Auth
from components.domain.request import Request
from components.services.verification.recorder import Received, Recorder

_MAILBOX = "app"
_SILENCE_S = 30.0


def own_request(
    request: Request, recorder: Recorder, key: str, *, auth: Auth = "x-api-key", count_tokens: bool = False
) -> Received:
    """Send a request as a run does, or as its tokens are counted, and return it as it arrived.

    Raises `ApiError`.
    """
    client = Client(
        recorder.base_url(_MAILBOX),
        key,
        anthropic_version=request.anthropic_version,
        auth=auth,
        timeouts=Timeouts(silence_s=_SILENCE_S),
        retry=RetryPolicy(attempts=1),
    )
    try:
        if count_tokens:
            client.count_tokens(request.body, betas=request.betas)
        elif request.stream:
            with client.stream_request(request) as stream:
                for _ in stream:
                    """To its end, as a run does."""
        else:
            client.create_request(request, cancel=CancelToken())
    finally:
        client.close()
    return recorder.mailboxes[_MAILBOX][-1]
