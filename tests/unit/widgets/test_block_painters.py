"""Every kind of block is drawn so that it can be read, and no shape of any of them breaks the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.domain.json_types import Json, JsonObject
from components.sandbox import specimens
from components.widgets.block_painters import KINDS


def _draw() -> None:
    """Run by AppTest as a script of its own, hence the imports."""
    import streamlit as st

    from components.widgets.model_text import MessagePainter

    for message in st.session_state["messages"]:
        MessagePainter(st.container()).draw(message, live=st.session_state["live"])


def drawn(*blocks: Json, live: bool = False) -> AppTest:
    app = AppTest.from_function(_draw)
    app.session_state["messages"] = [{"role": "assistant", "content": list(blocks)}]
    app.session_state["live"] = live
    app.run()
    assert not app.exception
    return app


def read(app: AppTest) -> str:
    """All words on the page, with character references read."""
    from html import unescape

    parts = [*app.caption, *app.markdown, *app.code]
    return unescape("\n".join([*(each.label for each in app.expander), *(each.value for each in parts)]))


def search(query: str = "herons", id_: str = "s1") -> JsonObject:
    return {"type": "server_tool_use", "id": id_, "name": "web_search", "input": {"query": query}}


def result(kind: str, content: Json, id_: str = "s1") -> JsonObject:
    return {"type": kind, "tool_use_id": id_, "content": content}


def page(number: int) -> JsonObject:
    return {
        "type": "web_search_result",
        "title": f"Page {number}",
        "url": f"https://site{number}.org/a",
        "page_age": "3 weeks ago",
        "encrypted_content": "SECRET",
    }


def png(width: int = 4, height: int = 3) -> str:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_web_search_is_one_line_and_its_pages_are_folded_links() -> None:
    app = drawn(search(), result("web_search_tool_result", [page(1), page(2)]))
    assert "Searched the web: “herons”" in read(app)
    (folded,) = app.expander
    assert folded.label == "2 pages found"
    assert "[Page 1](https://site1.org/a) (site1&#46;org) · 3 weeks ago" in folded.markdown[0].value
    assert "SECRET" not in read(app)


def test_a_call_to_the_server_without_a_result_says_so_once_the_answer_has_ended() -> None:
    call: JsonObject = {"type": "tool_use", "id": "t1", "name": "now", "input": {}}
    assert "Started a web search: “herons”, no result yet" in read(drawn(search(), call))
    assert "no result yet" not in read(drawn(search(), call, live=True))


def test_a_call_to_the_server_that_waits_says_what_it_is_about() -> None:
    assert read(drawn(search(), live=True)) == "Started a web search: herons…"


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("web_search_tool_result", {"error_code": "max_uses_exceeded"}, "as often as the request allows"),
        ("web_search_tool_result", [], "found nothing"),
        ("web_fetch_tool_result", {"error_code": "url_not_accessible"}, "could not be reached"),
        ("code_execution_tool_result", {"error_code": "execution_time_exceeded"}, "ran for too long"),
        ("text_editor_code_execution_tool_result", {"error_code": "file_not_found"}, "no such file"),
        ("tool_search_tool_result", {"error_code": "unavailable"}, "not available"),
        ("advisor_tool_result", {"error_code": "overloaded"}, "overloaded"),
        (
            "bash_code_execution_tool_result",
            {"return_code": 0, "stdout": "", "stderr": "", "content": []},
            "No output, return code 0",
        ),
        (
            "text_editor_code_execution_tool_result",
            {"type": "text_editor_code_execution_create_result", "is_file_update": True},
            "The file was replaced.",
        ),
        (
            "tool_search_tool_result",
            {"tool_references": [{"tool_name": "get_weather"}, {"tool_name": "plan"}]},
            "Tools found: get_weather, plan",
        ),
        ("tool_search_tool_result", {"tool_references": []}, "No tool was found."),
        ("advisor_tool_result", {"type": "advisor_redacted_result", "encrypted_content": "x"}, "encrypted"),
    ],
)
def test_a_result_that_is_soon_told_is_a_line(kind: str, content: Json, says: str) -> None:
    app = drawn(result(kind, content))
    assert says in read(app)
    assert not app.expander


def test_a_page_that_was_fetched_is_folded_with_its_address_and_text() -> None:
    content: JsonObject = {
        "type": "web_fetch_result",
        "url": "https://a.org/x",
        "retrieved_at": "2026-11-20T10:00:00Z",
        "content": {
            "type": "document",
            "title": "Herons",
            "source": {"type": "text", "media_type": "text/plain", "data": "Grey birds. " * 5_000},
        },
    }
    app = drawn(result("web_fetch_tool_result", content))
    (folded,) = app.expander
    assert "Page “Herons”" in read(app)
    assert "[Herons](https://a.org/x) (a&#46;org) · 2026" in folded.markdown[0].value
    assert len(folded.code[0].value) == 10_000
    assert "The first 10,000 of 60,000 characters" in read(app)


def test_a_run_of_code_shows_what_ran_and_what_came_of_it() -> None:
    call: JsonObject = {
        "type": "server_tool_use",
        "id": "s1",
        "name": "code_execution",
        "input": {"code": "print(1)\nfail()"},
    }
    content: JsonObject = {
        "type": "code_execution_result",
        "stdout": "1\n",
        "stderr": "NameError",
        "return_code": 1,
        "content": [{"type": "code_execution_output", "file_id": "file_1"}],
    }
    app = drawn(call, result("code_execution_tool_result", content))
    assert [folded.label for folded in app.expander] == ["Ran code", "Output, return code 1"]
    assert [code.value for code in app.code] == ["print(1)\nfail()", "1", "NameError"]
    assert "Files: file_1" in read(app)


def test_a_change_of_a_file_is_shown_as_a_difference() -> None:
    content: JsonObject = {
        "type": "text_editor_code_execution_str_replace_result",
        "lines": ["-a\n", "+b\n"],
    }
    app = drawn(result("text_editor_code_execution_tool_result", content))
    assert (app.code[0].value, app.code[0].language) == ("-a\n+b", "diff")


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"type": "redacted_thinking", "data": "SECRET"}, "only the model can read it"),
        ({"type": "container_upload", "file_id": "file_7"}, "file_7"),
        ({"type": "compaction", "content": "They spoke of herons."}, "They spoke of herons."),
        ({"type": "compaction", "content": None}, "no summary came of it"),
        ({"type": "compaction", "content": None, "encrypted_content": "SECRET"}, "encrypted"),
        (
            {
                "type": "fallback",
                "from": {"model": "model-a"},
                "to": {"model": "model-b"},
                "trigger": {"type": "refusal", "category": "cyber"},
            },
            "model-a declined (misuse of computers); what follows is by model-b.",
        ),
        (
            {"type": "mcp_tool_use", "id": "m", "name": "echo", "server_name": "srv", "input": {"p": "v"}},
            "MCP tool of srv, no result yet: **echo**",
        ),
        (
            {"type": "mcp_tool_listing", "mcp_server_name": "srv", "tools": [{"name": "echo"}]},
            "1 tool of the MCP server srv",
        ),
        (result("mcp_tool_result", [{"type": "text", "text": "Hello"}]), "Hello"),
        ({**result("mcp_tool_result", "It broke"), "is_error": True}, "The tool failed"),
        (result("advisor_tool_result", {"type": "advisor_result", "text": "Think."}), "Think."),
        ({"type": "image", "source": {"type": "url", "url": "https://a.org/x.png"}}, "(a.org)"),
        ({"type": "image", "source": {"type": "file", "file_id": "file_3"}}, "Image in the file file_3"),
        (
            {"type": "image", "source": {"type": "base64", "data": "!", "media_type": "x/y"}},
            "cannot be shown",
        ),
        ({"type": "hologram", "x": 1}, "Block hologram"),
    ],
)
def test_other_kinds_are_told_in_words(block: JsonObject, says: str) -> None:
    shown = read(drawn(block))
    assert says in shown
    assert "SECRET" not in shown


def images(app: AppTest) -> int:
    return len(app.get("image"))


def test_an_image_in_base64_is_drawn() -> None:
    source: JsonObject = {"type": "base64", "media_type": "image/png", "data": png()}
    app = drawn(
        {"type": "image", "source": source}, result("mcp_tool_result", [{"type": "image", "source": source}])
    )
    assert images(app) == 2


@pytest.mark.parametrize(
    "source",
    [
        {"type": "url", "url": "https://a.org/x.png"},
        {"type": "url", "url": "data:image/svg+xml,<svg/>"},
        {"type": "base64", "media_type": "image/png", "data": base64.b64encode(b"<svg/>").decode()},
        {"type": "base64", "media_type": "image/png", "data": png()[:60]},
        {"type": "base64", "media_type": "image/png", "data": png(20_000, 20_000)},
        {"type": "base64", "media_type": "image/png", "data": "A" * 14_000_004},
        None,
    ],
    ids=["url", "data url", "svg", "cut off", "too many pixels", "too large", "none"],
)
def test_no_other_image_is_drawn_and_none_is_loaded(source: Json) -> None:
    app = drawn({"type": "image", "source": source})
    assert images(app) == 0
    assert "Image" in read(app)


_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_SAMPLES: list[JsonObject] = [
    {"type": "text", "text": "See `x", "citations": [{"type": "page_location", "start_page_number": 1}]},
    {"type": "thinking", "thinking": "hm", "signature": "s"},
    {
        "type": "tool_use",
        "id": "t",
        "name": "n",
        "input": {"a": 1},
        "caller": {"type": "x"},
        "toolset_name": "y",
    },
    {"type": "tool_use", "id": "t", "name": "n", "input": {"a": [1]}, "partial_json": "{"},
    search(),
    result("web_search_tool_result", [page(1)]),
    result(
        "web_fetch_tool_result",
        {"url": "u", "retrieved_at": "t", "content": {"title": "t", "source": {"type": "text", "data": "d"}}},
    ),
    {"type": "server_tool_use", "id": "s", "name": "bash_code_execution", "input": {"command": "a\nb"}},
    result(
        "bash_code_execution_tool_result", {"return_code": 0, "stdout": "o", "content": [{"file_id": "f"}]}
    ),
    result(
        "text_editor_code_execution_tool_result", {"type": "text_editor_code_execution_str_replace_result"}
    ),
    result(
        "text_editor_code_execution_tool_result",
        {"type": "text_editor_code_execution_view_result", "start_line": 1, "num_lines": 2, "total_lines": 3},
    ),
    result("tool_search_tool_result", {"tool_references": [{"tool_name": "a"}]}),
    result("advisor_tool_result", {"text": "a"}),
    result("mcp_tool_result", [{"type": "text", "text": "x"}, {"type": "image", "source": {"data": "x"}}]),
    {"type": "mcp_tool_use", "id": "m", "name": "n", "server_name": "s", "input": {}},
    {"type": "mcp_tool_listing", "mcp_server_name": "s", "tools": [{"name": "n", "description": "d"}]},
    {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}, "trigger": {"category": "c"}},
    {"type": "compaction", "content": "c", "encrypted_content": "e"},
    {"type": "image", "source": {"type": "base64", "data": png(), "media_type": "image/png"}},
]


def _places(value: Json, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _places(each, (*at, key))


def _changed(value: Json, at: tuple[str | int, ...], new: Json) -> Json:
    if not at:
        return new
    if isinstance(value, list):
        return [_changed(each, at[1:], new) if n == at[0] else each for n, each in enumerate(value)]
    assert isinstance(value, dict)
    return {key: _changed(each, at[1:], new) if key == at[0] else each for key, each in value.items()}


@st.composite
def _broken(draw: st.DrawFn) -> Json:
    """A block of a kind there is, with something else in one or two of its places."""
    block: Json = draw(st.sampled_from(_SAMPLES))
    for _ in range(draw(st.integers(1, 2))):
        block = _changed(block, draw(st.sampled_from(list(_places(block)))), draw(_json))
    return block


_blocks = st.lists(
    _broken() | st.dictionaries(st.sampled_from(["type", "text", "content", "id"]), _json) | _json, max_size=5
)
_messages = st.fixed_dictionaries({"content": _blocks | _json})


@given(st.lists(_messages, min_size=8, max_size=8), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_message_breaks_the_page(messages: list[JsonObject], live: bool) -> None:
    app = AppTest.from_function(_draw, default_timeout=30)
    app.session_state["messages"] = messages
    app.session_state["live"] = live
    app.run()
    assert not app.exception, app.exception[0].stack_trace


_FIELDS = (
    *("id", "name", "input", "content", "tool_use_id", "text", "citations", "thinking", "data", "source"),
    *("server_name", "tools", "caller", "file_id", "trigger", "from", "to", "is_error", "partial_json"),
)


@pytest.mark.parametrize(
    "value", [None, True, 5, "![x](http://h/x.png) $a$", [], {}, [{}], [None], {"type": 1}]
)
def test_blocks_with_one_and_the_same_value_everywhere_break_nothing(value: Json) -> None:
    app = drawn(
        *({**dict.fromkeys(_FIELDS, value), "type": kind} for kind in [*KINDS, "text", "thinking", "new"])
    )
    for each in [*app.caption, *app.markdown]:
        assert "![" not in each.value
    for folded in app.expander:
        assert "![" not in folded.label
        assert "$" not in folded.label


@pytest.mark.parametrize(
    ("name", "given", "folded"),
    [
        ("web_search", {"query": "herons"}, []),
        ("bash_code_execution", {"command": "ls"}, []),
        ("bash_code_execution", {"command": "ls\ncat a"}, ["ls\ncat a"]),
        ("text_editor_code_execution", {"command": "view", "path": "/a"}, []),
        ("text_editor_code_execution", {"command": "create", "path": "/a", "file_text": "x\ny"}, ["x\ny"]),
        ("code_execution", {"code": "1"}, ["1"]),
        ("brand_new", {}, []),
    ],
)
def test_a_call_hides_nothing_and_folds_only_what_the_line_does_not_say(
    name: str, given: JsonObject, folded: list[str]
) -> None:
    app = drawn({"type": "server_tool_use", "id": "s", "name": name, "input": given})
    assert [code.value for code in app.code] == folded
    assert len(app.expander) == len(folded)


def test_a_change_of_a_file_tells_what_was_asked_for() -> None:
    given: JsonObject = {"command": "str_replace", "path": "/a", "old_str": "one", "new_str": "two"}
    app = drawn({"type": "server_tool_use", "id": "s", "name": "text_editor_code_execution", "input": given})
    assert "| **old_str** | one |" in read(app)
    assert "| **new_str** | two |" in read(app)


def test_a_picture_that_was_looked_at_is_drawn() -> None:
    content: JsonObject = {
        "type": "text_editor_code_execution_view_result",
        "file_type": "image",
        "content": png(),
    }
    assert images(drawn(result("text_editor_code_execution_tool_result", content))) == 1


@pytest.mark.parametrize("kinds", sorted(specimens.KINDS))
def test_every_specimen_of_the_sandbox_has_a_drawing_of_its_own(kinds: str) -> None:
    blocks = specimens.KINDS[kinds]()
    shown = read(drawn(*blocks))
    assert "Block " not in shown
    assert "no result yet" not in shown
