"""How each kind of block that arrives whole is drawn: all but text and thinking.

Source of the kinds: reference 3.1 and the SDK's types, November 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from streamlit.delta_generator import DeltaGenerator

from components.domain.json_types import Json, JsonObject
from components.domain.server_tools import call_words
from components.domain.stop_reasons import refusal_category
from components.widgets.images import draw_image
from components.widgets.safe_markdown import literal
from components.widgets.server_tools_view import (
    draw_advice,
    draw_document,
    draw_edit_result,
    draw_execution_result,
    draw_server_call,
    draw_tool_search_result,
    draw_web_fetch_result,
    draw_web_search_result,
)
from components.widgets.tool_call_view import draw_call
from components.widgets.value_views import draw_code, draw_json, draw_list, draw_unknown, text_in, word

Draw: TypeAlias = Callable[[DeltaGenerator, JsonObject, bool], None]
"""(place, block, whether it is a call without a result) → the block drawn."""

_MOST_LINES = 40
"""Entries of a list that are drawn."""


def writing(block: JsonObject) -> str:
    """What to say while the block is still growing, as Markdown."""
    match block.get("type"):
        case "tool_use" | "mcp_tool_use":
            return (
                f"Writing a call of {word(block['name'])}…" if block.get("name") else "Writing a tool call…"
            )
        case "server_tool_use":
            begun, about = call_words(block, unfinished=True)
            return f"{literal(begun)}{f': {word(about)}' if about else ''}…"
        case "compaction":
            return "Summarising the conversation…"
        case _:
            return "…"


def _draw_tool_use(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    draw_call(place, block)


def _draw_container_upload(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    place.caption(f":material/upload_file: A file in the container: {word(block.get('file_id'))}")


def _draw_redacted(place: DeltaGenerator, _block: JsonObject, _: bool) -> None:
    place.caption(":material/lock: A part of the thinking came encrypted; only the model can read it.")


def _draw_mcp_call(place: DeltaGenerator, block: JsonObject, unfinished: bool) -> None:
    server = f" of {word(block['server_name'])}" if block.get("server_name") else ""
    draw_call(place, block, of=f"MCP tool{server}{', no result yet' if unfinished else ''}:")


def _draw_result(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    failed = block.get("is_error") is True
    label = "The tool failed" if failed else "Result of the tool"
    folded = place.expander(label, icon=":material/error:" if failed else ":material/output:")
    draw_parts(folded, block.get("content"))


def draw_parts(place: DeltaGenerator, content: Json) -> None:
    """The content of a tool's result: text, or a list of texts, images and documents."""
    if isinstance(content, str):
        draw_code(place, content)
        return
    for part in content[:_MOST_LINES] if isinstance(content, list) else [content]:
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(part, dict) and kind == "text" and isinstance(part.get("text"), str):
            draw_code(place, str(part["text"]))
        elif isinstance(part, dict) and kind == "image":
            draw_image(place, part.get("source"))
        elif isinstance(part, dict) and kind == "document":
            draw_document(place, part)
        else:
            draw_json(place, part)


def _draw_listing(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    listed = block.get("tools")
    if not isinstance(listed, list):
        draw_unknown(place, block)
        return
    tools = [each for each in listed if isinstance(each, dict)]
    server = word(block.get("mcp_server_name"))
    told = f"{len(tools)} tool{'s' if len(tools) != 1 else ''} of the MCP server {server}"
    folded = place.expander(told, icon=":material/list:")
    lines = [
        f"- **{word(each.get('name'))}** {word(text_in(each, 'description'))}" for each in tools[:_MOST_LINES]
    ]
    draw_list(folded, lines, len(tools))


def _draw_compaction(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    summary = text_in(block, "content")
    if summary:
        folded = place.expander("Summary in place of the conversation so far", icon=":material/compress:")
        draw_code(folded, summary)
    elif block.get("encrypted_content") is not None:
        place.caption(":material/compress: A summary stands in place of the conversation so far, encrypted.")
    else:
        place.caption(":material/compress: The conversation was to be summarised, but no summary came of it.")


def _draw_fallback(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    def model(side: str) -> str:
        told = block.get(side)
        return word(told.get("model")) if isinstance(told, dict) else "another model"

    trigger = block.get("trigger")
    why = refusal_category(trigger.get("category")) if isinstance(trigger, dict) else ""
    place.caption(
        f":material/alt_route: {model('from')} declined{f' ({literal(why)})' if why else ''}; "
        f"what follows is by {model('to')}."
    )


def _draw_image_block(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    draw_image(place, block.get("source"))


KINDS: Final[dict[str, Draw]] = {
    "tool_use": _draw_tool_use,
    "server_tool_use": draw_server_call,
    "web_search_tool_result": draw_web_search_result,
    "web_fetch_tool_result": draw_web_fetch_result,
    "code_execution_tool_result": draw_execution_result,
    "bash_code_execution_tool_result": draw_execution_result,
    "text_editor_code_execution_tool_result": draw_edit_result,
    "tool_search_tool_result": draw_tool_search_result,
    "advisor_tool_result": draw_advice,
    "container_upload": _draw_container_upload,
    "redacted_thinking": _draw_redacted,
    "mcp_tool_use": _draw_mcp_call,
    "mcp_tool_result": _draw_result,
    "tool_result": _draw_result,
    "mcp_tool_listing": _draw_listing,
    "compaction": _draw_compaction,
    "fallback": _draw_fallback,
    "image": _draw_image_block,
}
"""Block type → how it is drawn. Text and thinking, which grow on the screen, have painters of their own."""
