from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.json_types import Json, JsonObject
from components.domain.server_tools import call_words, error_words


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("web_search", {"query": "herons"}, ("Searched the web", "herons")),
        ("web_fetch", {"url": "https://a.org"}, ("Asked for a page", "https://a.org")),
        ("code_execution", {"code": "1"}, ("Ran code", "")),
        ("bash_code_execution", {"command": "ls"}, ("Ran a command", "ls")),
        ("text_editor_code_execution", {"command": "view", "path": "/a"}, ("Looked at a file", "/a")),
        ("text_editor_code_execution", {"command": "new", "path": "/a"}, ("Edited a file", "/a")),
        ("tool_search_tool_regex", {"pattern": "w.*"}, ("Searched the tools", "w.*")),
        ("brand_new", {"query": "x"}, ("Used the server tool brand_new", "")),
        ("web_search", None, ("Searched the web", "")),
        (["odd"], {"query": 5}, ("Used the server tool ['odd']", "")),
    ],
)
def test_a_call_is_told_in_words(name: Json, given: Json, words: tuple[str, str]) -> None:
    assert call_words({"name": name, "input": given}) == words


def test_a_call_without_a_result_was_only_begun() -> None:
    assert call_words({"name": "web_search", "input": {"query": "q"}}, unfinished=True) == (
        "Started a web search",
        "q",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], None),
        ({"type": "code_execution_result", "return_code": 1}, None),
        (
            {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"},
            "it had been used as often as the request allows",
        ),
        ({"type": "x_error", "error_code": "brand_new"}, "error brand_new"),
        ({"type": "x_error"}, "x_error"),
        ({"error_code": "file_not_found", "error_message": "No /a."}, "there is no such file (No /a.)"),
    ],
)
def test_a_failure_is_told_in_words(content: Json, words: str | None) -> None:
    assert error_words(content) == words


@given(
    st.dictionaries(
        st.sampled_from(["type", "error_code", "error_message", "name", "input"]),
        st.none() | st.lists(st.integers()) | st.text(),
    )
)
def test_anything_can_be_told(value: JsonObject) -> None:
    assert all(isinstance(part, str) for part in call_words(value))
    assert isinstance(error_words(value), str | None)
