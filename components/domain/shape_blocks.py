"""The shape of content blocks and messages.

Source: Python SDK 2.12.0, `ContentBlockParam` and `BetaContentBlockParam` with the types below them. What
comes back as the service gave it may hold more fields than the SDK names, so that those records are open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.beta_features import (
    ADVISOR,
    CLEAR_AT,
    COMPACTION,
    FALLBACKS,
    INLINE_TOOLS,
    MCP,
    TURN_OUTPUT_CONFIG,
)
from components.domain.json_types import Json
from components.domain.kinds import (
    At,
    Beta,
    Fault,
    Fields,
    Kind,
    Variants,
    anything,
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
from components.domain.model import EFFORTS

TOOL_NAME: Final = "^[a-zA-Z0-9_-]{1,128}$"
NAME_SAYS: Final = "may hold letters, digits, “_” and “-”, 128 at most"
_CALL_ID: Final = matches("^[a-zA-Z0-9_-]+$", "may hold letters, digits, “_” and “-”")
_SERVER_CALL_ID: Final = matches("^srvtoolu_[a-zA-Z0-9_]+$", "must begin with “srvtoolu_”")
"""Both patterns: historical behaviour (?)."""
_NAME: Final = matches(TOOL_NAME, NAME_SAYS)

CACHE: Final[Fields] = {"cache_control": or_null(typed("ephemeral", {}, {"ttl": one_of("5m", "1h")}))}
_FILE: Final = typed("file", {"file_id": text})
_URL: Final = typed("url", {"url": text})
_CITATIONS: Final = record({}, {"enabled": flag})

IMAGE: Final = typed(
    "image",
    {
        "source": Variants(
            {
                "base64": typed(
                    "base64",
                    {
                        "media_type": one_of("image/jpeg", "image/png", "image/gif", "image/webp"),
                        "data": text,
                    },
                ),
                "url": _URL,
                "file": _FILE,
            }
        )
    },
    {"transformations": or_null(record({}, {"oversized_image": one_of("downsize", "error")})), **CACHE},
)


def _citation(tag: str, **fields: Kind) -> Kind:
    return typed(tag, {"cited_text": text, **fields}, closed=False)


_DOCUMENT_AT: Final = {"document_index": whole, "document_title": or_null(text)}
TEXT: Final = typed(
    "text",
    {"text": text},
    {
        "citations": or_null(
            list_of(
                Variants(
                    {
                        "char_location": _citation(
                            "char_location", start_char_index=whole, end_char_index=whole, **_DOCUMENT_AT
                        ),
                        "page_location": _citation(
                            "page_location", start_page_number=whole, end_page_number=whole, **_DOCUMENT_AT
                        ),
                        "content_block_location": _citation(
                            "content_block_location",
                            start_block_index=whole,
                            end_block_index=whole,
                            **_DOCUMENT_AT,
                        ),
                        "search_result_location": _citation(
                            "search_result_location",
                            source=text,
                            title=or_null(text),
                            search_result_index=whole,
                            start_block_index=whole,
                            end_block_index=whole,
                        ),
                        "web_search_result_location": _citation(
                            "web_search_result_location",
                            url=text,
                            title=or_null(text),
                            encrypted_index=text,
                        ),
                    }
                )
            )
        ),
        **CACHE,
    },
)
DOCUMENT: Final = typed(
    "document",
    {
        "source": Variants(
            {
                "base64": typed("base64", {"media_type": one_of("application/pdf"), "data": text}),
                "text": typed("text", {"media_type": one_of("text/plain"), "data": text}),
                "content": typed(
                    "content",
                    {"content": text_or(list_of(Variants({"text": TEXT, "image": IMAGE})))},
                ),
                "url": _URL,
                "file": _FILE,
            }
        )
    },
    {"title": or_null(text), "context": or_null(text), "citations": or_null(_CITATIONS), **CACHE},
)
SEARCH_RESULT: Final = typed(
    "search_result",
    {"source": text, "title": text, "content": list_of(Variants({"text": TEXT}))},
    {"citations": _CITATIONS, **CACHE},
)
_TOOL_REFERENCE: Final = typed("tool_reference", {"tool_name": text}, CACHE)
_BROWSER_STATE: Final = typed(
    "browser_state",
    {"tabs": list_of(record({"tab_id": text, "title": text, "url": text}, {"active": flag}))},
    {"state_changes": or_null(list_of(mapping)), **CACHE},
)
_IN_RESULT: Final = Variants(
    {
        "text": TEXT,
        "image": IMAGE,
        "document": DOCUMENT,
        "search_result": SEARCH_RESULT,
        "tool_reference": _TOOL_REFERENCE,
        "browser_state": _BROWSER_STATE,
    }
)
_CALLER: Final[Fields] = {"caller": or_null(mapping)}
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


def _server_result(tag: str, content: Kind) -> Kind:
    return typed(
        tag, {"tool_use_id": _SERVER_CALL_ID, "content": content}, {**CACHE, **_CALLER}, closed=False
    )


def _tagged(*tags: str) -> Kind:
    """A result object of one of those types; what else it holds is the service's own."""
    return record({"type": one_of(*tags)}, closed=False)


