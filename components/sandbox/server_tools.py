"""Tools the service runs itself: which of them a simulated answer uses, with what, and what they bring.

Each one offered is used once: tool search, web search, web fetch, code execution, in this order. A page is
fetched only where its address is known, from the last user turn or from a search. Nothing is loaded or run.
Source of the shapes: Python SDK 2.12.0 `WebSearchToolResultBlock` and its like.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.sandbox import web
from components.sandbox.citations import Source, documents, of_document
from components.sandbox.counting import pieces
from components.sandbox.directives import TOOL_ERROR_CODES
from components.sandbox.prompt import Prompt
from components.sandbox.tool_calls import concerns, input_schema, tools_of

MOST_FOUND: Final = 3
"""Tools that one tool search finds."""
FILE: Final = "/tmp/simulated.py"

_URL: Final = re.compile(r"https?://[^\s<>\"'`“”\])}]+")


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a server tool."""

    name: str
    """`name` of the `server_tool_use` block."""
    input: JsonObject
    lead: str
    """What the answer says before it."""


@dataclass(slots=True)
class ServerTools:
    """The server tools of one request, and what they have brought so far."""

    body: JsonObject
    prompt: Prompt
    model: Model
    random: Random
    sentence: Callable[[], str]
    """One more sentence made of the prompt's words."""
    today: date
    sources: list[Source] = field(default_factory=list)
    """What can be cited from the results."""
    failures: list[str] = field(default_factory=list)
    """A sentence for each use that failed."""
    found: set[str] = field(default_factory=set)
    """Names of the tools that a tool search brought."""
    _pages: list[web.Page] = field(default_factory=list)
    _uses: dict[str, int] = field(default_factory=dict)

    def uses(self) -> Iterator[Use]:
        """What is used, one after the other: each result is to be fetched before the next."""
        choice = self.body.get("tool_choice")
        choice = choice if isinstance(choice, dict) else {}
        forced = choice.get("name") if choice.get("type") == "tool" else None
        if choice.get("type") == "none" or self.prompt.resumed or self.prompt.results:
            return
        plans = {
            "tool_search_tool_": self._tool_search,
            "web_search_2": self._search,
            "web_fetch_2": self._fetch,
            "code_execution_2": self._execute,
        }
        for begin, plan in plans.items():
            tool = self._tool(begin)
            if tool and forced in (None, tool.get("name")):
                yield from plan(tool, forced is not None)

    def result(self, name: str, given: Json, use_id: str) -> JsonObject | None:
        """The result block of one use; None for a tool nobody knows."""
        kinds: dict[str, Callable[[JsonObject], JsonObject | list[Json]]] = {
            "web_search_tool_result": self._searched,
            "web_fetch_tool_result": self._fetched,
            "code_execution_tool_result": self._ran_python,
            "bash_code_execution_tool_result": self._ran_shell,
            "text_editor_code_execution_tool_result": self._wrote,
            "tool_search_tool_result": self._tools_found,
        }
        kind = "tool_search_tool_result" if name.startswith("tool_search_tool_") else f"{name}_tool_result"
        if kind not in kinds:
            return None
        code = self._failure(name, kind)
        content = (
            kinds[kind](given if isinstance(given, dict) else {}) if code is None else _error(kind, code)
        )
        if isinstance(content, dict) and "error_code" in content:
            self.failures.append(f"The tool `{name}` failed with `{content['error_code']}`.")
        block: JsonObject = {"type": kind, "tool_use_id": use_id, "content": content}
        return {**block, "caller": {"type": "direct"}} if name.startswith("web_") else block

    def _tool(self, begin: str) -> JsonObject:
        """The tool whose type begins so; {} when it is not offered."""
        return next((tool for tool in tools_of(self.body) if str(tool.get("type")).startswith(begin)), {})

    def _failure(self, name: str, kind: str) -> str | None:
        """The error code this use is to end with."""
        self._uses[name] = self._uses.get(name, 0) + 1
        most = self._tool(f"{name}_2").get("max_uses")
        if isinstance(most, int) and self._uses[name] > most:
            return "max_uses_exceeded"
        if "tool-error" not in self.prompt.orders:
            return None
        code = self.prompt.orders.given["tool-error"]["code"]
        return code if code in TOOL_ERROR_CODES[kind] else "unavailable"

    @property
    def _topic(self) -> str:
        return " ".join(self.prompt.words[:4]) or "sandbox"

    def _search(self, _: JsonObject, __: bool) -> Iterator[Use]:
        orders = self.prompt.orders
        clients = any(input_schema(tool) is not None for tool in tools_of(self.body))
        count = orders.count("calls", "count") if "calls" in orders and not clients else 1
        for number in range(count):
            query = self._topic if number == 0 else f"{self._topic} {number + 1}"
            yield Use("web_search", {"query": query}, f"I search the web for “{query}”.")

    def _searched(self, _: JsonObject) -> list[Json]:
        pages = web.search(self._tool("web_search_2"), self.prompt.words, self.sentence)
        self._pages += pages
        for page in pages[:2]:
            self.sources.append(Source(f"“{page.title}”", page.text, page.citation()))
        return [page.result() for page in pages]

    def _fetch(self, tool: JsonObject, forced: bool) -> Iterator[Use]:
        known = self._named_urls() or [page.url for page in self._pages]
        if known or forced:
            permitted = (url for url in known if web.permits(tool, url))
            url = next(permitted, known[0] if known else "https://example.com/")
            yield Use("web_fetch", {"url": url}, f"I read {url} for that.")

    def _named_urls(self) -> list[str]:
        return [url.rstrip(".,;:!?") for url in _URL.findall(self.prompt.text)]

    def _fetched(self, given: JsonObject) -> JsonObject:
        tool, url = self._tool("web_fetch_2"), str(given.get("url"))
        if not web.permits(tool, url):
            return _error("web_fetch_tool_result", "url_not_allowed")
        found = next((page for page in self._pages if page.url == url), None)
        if found is None and url not in self._named_urls():
            return _error("web_fetch_tool_result", "url_not_in_prior_context")
        most = tool.get("max_content_tokens")
        first = found.text if found else f"This page at {url} is simulated."
        text = "\n\n".join([first, *(f"{self.sentence()} {self.sentence()}" for _ in range(3))])
        text = "".join(pieces(text, self.model)[:most]) if isinstance(most, int) and most >= 0 else text
        source: JsonObject = {"type": "text", "media_type": "text/plain", "data": text}
        if url.lower().endswith(".pdf"):
            source = {"type": "base64", "media_type": "application/pdf", "data": web.pdf()}
        citations = tool.get("citations")
        cited = isinstance(citations, dict) and citations.get("enabled") is True
        document: JsonObject = {
            "type": "document",
            "source": source,
            "title": found.title if found else f"Simulated page: {self._topic}",
            "citations": {"enabled": True} if cited else None,
        }
        if cited:
            index = len(documents(self.body)) + self._uses["web_fetch"] - 1
            self.sources += of_document(index, document, self.prompt.words, self.random, None)
        at = f"{self.today.isoformat()}T12:00:00Z"
        return {"type": "web_fetch_result", "url": url, "retrieved_at": at, "content": document}

    def _execute(self, tool: JsonObject, _: bool) -> Iterator[Use]:
        """The version of August 2025 has files and a shell; those before and after it run Python."""
        code = f"# Simulated: nothing is run.\nprint(len({json.dumps(self._topic, ensure_ascii=False)}))\n"
        if str(tool.get("type")).startswith("code_execution_20250825"):
            written: JsonObject = {"command": "create", "path": FILE, "file_text": code}
            yield Use("text_editor_code_execution", written, "I write a few lines of Python.")
            yield Use("bash_code_execution", {"command": f"python {FILE}"}, "I run them.")
        else:
            yield Use("code_execution", {"code": code}, "I run a few lines of Python.")

    def _ran_python(self, _: JsonObject) -> JsonObject:
        return self._ran("code_execution_result")

    def _ran_shell(self, _: JsonObject) -> JsonObject:
        return self._ran("bash_code_execution_result")

    def _ran(self, kind: str) -> JsonObject:
        printed = f"{len(self._topic)}\n"
        return {"type": kind, "stdout": printed, "stderr": "", "return_code": 0, "content": []}

    def _wrote(self, _: JsonObject) -> JsonObject:
        return {"type": "text_editor_code_execution_create_result", "is_file_update": False}

    def _tool_search(self, tool: JsonObject, _: bool) -> Iterator[Use]:
        name = re.sub(r"_\d{8}$", "", str(tool.get("type")))
        words = self.prompt.words[:3]
        query = "|".join(map(re.escape, words)) if name.endswith("regex") else " ".join(words)
        yield Use(name, {"query": query or "tool"}, "I look for a tool that fits.")

    def _tools_found(self, _: JsonObject) -> JsonObject:
        deferred = [tool for tool in tools_of(self.body) if tool.get("defer_loading") is True]
        fitting = [tool for tool in deferred if concerns(tool, self.prompt.text)] or deferred
        names = [str(tool["name"]) for tool in fitting[:MOST_FOUND] if tool.get("name")]
        self.found.update(names)
        references: list[Json] = [{"type": "tool_reference", "tool_name": name} for name in names]
        return {"type": "tool_search_tool_search_result", "tool_references": references}


def _error(kind: str, code: str) -> JsonObject:
    return {"type": f"{kind}_error", "error_code": code}
