"""JavaScript with the `fetch` that Node brings along since version 18; no package is needed.

Decisions, each tried with Node 20:

- An ES module (`.mjs`): it may `await` on its outermost level, in whatever folder it lies.
- `redirect: "manual"`: a redirect is an answer like any other, and the key goes nowhere else.
- Node's `fetch` waits five minutes for the first byte and has no option for it (undici, `headersTimeout`); a
  comment says so where an answer may take longer.
- Lines are cut by hand: `node:readline` also cuts at U+2028, which JSON may hold. A line end that falls
  between two chunks makes an empty line more, which means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import Final

from components.domain.json_types import JsonObject
from components.snippets.javascript_layout import NODE_WAITS, JavaScriptLayout, Name, calls_in_json, names_for
from components.snippets.javascript_values import changed_number, changed_order
from components.snippets.json_text import json_parts
from components.snippets.request_parts import RequestParts
from components.snippets.sdk_limits import needs_timeout
from components.snippets.target import Target

_NAMES_IN_MAIN: Final = {
    "apiKey", "body", "console", "endpoint", "fetch", "inJson", "main", "process", "readFileSync", "response",
}  # fmt: skip


def _render(parts: RequestParts) -> str:
    return _Program(parts).source()


@dataclass(frozen=True)
class _Program:
    """The snippet of one request. Blocks and statements end in a newline; a blank line parts the blocks."""

    parts: RequestParts

    def source(self) -> str:
        blocks = [self._constants()]
        if self.parts.files:
            blocks.insert(0, 'import { readFileSync } from "node:fs";\n')
        if self._text_reason and calls_in_json(self.parts):
            blocks.append("const inJson = (text) => JSON.stringify(text).slice(1, -1);\n")
        if self.parts.form.template:
            signature = self._layout.signature("async function main", self._layout.names.values(), " {")
            values = [argument.value for argument in self.parts.arguments]
            blocks.append(f"{signature}\n{self._statements('  ')}}}\n")
            blocks.append(f"{self._layout.call('await main', values)};\n")
        else:
            blocks.append(self._statements(""))
        return "\n".join(blocks)

    @cached_property
    def _layout(self) -> JavaScriptLayout:
        return JavaScriptLayout(
            names_for([each.name for each in self.parts.arguments], _NAMES_IN_MAIN), numeric_keys=True
        )

    @cached_property
    def _text_reason(self) -> str | None:
        """Why the body is JSON text, where it must be."""
        return changed_number(self.parts.body) or changed_order(self.parts.body)

    def _constants(self) -> str:
        endpoint = self._layout.constant("endpoint", self.parts.url)
        return (
            f"{endpoint}"
            "const apiKey = process.env.ANTHROPIC_API_KEY;\n"
            'if (!apiKey) throw new Error("Please set ANTHROPIC_API_KEY.");\n'
        )

    def _statements(self, level: str) -> str:
        return (
            f"{self._text(level)}"
            f"{self._comment(level)}"
            f"{level}const response = await fetch(endpoint, {{\n"
            f'{level}  method: "POST",\n'
            f'{level}  redirect: "manual",\n'
            f"{self._layout.field('headers: ', self._headers(), level + '  ')}\n"
            f"{self._body(level)}"
            f"{level}}});\n"
            f"{indent(self._shown(), level)}"
        )

    def _text(self, level: str) -> str:
        if self._text_reason is None:
            return ""
        literal = self._layout.json_text(json_parts(self.parts.wire_body))
        return f"{level}// As JSON text, because {self._text_reason}.\n{level}const body = {literal};\n\n"

    def _comment(self, level: str) -> str:
        waits = not self.parts.stream and not self.parts.form.count_tokens and needs_timeout(self.parts.body)
        return f"{level}{NODE_WAITS}\n" if waits else ""

    def _headers(self) -> JsonObject:
        credential: JsonObject = {"x-api-key": Name.of((), "apiKey")}
        if self.parts.auth == "bearer":
            credential = {"authorization": Name.of((), "`Bearer ${apiKey}`")}
        return {**credential, **self.parts.headers, "content-type": "application/json"}

    def _body(self, level: str) -> str:
        if self._text_reason:
            return f"{level}  body,\n"
        fields = [
            self._layout.field(f"{self._layout.key(name)}: ", value, level + "    ")
            for name, value in self.parts.wire_body.items()
        ]
        return "\n".join([f"{level}  body: JSON.stringify({{", *fields, f"{level}  }}),\n"])

    def _shown(self) -> str:
        answer = _SHOW_MESSAGE
        if self.parts.form.count_tokens:
            answer = _SHOW_COUNT
        elif self.parts.stream:
            answer = _SHOW_EVENTS
        return f"if (response.ok) {{\n{answer}}} else {{\n{_SHOW_ERROR}}}\n"


_SHOW_ERROR: Final = """\
  console.error(response.status, await response.text());
  process.exitCode = 1;
"""
_SHOW_COUNT: Final = """\
  const count = await response.json();
  console.log(count.input_tokens);
"""
_SHOW_MESSAGE: Final = """\
  const message = await response.json();
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
"""
_SHOW_EVENTS: Final = r"""
  const decoder = new TextDecoder();
  let rest = "";
  let last;
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\r|\n/);
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data:")) continue;
      const event = JSON.parse(line.slice("data:".length));
      last = event.type;
      if (event.delta?.type === "text_delta") {
        process.stdout.write(event.delta.text);
      } else if (event.type === "error") {
        console.error(line);
        process.exitCode = 1;
      }
    }
  }
  if (last !== "message_stop") {
    console.error("The answer ended early.");
    process.exitCode = 1;
  }
""".removeprefix("\n")

TARGET: Final = Target(
    "javascript",
    "JavaScript fetch",
    "javascript",
    ".mjs",
    _render,
    "node {file}",
    "Node.js 18 or newer, and no package",
)
