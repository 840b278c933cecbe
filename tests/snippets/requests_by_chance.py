"""Requests made by chance, with texts that harm who quotes them badly, and two with all fields and blocks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from media_samples import pdf, png
from request_bodies import (
    BETA_FIELDS,
    CONVERSATIONS,
    FIELDS,
    MCP,
    TOOLS,
    USER_BLOCKS,
    assistant,
    image,
    text,
    user,
    valid,
)

from components.domain import template
from components.domain.json_types import Json, JsonObject
from components.domain.request import API_VERSIONS
from components.domain.shape_blocks import BLOCK
from components.snippets import Auth

RICH: Final = 28
"""Requests with variables, files, tools and a schema: each gives a reason for every form."""
ANY: Final = 12
"""Requests with none or some of that, and values where the API wants others."""

FRAGMENTS: Final = (
    *("'", '"', "`", "\\", "$", "{", "}", "%", "#", "@file", "!!", "\n", "\t", "\r\n", "\r", " \n", " "),
    *("$(touch canary)", "`touch canary`", "'; touch canary; '", '"; touch canary; "', "\n; touch canary\n"),
    *("${IFS}", "$HOME", "${x}", "{{x", "#{`touch canary`}", "{$x}", "%s %d %", "%{x}", "<?= `touch canary`"),
    *("\nJSON\n", "\nEOF\n", "\nBODY\n", "EOS", "<<~TEXT", "\n    JSON\n", "?>", "<?php", "*/", "/*", "//"),
    *('"""', "'''", "\\u0041", "\\u{41}", "\\x41", "\\N{DASH}", "\\\\", "\\'", '\\"', "\\n", "\\\n", "\\0"),
    *("${process.exit(7)}", "__proto__", "</script>", "\0", "\x1b[31m", "\x7f", "\x85", "\xa0", "\b\f\v"),
    *("\xad", "\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\u2028", "\u2029", "\ufeff", "\ufffe"),
    *("é", "漢字", "e\u0301", "😀", "👩\u200d👧", "\U0001faf6", "\U000e0001", "\U0010ffff", "שלום"),
    *("A plain line. ", "long words " * 9, "x" * 130, "plain", "\ntrailing \n", "-", "--data", "null"),
)
VARIABLES: Final = (
    *("name", "first name", "First Name", "größe", "漢字", "a.b-c", "x1", "_", "class", "default", "if"),
    *("path", "home", "ifs", "API_KEY", "anthropic api key", "client", "message", "messages", "body"),
    *("self", "this", "args", "main", "json", "os", "print", "stream", "response", "url", "value", "func"),
    *("use", "end", "request"),
)
KEYS: Final = (
    *("temperature", "top_p", "top_k", "__proto__", "constructor", "toString", "extra_body", "timeout"),
    *("extra_headers", "betas", "self", "user_profile_id", "workspace_id", "output_format", "class"),
    *("stream_options", "", " ", "a-b", "a b", "ünï", "0", "-1", "__dict__", "body", "headers", "signal"),
)
NUMBERS: Final[tuple[Json, ...]] = (
    *(0, 1, -1, 7, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, -(2**63), 10**30, 10**300, True, False, None),
    *(0.0, -0.0, 1.0, -2.0, 0.1, 1.5, 1e-7, 1e16, 1e17, 1e21, 1e22, 1e300, 5e-324, 123456789012345680.0),
)
BETAS: Final = ("fast-mode-2026-02-01", "$(touch${IFS}canary)", "'x'\"y\"`z`\\", "%s", "#{x}", "{$x}", "@a")

