"""One block of every kind an answer can hold, for whoever draws answers.

Source of the kinds and shapes: Python SDK 2.12.0 `ContentBlock`, `BetaContentBlock` and the types below them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.sandbox import web

_DIRECT: Final[JsonObject] = {"type": "direct"}
_PIXEL: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""
_CODE: Final = "def greet(name):\n    return f'Simulated hello, {name}'\n"
_PAGE: Final = web.Page(
    "https://example.com/simulated/herons",
    "Simulated result: herons",
    "Herons stand in shallow water. This page is simulated.",
    "November 3, 2026",
)
_FETCHED: Final = "Herons are long-legged birds. They wait for fish in shallow water."


def _call(name: str, call: str, given: JsonObject, caller: JsonObject = _DIRECT) -> JsonObject:
    return {
        "type": "server_tool_use",
        "id": f"srvtoolu_sandbox{call}",
        "name": name,
        "input": given,
        "caller": caller,
    }


def _result(kind: str, call: str, content: Json, caller: JsonObject | None = None) -> JsonObject:
    block: JsonObject = {
        "type": f"{kind}_tool_result",
        "tool_use_id": f"srvtoolu_sandbox{call}",
        "content": content,
    }
    return {**block, "caller": caller} if caller else block


def _ran(kind: str, stdout: str, stderr: str = "", file_id: str | None = None) -> JsonObject:
    output: JsonObject = {"type": f"{kind}_output", "file_id": file_id}
    return {
        "type": f"{kind}_result",
        "stdout": stdout,
        "stderr": stderr,
        "return_code": 1 if stderr else 0,
        "content": [output] if file_id else [],
    }


def _fetched(url: str, source: JsonObject) -> JsonObject:
    document: JsonObject = {
        "type": "document",
        "source": source,
        "title": "Simulated page: herons",
        "citations": {"enabled": True},
    }
    return {
        "type": "web_fetch_result",
        "url": url,
        "retrieved_at": "2026-11-22T12:00:00Z",
        "content": document,
    }


def _text(text: str, *citations: JsonObject) -> JsonObject:
    return {"type": "text", "text": text, **({"citations": list(citations)} if citations else {})}


def _search() -> list[JsonObject]:
    return [
        _call("web_search", "01", {"query": "herons"}),
        _result("web_search", "01", [_PAGE.result(), {**_PAGE.result(), "page_age": None}], _DIRECT),
    ]


def _fetch() -> list[JsonObject]:
    text: JsonObject = {"type": "text", "media_type": "text/plain", "data": _FETCHED}
    file: JsonObject = {"type": "base64", "media_type": "application/pdf", "data": web.pdf()}
    return [
        _call("web_fetch", "02", {"url": _PAGE.url}),
        _result("web_fetch", "02", _fetched(_PAGE.url, text), _DIRECT),
        _call("web_fetch", "03", {"url": f"{_PAGE.url}.pdf"}),
        _result("web_fetch", "03", _fetched(f"{_PAGE.url}.pdf", file), _DIRECT),
    ]


def _code() -> list[JsonObject]:
    from_code: JsonObject = {"type": "code_execution_20260120", "tool_id": "srvtoolu_sandbox05"}
    sealed: JsonObject = {
        "type": "encrypted_code_execution_result",
        "encrypted_stdout": web.sealed("simulated output"),
        "stderr": "",
        "return_code": 0,
        "content": [],
    }
    return [
        _call("code_execution", "04", {"code": "print('simulated')"}),
        _result("code_execution", "04", _ran("code_execution", "simulated\n", file_id="file_sandbox01")),
        _call("code_execution", "05", {"code": "print(await web_search('herons'))"}),
        _call("web_search", "06", {"query": "herons"}, from_code),
        _result("web_search", "06", [_PAGE.result()], from_code),
        _result("code_execution", "05", sealed),
        _call("bash_code_execution", "07", {"command": "ls /tmp && python plot.py"}),
        _result(
            "bash_code_execution", "07", _ran("bash_code_execution", "plot.py\n", file_id="file_sandbox02")
        ),
    ]


def _files() -> list[JsonObject]:
    path = "/tmp/simulated.py"
    replaced: JsonObject = {
        "type": "text_editor_code_execution_str_replace_result",
        "old_start": 2,
        "old_lines": 1,
        "new_start": 2,
        "new_lines": 1,
        "lines": ["-    return f'Simulated hello, {name}'", "+    return f'Simulated welcome, {name}'"],
    }
    viewed: JsonObject = {"type": "text_editor_code_execution_view_result"}
    text: JsonObject = {
        "file_type": "text",
        "content": _CODE,
        "num_lines": 2,
        "start_line": 1,
        "total_lines": 2,
    }
    image: JsonObject = {"file_type": "image", "content": _PIXEL}
    uses: list[tuple[str, JsonObject, JsonObject]] = [
        (
            "08",
            {"command": "create", "path": path, "file_text": _CODE},
            {"type": "text_editor_code_execution_create_result", "is_file_update": False},
        ),
        ("09", {"command": "view", "path": path}, {**viewed, **text}),
        ("10", {"command": "view", "path": "/tmp/plot.png"}, {**viewed, **image}),
        (
            "11",
            {"command": "str_replace", "path": path, "old_str": "hello", "new_str": "welcome"},
            replaced,
        ),
    ]
    name = "text_editor_code_execution"
    return [
        block
        for call, given, found in uses
        for block in (_call(name, call, given), _result(name, call, found))
    ]


def _tool_search() -> list[JsonObject]:
    references: JsonObject = {
        "type": "tool_search_tool_search_result",
        "tool_references": [{"type": "tool_reference", "tool_name": "weather"}],
    }
    return [
        _call("tool_search_tool_bm25", "12", {"query": "weather"}),
        _result("tool_search", "12", references),
        _call("tool_search_tool_regex", "13", {"query": "weather|climate"}),
        _result("tool_search", "13", references),
    ]


def _cited() -> JsonObject:
    document: JsonObject = {"document_index": 0, "document_title": "Herons", "file_id": None}
    return _text(
        "Herons wait in shallow water (simulated).",
        {
            "type": "char_location",
            "cited_text": _FETCHED[:29],
            **document,
            "start_char_index": 0,
            "end_char_index": 29,
        },
        {
            "type": "page_location",
            "cited_text": "Of birds.",
            **document,
            "document_index": 1,
            "file_id": "file_sandbox01",
            "start_page_number": 2,
            "end_page_number": 3,
        },
        {
            "type": "content_block_location",
            "cited_text": "Of water.",
            **document,
            "document_index": 2,
            "document_title": None,
            "start_block_index": 0,
            "end_block_index": 1,
        },
        {
            "type": "search_result_location",
            "cited_text": "Of fish.",
            "search_result_index": 0,
            "source": "https://example.org/fish",
            "title": "Fish",
            "start_block_index": 1,
            "end_block_index": 2,
        },
        _PAGE.citation(),
    )


def _stable() -> list[JsonObject]:
    call: JsonObject = {
        "type": "tool_use",
        "id": "toolu_sandbox01",
        "name": "weather",
        "input": {"city": "Oslo", "days": 2},
        "caller": _DIRECT,
    }
    return [
        {"type": "thinking", "thinking": "A simulated thought about herons.", "signature": ""},
        {"type": "redacted_thinking", "data": ""},
        _text("This answer is simulated: it holds one block of **every kind**."),
        *_search(),
        *_fetch(),
        _cited(),
        *_code(),
        *_files(),
        *_tool_search(),
        {"type": "container_upload", "file_id": "file_sandbox03"},
        _text("Two calls end it."),
        call,
        {
            **call,
            "id": "toolu_sandbox02",
            "name": "screenshot",
            "input": {},
            "toolset_name": "computer",
        },
    ]


def _errors() -> list[JsonObject]:
    failed: list[tuple[str, JsonObject, str]] = [
        ("web_search", {"query": "herons"}, "max_uses_exceeded"),
        ("web_fetch", {"url": _PAGE.url}, "url_not_allowed"),
        ("code_execution", {"code": "while True: pass"}, "execution_time_exceeded"),
        ("bash_code_execution", {"command": "yes"}, "output_file_too_large"),
        ("text_editor_code_execution", {"command": "view", "path": "/none"}, "file_not_found"),
        ("tool_search_tool_bm25", {"query": "weather"}, "unavailable"),
    ]
    blocks = [_text("This answer is simulated: every tool of the service fails.")]
    for number, (name, given, code) in enumerate(failed, 21):
        kind = name.removesuffix("_tool_bm25")
        failure: JsonObject = {"type": f"{kind}_tool_result_error", "error_code": code}
        blocks += [_call(name, str(number), given), _result(kind, str(number), failure)]
    raised = _ran("code_execution", "", "Traceback (simulated)\nZeroDivisionError: division by zero\n")
    return [
        *blocks,
        _call("code_execution", "31", {"code": "1 / 0"}),
        _result("code_execution", "31", raised),
    ]


def _beta() -> list[JsonObject]:
    called: JsonObject = {"name": "lookup", "server_name": "library", "input": {"title": "Herons"}}
    listed: JsonObject = {"name": "lookup", "description": "Find a book", "input_schema": {"type": "object"}}
    return [
        {
            "type": "compaction",
            "content": "Simulated summary: they spoke of herons.",
            "encrypted_content": web.sealed("simulated summary"),
        },
        _text("This answer is simulated: it holds the blocks of the betas."),
        {"type": "mcp_tool_listing", "mcp_server_name": "library", "tools": [listed]},
        {"type": "mcp_tool_use", "id": "mcptoolu_sandbox01", **called},
        {
            "type": "mcp_tool_result",
            "tool_use_id": "mcptoolu_sandbox01",
            "is_error": False,
            "content": [_text("Found: a book about herons.")],
        },
        {"type": "mcp_tool_use", "id": "mcptoolu_sandbox02", **called},
        {
            "type": "mcp_tool_result",
            "tool_use_id": "mcptoolu_sandbox02",
            "is_error": True,
            "content": "The library is closed.",
        },
        _call("advisor", "41", {}),
        _result(
            "advisor", "41", {"type": "advisor_result", "text": "Watch the water.", "stop_reason": "end_turn"}
        ),
        {
            "type": "fallback",
            "from": {"model": "claude-opus-5-5"},
            "to": {"model": "claude-opus-4-8"},
            "trigger": {"type": "refusal", "category": "bio"},
        },
        _text("Another model wrote this."),
    ]


KINDS: Final[Mapping[str, Callable[[], list[JsonObject]]]] = {
    "stable": _stable,
    "errors": _errors,
    "beta": _beta,
}
"""What `[sandbox:blocks kinds=…]` takes → the blocks, thinking still unsigned."""
