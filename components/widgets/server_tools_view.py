"""Calls of the server's own tools, and what came of them.

Source of the shapes: reference 3.1 and the SDK's types, November 2026. Whatever a server sends instead is
shown as JSON.
"""

from __future__ import annotations

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from components.domain.json_types import Json, JsonObject
from components.domain.server_tools import call_words, error_words
from components.widgets.images import draw_image
from components.widgets.links import host_of, link, shortened
from components.widgets.safe_markdown import literal
from components.widgets.value_views import (
    draw_code,
    draw_json,
    draw_line,
    draw_list,
    draw_unknown,
    draw_values,
    is_short,
    text_in,
    word,
)

_MOST_LINES = 40
"""Entries of a list that are drawn."""


def draw_server_call(place: DeltaGenerator, block: JsonObject, unfinished: bool) -> None:
    """What was searched, fetched or run, on one line; code and longer input behind it."""
    done, about = call_words(block, unfinished=unfinished)
    told = link("", about) if host_of(about) else literal(f"“{shortened(about)}”")
    line = f"{literal(done)}{f': {told}' if about else ''}{', no result yet' if unfinished else ''}"
    icon = _ICONS.get(str(block.get("name")), ":material/dns:")
    given, partial = block.get("input"), block.get("partial_json")
    rest = dict(given) if isinstance(given, dict) else {}
    if is_short(about):  # Then the line says it, as it says what an editor's command is.
        editor = block.get("name") == "text_editor_code_execution"
        rest = {k: v for k, v in rest.items() if v != about and not (editor and k == "command")}
    if partial is None and not rest:
        draw_line(place, f"{icon} {line}")
        return
    folded = place.expander(line, icon=icon)
    if partial is not None:
        draw_code(folded, str(partial))
        return
    for field, language in _CODE_FIELDS.items():
        if isinstance(code := rest.get(field), str) and ("\n" in code or field == "code"):
            draw_code(folded, str(rest.pop(field)), language)
    if rest:
        draw_values(folded, rest)


_ICONS: Final = {
    "web_search": ":material/travel_explore:",
    "web_fetch": ":material/public:",
    "code_execution": ":material/terminal:",
    "bash_code_execution": ":material/terminal:",
    "text_editor_code_execution": ":material/edit_document:",
    "tool_search_tool_regex": ":material/manage_search:",
    "tool_search_tool_bm25": ":material/manage_search:",
}
_CODE_FIELDS: Final = {
    "code": "python",
    "command": "bash",
    "file_text": None,
    "old_str": None,
    "new_str": None,
}


def _failed(place: DeltaGenerator, what: str, content: Json) -> bool:
    reason = error_words(content)
    if reason is not None:
        place.caption(f":material/warning: {literal(f'{what}: {shortened(reason, 400)}.')}")
    return reason is not None


