"""curl in a POSIX shell: bash, zsh, dash.

Decisions, tried with bash 5.2, dash, zsh 5.9 and busybox, and with mawk, gawk, the one true awk and busybox:

- The body stands in single quotes, where nothing has a meaning. What is put into it stands between them, in
  double quotes, and is not read again by the shell.
- A variable's value stands in the script as the content of a JSON string. There it can hold what the
  environment cannot (NUL), and what does not print is seen.
- `--fail-with-body` (curl 7.76, March 2021) shows the API's error and ends with an exit code other than 0.
- `--data @-`, unlike `--data-binary @-`, leaves line ends out: they mean nothing in JSON text, and base64
  must have none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from components.snippets.environment_names import environment_variable
from components.snippets.json_text import json_parts, readable_json
from components.snippets.request_parts import RequestParts
from components.snippets.spliced import Argument, FileContent
from components.snippets.target import Target
from components.snippets.variables import identifiers, screaming

_ARGUMENT_LIMIT: Final = 100_000
"""Bytes of body in one argument. Linux ends a single argument at 128 KiB (`MAX_ARG_STRLEN`)."""

KEY_HEADER: Final = {
    "x-api-key": "x-api-key: $ANTHROPIC_API_KEY",
    "bearer": "authorization: Bearer $ANTHROPIC_API_KEY",
}
_NEEDS_NO_QUOTES: Final = re.compile(r"[\w.:/@%+,=-]+", re.ASCII)
_NEUTRAL_IN_DOUBLE_QUOTES: Final = re.compile(r"[\w .:/@%+,=-]+", re.ASCII)
_GLOB: Final = re.compile(r"[\[\]{}]")

# `od` makes numbers of the bytes, so that awk never sees a byte that it might take for part of something.
_JSON_TEXT: Final = r"""# Prints what it reads as the content of a JSON string.
json_text() {
  od -An -v -tu1 | LC_ALL=C awk '
    BEGIN {
      for (i = 0; i < 256; i++) json[i] = sprintf(i < 32 ? "\\u%04x" : "%c", i)
      json[34] = "\\\""
      json[92] = "\\\\"
    }
    { for (i = 1; i <= NF; i++) printf "%s", json[$i] }
  '
}
"""


def _render(parts: RequestParts) -> str:
    if parts.form.template or parts.form.attachments:
        return _put_together(parts)
    body = readable_json(parts.wire_body)
    if len(body.encode()) > _ARGUMENT_LIMIT:
        # Every line of the document is JSON, and none of JSON's lines is this bare word.
        return _command(parts, f"--data-binary @- <<'JSON'\n{body}\nJSON")
    return _command(parts, f"--data {single_quoted(body)}")


def _put_together(parts: RequestParts) -> str:
    """A script that makes the body of variables of the environment, and of files."""
    variables = identifiers((each.name for each in parts.arguments), environment_variable, frozenset())
    json_of = identifiers(variables, _json_variable, frozenset(variables.values()))
    taken = frozenset({*variables.values(), *json_of.values()})
    file_of = identifiers((file.name for file in parts.files), screaming, taken)

    def hole(part: Argument | FileContent) -> str:
        name = json_of[part.name] if isinstance(part, Argument) else file_of[part.name]
        return f'"${name}"'

    sections = []
    if parts.arguments or any(file.encoding == "text" for file in parts.files):
        sections.append(_JSON_TEXT)
    if parts.arguments:
        sections.append(_values(parts, variables, json_of))
    if parts.files:
        sections.append(_files(parts, file_of))
    pieces = json_parts(parts.wire_body)
    body = "".join(single_quoted(part) if isinstance(part, str) else hole(part) for part in pieces)
    return "\n".join([*sections, f"printf %s {body} | {_command(parts, '--data @-')}"])


def _values(parts: RequestParts, variables: Mapping[str, str], json_of: Mapping[str, str]) -> str:
    lines = [
        "# The variables of the prompt, as the content of JSON strings. What the environment has goes first."
    ]
    for each in parts.arguments:
        variable, json_text = variables[each.name], json_of[each.name]
        lines += [
            f"{json_text}={single_quoted(_json_content(each.value))}",
            f'[ -z "${{{variable}+set}}" ] || {json_text}=$(printf %s "${variable}" | json_text) || exit',
        ]
    return "".join(f"{line}\n" for line in lines)


def _files(parts: RequestParts, file_of: Mapping[str, str]) -> str:
    lines = ["# The files stand in the folder this is run in."]
    for file in parts.files:
        read = "base64" if file.encoding == "base64" else "json_text"
        lines.append(f"{file_of[file.name]}=$({read} <{file.name}) || exit")
    return "".join(f"{line}\n" for line in lines)


def _command(parts: RequestParts, data: str) -> str:
    url = parts.url
    options = "--no-buffer " if parts.stream else ""
    if _GLOB.search(url):
        options += "--globoff "
    lines = [
        f"curl {options}{_word(url)}",
        "--fail-with-body",
        f'-H "{KEY_HEADER[parts.auth]}"',
        *(f"-H {_header(f'{name}: {value}')}" for name, value in parts.headers.items()),
        '-H "content-type: application/json"',
        data,
    ]
    return " \\\n  ".join(lines) + "\n"


def _json_variable(words: list[str]) -> str:
    return f"{environment_variable(words)}_JSON"


def _json_content(text: str) -> str:
    """A text as it stands between the quotation marks of a JSON string."""
    return readable_json({"": text}).removeprefix('{\n  "": "').removesuffix('"\n}')


def single_quoted(text: str) -> str:
    """A word of the POSIX shell in which nothing has a meaning."""
    return "'" + text.replace("'", "'\\''") + "'"


def _word(text: str) -> str:
    return text if _NEEDS_NO_QUOTES.fullmatch(text) else single_quoted(text)


def _header(text: str) -> str:
    return f'"{text}"' if _NEUTRAL_IN_DOUBLE_QUOTES.fullmatch(text) else single_quoted(text)


TARGET: Final = Target("curl", "curl", "bash", ".sh", _render, "sh {file}", "curl 7.76 or newer")
