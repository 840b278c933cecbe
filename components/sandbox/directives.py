"""Failures and odd behaviour on demand: `[sandbox:NAME key=value …]` in the prompt.

A directive is read from the last user turn and from the system prompt, and taken out before the answer is
composed. Several may stand together. `DIRECTIVES` lists them with their parameters and defaults. The HTTP
failures take `times=N`: the first N attempts of one request fail and the next succeeds, after which the
count begins anew; `times=0` fails every time.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from components.sandbox.errors import Refusal


@dataclass(frozen=True, slots=True)
class Directive:
    """One row of the table."""

    name: str
    effect: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Names and defaults."""
    status: int = 200
    message: str = ""
    error_code: str | None = None


_EVERY: Final = {"times": "0"}

DIRECTIVES: Final[Mapping[str, Directive]] = {
    row.name: row
    for row in (
        Directive(
            "rate-limit",
            "429 rate_limit_error with a retry-after header of so many seconds",
            {"retry-after": "1", "times": "0"},
            429,
            "This request would exceed your organization's rate limit. (simulated)",
        ),
        Directive(
            "spend-cap",
            "429 of the tier's spend cap: error_code enforced_spend_limit_reached, no retry-after",
            _EVERY,
            429,
            "You have reached your usage tier's monthly spend limit. (simulated)",
            "enforced_spend_limit_reached",
        ),
        Directive(
            "spend-limit",
            "400 of a spend limit that one set oneself",
            _EVERY,
            400,
            "You have reached your specified API usage limits. (simulated)",
        ),
        Directive("billing", "402 billing_error", _EVERY, 402, "Your payment method failed. (simulated)"),
        Directive(
            "permission",
            "403 permission_error",
            _EVERY,
            403,
            "Your API key does not have permission to use the specified resource. (simulated)",
        ),
        Directive("server-error", "500 api_error", _EVERY, 500, "Internal server error (simulated)"),
        Directive("timeout", "504 timeout_error", _EVERY, 504, "Request timed out (simulated)"),
        Directive("overloaded", "529 overloaded_error, then success", {"times": "1"}, 529, "Overloaded"),
        Directive("html", "a proxy's HTML page in place of JSON", {"status": "502", "times": "0"}),
        Directive("not-json", "200 with a body that is not JSON", _EVERY),
        Directive("slow", "so many tokens each second", {"tokens_per_s": "5"}),
        Directive("slow-first-byte", "so many seconds of silence before the response", {"seconds": "3"}),
        Directive("stream-error", "an overloaded_error event after so many tokens", {"after": "20"}),
        Directive("cut", "the connection drops after so many tokens", {"after": "20"}),
        Directive("no-stop", "the stream ends without message_stop"),
        Directive("unknown-event", "an event, a delta and a comment of kinds nobody knows, amid the others"),
        Directive("refusal", "stop_reason refusal after so many tokens", {"category": "cyber", "after": "0"}),
        Directive("pause", "stop_reason pause_turn with an unfinished web search; sent back, it goes on"),
        Directive("context-window", "stop_reason model_context_window_exceeded", {"after": "20"}),
        Directive("empty", "an end_turn without content"),
        Directive("echo", "the answer is exactly the text after the directive"),
        Directive("tokens", "an answer of exactly so many tokens", {"length": "1000"}),
        Directive(
            "calls", "so many tool calls at once; with web search alone, so many searches", {"count": "2"}
        ),
        Directive("tool-error", "the service's own tools fail with this error code", {"code": "unavailable"}),
        Directive(
            "blocks",
            "one block of every kind: stable, errors (of the service's tools) or beta",
            {"kinds": "stable"},
        ),
        Directive("priority", "served as if at Priority Tier: usage and headers say so"),
    )
}

_PATTERN: Final = re.compile(r"\[sandbox:([A-Za-z_-]+)((?:\s+[A-Za-z_-]+=[^\s\]]+)*)\s*\]")

_MOST: Final = {
    "retry-after": 86_400,
    "times": 100,
    "status": 599,
    "tokens_per_s": 100_000,
    "seconds": 3_600,
    "after": 1_000_000,
    "length": 200_000,
    "count": 20,
}
"""Numeric parameters and their largest values."""