def draw_web_search_result(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    content = block.get("content")
    if _failed(place, "The web search failed", content):
        return
    if not isinstance(content, list):
        draw_unknown(place, block)
        return
    found = [each for each in content if isinstance(each, dict)]
    if not found:
        place.caption(":material/link_off: The web search found nothing.")
        return
    label = f"{len(found)} page{'s' if len(found) != 1 else ''} found"
    folded = place.expander(label, icon=":material/link:")
    lines = []
    for each in found[:_MOST_LINES]:
        age = f" · {word(each['page_age'])}" if each.get("page_age") else ""
        lines.append(f"- {link(text_in(each, 'title'), text_in(each, 'url'))}{age}")
    draw_list(folded, lines, len(found))


def draw_web_fetch_result(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    content = block.get("content")
    if _failed(place, "The page was not fetched", content):
        return
    document = content.get("content") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(document, dict):
        draw_unknown(place, block)
        return
    url = text_in(content, "url")
    title = text_in(document, "title") or url or "A page"
    folded = place.expander(f"Page {literal(f'“{shortened(title)}”')}", icon=":material/article:")
    at = f" · {word(content['retrieved_at'])}" if content.get("retrieved_at") else ""
    folded.markdown(f"{link(title, url)}{at}")
    draw_document(folded, document)


def draw_document(place: DeltaGenerator, document: JsonObject) -> None:
    source = document.get("source")
    told = source if isinstance(source, dict) else {}
    data = told.get("data")
    if told.get("type") == "text" and isinstance(data, str):
        draw_code(place, data)
    elif isinstance(data, str):
        size = f"{len(data) * 3 // 4:,} bytes"
        place.caption(f"A document of {word(told.get('media_type'))}, {literal(size)}.")
    elif isinstance(told.get("url"), str):
        draw_line(place, f"A document at {link('', str(told['url']))}")
    else:
        draw_json(place, document)


def draw_execution_result(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    content = block.get("content")
    if _failed(place, "It failed", content):
        return
    if not isinstance(content, dict) or "return_code" not in content:
        draw_unknown(place, block)
        return
    code, files = content.get("return_code"), _files(content.get("content"))
    out, err = text_in(content, "stdout"), text_in(content, "stderr")
    hidden = content.get("encrypted_stdout") is not None
    icon = ":material/check_circle:" if code == 0 else ":material/error:"
    if not (out or err or files or hidden):
        place.caption(f"{icon} No output, return code {word(code)}")
        return
    folded = place.expander(f"Output, return code {word(code)}", icon=icon)
    if out:
        draw_code(folded, out)
    if hidden:
        folded.caption("The output came encrypted, as the code used the web search.")
    if err:
        folded.caption("Standard error")
        draw_code(folded, err)
    if files:
        folded.caption(f":material/draft: Files: {literal(', '.join(files))}")


def _files(content: Json) -> list[str]:
    listed = content if isinstance(content, list) else []
    return [str(each["file_id"]) for each in listed if isinstance(each, dict) and each.get("file_id")]


def draw_edit_result(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    content = block.get("content")
    if _failed(place, "It failed", content):
        return
    told = content if isinstance(content, dict) else {}
    match told.get("type"):
        case "text_editor_code_execution_view_result":
            first, lines, total = told.get("start_line"), told.get("num_lines"), told.get("total_lines")
            where = f", {lines} of {total} lines from line {first}" if first and lines and total else ""
            folded = place.expander(literal(f"The file{where}"), icon=":material/description:")
            if told.get("file_type") == "text":
                draw_code(folded, text_in(told, "content"))
            elif told.get("file_type") == "image":
                draw_image(folded, {"media_type": "image", "data": told.get("content")})
            else:
                kind, size = word(told.get("file_type")), len(text_in(told, "content"))
                folded.caption(f"A file of the kind {kind}, {size:,} characters.")
        case "text_editor_code_execution_create_result":
            done = "The file was replaced." if told.get("is_file_update") else "The file was made."
            place.caption(f":material/check_circle: {done}")
        case "text_editor_code_execution_str_replace_result":
            lines_ = told.get("lines")
            folded = place.expander("The change", icon=":material/difference:")
            changed = [str(line) for line in lines_] if isinstance(lines_, list) else []
            draw_code(folded, "\n".join(line.removesuffix("\n") for line in changed), "diff")
        case _:
            draw_unknown(place, block)


def draw_tool_search_result(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    content = block.get("content")
    if _failed(place, "The tool search failed", content):
        return
    references = content.get("tool_references") if isinstance(content, dict) else None
    if not isinstance(references, list):
        draw_unknown(place, block)
        return
    names = [str(each.get("tool_name")) for each in references if isinstance(each, dict)]
    more = f" and {len(names) - _MOST_LINES:,} more" if len(names) > _MOST_LINES else ""
    told = f"Tools found: {', '.join(names[:_MOST_LINES])}{more}" if names else "No tool was found."
    place.caption(f":material/manage_search: {literal(told)}")


def draw_advice(place: DeltaGenerator, block: JsonObject, _: bool) -> None:
    content = block.get("content")
    if _failed(place, "The adviser did not answer", content):
        return
    text = text_in(content, "text") if isinstance(content, dict) else ""
    if text:
        draw_code(place.expander("Advice", icon=":material/support_agent:"), text)
    elif isinstance(content, dict) and content.get("encrypted_content") is not None:
        place.caption(":material/support_agent: The advice came encrypted; only the model can read it.")
    else:
        draw_unknown(place, block)
