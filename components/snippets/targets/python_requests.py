"""The `requests` library, without an SDK.

Decisions:

- A redirect is an answer like any other that is not 200: the key must not follow it.
- `auth` is there to change nothing: without one, requests puts a login of ~/.netrc in the key's place.
- The timeout is how long the server may be silent. Without streaming that is as long as it thinks.
"""

from __future__ import annotations

from typing import Final

from components.snippets.python_layout import PythonLayout
from components.snippets.python_program import imports, layout_of, program
from components.snippets.request_parts import RequestParts
from components.snippets.sdk_limits import LONG_TIMEOUT_S, needs_timeout
from components.snippets.target import Target

_KEY: Final = 'os.environ["ANTHROPIC_API_KEY"]'
_KEY_HEADER: Final = {
    "x-api-key": f'"x-api-key": {_KEY},',
    "bearer": f'"authorization": "Bearer " + {_KEY},',
}
_TIMEOUT_S: Final = 600


def _render(parts: RequestParts) -> str:
    layout = layout_of(parts)
    standard = ["import os", "import sys"]
    if parts.stream:
        standard.append("import json")
    head = imports(standard, ["import requests"], parts)
    return program(head, [], lambda indent: _statements(parts, layout, indent), parts, layout)


def _statements(parts: RequestParts, layout: PythonLayout, indent: str) -> str:
    step = layout.step
    call = _call(parts, layout, indent)
    if parts.stream:
        return "\n".join(
            [f"{indent}with {call} as response:", *(f"{indent}{step}{line}" for line in (_CHECK + _EVENTS))]
        )
    shown = _COUNT if parts.form.count_tokens else _TEXTS
    return "\n".join([f"{indent}response = {call}", *(indent + line for line in (_CHECK + shown))])


_CHECK: Final = (
    "if response.status_code != 200:",
    '    sys.exit(f"{response.status_code} {response.text}")',
)
_COUNT: Final = ('print(response.json()["input_tokens"])',)
_TEXTS: Final = (
    'for block in response.json()["content"]:',
    '    if block["type"] == "text":',
    '        print(block["text"])',
)
_EVENTS: Final = (
    "event = None",
    "for line in response.iter_lines():",
    '    if not line.startswith(b"data:"):',
    "        continue",
    "    event = json.loads(line[5:])",
    '    if event["type"] == "error":',
    '        sys.exit(f"{event}")',
    '    if event["type"] == "content_block_delta":',
    '        print(event["delta"].get("text", ""), end="", flush=True)',
    'if not event or event["type"] != "message_stop":',
    '    sys.exit("The answer ended early.")',
)


def _call(parts: RequestParts, layout: PythonLayout, indent: str) -> str:
    inner = indent + layout.step
    lines = [
        "requests.post(",
        f"{inner}{layout.quote(parts.url)},",
        f"{inner}headers={{",
        f"{inner}{layout.step}{_KEY_HEADER[parts.auth]}",
        *(
            layout.field(f"{layout.quote(name)}: ", value, inner + layout.step)
            for name, value in parts.headers.items()
        ),
        f"{inner}}},",
        layout.field("json=", parts.wire_body, inner),
        f"{inner}timeout={LONG_TIMEOUT_S if _takes_long(parts) else _TIMEOUT_S},",
        f"{inner}auth=lambda request: request,  # none from ~/.netrc",
        f"{inner}allow_redirects=False,",
    ]
    if parts.stream:
        lines.append(f"{inner}stream=True,")
    return "\n".join([*lines, f"{indent})"])


def _takes_long(parts: RequestParts) -> bool:
    return not parts.stream and not parts.form.count_tokens and needs_timeout(parts.body)


TARGET: Final = Target(
    "python-requests",
    "Python requests",
    "python",
    ".py",
    _render,
    "python {file}",
    "Python and the package `requests`",
)
