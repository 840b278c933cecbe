"""The frame of a Python program: imports, definitions, and what it does at its end."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from components.snippets.layout import columns
from components.snippets.python_layout import PythonLayout
from components.snippets.request_parts import RequestParts
from components.snippets.variables import identifiers, snake

RESERVED: Final = frozenset(keyword.kwlist) | {
    "Answer", "Any", "BaseModel", "Exception", "Field", "Literal", "NotImplementedError", "Path", "TOOLS",
    "anthropic", "arguments", "ask", "asyncio", "base64", "block", "bool", "call", "calls", "chunk",
    "client", "count", "dict", "error", "event", "failed", "float", "int", "json", "line", "list", "main",
    "message", "messages", "os", "output", "print", "repr", "requests", "response", "results", "run_tool",
    "str", "stream", "sys",
}  # fmt: skip
"""Words of Python, and the names that the programs use themselves."""
_LONGEST_NAME: Final = 32


def layout_of(parts: RequestParts) -> PythonLayout:
    """A layout that knows how the program calls its arguments."""
    return PythonLayout(identifiers((argument.name for argument in parts.arguments), named, RESERVED))


def named(words: list[str]) -> str:
    """`first_name`"""
    return free(snake(words))


def free(name: str) -> str:
    """Return a name that Python does not have for itself: `class_`. Its end is cut off where it is long."""
    return f"{name}_" if keyword.iskeyword(name) else name[:_LONGEST_NAME].rstrip("_")


def imports(standard: Iterable[str], packages: Iterable[str], parts: RequestParts) -> str:
    """Return the lines of import, sorted as `ruff check --select I` wants them.

    `standard`, `packages`: whole statements from the standard library and from beyond it. What reading the
    request's files needs is added.
    """
    groups = [[*standard], [*packages]]
    if parts.files:
        groups[0].append("from pathlib import Path")
        if any(file.encoding == "base64" for file in parts.files):
            groups[0].append("import base64")
    return "\n\n".join(
        "\n".join(sorted(group, key=lambda line: (line.startswith("from"), line)))
        for group in groups
        if group
    )


def program(
    head: str,
    definitions: Sequence[str],
    statements: Callable[[str], str],
    parts: RequestParts,
    layout: PythonLayout,
    *,
    asynchronous: bool = False,
) -> str:
    """Return a whole program.

    `head`: imports and what follows them at once. `statements`: indentation → what is done, without the
    newline at its end. It becomes a function where it takes arguments, or has something to wait for.
    """
    if not parts.arguments and not asynchronous:
        last = statements("")
        blank = "\n\n\n" if definitions else "\n\n"
        return "\n\n\n".join([head, *definitions]) + f"{blank}{last}\n"
    name = "ask" if parts.arguments else "main"
    parameters = [f"{layout.names[argument.name]}: str" for argument in parts.arguments]
    start = f"async def {name}(" if asynchronous else f"def {name}("
    function = f"{folded(start, parameters, ') -> None:')}\n{statements(layout.step)}"
    return "\n\n\n".join([head, *definitions, function, _call(name, parts, layout, asynchronous)]) + "\n"


def folded(start: str, items: Sequence[str], end: str, indent: str = "") -> str:
    """Return `start`, items with commas between them, and `end`: on one line, or on a line for each item."""
    line = f"{indent}{start}{', '.join(items)}{end}"
    if not items or ("\n" not in line and columns(line) <= PythonLayout.width):
        return line
    return "\n".join([indent + start, *(f"{indent}    {item}," for item in items), indent + end])


def _call(name: str, parts: RequestParts, layout: PythonLayout, asynchronous: bool) -> str:
    """The call of the function, with the values that make the request of the Workbench."""
    values = [(layout.names[argument.name], argument.value) for argument in parts.arguments]
    before, after = (f"asyncio.run({name}(", "))") if asynchronous else (f"{name}(", ")")
    flat = before + ", ".join(f"{known}={layout.one_line(value)}" for known, value in values) + after
    if columns(flat) <= layout.width:
        return flat
    indent = layout.step * 2 if asynchronous else layout.step
    lines = [layout.field(f"{known}=", value, indent) for known, value in values]
    if asynchronous:
        return "\n".join(["asyncio.run(", f"{layout.step}{name}(", *lines, f"{layout.step})", ")"])
    return "\n".join([f"{name}(", *lines, ")"])
