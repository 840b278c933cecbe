"""The shape of what the service's own tools bring back, and of what else only it writes.

Source: Python SDK 2.12.0, the `…ToolResultBlockParam` types. All of it comes back as the service gave it, and
it may give more fields than the SDK names, so that the records are open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.beta_features import ADVISOR, COMPACTION, FALLBACKS, MCP
from components.domain.json_types import Json
from components.domain.kinds import (
    At,
    Beta,
    Fault,
    Fields,
    Kind,
    Variants,
    flag,
    list_of,
    mapping,
    matches,
    one_of,
    or_null,
    record,
    text,
    text_or,
    typed,
    whole,
)
from components.domain.shape_material import CACHE, DOCUMENT, TEXT

SERVER_CALL_ID: Final = matches("^srvtoolu_[a-zA-Z0-9_]+$", "must begin with “srvtoolu_”")
"""The pattern: historical behaviour (?)."""
SERVER_TOOLS: Final = (
    "web_search",
    "web_fetch",
    "code_execution",
    "bash_code_execution",
    "text_editor_code_execution",
    "tool_search_tool_regex",
    "tool_search_tool_bm25",
    "advisor",
)
"""What a `server_tool_use` block calls."""

_PROGRAM: Final = record({"type": text, "tool_id": text}, closed=False)
CALLER: Final[Fields] = {
    "caller": or_null(
        Variants(
            {"direct": typed("direct", {})},
            lambda tag: _PROGRAM if tag.startswith("code_execution_") else None,
        )
    )
}
TOOL_REFERENCE: Final = typed("tool_reference", {"tool_name": text}, CACHE)


def _came(tag: str, required: Fields, optional: Fields | None = None) -> Kind:
    return typed(tag, required, optional, closed=False)


def _failed(tag: str) -> dict[str, Kind]:
    return {tag: _came(tag, {"error_code": text}, {"error_message": or_null(text)})}


def _result(tag: str, content: Kind) -> Kind:
    return _came(tag, {"tool_use_id": SERVER_CALL_ID, "content": content}, {**CACHE, **CALLER})


def _ran(tag: str, output: str, stdout: str = "stdout") -> dict[str, Kind]:
    """What running a program brought: its output, and the files it made."""
    files = list_of(_came(output, {"file_id": text}))
    return {tag: _came(tag, {"content": files, "return_code": whole, "stderr": text, stdout: text})}


_FOUND: Final = list_of(
    _came(
        "web_search_result",
        {"url": text, "title": text, "encrypted_content": text},
        {"page_age": or_null(text)},
    )
)
_NOT_FOUND: Final = Variants(_failed("web_search_tool_result_error"))


def _search_outcome(value: Json, at: At) -> Iterator[Fault]:
    return (_FOUND if isinstance(value, list) else _NOT_FOUND)(value, at)


_COUNT: Final = or_null(whole)
_EDITED: Final[dict[str, Kind]] = {
    "text_editor_code_execution_view_result": _came(
        "text_editor_code_execution_view_result",
        {"content": text, "file_type": one_of("text", "image", "pdf")},
        {"num_lines": _COUNT, "start_line": _COUNT, "total_lines": _COUNT},
    ),
    "text_editor_code_execution_create_result": _came(
        "text_editor_code_execution_create_result", {"is_file_update": flag}
    ),
    "text_editor_code_execution_str_replace_result": _came(
        "text_editor_code_execution_str_replace_result",
        {},
        {
            "lines": or_null(list_of(text)),
            **dict.fromkeys(("new_lines", "new_start", "old_lines", "old_start"), _COUNT),
        },
    ),
}
_ADVICE: Final[dict[str, Kind]] = {
    "advisor_result": _came("advisor_result", {"text": text}, {"stop_reason": or_null(text)}),
    "advisor_redacted_result": _came(
        "advisor_redacted_result", {"encrypted_content": text}, {"stop_reason": or_null(text)}
    ),
}
_OF_A_MODEL: Final = record({"model": text}, closed=False)

WRITTEN_BY_THE_SERVICE: Final[Fields] = {
    "server_tool_use": typed(
        "server_tool_use",
        {"id": SERVER_CALL_ID, "name": one_of(*SERVER_TOOLS), "input": mapping},
        {**CALLER, **CACHE},
    ),
    "web_search_tool_result": _result("web_search_tool_result", _search_outcome),
    "web_fetch_tool_result": _result(
        "web_fetch_tool_result",
        Variants(
            {
                "web_fetch_result": _came(
                    "web_fetch_result", {"url": text, "content": DOCUMENT}, {"retrieved_at": or_null(text)}
                ),
                **_failed("web_fetch_tool_result_error"),
            }
        ),
    ),
    "code_execution_tool_result": _result(
        "code_execution_tool_result",
        Variants(
            {
                **_ran("code_execution_result", "code_execution_output"),
                **_ran("encrypted_code_execution_result", "code_execution_output", "encrypted_stdout"),
                **_failed("code_execution_tool_result_error"),
            }
        ),
    ),
    "bash_code_execution_tool_result": _result(
        "bash_code_execution_tool_result",
        Variants(
            {
                **_ran("bash_code_execution_result", "bash_code_execution_output"),
                **_failed("bash_code_execution_tool_result_error"),
            }
        ),
    ),
    "text_editor_code_execution_tool_result": _result(
        "text_editor_code_execution_tool_result",
        Variants({**_EDITED, **_failed("text_editor_code_execution_tool_result_error")}),
    ),
    "tool_search_tool_result": _result(
        "tool_search_tool_result",
        Variants(
            {
                "tool_search_tool_search_result": _came(
                    "tool_search_tool_search_result", {"tool_references": list_of(TOOL_REFERENCE)}
                ),
                **_failed("tool_search_tool_result_error"),
            }
        ),
    ),
    "advisor_tool_result": Beta(
        ADVISOR,
        _result("advisor_tool_result", Variants({**_ADVICE, **_failed("advisor_tool_result_error")})),
    ),
    "mcp_tool_use": Beta(
        MCP, _came("mcp_tool_use", {"id": text, "name": text, "server_name": text, "input": mapping}, CACHE)
    ),
    "mcp_tool_result": Beta(
        MCP,
        _came(
            "mcp_tool_result",
            {"tool_use_id": text},
            {"content": text_or(list_of(Variants({"text": TEXT}))), "is_error": flag, **CACHE},
        ),
    ),
    "mcp_tool_listing": Beta(
        MCP,
        _came(
            "mcp_tool_listing",
            {
                "mcp_server_name": text,
                "tools": list_of(record({"name": text, "input_schema": mapping}, closed=False)),
            },
        ),
    ),
    "compaction": Beta(
        COMPACTION,
        _came(
            "compaction",
            {},
            {**dict.fromkeys(("content", "encrypted_content", "signature"), or_null(text)), **CACHE},
        ),
    ),
    "fallback": Beta(FALLBACKS, _came("fallback", {"from": _OF_A_MODEL, "to": _OF_A_MODEL})),
}
"""Blocks that an answer held and that go back with it, by `type`."""


def later_result(tag: str) -> Kind | None:
    """Results of server tools newer than this table come back as they were."""
    return _came(tag, {"tool_use_id": text}) if tag.endswith("_tool_result") else None
