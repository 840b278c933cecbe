"""PHP 8.1 with its standard library alone: HTTP streams, without the curl extension."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components.snippets.json_text import json_parts
from components.snippets.raw_http import call, double_quoted, headers
from components.snippets.request_parts import RequestParts
from components.snippets.spliced import Argument, FileContent
from components.snippets.target import Target
from components.snippets.variables import camel, identifiers

_RESERVED: Final = frozenset(
    {"this", "answer", "block", "body", "context", "event", "key", "line", "response", "status", "url"}
)
_STEP: Final = "    "

_OPENING: Final = """\
<?php

declare(strict_types=1);

function fail(string $message): never
{
    fwrite(STDERR, "$message\\n");
    exit(1);
}
"""
_JSON: Final = """\

/** What stands between the quotation marks of a JSON string. */
function json(string $text): string
{
    return substr(json_encode($text, JSON_THROW_ON_ERROR), 1, -1);
}
"""
_TEXT: Final = """\

function text(string $file): string
{
    return json(file_get_contents($file));
}
"""
_BASE64: Final = """\

function base64(string $file): string
{
    return base64_encode(file_get_contents($file));
}
"""
_KEY: Final = """\
$key = getenv("ANTHROPIC_API_KEY") ?: fail("ANTHROPIC_API_KEY is not set.");
"""
_RESPONSE: Final = """\
$response = fopen($url, "r", context: $context) ?: exit(1);
$status = stream_get_meta_data($response)["wrapper_data"][0];
if (explode(" ", $status)[1] !== "200") {
    fail("$status\\n" . stream_get_contents($response));
}
"""
_STREAM: Final = """\
// Of an answer in chunks, PHP would hold back 8 KB otherwise.
stream_set_chunk_size($response, 1);
while (($line = fgets($response)) !== false) {
    if (!str_starts_with($line, "data:")) {
        continue;
    }
    $event = json_decode(substr($line, 5), true);
    if ($event["type"] === "error") {
        fail($line);
    }
    if (($event["delta"]["type"] ?? null) === "text_delta") {
        echo $event["delta"]["text"];
    }
}
echo "\\n";
if (($event["type"] ?? null) !== "message_stop") {
    fail("The answer ended early.");
}
"""
_ANSWER: Final = """\
$body = stream_get_contents($response);
$answer = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
"""
_WHOLE: Final = f"""\
{_ANSWER}\
foreach ($answer["content"] as $block) {{
    if ($block["type"] === "text") {{
        echo $block["text"], "\\n";
    }}
}}
"""
_COUNT: Final = f"""\
{_ANSWER}\
echo $answer["input_tokens"], "\\n";
"""


def _render(parts: RequestParts) -> str:
    arguments = identifiers((each.name for each in parts.arguments), camel, _RESERVED)
    taken = _RESERVED.union(arguments.values())
    files = identifiers((each.name for each in parts.files), camel, taken)
    encodings = {file.encoding for file in parts.files}
    functions = _JSON if arguments or "text" in encodings else ""
    functions += _TEXT if "text" in encodings else ""
    functions += _BASE64 if "base64" in encodings else ""
    answer = _COUNT if parts.form.count_tokens else _STREAM if parts.stream else _WHOLE
    program = f"{_KEY}{_body(parts, arguments, files)}\n{_request(parts)}\n{_RESPONSE}\n{answer}"
    if arguments:
        program = _function(parts, arguments, program)
    return f"{_OPENING}{functions}\n{program}"


def _function(parts: RequestParts, arguments: Mapping[str, str], program: str) -> str:
    """The program as a function and the call of it."""
    taken = [f"string ${name}" for name in arguments.values()]
    head = call("function ask(", taken, "): void", step=_STEP, last_comma=",")
    head = [*head, "{"] if len(head) == 1 else [*head[:-1], f"{head[-1]} {{"]
    passed = [f"{arguments[each.name]}: {_quoted(each.value)}" for each in parts.arguments]
    lines = [f"{_STEP}{line}" if line else "" for line in program.rstrip("\n").split("\n")]
    lines = [*head, *lines, "}", "", *call("ask(", passed, ");", step=_STEP, last_comma=",")]
    return "\n".join(lines) + "\n"


def _body(parts: RequestParts, arguments: Mapping[str, str], files: Mapping[str, str]) -> str:
    """The body, and what is put into it. A text of PHP holds variables best: calls in it would be broken."""
    put = [(name, "json", f"${name}") for name in arguments.values()]
    for file in parts.files:
        put.append((files[file.name], "text" if file.encoding == "text" else "base64", _quoted(file.name)))
    # They are indented once more where all is in a function.
    step = _STEP if arguments else ""
    lines = [
        line.removeprefix(step)
        for name, function, value in put
        for line in call(f"{step}${name} = {function}(", [value], ");", step=_STEP, last_comma=",")
    ]
    pieces = json_parts(parts.wire_body)
    # PHP ends the text at the first line that begins with this word, and no line of JSON does.
    if all(isinstance(piece, str) for piece in pieces):
        opening, text = "<<<'JSON'", "".join(map(str, pieces))
    else:
        opening, text = "<<<JSON", "".join(_interpolated(piece, arguments, files) for piece in pieces)
    return "\n".join([*lines, "", f"$body = {opening}", text, "JSON;"]) + "\n"


def _interpolated(
    piece: str | Argument | FileContent, arguments: Mapping[str, str], files: Mapping[str, str]
) -> str:
    if isinstance(piece, str):
        return piece.replace("\\", "\\\\").replace("$", "\\$")
    return f"{{${arguments[piece.name] if isinstance(piece, Argument) else files[piece.name]}}}"


def _request(parts: RequestParts) -> str:
    lines = [
        "x-api-key: $key" if parts.auth == "x-api-key" else "authorization: Bearer $key",
        *(_escaped(f"{name}: {value}") for name, value in headers(parts).items()),
    ]
    sent = "\n".join(f'            "{line}",' for line in lines)
    return f"""\
$url = {_quoted(parts.url)};
$context = stream_context_create([
    "http" => [
        "method" => "POST",
        "protocol_version" => 1.1,
        "header" => [
{sent}
        ],
        "content" => $body,
        "timeout" => 600,
        "ignore_errors" => true,
        "follow_location" => 0,
    ],
]);
"""


def _escaped(text: str) -> str:
    return _quoted(text)[1:-1]


def _quoted(text: str) -> str:
    return double_quoted(text).replace("$", "\\$")


TARGET: Final = Target("php", "PHP", "php", ".php", _render, "php {file}", "PHP 8.1 or newer, and no package")
