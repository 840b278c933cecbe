"""The official Python SDK, `anthropic` 2.

Decisions, each tried with 2.12.0:

- The API version is always named: each major of the SDK sends a version of its own choice.
- Betas go through the `anthropic-beta` header. `client.beta.messages` would post to `/v1/messages?beta=true`.
- Fields and values that the signature does not take go through `extra_body`, which the SDK merges unchanged.
- Where the SDK insists on streaming, an explicit timeout lets the request through as it is.
"""

from __future__ import annotations

from typing import ClassVar, Final

from components.domain.json_types import Json, JsonObject
from components.snippets.layout import Layout, bare, bare_lines, columns, preferred_quote
from components.snippets.request_parts import RequestParts
from components.snippets.sdk_limits import LONG_TIMEOUT_S, needs_timeout
from components.snippets.target import Target


class PythonLayout(Layout):
    """Python literals as `ruff format` and Black leave them."""

    width = 88
    step = "    "
    words: ClassVar = {None: "None", True: "True", False: "False"}

    def quote(self, text: str) -> str:
        mark = preferred_quote(text)
        return mark + bare(text).replace(mark, f"\\{mark}") + mark

    def block(self, text: str) -> str:
        core = text.rstrip('"')
        inside = bare_lines(core).replace('"""', r"\"\"\"") + r"\"" * (len(text) - len(core))
        return f'"""\\\n{inside}"""'

    def number(self, number: float) -> str:
        return repr(number).replace("e+", "e")


_LAYOUT: Final = PythonLayout()

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

_REQUIRED: Final = ("model", "max_tokens", "messages")


def _render(parts: RequestParts) -> str:
    call = "\n".join(_call_arguments(parts.body))
    if parts.stream:
        rest = (
            f"with client.messages.stream(\n{call}\n) as stream:\n"
            "    for text in stream.text_stream:\n"
            '        print(text, end="", flush=True)\n'
        )
    else:
        rest = (
            f"message = client.messages.create(\n{call}\n)\n"
            "for block in message.content:\n"
            '    if block.type == "text":\n'
            "        print(block.text)\n"
        )
    return f"import anthropic\n\n{_client(parts)}\n\n{rest}"


def _client(parts: RequestParts) -> str:
    options: JsonObject = {}
    if parts.own_base_url:
        options["base_url"] = parts.own_base_url
    options["default_headers"] = {**parts.headers}
    if not parts.stream and needs_timeout(parts.body):
        options["timeout"] = LONG_TIMEOUT_S
    flat = ", ".join(f"{name}={_LAYOUT.one_line(value)}" for name, value in options.items())
    line = f"client = anthropic.Anthropic({flat})"
    if columns(line) <= _LAYOUT.width:
        return line
    return "\n".join(["client = anthropic.Anthropic(", *_arguments(options), ")"])


def _call_arguments(body: JsonObject) -> list[str]:
    taken = {name: value for name, value in body.items() if _fits(name, value)}
    extra = {name: value for name, value in body.items() if name not in taken}
    if extra:
        taken["extra_body"] = extra
    missing = [f"    {name}=anthropic.omit," for name in _REQUIRED if name not in taken]
    return [*missing, *_arguments(taken)]


def _fits(name: str, value: Json) -> bool:
    if name == "thinking":
        return isinstance(value, dict) and "type" in value
    return type(value) in _ARGUMENTS.get(name, ())


def _arguments(fields: JsonObject) -> list[str]:
    return [_LAYOUT.field(f"{name}=", value, _LAYOUT.step) for name, value in fields.items()]


TARGET: Final = Target("python", "Python SDK", "python", ".py", _render, "python {file}")