hostile: Final[st.SearchStrategy[str]] = st.lists(
    st.one_of(st.sampled_from(FRAGMENTS), st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=6
).map("".join)
keys: Final = st.one_of(st.sampled_from(KEYS), hostile)
values: Final[st.SearchStrategy[Json]] = st.recursive(
    st.one_of(st.sampled_from(NUMBERS), hostile, st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=8,
)


@dataclass(frozen=True)
class ByChance:
    """One request, and how it is to be sent."""

    template: JsonObject
    """Its body with `{{variables}}`."""
    values: Mapping[str, str] = field(default_factory=dict)
    betas: tuple[str, ...] = ()
    version: str = API_VERSIONS[0]
    auth: Auth = "x-api-key"
    file_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> JsonObject:
        """What the Workbench sends for it."""
        body = dict(self.template)
        if "system" in body:
            body["system"] = self._filled(body["system"])
        if isinstance(body["messages"], list):
            turns: list[Any] = body["messages"]
            body["messages"] = [{**turn, "content": self._filled(turn["content"])} for turn in turns]
        return body

    def _filled(self, content: Json) -> Json:
        match content:
            case str():
                return template.fill(content, self.values)
            case {"type": "text", "text": str(said)}:
                return {**content, "text": template.fill(said, self.values)}
            case list():
                return [each if isinstance(each, str) else self._filled(each) for each in content]
            case _:
                return content


@st.composite
def _template_text(draw: st.DrawFn, names: list[str]) -> str:
    """Hostile text around each of the variables."""
    said: str = draw(hostile)
    for name in names:
        braces = draw(st.sampled_from(["{{%s}}", "{{%s}}", "{{ %s\t}}", "\\\\{{%s}}", "\\{{%s}}{{%s}}"]))
        said += braces.replace("%s", name) + draw(hostile)
    return said


@st.composite
def _file(draw: st.DrawFn, titles: st.SearchStrategy[str]) -> JsonObject:
    kind = draw(st.sampled_from(["image", "note", "note", "pdf", "bytes"]))
    match kind:
        case "image":
            return image(png(draw(st.integers(1, 99)), 3))
        case "bytes":
            content = draw(st.binary(min_size=1, max_size=70))
            return image(
                base64.b64encode(content).decode(), draw(st.sampled_from(["image/jpeg", "image/gif"]))
            )
        case "note":
            source: JsonObject = {"type": "text", "media_type": "text/plain"}
            source["data"] = draw(st.sampled_from(["", "\ufeff"])) + draw(hostile) + draw(hostile) + "."
        case _:
            source = {"type": "base64", "media_type": "application/pdf", "data": pdf(draw(st.integers(1, 2)))}
    return {"type": "document", "source": source, "title": draw(titles)}


@st.composite
def _schema(draw: st.DrawFn, depth: int) -> JsonObject:
    """The schema of an object; the first property goes down to `depth`."""
    properties: JsonObject = {}
    names = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    for place, name in enumerate(names):
        if place == 0 and depth > 0:
            inner = draw(_schema(depth - 1))
            properties[name] = draw(st.sampled_from([inner, {"type": "array", "items": inner}]))
        else:
            properties[name] = {
                "type": draw(st.sampled_from(["string", "integer", "boolean", "null"])),
                "description": draw(hostile),
            }
    required: list[Json] = [*names]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_PLAIN_SCHEMAS: Final[tuple[JsonObject, ...]] = (
    {
        "type": "object",
        "properties": {"answer": {"type": "string", "description": "In short"}},
        "required": ["answer"],
        "additionalProperties": False,
    },
    {
        "type": "object",
        "properties": {
            "people": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
                    "required": ["name", "age"],
                    "additionalProperties": False,
                },
            },
            "mood": {"type": "string", "enum": ["good", "bad", "so-so"]},
            "sure": {"type": "boolean"},
        },
        "required": ["people", "mood", "sure"],
        "additionalProperties": False,
    },
)


@st.composite
def _tool(draw: st.DrawFn, number: int) -> JsonObject:
    name = draw(st.one_of(st.sampled_from(["get_weather", "class", "main", "run-it", "print"]), hostile))
    depth = draw(st.sampled_from([0, 1, 2, 2, 20]))
    tool: JsonObject = {"name": f"{name}{number or ''}", "input_schema": draw(_schema(depth))}
    if draw(st.booleans()):
        tool["description"] = draw(hostile)
    return tool


