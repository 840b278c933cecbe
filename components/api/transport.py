"""One request and its raw answer: `requests` underneath, its exceptions translated, nothing retried."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlsplit

import requests
import urllib3
from requests.utils import get_environ_proxies

from components.api.cancel import CancelToken, Line
from components.api.connect_errors import connect_error
from components.api.connections import CURRENT_LINE, Adapter
from components.api.errors import ApiError, BadSettings, StreamInterrupted
from components.api.settings import Timeouts
from components.domain.connection import is_loopback

_READ_SIZE = 65536

_LAST_BYTES_S = 0.1
"""How long the end of the body may follow the last event, for the connection to be kept."""

_LAST_READS = 8


class Transport:
    """Pooled connections to one base URL. Proxies and the CA bundle are read from the environment here, once.

    The adapter is used without a `requests.Session`, which would look up proxies and netrc for each call
    (netrc would even replace our key), keep cookies, and follow redirects with the key.
    """

    def __init__(self, base_url: str, headers: Mapping[str, str], timeouts: Timeouts) -> None:
        """`headers` go with every request. Raises `BadSettings` for a URL that cannot be used."""
        self.host = urlsplit(base_url).netloc
        self._timeouts = timeouts
        # A proxy does not reach this machine, whatever NO_PROXY leaves out.
        local = is_loopback(urlsplit(base_url).hostname or "")
        self._proxies: dict[str, str] = {} if local else dict(get_environ_proxies(base_url))
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._verify: bool | str = bundle or True
        self._timeout = (timeouts.connect_s, timeouts.silence_s)
        self._adapter = Adapter()

        self._template = requests.PreparedRequest()
        """Copied for each call, which is cheaper than preparing, and keeps the key out of every repr."""
        try:
            self._template.prepare(method="POST", url=base_url, headers=dict(headers))
        except (requests.RequestException, ValueError) as cause:
            raise BadSettings("The base URL cannot be read: check its host and its port.") from cause
        self._base_url = str(self._template.url).rstrip("/")

    def send(
        self, path: str, body: bytes | None, headers: Mapping[str, str], token: CancelToken | None
    ) -> Reply:
        """POST `body` (GET without one) and return when the headers of the answer are there.

        Raises `ConnectError`, and `Cancelled` when the token ends it.
        """
        request = self._template.copy()
        request.url = self._base_url + path
        request.headers.update(headers)
        if body is None:
            request.method = "GET"
            del request.headers["content-type"], request.headers["content-length"]
        else:
            request.body = body
            request.headers["content-length"] = str(len(body))
        if token is None:
            return Reply(self._send(request), self._timeouts.silence_s, None)
        token.check()
        line = Line(token)
        current = CURRENT_LINE.set(line)
        try:
            response = self._send(request)
        except BaseException:
            line.let_go()
            token.check()
            raise
        finally:
            CURRENT_LINE.reset(current)
        return Reply(response, self._timeouts.silence_s, line)

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        try:
            return self._adapter.send(
                request, stream=True, timeout=self._timeout, verify=self._verify, proxies=self._proxies
            )
        except ApiError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as cause:
            if isinstance(cause, requests.RequestException):
                cause.request = None  # It holds the key.
            raise connect_error(cause, self.host, self._timeouts) from cause

    def close(self) -> None:
        self._adapter.close()


class Reply:
    """An answer whose headers have come. Close it, or read it to its end."""

    def __init__(self, response: requests.Response, silence_s: float, line: Line | None) -> None:
        self._raw: urllib3.BaseHTTPResponse = response.raw
        self._silence_s = silence_s
        self._line = line
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.request_id = self.headers.get("request-id")

    def read_some(self) -> bytes:
        """Return what has arrived, waiting for at least one byte; b"" at the end. Raises `StreamInterrupted`.

        `read1`, because `iter_content` and `iter_lines` hold bytes back when the answer is not chunked.
        """
        try:
            data = self._raw.read1(_READ_SIZE, decode_content=True)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as cause:
            self._check_cancelled()
            self._interrupted(cause)
        if not data:
            self._check_cancelled()
        return data or b""

    def read_all(self) -> bytes:
        """Return the whole body. Raises `StreamInterrupted`."""
        pieces = []
        while piece := self.read_some():
            pieces.append(piece)
        self.close()
        return b"".join(pieces)

    def read_at_most(self, size: int) -> bytes:
        """Return the start of the body, as much of it as can be had: for error bodies."""
        pieces, received = [], 0
        try:
            while received < size and (piece := self.read_some()):
                pieces.append(piece)
                received += len(piece)
        except StreamInterrupted:
            pass
        self.close()
        return b"".join(pieces)[:size]

    def finish(self) -> None:
        """The answer is complete: read its end, when it comes soon, so that the connection is used again."""
        if self._line:
            self._line.let_go()
        connection = getattr(self._raw, "_connection", None)
        sock = getattr(connection, "sock", None)
        if sock is not None:
            try:
                sock.settimeout(_LAST_BYTES_S)
                for _ in range(_LAST_READS):
                    if not self._raw.read1(_READ_SIZE, decode_content=True):
                        break
            except (urllib3.exceptions.HTTPError, OSError, ValueError):
                pass
        self.close()

    def close(self) -> None:
        """End the answer; the connection is kept only when everything was read."""
        if self._line:
            self._line.let_go()
        self._raw.close()
        self._raw.release_conn()

    def _check_cancelled(self) -> None:
        if self._line:
            self._line.token.check()

    def _interrupted(self, cause: Exception) -> NoReturn:
        if isinstance(cause, urllib3.exceptions.ReadTimeoutError):
            sentence = f"The server sent nothing for {self._silence_s:g} s, so the answer was given up."
        elif isinstance(cause, urllib3.exceptions.DecodeError):
            sentence = "The answer is compressed in a way that cannot be read, or was damaged on its way."
        else:
            sentence = "The connection broke before the answer was complete."
        raise StreamInterrupted(
            f"{sentence} The part received is kept; run again for a whole answer.",
            status=self.status,
            request_id=self.request_id,
            headers=self.headers,
        ) from cause
