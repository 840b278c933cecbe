"""Rules about tools: what may be chosen, how they are named, which of the service's own a model has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix, Path, place
from components.domain.json_types import Json, JsonObject
from components.domain.rule import Case, Hit, Rule
from components.domain.shape_tools import family

COMPUTER_TOOLSET: Final = "computer_toolset_20260801"


def _auto(case: Case) -> Fix:
    """Leave the choice to the model, keeping `disable_parallel_tool_use`."""
    choice: JsonObject = {"type": "auto"}
    parallel = case.at("tool_choice", "disable_parallel_tool_use")
    if isinstance(parallel, bool):
        choice["disable_parallel_tool_use"] = parallel
    return Fix("Let the model choose", (Edit(("tool_choice",), choice),))


def _forced(case: Case) -> bool:
    return case.at("tool_choice", "type") in ("any", "tool")


def _forced_tools(case: Case) -> Iterator[Hit]:
    if _forced(case) and case.model.forced_tools is False:
        sentence = (
            f"{case.model.name} cannot be forced to use a tool. Let it choose, and mark the tool strict."
        )
        yield Hit(("tool_choice",), sentence, _auto(case))


def _forced_thinking(case: Case) -> Iterator[Hit]:
    if _forced(case) and case.thinking_type == "enabled" and "enabled" in (case.model.thinking or ()):
        sentence = "A tool cannot be forced while thinking has a budget. Let the model choose."
        yield Hit(("tool_choice",), sentence, _auto(case))


def _choice_without_tools(case: Case) -> Iterator[Hit]:
    if case.at("tool_choice", "type") in ("auto", "any", "tool") and not (
        case.listed("tools") or case.listed("mcp_servers")
    ):
        fix = Fix("Remove the tool choice", (Edit(("tool_choice",), REMOVE),))
        yield Hit(("tool_choice",), "A tool choice needs tools. Add one, or remove the choice.", fix)


def _choice_unknown(case: Case) -> Iterator[Hit]:
    name = case.at("tool_choice", "name")
    tools = [tool for _, tool in case.objects("tools")]
    if any("toolset" in str(tool.get("type")) for tool in tools):
        return  # Its members have names that are not in the request.
    names = [tool.get("name") for tool in tools]
    if case.at("tool_choice", "type") == "tool" and isinstance(name, str) and names and name not in names:
        sentence = f"No tool is called “{name}”. Choose one of the tools above."
        yield Hit(("tool_choice", "name"), sentence, _auto(case), {"name": name})


def _names_repeated(case: Case) -> Iterator[Hit]:
    seen: set[str] = set()
    for i, tool in enumerate(case.listed("tools")):
        name = tool.get("name") if isinstance(tool, dict) else None
        if isinstance(name, str):
            if name in seen:
                fix = Fix("Remove the second one", (Edit(("tools", i), REMOVE),))
                yield Hit(("tools", i), f"Two tools are called “{name}”. Rename or remove one.", fix)
                return
            seen.add(name)


def _built_in(case: Case, *families: str) -> list[tuple[Path, JsonObject]]:
    """The tools of those families, whatever version."""
    return [(path, tool) for path, tool in case.objects("tools") if family(str(tool.get("type"))) in families]


def _computer_old(case: Case) -> Iterator[Hit]:
    if case.model.old_computer_use is not False:
        return
    for path, tool in _built_in(case, "computer"):
        cache = {"cache_control": tool["cache_control"]} if "cache_control" in tool else {}
        new: JsonObject = {"type": COMPUTER_TOOLSET, **cache}
        sentence = f"{case.model.name} no longer takes {tool['type']}. The computer toolset replaces it."
        words = {"model": case.at("model"), "tool": tool["type"]}
        yield Hit((*path, "type"), sentence, Fix("Use the computer toolset", (Edit(path, new),)), words)


def _server_tool_unsupported(case: Case) -> Iterator[Hit]:
    for name, supported in (
        ("web_search", case.model.web_search),
        ("code_execution", case.model.code_execution),
    ):
        for path, tool in _built_in(case, name) if supported is False else ():
            sentence = f"{case.model.name} has no {name.replace('_', ' ')}. Remove the tool."
            words = {"model": case.at("model"), "tool": tool["type"]}
            yield Hit((*path, "type"), sentence, case.drop(path, "Remove the tool"), words)


def _domains_both(case: Case) -> Iterator[Hit]:
    for path, tool in _built_in(case, "web_search", "web_fetch"):
        if tool.get("allowed_domains") is not None and tool.get("blocked_domains") is not None:
            edit = Edit((*path, "blocked_domains"), REMOVE)
            sentence = "Domains are either allowed or blocked, not both. Keep one of the lists."
            fix = Fix("Keep the allowed domains", (edit,))
            yield Hit(edit.path, sentence, fix, {"i": path[1], "tool": tool["type"]})


def _url_source_unknown(case: Case) -> Iterator[Hit]:
    names = {str(tool.get("name")) for _, tool in case.objects("tools")}
    for path, tool in _built_in(case, "web_fetch"):
        for source in ("client_tool_results", "server_tool_results"):
            for inner, named in case.objects(*path, "url_sources", source, "tools"):
                name = named.get("name")
                if isinstance(name, str) and name not in names:
                    sentence = (
                        f"Web fetch takes addresses from “{name}”, which is none of the tools. Remove it."
                    )
                    fix = case.drop(inner, "Remove it")
                    words = {"i": path[1], "tool": tool["type"], "source": source, "name": name}
                    yield Hit(inner, sentence, fix, words)


def _searches(case: Case) -> bool:
    return any(str(tool.get("type")).startswith("tool_search_tool") for _, tool in case.objects("tools"))


def _deferred(case: Case) -> list[Path]:
    """The tools that are only loaded when a search finds them."""
    return [path for path, tool in case.objects("tools") if tool.get("defer_loading") is True]


def _with_search(case: Case) -> Fix:
    search: Json = {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"}
    return Fix("Add the tool search tool", (Edit(("tools",), [search, *case.listed("tools")]),))


def _all_deferred(case: Case) -> Iterator[Hit]:
    deferred = _deferred(case)
    if not deferred or len(deferred) < len(case.listed("tools")):
        return
    searching = [path for path in deferred if str(case.at(*path, "type")).startswith("tool_search_tool")]
    unlocked = tuple(Edit((*path, "defer_loading"), REMOVE) for path in searching)
    fix = Fix("Load the tool search tool at once", unlocked) if unlocked else _with_search(case)
    yield Hit(("tools",), "Every tool is deferred: none is there to begin with. Load one at once.", fix)


def _deferred_unfound(case: Case) -> Iterator[Hit]:
    deferred = _deferred(case)
    if deferred and len(deferred) < len(case.listed("tools")) and not _searches(case):
        sentence = (
            f"{place(deferred[0]).capitalize()} is loaded only when a search finds it, and there is no tool "
            "search tool. Add it, unless a tool of yours answers with references."
        )
        yield Hit((*deferred[0], "defer_loading"), sentence, _with_search(case))


def _mcp_servers(case: Case) -> dict[str, Path]:
    return {str(server.get("name")): path for path, server in case.objects("mcp_servers")}


def _mcp_toolset_unknown(case: Case) -> Iterator[Hit]:
    servers = _mcp_servers(case)
    seen: set[str] = set()
    for path, tool in case.objects("tools"):
        name = tool.get("mcp_server_name")
        if tool.get("type") != "mcp_toolset" or not isinstance(name, str):
            continue
        if name not in servers or name in seen:
            why = "has a toolset already" if name in seen else "is none of the MCP servers"
            sentence = f"{place(path).capitalize()} is the toolset of “{name}”, which {why}. Remove it."
            words = {"i": path[1], "name": name}
            yield Hit((*path, "mcp_server_name"), sentence, case.drop(path, "Remove the toolset"), words)
        seen.add(name)


def _mcp_server_unused(case: Case) -> Iterator[Hit]:
    if not any(beta >= "mcp-client-2025-11" for beta in case.betas if beta.startswith("mcp-client-")):
        return
    used = {str(tool.get("mcp_server_name")) for _, tool in case.objects("tools")}
    for name, path in _mcp_servers(case).items():
        if name not in used:
            toolset: Json = {"type": "mcp_toolset", "mcp_server_name": name}
            sentence = f"The MCP server “{name}” has no toolset among the tools. Add it."
            fix = Fix("Add its toolset", (Edit(("tools",), [*case.listed("tools"), toolset]),))
            yield Hit(path, sentence, fix, {"name": name})


_HISTORICAL: Final = "historical behaviour (?)"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "forced_tools",
        "tool_choice any or tool on a model that cannot be forced",
        'tool_choice: type "tool" and "any" are not supported for this model.',
        "auto",
        _forced_tools,
        'docs "What\'s new in Claude Opus 5.5"; pydantic-ai 2.68.0',
        CHECKED,
    ),
    Rule(
        "forced_thinking",
        "tool_choice any or tool while thinking has a budget",
        "Thinking may not be enabled when tool_choice forces tool use.",
        "auto",
        _forced_thinking,
        'docs "Extended thinking"; wording historical (?)',
        CHECKED,
    ),
    Rule(
        "choice_without_tools",
        "a tool choice without tools",
        "tool_choice: may only be specified while providing `tools`.",
        "drop it",
        _choice_without_tools,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "choice_unknown",
        "a tool choice that names no tool",
        "tool_choice.name: Tool '{name}' not found in provided tools",
        "auto",
        _choice_unknown,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "names_repeated",
        "two tools of one name",
        "tools: Tool names must be unique.",
        "remove the second",
        _names_repeated,
        _HISTORICAL,
        CHECKED,
    ),
    Rule(
        "computer_old",
        "an older computer tool on a model that takes only the toolset",
        "'{model}' does not support tool types: {tool}. Did you mean one of computer_toolset_20260801?",
        "the toolset",
        _computer_old,
        'docs "Computer use"; wording historical (?)',
        CHECKED,
    ),
    Rule(
        "server_tool_unsupported",
        "a server tool the model lacks, as GET /v1/models has it",
        "'{model}' does not support tool types: {tool}.",
        "remove it",
        _server_tool_unsupported,
        "Python SDK 2.12.0 ModelInfo; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "domains_both",
        "allowed and blocked domains at once",
        "tools.{i}.{tool}: Only one of `allowed_domains` and `blocked_domains` may be specified.",
        "keep the allowed ones",
        _domains_both,
        "Python SDK 2.12.0 WebSearchTool20260318Param; of web fetch, and wording (?)",
        CHECKED,
    ),
    Rule(
        "url_source_unknown",
        "web fetch takes addresses from a tool the request does not have",
        "tools.{i}.{tool}.url_sources.{source}: tool '{name}' is not declared in `tools`",
        "remove it",
        _url_source_unknown,
        "Python SDK 2.12.0 WebFetchURLSourcesParam; wording (?)",
        CHECKED,
    ),
    Rule(
        "all_deferred",
        "every tool is deferred",
        "At least one tool must have defer_loading=false. All tools cannot be deferred.",
        "add the tool search tool",
        _all_deferred,
        'docs "Tool search tool"; wording: reports of users to August 2026',
        CHECKED,
    ),
    Rule(
        "deferred_unfound",
        "deferred tools without a tool search tool",
        "",
        "add it",
        _deferred_unfound,
        'docs "Tool search tool"',
        CHECKED,
        severity="notice",
    ),
    Rule(
        "mcp_toolset_unknown",
        "an MCP toolset of a server the request does not have, or the second of one server",
        "tools.{i}.mcp_toolset: MCP server '{name}' must be defined in `mcp_servers` and have one toolset",
        "remove it",
        _mcp_toolset_unknown,
        'docs "MCP connector"; wording (?)',
        CHECKED,
    ),
    Rule(
        "mcp_server_unused",
        "an MCP server without a toolset",
        "mcp_servers: MCP server '{name}' is not referenced by any toolset in `tools`",
        "add its toolset",
        _mcp_server_unused,
        'docs "MCP connector"; wording (?)',
        CHECKED,
    ),
)
