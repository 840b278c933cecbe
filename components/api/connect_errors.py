"""Why no answer came: exceptions of `requests` and urllib3 → `ConnectError`, in words."""

from __future__ import annotations

import errno
import ssl

import requests
from urllib3 import exceptions

from components.api.errors import ConnectError
from components.api.settings import Timeouts


def connect_error(cause: BaseException, host: str, timeouts: Timeouts) -> ConnectError:
    """Return the error for a request that got no answer.

    Nothing of the proxy's URL is quoted: it may hold a password.
    """
    reason = _reason(cause)
    if isinstance(reason, exceptions.ProxyError | requests.exceptions.ProxyError) or isinstance(
        cause, requests.exceptions.InvalidProxyURL | requests.exceptions.InvalidSchema
    ):
        return ConnectError(
            "The proxy set in the environment (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) did not pass "
            f"the request on: check it, or list {host} in NO_PROXY.",
            kind="proxy",
        )
    if isinstance(reason, exceptions.SSLError | ssl.SSLError):
        return ConnectError(_tls_sentence(str(reason), host), kind="tls")
    if isinstance(reason, exceptions.NameResolutionError):
        return ConnectError(
            f"No server is known under the name {host}: check the base URL for a typing mistake, "
            "and the connection to the internet.",
            kind="dns",
        )
    if isinstance(reason, exceptions.NewConnectionError):
        return _not_connected(reason.__cause__, host)
    if isinstance(reason, exceptions.ConnectTimeoutError):
        return ConnectError(
            f"{host} could not be reached within {timeouts.connect_s:g} s: check the network, "
            "a firewall or VPN, and the base URL.",
            kind="timeout",
        )
    if isinstance(reason, exceptions.ReadTimeoutError | TimeoutError):
        return ConnectError(
            f"{host} is there but did not answer in time: run again, or stream the answer, "
            "so that it begins sooner.",
            kind="timeout",
        )
    if isinstance(reason, exceptions.LocationParseError | UnicodeError):
        return ConnectError(f"{host} is not a name that a server can have: check the base URL.", kind="dns")
    if isinstance(reason, OSError) and "TLS CA" in str(reason):
        return ConnectError(
            "The file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names does not exist: "
            "correct the variable or unset it.",
            kind="tls",
        )
    return ConnectError(
        f"{host} closed the connection without an answer: run again; if it stays so, check that the base URL "
        "leads to a Messages API.",
        kind="lost",
    )


def _reason(cause: BaseException) -> BaseException:
    """The innermost exception that still says what kind of failure it was."""
    while True:
        inner: object = getattr(cause, "reason", None)
        if not isinstance(inner, BaseException):
            inner = cause.args[0] if isinstance(cause, requests.RequestException) and cause.args else None
        if not isinstance(inner, BaseException):
            return cause
        cause = inner


def _not_connected(cause: BaseException | None, host: str) -> ConnectError:
    code = cause.errno if isinstance(cause, OSError) else None
    if code == errno.ECONNREFUSED:
        return ConnectError(
            f"Nothing listens at {host}: start the server, or check host and port of the base URL.",
            kind="refused",
        )
    return ConnectError(
        f"There is no way to {host}: check the network and the base URL.",
        kind="unreachable",
    )


def _tls_sentence(reason: str, host: str) -> str:
    if "WRONG_VERSION_NUMBER" in reason or "RECORD_LAYER_FAILURE" in reason:
        return (
            f"{host} does not speak TLS: the base URL probably has to begin with http:// instead of https://."
        )
    if "CERTIFICATE_VERIFY_FAILED" in reason or "match" in reason:
        return (
            f"The certificate of {host} is not trusted: check the base URL; if your network has its own "
            "certificate authority, name its file in REQUESTS_CA_BUNDLE."
        )
    return (
        f"No secure connection to {host} came about: check the base URL, and whether a proxy is in between."
    )
