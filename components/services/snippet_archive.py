"""A program and the files it reads, as one file to download."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from components.snippets import Snippet

FOLDER: Final = "request"
FILE_NAME: Final = f"{FOLDER}.zip"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""A zip knows no earlier date; the same snippet makes the same archive."""
_READABLE: Final = 0o100644 << 16


def archive(snippet: Snippet) -> bytes:
    """Return a zip with one folder: the program and its files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in {snippet.file_name: snippet.source.encode(), **snippet.files}.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", _EARLIEST)
            entry.external_attr, entry.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return packed.getvalue()
