"""curl in a POSIX shell: bash, zsh, dash."""

from __future__ import annotations

import re
from typing import Final

from components.snippets.json_text import readable_json
from components.snippets.request_parts import RequestParts
from components.snippets.target import Target

_ARGUMENT_LIMIT: Final = 100_000
"""Bytes of body in one argument. Linux ends a single argument at 128 KiB (`MAX_ARG_STRLEN`)."""

_KEY_HEADER: Final = {
    "x-api-key": "x-api-key: $ANTHROPIC_API_KEY",
    "bearer": "authorization: Bearer $ANTHROPIC_API_KEY",
}
_NEEDS_NO_QUOTES: Final = re.compile(r"[\w.:/@%+,=-]+", re.ASCII)
_NEUTRAL_IN_DOUBLE_QUOTES: Final = re.compile(r"[\w .:/@%+,=-]+", re.ASCII)
_GLOB: Final = re.compile(r"[\[\]{}]")


def _render(parts: RequestParts) -> str:
    url = parts.base_url + parts.path
    options = "--no-buffer " if parts.stream else ""
    if _GLOB.search(url):
        options += "--globoff "
    lines = [
        f"curl {options}{_word(url)}",
        f'-H "{_KEY_HEADER[parts.auth]}"',
        *(f"-H {_header(f'{name}: {value}')}" for name, value in parts.headers.items()),
        '-H "content-type: application/json"',
    ]
    body = readable_json(parts.wire_body)
    if len(body.encode()) > _ARGUMENT_LIMIT:
        # Every line of the document is JSON, and none of JSON's lines is this bare word.
        lines.append(f"--data-binary @- <<'JSON'\n{body}\nJSON")
    else:
        lines.append(f"--data {single_quoted(body)}")
    return " \\\n  ".join(lines) + "\n"


def single_quoted(text: str) -> str:
    """A word of the POSIX shell in which nothing has a meaning."""
    return "'" + text.replace("'", "'\\''") + "'"


def _word(text: str) -> str:
    return text if _NEEDS_NO_QUOTES.fullmatch(text) else single_quoted(text)


def _header(text: str) -> str:
    return f'"{text}"' if _NEUTRAL_IN_DOUBLE_QUOTES.fullmatch(text) else single_quoted(text)


TARGET: Final = Target("curl", "curl", "bash", ".sh", _render, "sh {file}")
