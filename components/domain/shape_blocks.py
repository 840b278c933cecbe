"""The shape of content blocks and messages.

Source: Python SDK 2.12.0, `ContentBlockParam`, `MessageParam` and their beta twins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.beta_features import CLEAR_AT, INLINE_TOOLS, TURN_OUTPUT_CONFIG
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
from components.domain.shape_material import CACHE, DOCUMENT, IMAGE, SEARCH_RESULT, TEXT
from components.domain.shape_results import CALLER, TOOL_REFERENCE, WRITTEN_BY_THE_SERVICE, later_result

TOOL_NAME: Final = "^[a-zA-Z0-9_-]{1,128}$"
NAME_SAYS: Final = "may hold letters, digits, “_” and “-”, 128 at most"
_NAME: Final = matches(TOOL_NAME, NAME_SAYS)
_CALL_ID: Final = matches("^[a-zA-Z0-9_-]+$", "may hold letters, digits, “_” and “-”")
"""The pattern: historical behaviour (?)."""

_ABOUT_A_DOWNLOAD: Final[Fields] = {"download_id": text, "url": text}
_STATE_CHANGE: Final = Variants(
    {
        "tab_opened": typed("tab_opened", {"tab_id": text}),
        "download_started": typed("download_started", _ABOUT_A_DOWNLOAD),
        "download_completed": typed(
            "download_completed",
            _ABOUT_A_DOWNLOAD,
            {"path": or_null(text), "size_bytes": or_null(whole)},
        ),
        "download_failed": typed("download_failed", _ABOUT_A_DOWNLOAD, {"error": or_null(text)}),
    }
)
_BROWSER_STATE: Final = typed(
    "browser_state",
    {"tabs": list_of(record({"tab_id": text, "title": text, "url": text}, {"active": flag}))},
    {"state_changes": or_null(list_of(_STATE_CHANGE)), **CACHE},
)
_IN_RESULT: Final = Variants(
    {
        "text": TEXT,
        "image": IMAGE,
        "document": DOCUMENT,
        "search_result": SEARCH_RESULT,
        "tool_reference": TOOL_REFERENCE,
        "browser_state": _BROWSER_STATE,
    }
)

_REFERENCES: Final[dict[str, Kind]] = {
    "tool_reference": typed("tool_reference", {"name": text}),
    "mcp_tool_reference": typed("mcp_tool_reference", {"name": text, "server_name": text}),
    "mcp_toolset_reference": typed("mcp_toolset_reference", {"server_name": text}),
}
_DEFINITION: Final = {"tool_definition": typed("tool_definition", {"definition": mapping})}
_CHANGES: Final[Fields] = {
    "tool_addition": Beta(
        INLINE_TOOLS, typed("tool_addition", {"tool": Variants({**_REFERENCES, **_DEFINITION})}, CACHE)
    ),
    "tool_removal": Beta(INLINE_TOOLS, typed("tool_removal", {"tool": Variants(_REFERENCES)}, CACHE)),
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
            {"toolset_name": or_null(text), **CALLER, **CACHE},
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
        **WRITTEN_BY_THE_SERVICE,
        **_CHANGES,
    },
    later_result,
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
