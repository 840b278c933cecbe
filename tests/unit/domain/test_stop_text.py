from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.stop_text import parse, written


@given(st.lists(st.text(min_size=1) | st.text("\\nrt\n\r\t ", min_size=1)))
def test_what_is_written_is_read_back(sequences: list[str]) -> None:
    assert parse(written(sequences)) == sequences


@pytest.mark.parametrize(
    ("typed", "sequences"),
    [
        ("", []),
        ("\n\n", []),
        ("END", ["END"]),
        ("a\nb\n", ["a", "b"]),
        ("\\n\\nHuman:", ["\n\nHuman:"]),
        ("\\\\n", ["\\n"]),
        ("C:\\dir", ["C:\\dir"]),
        (" ", [" "]),
        ("\\", ["\\"]),
    ],
)
def test_one_line_is_one_sequence(typed: str, sequences: list[str]) -> None:
    assert parse(typed) == sequences
