"""The official TypeScript SDK, `@anthropic-ai/sdk` 1.

Decisions, each tried with 1.12.0 on Node 20:

- The API version is always named: each major of the SDK sends a version of its own choice.
- Betas go through the `anthropic-beta` header. `client.beta.messages` would post to `/v1/messages?beta=true`.
- Fields that the SDK's types lack are sent unchanged; a type assertion lets them pass `tsc --strict`.
- Where the SDK insists on streaming, an explicit timeout lets the request through as it is.
- No top-level `await`: `npx tsx` refuses it in a folder whose package.json does not say `"type": "module"`.
- JavaScript writes 1.0 as 1, the same number. What its objects cannot hold, or a field that the SDK moves
  into a header, makes the snippet send the body as JSON text instead (`_post_text`).
- `jsonSchemaOutputFormat` rewrites a schema unless it is told `transform: false`. It then sends the schema as
  it is; that must be of type "object", and nothing stands beside it. JSON leaves out its function `parse`.
- What `messages.parse` and `finalMessage` add to content blocks, JSON leaves out too: they can be sent back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import Final

from components.domain.json_types import JsonObject
from components.snippets.form import WITH_SDK, UnavailableForm
from components.snippets.javascript_layout import NODE_WAITS, JavaScriptLayout, Name, calls_in_json, names_for
from components.snippets.javascript_values import changed_number, changed_order
from components.snippets.json_text import json_parts
from components.snippets.request_parts import RequestParts
from components.snippets.sdk_limits import LONG_TIMEOUT_S, needs_timeout
from components.snippets.sdk_loop import why_no_loop
from components.snippets.target import Target
from components.snippets.typescript_tools import ANSWER_TOOLS, tool_functions
from components.snippets.typescript_types import Fit, fit, infers

_MOVED_INTO_HEADERS: Final = {"user_profile_id", "workspace_id"}

_NAMES_IN_MAIN: Final = {
    "body", "client", "console", "count", "inJson", "main", "message", "outputFormat", "params", "process",
    "readFileSync", "runTool", "stream",
}  # fmt: skip
_NAMES_OUTSIDE: Final = {
    "client", "console", "input", "jsonSchemaOutputFormat", "main", "name", "outputFormat", "process",
    "readFileSync", "runTool", "schema",
}  # fmt: skip
"""Inputs of `runTool` included, which calls the tools' functions."""


def _render(parts: RequestParts) -> str:
    return _Program(parts).source()