_EVERY_TOOL: Final = ("unavailable", "invalid_tool_input", "too_many_requests")
_CODE_ERRORS: Final = (*_EVERY_TOOL, "execution_time_exceeded")
TOOL_ERROR_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "web_search_tool_result": (*_EVERY_TOOL, "max_uses_exceeded", "query_too_long", "request_too_large"),
    "web_fetch_tool_result": (
        *_EVERY_TOOL,
        "max_uses_exceeded",
        "url_too_long",
        "url_not_allowed",
        "url_not_in_prior_context",
        "url_not_accessible",
        "unsupported_content_type",
        "content_too_large",
    ),
    "code_execution_tool_result": _CODE_ERRORS,
    "bash_code_execution_tool_result": (*_CODE_ERRORS, "output_file_too_large"),
    "text_editor_code_execution_tool_result": (*_CODE_ERRORS, "file_not_found"),
    "tool_search_tool_result": _CODE_ERRORS,
}
"""Kind of result → its error codes. Source: Python SDK 2.12.0 `WebSearchToolResultErrorCode` and its like."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "category": ("cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms", "null"),
    "kinds": ("stable", "errors", "beta"),
    "code": tuple(dict.fromkeys(code for codes in TOOL_ERROR_CODES.values() for code in codes)),
}
"""Parameters that take one of these words."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The directives of one request with their parameters filled in."""

    given: Mapping[str, Mapping[str, str]]
    text: str
    """The text without them."""
    rest: str
    """What stood after the last directive, without one separating blank or newline."""

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def number(self, name: str, parameter: str) -> float:
        return float(self.given[name][parameter])

    def count(self, name: str, parameter: str) -> int:
        return int(self.number(name, parameter))

    def merged(self, other: Orders) -> Orders:
        """These, and those of another text."""
        return Orders({**other.given, **self.given}, self.text, self.rest)


def read(text: str) -> Orders:
    """Find the directives of a text. Raises `Refusal` (400) for names and values not in the table."""
    given: dict[str, Mapping[str, str]] = {}
    end = 0
    for match in _PATTERN.finditer(text):
        name = match[1].lower()
        row = DIRECTIVES.get(name)
        if row is None:
            _refuse(f"unknown directive '{name}'; known: {', '.join(DIRECTIVES)}")
        pairs = dict(pair.split("=", 1) for pair in match[2].split())
        for key, value in pairs.items():
            _check(name, row, key, value)
        given[name] = {**row.parameters, **pairs}
        end = match.end()
    if not given:
        return Orders({}, text, text)
    rest = text[end:]
    return Orders(given, _PATTERN.sub("", text).strip(), rest[1:] if rest[:1] in (" ", "\n") else rest)


def _check(name: str, row: Directive, key: str, value: str) -> None:
    if key not in row.parameters:
        _refuse(f"'{name}' takes {', '.join(row.parameters) or 'no parameters'}, not '{key}'")
    if key in _MOST:
        fits = re.fullmatch(r"\d+(\.\d+)?", value) and float(value) <= _MOST[key]
        if not fits or (key == "tokens_per_s" and float(value) == 0):
            _refuse(f"'{key}' must be a number up to {_MOST[key]}, not '{value}'")
    if key == "status" and not 400 <= float(value) <= 599:
        _refuse("'status' must be 400 to 599")
    if key in _CHOICES and value not in _CHOICES[key]:
        _refuse(f"'{key}' must be one of {', '.join(_CHOICES[key])}")


def _refuse(what: str) -> NoReturn:
    raise Refusal(400, f"sandbox directive: {what}")


@dataclass(slots=True)
class Attempts:
    """How often each request failed so far; forgets the oldest beyond `most`."""

    most: int = 1_000
    _counts: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def fails(self, fingerprint: str, times: int) -> bool:
        """Whether this attempt is one of those that fail; `times` 0: all of them."""
        if times == 0:
            return True
        count = self._counts.pop(fingerprint, 0)
        if count >= times:
            return False
        self._counts[fingerprint] = count + 1
        while len(self._counts) > self.most:
            self._counts.popitem(last=False)
        return True


def raise_failures(orders: Orders, fingerprint: str, attempts: Attempts) -> None:
    """Raise the `Refusal` an HTTP failure asks for, when this attempt is to fail."""
    for name in orders.given:
        row = DIRECTIVES[name]
        if row.status == 200 or not attempts.fails(f"{fingerprint} {name}", orders.count(name, "times")):
            continue
        headers = {"retry-after": orders.given[name]["retry-after"]} if name == "rate-limit" else {}
        raise Refusal(row.status, row.message, error_code=row.error_code, headers=headers)
