from __future__ import annotations

import io
import zipfile

from components.services.snippet_archive import archive
from components.snippets import Snippet

SNIPPET = Snippet(
    "print('é')\n", "request.py", {"a-b.png": bytes(range(256)), "note.txt": b"\r\n\xef\xbb\xbf"}
)


def test_a_zip_holds_the_program_and_its_files_byte_by_byte_in_one_folder() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(SNIPPET))) as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name) for name in packed.namelist()} == {
            "request/request.py": SNIPPET.source.encode(),
            "request/a-b.png": bytes(range(256)),
            "request/note.txt": b"\r\n\xef\xbb\xbf",
        }
        assert all(entry.external_attr >> 16 == 0o100644 for entry in packed.infolist())


def test_the_same_snippet_makes_the_same_zip() -> None:
    assert archive(SNIPPET) == archive(SNIPPET)
