"""What every target needs to know of one request, checked and put in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Required, TypeAlias, TypedDict, Unpack

from components.domain.json_types import Json, JsonObject
from components.domain.request import counted, encode
from components.snippets.addresses import base_url_for_all
from components.snippets.form import PLAIN, Form, UnavailableForm
from components.snippets.spliced import Argument, FileContent, Spliced
from components.snippets.splicing import with_arguments, with_files

Auth: TypeAlias = Literal["x-api-key", "bearer"]

DEFAULT_BASE_URL: Final = "https://api.anthropic.com"
MESSAGES: Final = "/v1/messages"
COUNT_TOKENS: Final = "/v1/messages/count_tokens"

_FIRST: Final = (
    "model",
    "max_tokens",
    "stream",
    "system",
    "thinking",
    "output_config",
    "tools",
    "tool_choice",
    "stop_sequences",
)
_LAST: Final = "messages"

_HEADER_WORD: Final = re.compile(r"[!-+\--~]+")


@dataclass(frozen=True)
class RequestParts:
    """One `POST {base_url}{path}`, and how it is to be written down."""

    body: JsonObject
    """Without a `stream` that streams; the model first, the messages last, as the official examples have it.

    Strings that the program puts together when it runs are `Spliced`.
    """
    stream: bool
    anthropic_version: str
    betas: tuple[str, ...]
    base_url: str
    """Without a slash at its end; see `base_url_for_all`."""
    auth: Auth
    form: Form = PLAIN

    @property
    def path(self) -> str:
        return COUNT_TOKENS if self.form.count_tokens else MESSAGES

    @property
    def url(self) -> str:
        return self.base_url + self.path

    @property
    def wire_body(self) -> JsonObject:
        """What arrives at the service: the body, with `stream` where it streams."""
        if not self.stream:
            return self.body
        return _in_reading_order({**self.body, "stream": True})

    @property
    def headers(self) -> dict[str, str]:
        """The headers that choose how the service reads the body. The key is not among them."""
        headers = {"anthropic-version": self.anthropic_version}
        if self.betas:
            headers["anthropic-beta"] = ",".join(self.betas)
        return headers

    @property
    def own_base_url(self) -> str | None:
        """The base URL where it is not the one that SDKs use by themselves."""
        return None if self.base_url == DEFAULT_BASE_URL else self.base_url

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The variables, each once, in order of appearance."""
        return tuple(dict.fromkeys(part for part in self._parts if isinstance(part, Argument)))

    @cached_property
    def files(self) -> tuple[FileContent, ...]:
        """The files that stand beside the snippet, each once."""
        return tuple(dict.fromkeys(part for part in self._parts if isinstance(part, FileContent)))

    @property
    def tools(self) -> list[JsonObject]:
        return own_tools(self.body)

    @property
    def output_schema(self) -> JsonObject | None:
        """The schema of `output_config.format`, where there is one."""
        config = self.body.get("output_config")
        wanted = config.get("format") if isinstance(config, dict) else None
        schema = wanted.get("schema") if isinstance(wanted, dict) else None
        return schema if isinstance(schema, dict) else None

    @property
    def _parts(self) -> Iterator[object]:
        return (part for text in _spliced(self.body) for part in text.parts)


class Writing(TypedDict, total=False):
    """What may be said about a request, besides its body."""

    anthropic_version: Required[str]
    betas: Sequence[str]
    base_url: str
    stream: bool
    """`"stream": true` in the body means the same."""
    auth: Auth
    form: Form
    values: Mapping[str, str]
    """Of the variables, for `form.template`."""
    file_names: Mapping[str, str]
    """Of attached files that have no name in the request, by the hex SHA-256 of their content."""


def own_tools(body: Mapping[str, Json]) -> list[JsonObject]:
    """The tools that the caller runs: those with a name and a schema of their own."""
    tools = body.get("tools")
    return [
        tool
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict)
        and isinstance(tool.get("name"), str)
        and isinstance(tool.get("input_schema"), dict)
    ]


def request_parts(body: Mapping[str, Json], **writing: Unpack[Writing]) -> RequestParts:
    """Check a request and put its fields in reading order.

    With `form.template`, the body is a template body and `values` fill it. Raises `ValueError`, with a
    sentence for the screen, for what no request can carry: NaN and infinities, lone surrogates, header values
    with spaces or control characters, a base URL that is not http(s); `UnavailableForm` for a form that makes
    no sense here.
    """
    betas = tuple(writing.get("betas", ()))
    base_url = base_url_for_all(writing.get("base_url", DEFAULT_BASE_URL))
    form = writing.get("form", PLAIN)
    encode(body)
    for name in (writing["anthropic_version"], *betas):
        if not _HEADER_WORD.fullmatch(name):
            raise ValueError(
                f"{name!r} cannot stand in a header: use visible ASCII without spaces or commas."
            )
    stream = (writing.get("stream", False) or body.get("stream") is True) and not form.count_tokens
    written = dict(body)
    if stream or body.get("stream") is True:
        written.pop("stream", None)
    if form.count_tokens:
        written = counted(written)
    if form.template:
        written = with_arguments(written, writing.get("values", {}))
        encode(written)
    if form.attachments:
        written = with_files(written, writing.get("file_names", {}))
    parts = RequestParts(
        body=_in_reading_order(written),
        stream=stream,
        anthropic_version=writing["anthropic_version"],
        betas=betas,
        base_url=base_url,
        auth=writing.get("auth", "x-api-key"),
        form=form,
    )
    if problem := _senseless(parts):
        raise UnavailableForm(problem)
    return parts


def _senseless(parts: RequestParts) -> str | None:
    form = parts.form
    if form.count_tokens and (form.tool_loop or form.parsed):
        return "Counting tokens gives no answer: there is nothing to parse and no tool to run."
    if form.template and not parts.arguments:
        return "There is no {{variable}} in this prompt, so there are no arguments."
    if form.attachments and not parts.files:
        return "Nothing is attached to this request that could be a file."
    if form.tool_loop and not parts.tools:
        return "This request has no tool of your own, so there is nothing to run in a loop."
    if form.tool_loop and _must_call(parts.body.get("tool_choice")):
        return "With this tool_choice every answer calls a tool, so the loop would never end. Choose auto."
    if form.parsed and parts.output_schema is None:
        return "This request has no output schema, so there is nothing to parse."
    return None


def _must_call(tool_choice: Json) -> bool:
    return isinstance(tool_choice, dict) and tool_choice.get("type") in ("any", "tool")


def _spliced(value: Json) -> Iterator[Spliced]:
    match value:
        case Spliced():
            yield value
        case list():
            for each in value:
                yield from _spliced(each)
        case dict():
            for each in value.values():
                yield from _spliced(each)


def _in_reading_order(body: Mapping[str, Json]) -> JsonObject:
    middle = [name for name in body if name not in _FIRST and name != _LAST]
    return {name: body[name] for name in (*_FIRST, *middle, _LAST) if name in body}
