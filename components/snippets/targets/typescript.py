"""The official TypeScript SDK, `@anthropic-ai/sdk` 1.

Decisions, each tried with 1.12.0 on Node 20:

- The API version is always named: each major of the SDK sends a version of its own choice.
- Betas go through the `anthropic-beta` header. `client.beta.messages` would post to `/v1/messages?beta=true`.
- Fields that the SDK's types lack are sent unchanged; a type assertion lets them pass `tsc --strict`.
- Where the SDK insists on streaming, an explicit timeout lets the request through as it is.
- No top-level `await`: `npx tsx` refuses it in a folder whose package.json does not say `"type": "module"`.
- JavaScript writes 1.0 as 1, the same number. An integer it would round, or a field that the SDK moves into a
  header, makes the snippet send the body as JSON text instead (`_render_text`).
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from components.domain.json_types import Json, JsonObject
from components.snippets.json_text import readable_json
from components.snippets.layout import Layout, bare, bare_lines, columns, preferred_quote
from components.snippets.request_parts import RequestParts
from components.snippets.sdk_limits import LONG_TIMEOUT_S, needs_timeout
from components.snippets.target import Target
from components.snippets.typescript_types import fit

_LARGEST_EXACT: Final = 2**53 - 1
"""`Number.MAX_SAFE_INTEGER`."""
_MOVED_INTO_HEADERS: Final = {"user_profile_id", "workspace_id"}

_IDENTIFIER: Final = re.compile(r"[A-Za-z_$\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff][\w$]*", re.ASCII)
_SHORT_LABEL: Final = len("text: ")
_ESCAPE: Final = re.compile(r"\\(?:U([0-9a-f]{8})|.)")


class TypeScriptLayout(Layout):
    """TypeScript literals as Prettier leaves them."""

    width = 80
    step = "  "
    pad = " "
    words: ClassVar = {None: "null", True: "true", False: "false"}

    def quote(self, text: str) -> str:
        mark = preferred_quote(text)
        return mark + _javascript(bare(text)).replace(mark, f"\\{mark}") + mark

    def block(self, text: str) -> str:
        inside = _javascript(bare_lines(text)).replace("`", "\\`").replace("${", "\\${")
        return f"`{inside}`"

    def number(self, number: float) -> str:
        if float(number).is_integer() and abs(number) <= _LARGEST_EXACT:
            return str(int(number))
        return re.sub(r"e(-?)\+?0*", r"e\1", repr(number))

    def key(self, name: str) -> str:
        if name == "__proto__":  # uncomputed, it would set the prototype and not be sent
            return '["__proto__"]'
        return name if _IDENTIFIER.fullmatch(name) else self.quote(name)

    def must_break(self, items: list[Json]) -> bool:
        return len(items) > 1 and (
            all(isinstance(item, dict) and len(item) > 1 for item in items)
            or all(isinstance(item, list) and len(item) > 1 for item in items)
        )

    def field(self, label: str, value: Json, indent: str) -> str:
        line = super().field(label, value, indent)
        breaks = (
            isinstance(value, str)
            and len(label) > _SHORT_LABEL
            and columns(line) > self.width
            and "\n" not in line
        )
        return (
            f"{indent}{label.rstrip()}\n{indent}{self.step}{line[len(indent + label) :]}" if breaks else line
        )

    def _items(self, items: list[Json], indent: str) -> list[str]:
        if len(items) > 1 and all(type(item) in (int, float) for item in items):
            return self._filled(items, indent)
        return super()._items(items, indent)

    def _filled(self, numbers: list[Json], indent: str) -> list[str]:
        lines: list[str] = []
        line = indent
        for number in map(self._scalar, numbers):
            if line != indent and len(f"{line} {number},") > self.width:
                lines.append(line)
                line = indent
            line += f"{number}," if line == indent else f" {number},"
        return [*lines, line]


def _javascript(escapes: str) -> str:
    """Turn Python's escapes into JavaScript's: they differ beyond the basic plane alone."""
    if "\\U" not in escapes:
        return escapes
    return _ESCAPE.sub(lambda m: f"\\u{{{int(m[1], 16):x}}}" if m[1] else m[0], escapes)


_LAYOUT: Final = TypeScriptLayout()


def _render(parts: RequestParts) -> str:
    rounded = _rounded(parts.body)
    if rounded is not None:
        return _render_text(parts, f"a JavaScript number would round {rounded}")
    moved = sorted(_MOVED_INTO_HEADERS & parts.body.keys())
    if moved:
        return _render_text(parts, f"the SDK would move {moved[0]} into a header")
    if not isinstance(parts.body.get("messages"), list):
        return _render_text(parts, "the SDK would not take these messages")
    return _render_stream(parts) if parts.stream else _render_create(parts)


def _render_create(parts: RequestParts) -> str:
    return (
        f"{_head(parts)}\n"
        "async function main() {\n"
        f"  const message = await client.messages.create({_params(parts, '  ')});\n"
        f"{_PRINT_MESSAGE}"
        "}\n"
        "\n"
        "main();\n"
    )


def _render_stream(parts: RequestParts) -> str:
    return (
        f"{_head(parts)}\n"
        f"const stream = client.messages.stream({_params(parts, '')});\n"
        'stream.on("text", (text) => process.stdout.write(text));\n'
    )


def _render_text(parts: RequestParts, reason: str) -> str:
    options = '    body,\n    headers: { "content-type": "application/json" },\n'
    declarations = ""
    if parts.stream:
        options += "    stream: true,\n"
        declarations = "type Events = AsyncIterable<Anthropic.RawMessageStreamEvent>;\n\n"
        answer = "stream = await client.post<Events>"
        print_answer = (
            "  for await (const event of stream) {\n"
            '    if (event.type !== "content_block_delta") continue;\n'
            '    if (event.delta.type !== "text_delta") continue;\n'
            "    process.stdout.write(event.delta.text);\n"
            "  }\n"
        )
    else:
        answer = "message = await client.post<Anthropic.Message>"
        print_answer = _PRINT_MESSAGE
    return (
        f"{_head(parts)}\n"
        f"// As JSON text, because {reason}.\n"
        f"const body = {_LAYOUT.block(readable_json(parts.wire_body))};\n"
        "\n"
        f"{declarations}"
        "async function main() {\n"
        f'  const {answer}("{parts.path}", {{\n{options}  }});\n'
        f"{print_answer}"
        "}\n"
        "\n"
        "main();\n"
    )


_PRINT_MESSAGE: Final = (
    '  for (const block of message.content) {\n    if (block.type === "text") console.log(block.text);\n  }\n'
)


def _head(parts: RequestParts) -> str:
    options: JsonObject = {}
    if parts.own_base_url:
        options["baseURL"] = parts.own_base_url
    options["defaultHeaders"] = {**parts.headers}
    if not parts.stream and needs_timeout(parts.body):
        options["timeout"] = LONG_TIMEOUT_S * 1000
    start = "const client = new Anthropic("
    return (
        'import Anthropic from "@anthropic-ai/sdk";\n'
        "\n"
        f"{start}{_LAYOUT.value(options, '', len(start) + len(');') - 1)});\n"
    )


def _params(parts: RequestParts, indent: str) -> str:
    """The object of parameters, with the type assertion it needs."""
    fields = [
        _LAYOUT.field(f"{_LAYOUT.key(name)}: ", value, indent + _LAYOUT.step)
        for name, value in parts.body.items()
    ]
    kind = "MessageStreamParams" if parts.stream else "MessageCreateParamsNonStreaming"
    assertion = {
        "exact": "",
        "more": f" as Anthropic.{kind}",
        "other": f" as unknown as Anthropic.{kind}",
    }[fit(parts.body)]
    return "\n".join(["{", *fields, f"{indent}}}{assertion}"])


def _rounded(value: Json) -> int | None:
    """The first integer in a value that JavaScript cannot hold exactly."""
    match value:
        case bool():
            return None
        case int():
            return value if abs(value) > _LARGEST_EXACT else None
        case list():
            return next((n for n in map(_rounded, value) if n is not None), None)
        case dict():
            return next((n for n in map(_rounded, value.values()) if n is not None), None)
        case _:
            return None


TARGET: Final = Target("typescript", "TypeScript SDK", "typescript", ".ts", _render, "npx tsx {file}")
