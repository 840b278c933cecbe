"""Finding what of a body becomes an argument or a file."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from components.domain import template
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import digest
from components.snippets.form import UnavailableForm
from components.snippets.spliced import Argument, FileContent, Spliced

_SUFFIXES: Final = {
    "application/pdf": ".pdf",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/plain": ".txt",
}
"""Media types that the Messages API takes. Source: reference, content blocks."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_STEM: Final = 60


def with_arguments(body: JsonObject, values: Mapping[str, str]) -> JsonObject:
    """Return a template body with every `{{variable}}` as an `Argument`, escapes resolved.

    Templates stand where the editor has them: in the system prompt and the messages, as text or text blocks.
    A variable without a value has its own braces for one, which is what the request holds then. Raises
    `UnavailableForm` where these are written in several ways: one argument cannot be all of them.
    """
    written: dict[str, str] = {}

    def argument(variable: template.Variable) -> Argument:
        value = values.get(variable.name) or variable.written
        if written.setdefault(variable.name, value) != value:
            raise UnavailableForm(
                f"The variable {{{{{variable.name}}}}} has no value and is written in several ways: "
                "give it a value, or write it alike."
            )
        return Argument(variable.name, value)

    def spliced(text: str) -> str:
        parts = tuple(part if isinstance(part, str) else argument(part) for part in template.split(text))
        whole = "".join(part if isinstance(part, str) else part.value for part in parts)
        return Spliced.of(parts, whole) if any(isinstance(part, Argument) for part in parts) else whole

    def content(value: Json) -> Json:
        if isinstance(value, str):
            return spliced(value)
        if isinstance(value, list):
            return [block(each) for each in value]
        return value

    def block(value: Json) -> Json:
        if isinstance(value, dict) and value.get("type") == "text" and isinstance(value.get("text"), str):
            return {**value, "text": spliced(str(value["text"]))}
        return value

    filled = dict(body)
    if "system" in body:
        filled["system"] = content(body["system"])
    messages = body.get("messages")
    if isinstance(messages, list):
        filled["messages"] = [
            {**each, "content": content(each["content"])}
            if isinstance(each, dict) and "content" in each
            else each
            for each in messages
        ]
    return filled


_Names: TypeAlias = Callable[[bytes, str, str], str]
"""Content, title, suffix → name of its file."""


def with_files(body: JsonObject, file_names: Mapping[str, str]) -> JsonObject:
    """Return the body with the data of attached files as `FileContent`.

    `file_names`: names by the hex SHA-256 of the content, for what has no name in the request. Data that a
    file would not give back exactly (unusual base64, an unknown media type) stays as it is.
    """
    name_of = _naming(file_names)

    def walk(value: Json) -> Json:
        if isinstance(value, list):
            return [walk(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {name: walk(each) for name, each in value.items()}
        source = found.get("source")
        if isinstance(source, dict) and value.get("type") in ("image", "document"):
            found["source"] = _with_file(source, str(value.get("title") or ""), name_of)
        return found

    return {name: walk(each) if name in ("messages", "system") else each for name, each in body.items()}


def _with_file(source: JsonObject, title: str, name_of: _Names) -> JsonObject:
    data, suffix = source.get("data"), _SUFFIXES.get(str(source.get("media_type")))
    if not isinstance(data, str) or isinstance(data, Spliced) or suffix is None:
        return source
    if source.get("type") == "text":
        content = data.encode()
        file = FileContent(name_of(content, title, suffix), content, "text")
    elif source.get("type") == "base64":
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return source
        if base64.b64encode(content).decode() != data:
            return source
        file = FileContent(name_of(content, title, suffix), content, "base64")
    else:
        return source
    return {**source, "data": Spliced.of((file,), data)} if file.content else source


def _naming(file_names: Mapping[str, str]) -> _Names:
    """Gives each content one name of its own; the media type decides how the name ends."""
    given: dict[tuple[bytes, str], str] = {}
    taken: set[str] = set()

    def name_of(content: bytes, title: str, suffix: str) -> str:
        if (content, suffix) in given:
            return given[content, suffix]
        known = file_names.get(digest(base64.b64encode(content).decode()) or "") or title
        stem = _UNSAFE.sub("-", re.sub(r"\.\w{1,5}$", "", known)).strip("-")[:_LONGEST_STEM]
        stem = stem or ("image" if suffix not in (".pdf", ".txt") else "document")
        name, number = f"{stem}{suffix}", 1
        while name.lower() in taken or (stem.lower() in _RESERVED and number == 1):
            number += 1
            name = f"{stem}-{number}{suffix}"
        taken.add(name.lower())
        given[content, suffix] = name
        return name

    return name_of


_RESERVED: Final = {"con", "prn", "aux", "nul", "request"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}
"""Names that Windows keeps for devices, and the one that the snippet itself has."""
