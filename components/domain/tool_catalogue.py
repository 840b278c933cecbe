"""The tools that the service defines: their versions, options and prices.

Source: Python SDK 2.12.0 (`ToolUnionParam` and the types in it); docs "Pricing" and "Server tools". Compared
with them on `catalogue.CHECKED`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model


@dataclass(frozen=True, slots=True)
class ToolOption:
    """One field of a built-in tool that has a control."""

    name: str
    label: str
    kind: Literal["count", "domains", "location", "excluded", "citations", "cached"]
    """`count`: a whole number. `domains`: a list of names. `location`: an object of city, region, country and
    timezone. The others are switches that write one value or leave the field out."""
    help: str = ""
    since: str = ""
    """The date of the first version that has it; "" for all."""


@dataclass(frozen=True, slots=True)
class Version:
    type: str
    name: str | None
    """The `name` that the service wants; None for a toolset, which has none."""

    @property
    def date(self) -> str:
        return self.type.rpartition("_")[2]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One tool of the service's, in all its versions."""

    title: str
    runs: Literal["server", "client"]
    """Who runs it: the service, or the program that sends the request."""
    note: str
    """What it does and costs, one line."""
    versions: tuple[Version, ...]
    """Newest first; the first one is offered."""
    options: tuple[ToolOption, ...] = ()
    prefix: str = ""
    """How the `type` of all versions begins, those of tomorrow too."""
    icon: str = "build"
    """Name of a Material symbol."""

    def lacking(self, model: Model) -> bool:
        """Whether the model is known not to have it; only two of them are told of (`GET /v1/models`)."""
        known = {"web_search_": model.web_search, "code_execution_": model.code_execution}
        return known.get(self.prefix) is False

    def holds(self, tool: Json) -> bool:
        """Whether a tool of a request is this one."""
        kind = tool.get("type") if isinstance(tool, dict) else None
        return isinstance(kind, str) and kind.startswith(self.prefix)

    def made(self) -> JsonObject:
        """The tool in its newest version, without options."""
        return self.in_version(self.versions[0].type, {})

    def in_version(self, kind: str, tool: JsonObject) -> JsonObject:
        """The same tool in another version, without the options that version does not have."""
        version = next((each for each in self.versions if each.type == kind), None)
        if version is None:
            return {**tool, "type": kind}
        absent = {option.name for option in self.options if option.since > version.date}
        kept = {name: value for name, value in tool.items() if name not in absent | {"type", "name"}}
        name: JsonObject = {} if version.name is None else {"name": version.name}
        return {"type": version.type, **name, **kept}

    def options_of(self, tool: JsonObject) -> list[ToolOption]:
        """The options that this tool's version has, and those it has set anyway."""
        date = str(tool.get("type")).rpartition("_")[2]
        return [option for option in self.options if option.since <= date or option.name in tool]


def _versions(prefix: str, name: str | None, *dates: str) -> tuple[Version, ...]:
    return tuple(Version(f"{prefix}{date}", name) for date in dates)


_MAX_USES: Final = ToolOption("max_uses", "Uses at most", "count", "In one request; no limit when empty.")
_ALLOWED: Final = ToolOption(
    "allowed_domains", "Only these domains", "domains", "One per line, without https://."
)
_BLOCKED: Final = ToolOption(
    "blocked_domains", "Never these domains", "domains", "One per line, without https://."
)
_INCLUSION: Final = ToolOption(
    "response_inclusion",
    "Leave out results that code has used",
    "excluded",
    "Results that a code execution has read do not come back in the answer.",
    since="20260318",
)

SERVER_TOOLS: Final[tuple[BuiltIn, ...]] = (
    BuiltIn(
        "Web search",
        "server",
        "$10 per 1,000 searches, and the tokens of the results",
        _versions("web_search_", "web_search", "20260318", "20260209", "20250305"),
        (
            _MAX_USES,
            _ALLOWED,
            _BLOCKED,
            ToolOption("user_location", "Where the user is", "location", "For results that fit the place."),
            _INCLUSION,
        ),
        prefix="web_search_",
        icon="travel_explore",
    ),
    BuiltIn(
        "Web fetch",
        "server",
        "Reads pages and PDFs the conversation names; costs their tokens only",
        _versions("web_fetch_", "web_fetch", "20260318", "20260309", "20260209", "20250910"),
        (
            _MAX_USES,
            ToolOption(
                "max_content_tokens", "Tokens of a page at most", "count", "About so many; not for PDFs."
            ),
            _ALLOWED,
            _BLOCKED,
            ToolOption("citations", "Citations", "citations", "The answer cites what was fetched."),
            ToolOption(
                "use_cache", "Take pages from the service's cache", "cached", "Off: anew.", since="20260309"
            ),
            _INCLUSION,
        ),
        prefix="web_fetch_",
        icon="language",
    ),
    BuiltIn(
        "Code execution",
        "server",
        "Free with the newer web tools; else $0.05 an hour after 1,550 free hours a month",
        _versions("code_execution_", "code_execution", "20260521", "20260120", "20250825", "20250522"),
        prefix="code_execution_",
        icon="terminal",
    ),
    BuiltIn(
        "Tool search",
        "server",
        "Finds among tools that are loaded only when needed; costs tokens only",
        (
            *_versions("tool_search_tool_bm25_", "tool_search_tool_bm25", "20251119"),
            *_versions("tool_search_tool_regex_", "tool_search_tool_regex", "20251119"),
        ),
        prefix="tool_search_tool_",
        icon="manage_search",
    ),
)
"""The service runs these."""

_EDITOR: Final = "str_replace_based_edit_tool"

CLIENT_TOOLS: Final[tuple[BuiltIn, ...]] = (
    BuiltIn(
        "Bash",
        "client",
        "A shell that your program runs",
        _versions("bash_", "bash", "20250124"),
        prefix="bash_2",
        icon="terminal",
    ),
    BuiltIn(
        "Text editor",
        "client",
        "Views and edits files that your program has",
        (
            *_versions("text_editor_", _EDITOR, "20250728", "20250429"),
            Version("text_editor_20250124", "str_replace_editor"),
        ),
        (
            ToolOption(
                "max_characters", "Characters of a file at most", "count", "When viewing.", since="20250728"
            ),
        ),
        prefix="text_editor_2",
        icon="edit_document",
    ),
    BuiltIn(
        "Memory",
        "client",
        "A folder of notes that your program keeps",
        _versions("memory_", "memory", "20250818"),
        prefix="memory_2",
        icon="neurology",
    ),
    BuiltIn(
        "Computer toolset",
        "client",
        "Mouse, keyboard and screen that your program controls",
        _versions("computer_toolset_", None, "20260801"),
        prefix="computer_toolset_",
        icon="mouse",
    ),
    BuiltIn(
        "Browser toolset",
        "client",
        "A browser that your program controls",
        _versions("browser_toolset_", None, "20260801"),
        prefix="browser_toolset_",
        icon="web",
    ),
)
"""The model asks for these, and the program that sends the request runs them."""


def built_in(tool: Json) -> BuiltIn | None:
    """The built-in tool that this tool of a request is; None for a custom or unknown one."""
    return next((each for each in (*SERVER_TOOLS, *CLIENT_TOOLS) if each.holds(tool)), None)


def switched_on(tools: Iterable[Json], kind: BuiltIn) -> int | None:
    """Position of the first tool that is of this kind."""
    return next((at for at, tool in enumerate(tools) if kind.holds(tool)), None)
