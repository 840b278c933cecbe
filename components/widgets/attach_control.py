"""The control that takes attachments: files by upload, drop or paste, and addresses."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.domain.content import Content
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import digest
from components.state import entered, seed
from components.widgets.cache_points import at_the_end
from components.widgets.safe_markdown import literal

_MOST_MB: Final = 32
"""Of a whole request."""
_KINDS: Final[tuple[tuple[str, Literal["image", "document"]], ...]] = (
    ("Attach as image", "image"),
    ("Attach as PDF", "document"),
)


def attach_control(content: Content, key: str, file_names: dict[str, str]) -> None:
    """The small button that opens to the upload and the address. `key` names the content's widgets.

    The names of files that the request cannot hold go into `file_names`, by digest.
    """
    box = st.popover(
        "Attach",
        icon=":material/attach_file:",
        type="tertiary",
        key=f"{key}.attach",
        on_change="rerun",
    )
    if box.open:
        with box:
            _files(content, key, file_names)
            _address(content, key)
            _notices(key)


def attach_notices(key: str) -> None:
    """Say what of the last upload could not be taken or had to be guessed; nothing while the control is open,
    which says it itself."""
    if not st.session_state.get(f"{key}.attach"):
        _notices(key)


def _notices(key: str) -> None:
    name = f"{key}.attach_said"
    said: list[str] = st.session_state.get(name, [])
    if said:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"{name}.row"):
            st.warning("  \n".join(literal(sentence) for sentence in said), icon=":material/attach_file:")
            st.button(
                "OK", key=f"{name}.read", type="tertiary", on_click=st.session_state.pop, args=(name, None)
            )


def _files(content: Content, key: str, file_names: dict[str, str]) -> None:
    # An uploader keeps its files. One with another key takes its place once they are attached, or each rerun
    # would find them again.
    count = f"{key}.attach_count"
    number = st.session_state.get(count, 0)
    upload = f"{key}.attach_files.{number}"

    def uploaded() -> None:
        from components.media.attachments import UnsupportedFile, block_of_file

        files: list[UploadedFile] = entered(upload, None) or []
        # On a busy machine the browser tells of one upload twice, the second time when it has been taken.
        if not files or st.session_state.get(count, 0) != number:
            return
        made: list[Json] = []
        said: list[str] = []
        for name, data in dict.fromkeys((file.name, file.getvalue()) for file in files):
            try:
                attachment = block_of_file(name, data)
            except UnsupportedFile as problem:
                said.append(str(problem))
                continue
            made.append(attachment.block)
            _note_name(attachment.block, name, file_names)
            said += [attachment.note] if attachment.note else []
        st.session_state[count] = number + 1
        _attach(content, key, made, said)

    st.file_uploader(
        "Drop, paste or choose images, PDFs, text files",
        accept_multiple_files=True,
        max_upload_size=_MOST_MB,
        key=upload,
        on_change=uploaded,
    )


def _note_name(block: JsonObject, name: str, file_names: dict[str, str]) -> None:
    source = block.get("source")
    data = source.get("data") if isinstance(source, dict) else None
    if block.get("type") == "image" and isinstance(data, str) and (known := digest(data)):
        file_names[known] = name


def _address(content: Content, key: str) -> None:
    field = f"{key}.attach_url"

    def take(kind: Literal["image", "document"]) -> None:
        from components.media.attachments import UnsupportedFile, block_of_url

        try:
            made = block_of_url(entered(field, ""), kind)
        except UnsupportedFile as problem:
            st.session_state[f"{key}.attach_said"] = [str(problem)]
            return
        _attach(content, key, [made], [])
        st.session_state[field] = ""

    st.text_input(
        "Or the address of one",
        key=seed(field, ""),
        placeholder="https://…",
        help="The service fetches it when the request is sent; it is not looked at here.",
    )
    with st.container(horizontal=True):
        for label, kind in _KINDS:
            st.button(label, key=f"{field}.{kind}", on_click=take, args=(kind,))


def _attach(content: Content, key: str, made: list[Json], said: list[str]) -> None:
    """Take what was made, and close the control, so that one sees it."""
    if made:
        at_the_end(content, lambda: content.attach(made))
    st.session_state[f"{key}.attach_said"] = said
    st.session_state[f"{key}.attach"] = False
