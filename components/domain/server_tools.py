"""What the server's own tools did, in words. Source: reference 3.1 and SDK 2.12.0, checked 2026-11-22."""

from __future__ import annotations

from typing import Final

from components.domain.json_types import Json, JsonObject

_CALLS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "web_search": ("Searched the web", "Started a web search", ("query",)),
    "web_fetch": ("Asked for a page", "Asked for a page", ("url",)),
    "code_execution": ("Ran code", "Started to run code", ()),
    "bash_code_execution": ("Ran a command", "Started to run a command", ("command",)),
    "text_editor_code_execution": ("Edited a file", "Started to edit a file", ("path",)),
    "tool_search_tool_regex": ("Searched the tools", "Started to search the tools", ("pattern", "query")),
    "tool_search_tool_bm25": ("Searched the tools", "Started to search the tools", ("query",)),
    "advisor": ("Asked the adviser model", "Started to ask the adviser model", ()),
}
"""Tool → done, begun, and the fields of its input that say what about."""

_EDITS: Final = {"view": "Looked at a file", "create": "Wrote a file", "str_replace": "Changed a file"}

_ERRORS: Final = {
    "invalid_tool_input": "its input was not valid",
    "unavailable": "the tool was not available",
    "max_uses_exceeded": "it had been used as often as the request allows",
    "too_many_requests": "there were too many requests",
    "query_too_long": "the query was too long",
    "request_too_large": "the request was too large",
    "url_too_long": "the address was too long",
    "url_not_allowed": "the address is not allowed",
    "url_not_in_prior_context": "the address had not been named in the conversation before",
    "url_not_accessible": "the page could not be reached",
    "unsupported_content_type": "it is not a kind of content the tool can read",
    "content_too_large": "the content was too large",
    "execution_time_exceeded": "it ran for too long",
    "output_file_too_large": "the file it wrote was too large",
    "file_not_found": "there is no such file",
    "prompt_too_long": "the conversation was too long for it",
    "overloaded": "the model was overloaded",
    "model_not_found": "the model was not found",
}


def call_words(block: JsonObject, *, unfinished: bool = False) -> tuple[str, str]:
    """What a `server_tool_use` did, or began to do, and the one thing it was about ("" for none)."""
    name, given = block.get("name"), block.get("input")
    asked = given if isinstance(given, dict) else {}
    done, begun, fields = _CALLS.get(
        str(name), (f"Used the server tool {name}", f"Started the server tool {name}", ())
    )
    if name == "text_editor_code_execution":
        done = _EDITS.get(str(asked.get("command")), done)
    about = next((value for field in fields if isinstance(value := asked.get(field), str) and value), "")
    return (begun if unfinished else done), about


def error_words(content: Json) -> str | None:
    """Why a server tool failed, from its result's `content`; None when it did not.

    An error is an object with an `error_code`, or with a type that ends in `error`.
    """
    if not isinstance(content, dict):
        return None
    code, kind = content.get("error_code"), str(content.get("type"))
    if code is None and not kind.endswith(("_error", "_error_block")):
        return None
    told = content.get("error_message")
    reason = _ERRORS.get(str(code), f"error {code}" if code is not None else kind)
    return f"{reason} ({told})" if isinstance(told, str) and told else reason