_SEARCHED: Final = list_of(_tagged("web_search_result"))
_NOT_SEARCHED: Final = _tagged("web_search_tool_result_error")


def _search_outcome(value: Json, at: At) -> Iterator[Fault]:
    return (_SEARCHED if isinstance(value, list) else _NOT_SEARCHED)(value, at)


def _later_result(tag: str) -> Kind | None:
    """Results of server tools newer than this table come back as they were."""
    return typed(tag, {"tool_use_id": text}, closed=False) if tag.endswith("_tool_result") else None


def _tool_change(tag: str, *references: str) -> Beta:
    return Beta(INLINE_TOOLS, typed(tag, {"tool": _tagged(*references)}, CACHE))


_REFERENCES: Final = ("tool_reference", "mcp_tool_reference", "mcp_toolset_reference")
_CHANGES: Final[Fields] = {
    "tool_addition": _tool_change("tool_addition", *_REFERENCES, "tool_definition"),
    "tool_removal": _tool_change("tool_removal", *_REFERENCES),
}


BLOCK: Final = Variants(
    {
        "text": TEXT,
        "image": IMAGE,
        "document": DOCUMENT,
        "search_result": SEARCH_RESULT,
        "thinking": typed("thinking", {"thinking": text, "signature": text}),
        "redacted_thinking": typed("redacted_thinking", {"data": text}),
        "tool_use": typed(
            "tool_use",
            {"id": _CALL_ID, "name": _NAME, "input": mapping},
            {"toolset_name": or_null(text), **_CALLER, **CACHE},
        ),
        "tool_result": typed(
            "tool_result",
            {"tool_use_id": _CALL_ID},
            {
                "content": text_or(list_of(_IN_RESULT)),
                "is_error": flag,
                "toolset_name": or_null(text),
                **CACHE,
            },
        ),
        "container_upload": typed("container_upload", {"file_id": text}, CACHE),
        "server_tool_use": typed(
            "server_tool_use",
            {"id": _SERVER_CALL_ID, "name": one_of(*SERVER_TOOLS), "input": mapping},
            {**_CALLER, **CACHE},
        ),
        "web_search_tool_result": _server_result("web_search_tool_result", _search_outcome),
        "web_fetch_tool_result": _server_result(
            "web_fetch_tool_result", _tagged("web_fetch_result", "web_fetch_tool_result_error")
        ),
        "code_execution_tool_result": _server_result(
            "code_execution_tool_result",
            _tagged(
                "code_execution_result",
                "encrypted_code_execution_result",
                "code_execution_tool_result_error",
            ),
        ),
        "bash_code_execution_tool_result": _server_result(
            "bash_code_execution_tool_result",
            _tagged("bash_code_execution_result", "bash_code_execution_tool_result_error"),
        ),
        "text_editor_code_execution_tool_result": _server_result(
            "text_editor_code_execution_tool_result",
            _tagged(
                "text_editor_code_execution_view_result",
                "text_editor_code_execution_create_result",
                "text_editor_code_execution_str_replace_result",
                "text_editor_code_execution_tool_result_error",
            ),
        ),
        "tool_search_tool_result": _server_result(
            "tool_search_tool_result",
            _tagged("tool_search_tool_search_result", "tool_search_tool_result_error"),
        ),
        "advisor_tool_result": Beta(ADVISOR, _server_result("advisor_tool_result", mapping)),
        "mcp_tool_use": Beta(
            MCP,
            typed(
                "mcp_tool_use",
                {"id": text, "name": text, "server_name": text, "input": mapping},
                closed=False,
            ),
        ),
        "mcp_tool_result": Beta(MCP, typed("mcp_tool_result", {"tool_use_id": text}, closed=False)),
        "mcp_tool_listing": Beta(
            MCP, typed("mcp_tool_listing", {"mcp_server_name": text, "tools": list_of(mapping)}, closed=False)
        ),
        "compaction": Beta(COMPACTION, typed("compaction", {}, closed=False)),
        "fallback": Beta(FALLBACKS, typed("fallback", {"from": mapping, "to": mapping}, closed=False)),
        **_CHANGES,
    },
    _later_result,
)

_SYSTEM_TEXT: Final = Variants(
    {"text": TEXT, **_CHANGES}, lambda tag: anything if tag in BLOCK.kinds else None
)
"""Other kinds are known blocks in the wrong place, which is the subject of a rule."""
_SPEAKER: Final = one_of("user", "assistant", "system")


_TURN: Final = record({"role": _SPEAKER, "content": text_or(list_of(BLOCK))})
_SYSTEM_TURN: Final = record(
    {"role": _SPEAKER, "content": text_or(list_of(_SYSTEM_TEXT))},
    {
        "output_config": Beta(TURN_OUTPUT_CONFIG, or_null(record({}, {"effort": or_null(one_of(*EFFORTS))}))),
        "clear_at": Beta(CLEAR_AT, or_null(one_of("next_user_message", "never"))),
    },
)


def message(value: Json, at: At) -> Iterator[Fault]:
    """One item of `messages`."""
    system = isinstance(value, dict) and value.get("role") == "system"
    return (_SYSTEM_TURN if system else _TURN)(value, at)
