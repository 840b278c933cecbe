"""Programs with the official Python SDK, `anthropic` 2, with the client that waits and the one that awaits.

Decisions, each tried with 2.12.0:

- The API version is always named: each major of the SDK sends a version of its own choice.
- Betas go through the `anthropic-beta` header. `client.beta.messages` would post to `/v1/messages?beta=true`.
- Fields and values that the signature does not take go through `extra_body`, which the SDK merges unchanged.
- Where the SDK insists on streaming, an explicit timeout lets the request through as it is.
- `count_tokens` sends the fields it is given, no others.
- `message.content` goes back into `messages` as it is: the SDK sends what the service had said, nothing less
  and nothing more. Streams are the exception, see `_LOST_IN_STREAMS`.
- `parse` and `stream` derive a schema from a pydantic class, and it differs from ours: pydantic adds titles,
  the SDK takes out what it thinks unsupported. `extra_body` wins over it; the class only reads the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.snippets.form import UnavailableForm
from components.snippets.layout import columns
from components.snippets.python_layout import PythonLayout
from components.snippets.python_models import Models, models
from components.snippets.python_program import imports, layout_of, program
from components.snippets.python_tools import definitions, send_back
from components.snippets.request_parts import RequestParts
from components.snippets.sdk_limits import LONG_TIMEOUT_S, needs_timeout
from components.snippets.sdk_loop import why_no_loop

_ARGUMENTS: Final[dict[str, tuple[type, ...]]] = {
    "model": (str,),
    "max_tokens": (int, float),
    "messages": (list,),
    "cache_control": (dict,),
    "container": (str, dict),
    "diagnostics": (dict,),
    "inference_geo": (str,),
    "metadata": (dict,),
    "output_config": (dict,),
    "service_tier": (str,),
    "speed": (str,),
    "stop_sequences": (list,),
    "system": (str, list),
    "thinking": (dict,),
    "tool_choice": (dict,),
    "tools": (list,),
}
"""The body fields in the signatures of `messages.create` and `messages.stream`, with the types they take."""

_NOT_IN_PARSE: Final = frozenset({"cache_control", "container", "inference_geo"})
_NOT_IN_COUNT_TOKENS: Final = frozenset(
    {"max_tokens", "container", "diagnostics", "inference_geo", "metadata", "service_tier", "stop_sequences"}
)
_REQUIRED: Final = ("model", "max_tokens", "messages")


@dataclass(frozen=True, slots=True)
class Client:
    """One of the two clients."""

    name: str
    asynchronous: bool

    @property
    def wait(self) -> str:
        return "await " if self.asynchronous else ""

    @property
    def each(self) -> str:
        """Before `for` and `with`."""
        return "async " if self.asynchronous else ""


WAITING: Final = Client("Anthropic", asynchronous=False)
AWAITING: Final = Client("AsyncAnthropic", asynchronous=True)


def render(parts: RequestParts, client: Client) -> str:
    """Return the program. Raises `UnavailableForm`."""
    return _Writer(parts, client).render()


class _Writer:
    """Writes one program."""

    def __init__(self, parts: RequestParts, client: Client) -> None:
        self.parts = parts
        self.client = client
        self.layout: PythonLayout = layout_of(parts)
        self.models: Models | None = None
        form = parts.form
        if form.parsed and form.tool_loop:
            raise UnavailableForm(
                "The SDK's helper reads every text as JSON, also what the model says before it calls a tool: "
                "choose one of the two forms."
            )
        if form.parsed:
            assert parts.output_schema is not None
            self.models = models(parts.output_schema, self.layout)
        if form.tool_loop and (why := why_no_loop(parts)):
            raise UnavailableForm(why)

    def render(self) -> str:
        parts = self.parts
        defined: list[str] = []
        if self.models:
            defined += self.models.classes
        if parts.form.tool_loop:
            defined += definitions(parts.tools, self.layout, asynchronous=self.client.asynchronous)
        if self.client.asynchronous:
            head, statements = self._imports(), self._with_client
        else:
            head = f"{self._imports()}\n\n{self._client('client = ', '', '')}"
            statements = self._statements
        return program(head, defined, statements, parts, self.layout, asynchronous=self.client.asynchronous)

    def _imports(self) -> str:
        standard = ["import asyncio"] if self.client.asynchronous else []
        packages = ["import anthropic"]
        if self.models:
            standard += self.models.standard_imports
            packages += self.models.package_imports
        return imports(standard, packages, self.parts)

    def _with_client(self, indent: str) -> str:
        """Unless it is closed, sockets stay open when the loop has ended."""
        inner = indent + self.layout.step
        return f"{self._client('async with ', ' as client:', indent)}\n{self._statements(inner)}"

    def _client(self, before: str, after: str, indent: str) -> str:
        parts, layout = self.parts, self.layout
        options: JsonObject = {}
        if parts.own_base_url:
            options["base_url"] = parts.own_base_url
        options["default_headers"] = {**parts.headers}
        if not parts.stream and not parts.form.count_tokens and needs_timeout(parts.body):
            options["timeout"] = LONG_TIMEOUT_S
        start = f"{indent}{before}anthropic.{self.client.name}("
        flat = ", ".join(f"{name}={layout.one_line(value)}" for name, value in options.items())
        if columns(f"{start}{flat}){after}") <= layout.width:
            return f"{start}{flat}){after}"
        fields = [layout.field(f"{name}=", value, indent + layout.step) for name, value in options.items()]
        return "\n".join([start, *fields, f"{indent}){after}"])

    def _statements(self, indent: str) -> str:
        form = self.parts.form
        if form.count_tokens:
            call = self._call("count_tokens", indent)
            return f"{indent}count = {self.client.wait}{call}\n{indent}print(count.input_tokens)"
        if form.tool_loop:
            return self._loop(indent)
        if self.parts.stream:
            return self._streamed(indent)
        if form.parsed:
            call = self._call("parse", indent)
            return f"{indent}message = {self.client.wait}{call}\n{indent}print(message.parsed_output)"
        return self._whole(indent)

    def _whole(self, indent: str) -> str:
        return (
            f"{indent}message = {self.client.wait}{self._call('create', indent)}\n"
            f"{indent}for block in message.content:\n"
            f'{indent}    if block.type == "text":\n'
            f"{indent}        print(block.text)"
        )

    def _streamed(self, indent: str) -> str:
        form = self.parts.form
        # An argument may be called `text`.
        text = "chunk" if self.parts.arguments else "text"
        lines = (
            f"{indent}{self.client.each}with {self._call('stream', indent)} as stream:\n"
            f"{indent}    {self.client.each}for {text} in stream.text_stream:\n"
            f'{indent}        print({text}, end="", flush=True)'
        )
        if form.parsed or form.tool_loop:
            lines += f"\n{indent}    message = {self.client.wait}stream.get_final_message()\n{indent}print()"
        if form.parsed:
            lines += f"\n{indent}print(message.parsed_output)"
        return lines

    def _loop(self, indent: str) -> str:
        start = f"{indent}messages: list[anthropic.types.MessageParam] = "
        messages = self.layout.value(self.parts.body["messages"], indent, columns(start) - 1)
        inner = indent + self.layout.step
        turn = self._streamed(inner) if self.parts.stream else self._whole(inner)
        end = send_back(inner, wait=self.client.wait)
        return "\n".join([f"{start}{messages}", f"{indent}while True:", turn, end])

    def _call(self, method: str, indent: str) -> str:
        inner = indent + self.layout.step
        return "\n".join([f"client.messages.{method}(", *self._arguments(method, inner), f"{indent})"])

    def _arguments(self, method: str, indent: str) -> list[str]:
        body = self.parts.body
        extra = {name: value for name, value in body.items() if not _fits(name, value, method)}
        if self.models:
            extra["output_config"] = body["output_config"]
        lines = [
            f"{indent}{name}=anthropic.omit,"
            for name in _REQUIRED
            if (name not in body or name in extra) and name not in _absent_from(method)
        ]
        for name, value in body.items():
            if name == "output_config" and self.models:
                lines.append(f"{indent}output_format={self.models.root},")
            elif name == "messages" and self.parts.form.tool_loop:
                lines.append(f"{indent}messages=messages,")
            elif name not in extra:
                lines.append(self.layout.field(f"{name}=", value, indent))
        if extra:
            if self.models:
                lines.append(f"{indent}# This very schema: the SDK would derive another one from the class.")
            lines.append(self.layout.field("extra_body=", extra, indent))
        return lines


def _fits(name: str, value: Json, method: str) -> bool:
    if name in _absent_from(method):
        return False
    if name == "thinking":
        return isinstance(value, dict) and "type" in value
    # What is put together is a string, by another class.
    return (str if isinstance(value, str) else type(value)) in _ARGUMENTS.get(name, ())


def _absent_from(method: str) -> frozenset[str]:
    """Fields of `_ARGUMENTS` that are not in the signature of a method."""
    return {"parse": _NOT_IN_PARSE, "count_tokens": _NOT_IN_COUNT_TOKENS}.get(method, frozenset())