@st.composite
def requests(draw: st.DrawFn, *, rich: bool) -> ByChance:
    """A request, from a valid body with much added to it."""
    start = draw(valid(rare=not rich))
    body = {name: value for name, value in start.body.items() if name != "stream"}
    wanted = {name: rich or draw(st.booleans()) for name in ("variables", "files", "tools", "schema")}

    names = draw(st.lists(st.sampled_from(VARIABLES), min_size=1, max_size=4, unique=True))
    names = names if wanted["variables"] else []
    file_names: dict[str, str] = {}
    blocks: list[Json] = [text(draw(_template_text(names)))]
    if wanted["files"]:
        for _ in range(draw(st.integers(1, 3))):
            block = draw(_file(hostile))
            blocks.append(block)
            if draw(st.booleans()):
                file_names[_sha_256(block)] = draw(hostile)
    messages: Any = deepcopy(body["messages"])
    had = messages[0]["content"]
    blocks += had if isinstance(had, list) else [text(had)]
    blocks.append(text(draw(hostile)))
    messages[0]["content"] = draw(st.permutations(blocks)) if draw(st.booleans()) else blocks
    if draw(st.booleans()):
        call: JsonObject = {
            "type": "tool_use",
            "id": "toolu_9",
            "name": draw(hostile),
            "input": draw(_object()),
        }
        result: JsonObject = {"type": "tool_result", "tool_use_id": "toolu_9", "content": draw(hostile)}
        if wanted["files"]:
            result["content"] = [text(draw(hostile)), draw(_file(hostile))]
        messages += [assistant(text(draw(hostile)), call), user(result)]
    body["messages"] = messages

    if draw(st.booleans()):
        said = draw(_template_text(names[:1]))
        body["system"] = said if draw(st.booleans()) else [text(said), text(draw(hostile))]
    if wanted["tools"]:
        own = [draw(_tool(number)) for number in range(draw(st.integers(1, 2)))]
        body["tools"] = [*own, *(body.get("tools") or [])]
    if wanted["schema"]:
        schema = draw(st.one_of(st.sampled_from(_PLAIN_SCHEMAS), _schema(draw(st.sampled_from([0, 1, 20])))))
        config = body.get("output_config")
        body["output_config"] = {
            **(config if isinstance(config, dict) else {}),
            "format": {"type": "json_schema", "schema": deepcopy(schema)},
        }
    if draw(st.booleans()):
        body["stop_sequences"] = draw(st.lists(hostile, max_size=3))
    if draw(st.booleans()):
        body["metadata"] = {"user_id": draw(hostile)}
    if draw(st.booleans()):
        body["max_tokens"] = draw(st.sampled_from([1, 21_333, 21_334, 200_000, 1024.0]))
    for name, value in draw(_object()).items():
        body.setdefault(name, value)
    if not rich:
        odd = sorted(body.keys() - {"messages", "stream", "tools", "output_config"})
        for name in draw(st.lists(st.sampled_from(odd), max_size=2)):
            body[name] = draw(values)
        if draw(st.booleans()):
            body = dict(draw(st.permutations(list(body.items()))))
    body.pop("stream", None)

    betas = [*start.betas, *draw(st.lists(st.sampled_from(BETAS), max_size=2))]
    return ByChance(
        template=body,
        values={name: draw(hostile) + "." * rich for name in names},
        betas=tuple(dict.fromkeys(betas)),
        version=draw(st.sampled_from(API_VERSIONS)),
        auth=draw(st.sampled_from(["x-api-key", "bearer"])),
        file_names=file_names,
    )


def _object() -> st.SearchStrategy[JsonObject]:
    return st.dictionaries(keys, values, max_size=4)


def _sha_256(block: JsonObject) -> str:
    source: Any = block["source"]
    data: str = source["data"]
    content = data.encode() if source["type"] == "text" else base64.b64decode(data)
    return hashlib.sha256(content).hexdigest()


def _long() -> ByChance:
    """100 KB in the prompt, in a value and in a file."""
    long = "".join(FRAGMENTS) * (100_000 // len("".join(FRAGMENTS).encode()) + 1)
    source: JsonObject = {"type": "text", "media_type": "text/plain", "data": long + "file"}
    file: JsonObject = {"type": "document", "source": source, "title": "Long"}
    return ByChance(
        template={
            "model": "claude-opus-5-5",
            "max_tokens": 10,
            "system": template.escape(long),
            "messages": [user(file, text("{{long}}"))],
        },
        values={"long": long + "value"},
    )


def everything() -> JsonObject:
    """A body with every field of the API and a block of every kind, those of betas among them."""
    blocks = {str(block["type"]): block for turn in _turns() for block in turn if isinstance(block, dict)}
    of_betas = [{"type": kind, "name": "".join(FRAGMENTS[:20])} for kind in BLOCK.kinds if kind not in blocks]
    fields = {name: values[-1] for name, values in FIELDS.items() if name != "stream"}
    fields |= {name: values[-1] for name, (_, values) in BETA_FIELDS.items()}
    server: JsonObject = {"type": "url", "url": "https://a.example", "name": "it's"}
    return deepcopy(
        {
            "model": "claude-opus-5-5",
            "max_tokens": 10,
            **fields,
            "output_format": None,
            "mcp_servers": [server],
            "tools": list(TOOLS),
            "messages": [user(*USER_BLOCKS), assistant(*blocks.values(), *of_betas), user(text("Go on."))],
        }
    )


def _turns() -> list[list[Json]]:
    """What the turns hold that are known to be valid."""
    turns = (turn["content"] for conversation in CONVERSATIONS for turn in conversation)
    return [USER_BLOCKS, *(content for content in turns if isinstance(content, list))]


@cache
def requests_by_chance() -> tuple[ByChance, ...]:
    """The same ones each time: `RICH`, then `ANY`, a long one, and two with everything there is."""
    found: list[ByChance] = []
    for rich, number in ((True, RICH), (False, ANY)):

        @settings(
            max_examples=number,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(requests(rich=rich))
        def collect(made: ByChance) -> None:
            found.append(made)

        collect()
    body = everything()
    moved: JsonObject = {**body, "user_profile_id": "field", "workspace_id": "field"}
    return (*found, _long(), ByChance(body), ByChance(moved, betas=(MCP,)))
