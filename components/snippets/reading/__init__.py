"""Source text as a request: a pasted curl command, an SDK call, a JSON body. Read by parsers, never run.

The counterpart of `components.snippets.render`: what that writes, `read` gives back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from components.snippets.reading.context import Context, Found
from components.snippets.reading.curl_reader import read as read_curl
from components.snippets.reading.finish import imported
from components.snippets.reading.imported import Imported, Source, UnreadableCode
from components.snippets.reading.json_reader import read as read_json
from components.snippets.reading.pasted import Pasted, pasted
from components.snippets.reading.python_reader import read as read_python
from components.snippets.reading.typescript_reader import read as read_typescript

__all__ = ["Imported", "Source", "UnreadableCode", "read"]

_READERS: Final[Mapping[Source, Callable[[str, Context], Found]]] = MappingProxyType(
    {"json": read_json, "curl": read_curl, "python": read_python, "typescript": read_typescript}
)
"""Each raises `UnreadableCode` for what it does not understand."""

_WITHOUT_SIGNS: Final[tuple[Source, ...]] = ("python", "typescript")
_POWERSHELL: Final = re.compile(r"\bInvoke-(?:RestMethod|WebRequest)\b")


def read(text: str) -> Imported:
    """Find the request in a text. Raises `UnreadableCode`, whatever the text is.

    What language it is in shows in the text; where it might be several, they are tried, the likeliest first,
    and the error is that of the likeliest.
    """
    outcome = _read(text)
    if isinstance(outcome, UnreadableCode):
        # Out here the error drags along no other error: those of parsers quote the text, and a key with it.
        raise UnreadableCode(outcome.reason, outcome.line)
    return outcome


def _read(text: str) -> Imported | UnreadableCode:
    try:
        source = pasted(text)
    except UnreadableCode as problem:
        return problem
    first: UnreadableCode | None = None
    for language in source.languages or _WITHOUT_SIGNS:
        outcome = _read_as(language, source)
        if isinstance(outcome, Imported):
            return outcome
        first = first or outcome
    if _POWERSHELL.search(text):
        return UnreadableCode("this is a command for PowerShell. Copy it for bash, or paste the JSON body.")
    if first and source.languages:
        return first
    return UnreadableCode(
        "this is no JSON, no curl command, and no call of the Messages API in Python or TypeScript."
    )


def _read_as(language: Source, source: Pasted) -> Imported | UnreadableCode:
    context = Context(source.text)
    try:
        return imported(_READERS[language](source.text, context), context, language)
    except UnreadableCode as problem:
        return problem
    except RecursionError:
        return UnreadableCode("this text is nested too deeply to be read.")
