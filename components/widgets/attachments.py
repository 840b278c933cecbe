"""The row of an attached image or document: what it is, its options, and the way to take it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from components.domain.content import Content
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import digest
from components.media.attachments import Described, describe
from components.state import entered, seed
from components.widgets.editing import Editing, remove_block
from components.widgets.links import host_of, shortened
from components.widgets.safe_markdown import literal
from components.widgets.thumbnails import thumbnail

ATTACHMENTS: Final = frozenset({"image", "document"})
"""Types of the blocks that have a row here."""
_PICTURE_PX: Final = 44
"""Width and height of the space that a picture gets."""
_PREVIEW_CHARACTERS: Final = 800
_LONGEST_NAME: Final = 60


def attachment_row(content: Content, block: JsonObject, row: str, editing: Editing, *, number: int) -> None:
    """Draw an image or document block of a content. `row` names its widgets, `number` counts the images."""
    described = describe(block, editing.model)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{row}.file"):
        with st.container(width=_PICTURE_PX, horizontal_alignment="center"):
            _picture(block, described, number)
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{literal(_name(block, described, number, editing.draft.file_names))}**")
            st.caption(" · ".join(_facts(block, described)))
        with st.container(horizontal=True, width="content", gap="xsmall"):
            if block.get("type") == "document":
                _options(block, row)
            st.button(
                "Remove",
                key=f"{row}.remove",
                icon=":material/close:",
                type="tertiary",
                on_click=remove_block,
                args=(content, block, row),
            )


def _picture(block: JsonObject, described: Described | None, number: int) -> None:
    data = _source(block).get("data")
    if block.get("type") == "image" and isinstance(data, str) and (picture := thumbnail(data)):
        # Stretched within a container of the right width, for `st.image` would scale it down to a width in
        # pixels each time, and it would look coarse on a fine screen.
        with st.container(width=max(1, min(_PICTURE_PX, _PICTURE_PX * picture.width // picture.height))):
            st.image(
                picture.image,
                width="stretch",
                output_format=picture.output_format,
                alt=f"Image {number}, small",
            )
        return
    kind = described.kind if described is not None else block.get("type")
    icon = {"image": "image", "PDF": "picture_as_pdf", "text": "description"}.get(str(kind), "draft")
    st.markdown(f":material/{icon}:", width="content")


def _name(block: JsonObject, described: Described | None, number: int, file_names: Mapping[str, str]) -> str:
    name = described.name if described is not None else ""
    data = _source(block).get("data")
    if not name and isinstance(data, str):
        name = file_names.get(digest(data) or "", "")
    if block.get("type") == "image":
        name = f"Image {number} ({name})" if name else f"Image {number}"
    return shortened(name or "Document", _LONGEST_NAME)


def _facts(block: JsonObject, described: Described | None) -> list[str]:
    """What is known of it, as Markdown."""
    source = _source(block)
    match source.get("type"):
        case "url":
            known = [f"fetched by the service from {literal(host_of(str(source.get('url'))) or 'somewhere')}"]
        case "file":
            known = ["in the service's Files API"]
        case _ if described is None:
            known = ["of a form unknown here"]
        case _:
            known = _seen(source, described)
    citations = block.get("citations")
    if isinstance(citations, dict) and citations.get("enabled") is True:
        known.append("citations on")
    return known


def _seen(source: JsonObject, described: Described) -> list[str]:
    media_type = str(source.get("media_type") or "").rpartition("/")[2].upper()
    facts = [{"image": media_type, "text": "Text"}.get(described.kind, described.kind)]
    if described.bytes is None and described.kind in {"image", "PDF"}:
        facts.append("cannot be read here")
    if described.bytes is not None:
        facts.append(_size(described.bytes))
    if described.width and described.height:
        facts.append(f"{described.width:,} × {described.height:,} px")
    if described.pages is not None:
        facts.append(f"{described.pages:,} page{'' if described.pages == 1 else 's'}")
    if described.tokens is not None:
        facts.append(f"about {described.tokens:,} tokens")
    return facts


def _size(size: int) -> str:
    """`812 B`, `24 KB`, `4.2 MB`."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1_000:,.0f} KB" if size < 999_500 else f"{size / 1_000_000:,.1f} MB"


def _options(block: JsonObject, row: str) -> None:
    box = st.popover(
        "Options", key=f"{row}.options", type="tertiary", on_change="rerun", help="Title, context, citations"
    )
    if not box.open:
        return
    with box:
        _title(block, row)
        _context(block, row)
        _citations(block, row)
        source = _source(block)
        text = source.get("data") if source.get("type") == "text" else None
        if isinstance(text, str):
            shown = text[:_PREVIEW_CHARACTERS]
            st.code(shown if shown == text else f"{shown}…", language=None, wrap_lines=True, height=160)


def _title(block: JsonObject, row: str) -> None:
    def changed() -> None:
        _set(block, "title", entered(f"{row}.title", now))

    now = str(block.get("title") or "")
    st.text_input("Title", now, key=seed(f"{row}.title", now), on_change=changed)


def _context(block: JsonObject, row: str) -> None:
    def changed() -> None:
        _set(block, "context", entered(f"{row}.context", now))

    now = str(block.get("context") or "")
    st.text_area(
        "Context",
        now,
        key=seed(f"{row}.context", now),
        height=68,
        on_change=changed,
        help="What the model should know about the document; nothing of it is cited.",
    )


def _citations(block: JsonObject, row: str) -> None:
    def changed() -> None:
        on = entered(f"{row}.citations", now)
        _set(block, "citations", {"enabled": True} if on else None)

    citations = block.get("citations")
    now = isinstance(citations, dict) and citations.get("enabled") is True
    st.toggle(
        "Citations",
        value=now,
        key=seed(f"{row}.citations", now),
        on_change=changed,
        help="The answer says which passages it relies on. All documents of a request, or none.",
    )


def _set(block: JsonObject, name: str, value: Json) -> None:
    if value:
        block[name] = value
    else:
        block.pop(name, None)


def _source(block: JsonObject) -> JsonObject:
    source = block.get("source")
    return source if isinstance(source, dict) else {}