@dataclass(frozen=True)
class _Program:
    """The snippet of one request. Blocks and statements end in a newline; a blank line parts the blocks."""

    parts: RequestParts

    def source(self) -> str:
        form = self.parts.form
        self._check_form()
        blocks = [self._imports(), self._client()]
        if self._text_reason:
            blocks += self._text_declarations()
        if form.parsed:
            blocks += self._output_format()
        if form.tool_loop:
            blocks += tool_functions(self._functions, self._layout)
        return "\n".join([*blocks, *self._main()])

    def _main(self) -> list[str]:
        if not self._is_function:
            return [self._statements("")]
        parameters = [f"{name}: string" for name in self._layout.names.values()]
        values = [argument.value for argument in self.parts.arguments]
        start = "async function main" if self._waits else "function main"
        return [
            f"{self._layout.signature(start, parameters, ' {')}\n{self._statements('  ')}}}\n",
            f"{self._layout.call('main', values)};\n",
        ]

    def _statements(self, indent: str) -> str:
        form = self.parts.form
        if self._text_reason:
            return self._post_text()
        if form.tool_loop:
            return self._loop()
        if form.count_tokens:
            return self._count()
        return self._stream(indent) if self.parts.stream else self._create()

    @property
    def _waits(self) -> bool:
        form = self.parts.form
        return not self.parts.stream or form.tool_loop or form.parsed or self._text_reason is not None

    @property
    def _is_function(self) -> bool:
        return self._waits or self.parts.form.template

    @cached_property
    def _functions(self) -> Mapping[str, str]:
        return names_for([str(tool["name"]) for tool in self.parts.tools], _NAMES_OUTSIDE)

    @cached_property
    def _layout(self) -> JavaScriptLayout:
        return JavaScriptLayout(names_for([each.name for each in self.parts.arguments], _NAMES_IN_MAIN))

    @cached_property
    def _text_reason(self) -> str | None:
        """Why the body goes as JSON text, where it must. Raises `UnavailableForm`."""
        body, form = self.parts.body, self.parts.form
        reason = changed_number(body)
        if reason is None and (moved := sorted(_MOVED_INTO_HEADERS & body.keys())):
            reason = f"the SDK would move {moved[0]} into a header"
        if reason is None and not isinstance(body.get("messages"), list):
            reason = "the SDK would not take these messages"
        if reason is None and body.get("stream"):
            reason = "the SDK would take the answer for a stream"
        if not (form.tool_loop or form.parsed):
            return reason or changed_order(body)
        if reason:
            raise UnavailableForm(f"This request has to be sent as JSON text, because {reason}.")
        return None

    def _check_form(self) -> None:
        """Raises `UnavailableForm`."""
        form = self.parts.form
        if form.parsed and form.tool_loop:
            raise UnavailableForm(
                "The SDK's helper reads every text as JSON, also what the model says before it calls a tool: "
                "choose one of the two forms."
            )
        if form.tool_loop and (problem := why_no_loop(self.parts)):
            raise UnavailableForm(problem)

    def _imports(self) -> str:
        lines = ['import Anthropic from "@anthropic-ai/sdk";\n']
        if self.parts.files:
            lines.insert(0, 'import { readFileSync } from "node:fs";\n')
        if self.parts.form.parsed:
            lines.append('import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";\n')
        return "".join(lines)

    def _client(self) -> str:
        options: JsonObject = {}
        if self.parts.own_base_url:
            options["baseURL"] = self.parts.own_base_url
        options["defaultHeaders"] = {**self.parts.headers}
        counts, comment = self.parts.form.count_tokens, ""
        if not counts and not self.parts.stream and needs_timeout(self.parts.body):
            options["timeout"] = LONG_TIMEOUT_S * 1000
            comment = f"{NODE_WAITS}\n"
        start = "const client = new Anthropic("
        return f"{comment}{start}{self._layout.value(options, '', len(start) + len(');') - 1)});\n"

    def _create(self) -> str:
        params = self._params("  ")
        if self.parts.form.parsed:
            return f"  const message = await client.messages.parse({params});\n{_PRINT_PARSED}"
        return f"  const message = await client.messages.create({params});\n{_PRINT_MESSAGE}"

    def _stream(self, indent: str) -> str:
        start = f"{indent}const stream = client.messages.stream({self._params(indent)});\n"
        if self.parts.form.parsed:
            return f"{start}  const message = await stream.finalMessage();\n{_PRINT_PARSED}"
        return f'{start}{indent}stream.on("text", (text) => process.stdout.write(text));\n'

    def _count(self) -> str:
        return f"  const count = await client.messages.countTokens({self._params('  ')});\n{_PRINT_COUNT}"

    def _loop(self) -> str:
        """Calls until no tool is asked for. `messages` of the parameters grow."""
        if self._fit == "exact":
            declared = f"  const params: {self._params_type} = {self._object('  ')};\n"
        else:
            declared = f"  const params = {self._params('  ')};\n"
        steps = _STREAM_STEPS if self.parts.stream else _CREATE_STEPS
        return f"{declared}  while (true) {{\n{steps}{ANSWER_TOOLS}  }}\n"

    def _params(self, indent: str) -> str:
        """The object of parameters, with the type assertion it needs."""
        assertion = {
            "exact": "",
            "more": f" as {self._params_type}",
            "other": f" as unknown as {self._params_type}",
        }
        return self._object(indent) + assertion[self._fit]

    def _object(self, indent: str) -> str:
        body = self.parts.body
        if self.parts.form.parsed:
            config = body["output_config"]
            assert isinstance(config, dict)
            body = {**body, "output_config": {**config, "format": Name.of((), "outputFormat")}}
        fields = [
            self._layout.field(f"{self._layout.key(name)}: ", value, indent + self._layout.step)
            for name, value in body.items()
        ]
        return "\n".join(["{", *fields, f"{indent}}}"])

    @cached_property
    def _fit(self) -> Fit:
        return fit(self.parts.body, counting=self.parts.form.count_tokens)

    @property
    def _params_type(self) -> str:
        return "Params" if self.parts.form.parsed else f"Anthropic.{self._sdk_type}"

    @property
    def _sdk_type(self) -> str:
        if self.parts.form.count_tokens:
            return "MessageCountTokensParams"
        return "MessageStreamParams" if self.parts.stream else "MessageCreateParamsNonStreaming"

    def _output_format(self) -> list[str]:
        """The constants for a schema, and the parameters' type where it is named."""
        schema = self.parts.output_schema
        config = self.parts.body["output_config"]
        assert schema is not None
        assert isinstance(config, dict)
        if config["format"] != {"type": "json_schema", "schema": schema} or schema.get("type") != "object":
            raise UnavailableForm(
                'The helper of the TypeScript SDK takes a schema of type "object" and nothing beside it.'
            )
        assertion = "const" if infers(schema) else '{ type: "object" }'
        start = "const schema = "
        literal = self._layout.value(schema, "", len(f"{start} as {assertion}"))
        blocks = [
            f"{start}{literal} as {assertion};\n"
            "const outputFormat = jsonSchemaOutputFormat(schema, { transform: false });\n"
        ]
        if self._fit != "exact":
            blocks.append(
                f"type Params = Anthropic.{self._sdk_type} & {{\n"
                "  output_config: { format: typeof outputFormat };\n"
                "};\n"
            )
        return blocks

    def _body_text(self, indent: str) -> str:
        return (
            f"{indent}// As JSON text, because {self._text_reason}.\n"
            f"{indent}const body = {self._layout.json_text(json_parts(self.parts.wire_body))};\n"
        )

    def _text_declarations(self) -> list[str]:
        blocks = []
        if calls_in_json(self.parts):
            blocks.append("const inJson = (text: string) => JSON.stringify(text).slice(1, -1);\n")
        if not self.parts.form.template:
            blocks.append(self._body_text(""))
        if self.parts.form.count_tokens:
            blocks.append("type Count = Anthropic.MessageTokensCount;\n")
        elif self.parts.stream:
            blocks.append("type Events = AsyncIterable<Anthropic.RawMessageStreamEvent>;\n")
        return blocks

    def _post_text(self) -> str:
        options = '    body,\n    headers: { "content-type": "application/json" },\n'
        if self.parts.form.count_tokens:
            answer, shown = "count = await client.post<Count>", _PRINT_COUNT
        elif self.parts.stream:
            options += "    stream: true,\n"
            answer, shown = "stream = await client.post<Events>", _PRINT_EVENTS
        else:
            answer, shown = "message = await client.post<Anthropic.Message>", _PRINT_MESSAGE
        body = self._body_text("  ") if self.parts.form.template else ""
        return f'{body}  const {answer}("{self.parts.path}", {{\n{options}  }});\n{shown}'


_PRINT_MESSAGE: Final = """\
  for (const block of message.content) {
    if (block.type === "text") console.log(block.text);
  }
"""
_PRINT_EVENTS: Final = """\
  for await (const event of stream) {
    if (event.type !== "content_block_delta") continue;
    if (event.delta.type !== "text_delta") continue;
    process.stdout.write(event.delta.text);
  }
"""
_PRINT_PARSED: Final = "  console.log(JSON.stringify(message.parsed_output, null, 2));\n"
_PRINT_COUNT: Final = "  console.log(count.input_tokens);\n"


_CREATE_STEPS: Final = (
    f"    const message = await client.messages.create(params);\n{indent(_PRINT_MESSAGE, '  ')}"
)
_STREAM_STEPS: Final = """\
    const stream = client.messages.stream(params);
    stream.on("text", (text) => process.stdout.write(text));
    const message = await stream.finalMessage();
    console.log();
"""

TARGET: Final = Target(
    "typescript",
    "TypeScript SDK",
    "typescript",
    ".ts",
    _render,
    "npx tsx {file}",
    "Node.js and the package `@anthropic-ai/sdk`",
    WITH_SDK,
)
