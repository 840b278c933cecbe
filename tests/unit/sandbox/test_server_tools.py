"""Tools that the service runs itself: used once each, in its shapes, within the limits they are given."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from rule_cases import TOOL, schema
from sandbox_api import fold

from components.sandbox.directives import TOOL_ERROR_CODES

PLAIN = "claude-opus-4-8"
SEARCH = {"type": "web_search_20260318", "name": "web_search"}
FETCH = {"type": "web_fetch_20260318", "name": "web_fetch"}
CODE = {"type": "code_execution_20260521", "name": "code_execution"}
SHELL = {"type": "code_execution_20250825", "name": "code_execution"}
LOOKUP = {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"}
DEFERRED = {**TOOL, "defer_loading": True}


def ask(text: str, *tools: dict[str, Any], **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": text}]
    return {"model": PLAIN, "max_tokens": 2_000, "messages": turns, "tools": list(tools), **more}


def kinds(message: dict[str, Any]) -> list[str]:
    return [block["type"] for block in message["content"]]


def of(kind: str, message: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in message["content"] if block["type"] == kind]


def text_of(message: dict[str, Any]) -> str:
    return "".join(block["text"] for block in of("text", message))


BODIES: dict[str, dict[str, Any]] = {
    "search": ask("What is new in Oslo?", SEARCH),
    "oldest search": ask("What is new in Oslo?", {"type": "web_search_20250305", "name": "web_search"}),
    "fetch": ask("Sum up https://example.com/a, please.", FETCH),
    "fetch of a PDF": ask("Sum up https://example.com/a.pdf", {**FETCH, "citations": {"enabled": True}}),
    "code": ask("Count the herons", CODE),
    "oldest code": ask("Count", {"type": "code_execution_20250522", "name": "code_execution"}),
    "shell": ask("Count the herons", SHELL),
    "tool search": ask("The weather in Oslo?", LOOKUP, DEFERRED),
    "tool search by regex": ask(
        "The weather?",
        {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
        DEFERRED,
    ),
    "everything": ask("The weather in Oslo?", LOOKUP, SEARCH, FETCH, CODE, DEFERRED),
    "thinking": ask("What is new in Oslo?", SEARCH, model="claude-opus-5-5"),
    "failing": ask("[sandbox:tool-error] See https://example.com/a", LOOKUP, SEARCH, FETCH, SHELL),
    "pause": ask("[sandbox:pause] What is new in Oslo?", SEARCH),
    "cut": ask("What is new in Oslo?", SEARCH, max_tokens=20),
}


@pytest.mark.parametrize("name", BODIES)
def test_every_answer_is_of_the_sdk_s_type_and_streams_alike(
    name: str, api: Any, typed: Callable[..., Any]
) -> None:
    message = api.message(**BODIES[name])
    typed(message)
    assert fold(api.events(**BODIES[name])) == message


def test_results_arrive_whole_when_their_block_opens(api: Any) -> None:
    events = api.events(**BODIES["everything"])
    message = api.message(**BODIES["everything"])
    results = {i: b for i, b in enumerate(message["content"]) if b["type"].endswith("_tool_result")}
    assert len(results) == 4
    for index, block in results.items():
        own = [event for event in events if event.get("index") == index]
        assert [event["type"] for event in own] == ["content_block_start", "content_block_stop"]
        assert own[0]["content_block"] == block


def test_the_counts_of_a_stream_grow_by_what_the_tools_brought(api: Any) -> None:
    events = api.events(**BODIES["search"])
    start, end = events[0]["message"]["usage"], events[-2]["usage"]
    assert start["server_tool_use"] is None
    assert end["server_tool_use"] == {"web_search_requests": 1, "web_fetch_requests": 0}
    assert end["input_tokens"] > start["input_tokens"]


def test_a_search_comes_before_the_text_that_cites_it(api: Any) -> None:
    message = api.message(**BODIES["search"])
    said, call, result, *rest = message["content"]
    assert said["text"].startswith("Simulated answer: I search the web")
    assert (call["type"], call["name"], call["input"]) == ("server_tool_use", "web_search", {"query": "Oslo"})
    assert call["id"].startswith("srvtoolu_")
    assert (result["type"], result["tool_use_id"]) == ("web_search_tool_result", call["id"])
    found = {page["url"]: page["title"] for page in result["content"]}
    assert all("imulated" in title for title in found.values())
    cited = [c for block in rest for c in block.get("citations", [])]
    assert len(cited) >= 2
    assert {c["type"] for c in cited} == {"web_search_result_location"}
    assert all(found[c["url"]] == c["title"] and c["cited_text"] for c in cited)
    assert message["stop_reason"] == "end_turn"


def test_results_come_from_allowed_domains_only(api: Any) -> None:
    allowed = ["herons.example", "news.example/birds", "https://b.example/*"]
    message = api.message(**ask("Herons?", {**SEARCH, "allowed_domains": allowed}))
    urls = [page["url"] for page in of("web_search_tool_result", message)[0]["content"]]
    assert [urlsplit(url).hostname for url in urls] == ["herons.example", "news.example", "b.example"]
    assert urlsplit(urls[1]).path.startswith("/birds/")


def test_results_never_come_from_blocked_domains(api: Any) -> None:
    blocked = {**SEARCH, "blocked_domains": ["example.com", "example.org"]}
    page_urls = [
        page["url"]
        for page in of("web_search_tool_result", api.message(**ask("Herons?", blocked)))[0]["content"]
    ]
    assert {urlsplit(url).hostname for url in page_urls} == {"example.net"}
    all_blocked = {**SEARCH, "blocked_domains": ["example.com", "example.org", "example.net"]}
    nothing = api.message(**ask("Herons?", all_blocked))
    assert of("web_search_tool_result", nothing)[0]["content"] == []
    assert nothing["stop_reason"] == "end_turn"


def test_the_place_of_the_user_shows_in_the_results(api: Any) -> None:
    located = {**SEARCH, "user_location": {"type": "approximate", "city": "Bergen"}}
    result = of("web_search_tool_result", api.message(**ask("Herons?", located)))[0]
    assert all("Bergen" in page["title"] for page in result["content"])


def test_searches_beyond_max_uses_fail_and_are_not_counted(api: Any) -> None:
    message = api.message(**ask("[sandbox:calls count=3] Herons?", {**SEARCH, "max_uses": 2}))
    results = of("web_search_tool_result", message)
    assert [type(result["content"]) for result in results] == [list, list, dict]
    assert results[2]["content"] == {
        "type": "web_search_tool_result_error",
        "error_code": "max_uses_exceeded",
    }
    assert message["usage"]["server_tool_use"]["web_search_requests"] == 2
    assert "failed with `max_uses_exceeded`" in text_of(message)


def test_a_page_named_in_the_prompt_is_fetched_and_cited_when_that_is_on(api: Any) -> None:
    for on in (True, False):
        tool = {**FETCH, "citations": {"enabled": on}}
        message = api.message(**ask("Sum up (https://example.com/herons).", tool))
        (result,) = of("web_fetch_tool_result", message)
        page = result["content"]
        assert (page["type"], page["url"]) == ("web_fetch_result", "https://example.com/herons")
        text = page["content"]["source"]["data"]
        assert "simulated" in text
        cited = [c for block in of("text", message) for c in block.get("citations", [])]
        assert bool(cited) == on
        for citation in cited:
            start, end = citation["start_char_index"], citation["end_char_index"]
            assert citation["type"] == "char_location"
            assert text[start:end] == citation["cited_text"]
        assert message["usage"]["server_tool_use"] == {"web_search_requests": 0, "web_fetch_requests": 1}


def test_a_page_is_fetched_only_where_its_address_is_known(api: Any) -> None:
    assert kinds(api.message(**ask("Sum it up", FETCH))) == ["text"]
    both = api.message(**ask("Herons?", FETCH, SEARCH))
    found = of("web_search_tool_result", both)[0]["content"][0]["url"]
    assert of("web_fetch_tool_result", both)[0]["content"]["url"] == found
    forced = api.message(**ask("Sum it up", FETCH, tool_choice={"type": "tool", "name": "web_fetch"}))
    error = of("web_fetch_tool_result", forced)[0]["content"]
    assert error["error_code"] == "url_not_in_prior_context"


@pytest.mark.parametrize("limit", [{"allowed_domains": ["a.example"]}, {"blocked_domains": ["example.com"]}])
def test_a_page_in_a_domain_that_is_not_allowed_is_not_fetched(limit: dict[str, Any], api: Any) -> None:
    message = api.message(**ask("Sum up https://www.example.com/x", {**FETCH, **limit}))
    error = of("web_fetch_tool_result", message)[0]["content"]
    assert error == {"type": "web_fetch_tool_result_error", "error_code": "url_not_allowed"}
    assert message["usage"]["server_tool_use"]["web_fetch_requests"] == 0


def test_a_fetched_page_is_cut_at_its_limit(api: Any) -> None:
    short = api.message(**ask("Sum up https://example.com/x", {**FETCH, "max_content_tokens": 5}))
    source = of("web_fetch_tool_result", short)[0]["content"]["content"]["source"]
    assert 0 < len(source["data"]) < 40


def test_a_fetched_pdf_is_one_and_its_page_is_cited(api: Any) -> None:
    pypdf = pytest.importorskip("pypdf")
    message = api.message(**BODIES["fetch of a PDF"])
    source = of("web_fetch_tool_result", message)[0]["content"]["content"]["source"]
    assert source["media_type"] == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(base64.b64decode(source["data"]))).pages) == 1
    (citation,) = [c for block in of("text", message) for c in block.get("citations", [])]
    assert (citation["type"], citation["start_page_number"], citation["end_page_number"]) == (
        "page_location",
        1,
        2,
    )


def test_code_runs_in_a_container(api: Any) -> None:
    message = api.message(**BODIES["code"])
    (result,) = of("code_execution_tool_result", message)
    assert result["content"]["stdout"]
    assert (result["content"]["return_code"], result["content"]["stderr"]) == (0, "")
    assert message["container"]["id"].startswith("container_")
    assert message["container"]["expires_at"] == "2026-12-22T00:00:00Z"
    assert message["usage"]["server_tool_use"] is None
    assert api.message(**ask("Hi"))["container"] is None


def test_the_version_with_a_shell_writes_a_file_and_runs_it(api: Any) -> None:
    message = api.message(**BODIES["shell"])
    assert [call["name"] for call in of("server_tool_use", message)] == [
        "text_editor_code_execution",
        "bash_code_execution",
    ]
    written, run = (call["input"] for call in of("server_tool_use", message))
    assert written["path"] in run["command"]
    assert "text_editor_code_execution_tool_result" in kinds(message)
    assert "bash_code_execution_tool_result" in kinds(message)


def test_a_container_is_used_again_with_its_skills(api: Any, typed: Callable[..., Any]) -> None:
    assert (
        api.message(**ask("Count", CODE, container="container_mine"))["container"]["id"] == "container_mine"
    )
    skills = [{"type": "anthropic", "skill_id": "pdf", "version": "latest"}]
    message = api.message(**ask("Count", CODE, container={"id": "container_mine", "skills": skills}))
    typed(message)
    assert message["container"]["id"] == "container_mine"
    assert message["container"]["skills"] == [{"type": "anthropic", "skill_id": "pdf", "version": "20261122"}]


def test_a_tool_that_was_searched_for_can_be_called_and_another_cannot(api: Any) -> None:
    clock = {**DEFERRED, "name": "clock", "description": "The time"}
    message = api.message(**ask("The weather in Oslo?", LOOKUP, DEFERRED, clock))
    references = of("tool_search_tool_result", message)[0]["content"]["tool_references"]
    assert references == [{"type": "tool_reference", "tool_name": "weather"}]
    assert [call["name"] for call in of("tool_use", message)] == ["weather"]
    assert message["stop_reason"] == "tool_use"
    without = api.message(**ask("The weather in Oslo?", TOOL | {"name": "time"}, DEFERRED))
    assert "weather" not in [call["name"] for call in of("tool_use", without)]


@pytest.mark.parametrize("code", sorted({code for codes in TOOL_ERROR_CODES.values() for code in codes}))
def test_tools_fail_to_order_with_a_code_they_know(code: str, api: Any, typed: Callable[..., Any]) -> None:
    body = ask(f"[sandbox:tool-error code={code}] See https://example.com/a", LOOKUP, SEARCH, FETCH, SHELL)
    message = api.message(**body)
    typed(message)
    results = [block for block in message["content"] if block["type"].endswith("_tool_result")]
    assert len(results) == 5
    for result in results:
        assert result["content"]["type"] == f"{result['type']}_error"
        known = code in TOOL_ERROR_CODES[result["type"]]
        assert result["content"]["error_code"] == (code if known else "unavailable")
    assert message["usage"]["server_tool_use"] == {"web_search_requests": 0, "web_fetch_requests": 0}
    assert not [block for block in of("text", message) if block.get("citations")]
    assert text_of(message).count("failed with") == 5


def test_a_tool_choice_decides_which_tool_of_the_service_is_used(api: Any) -> None:
    none = api.message(**ask("https://example.com", SEARCH, FETCH, CODE, tool_choice={"type": "none"}))
    assert kinds(none) == ["text"]
    code = {"type": "tool", "name": "code_execution"}
    one = api.message(**ask("https://example.com", SEARCH, FETCH, CODE, tool_choice=code))
    assert [call["name"] for call in of("server_tool_use", one)] == ["code_execution"]
    assert kinds(one)[0] == "server_tool_use"
    custom = {"type": "tool", "name": "weather"}
    assert kinds(api.message(**ask("Hi", SEARCH, TOOL, tool_choice=custom))) == ["tool_use"]


def test_a_search_can_be_followed_by_calls_of_the_client_s_tools(api: Any) -> None:
    message = api.message(**ask("The weather in Oslo?", SEARCH, TOOL))
    assert kinds(message) == ["text", "server_tool_use", "web_search_tool_result", "text", "tool_use"]
    assert message["stop_reason"] == "tool_use"
    result = {"type": "tool_result", "tool_use_id": message["content"][-1]["id"], "content": "Sunny"}
    turns = [
        {"role": "user", "content": "The weather in Oslo?"},
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": [result]},
    ]
    after = api.message(**ask("", SEARCH, TOOL) | {"messages": turns})
    assert kinds(after) == ["text"]
    assert "The tool `weather` returned: “Sunny”" in text_of(after)


def test_a_structured_answer_after_a_search_is_json_alone(api: Any) -> None:
    message = api.message(**ask("Herons?", SEARCH, **schema(name={"type": "string"})))
    assert kinds(message) == ["server_tool_use", "web_search_tool_result", "text"]
    assert text_of(message).startswith("{")
    assert "citations" not in message["content"][-1]


def test_a_paused_search_has_its_result_when_it_goes_on(api: Any, typed: Callable[..., Any]) -> None:
    paused = api.message(**BODIES["pause"])
    turns = [*BODIES["pause"]["messages"], {"role": "assistant", "content": paused["content"]}]
    message = api.message(**{**BODIES["pause"], "messages": turns})
    typed(message)
    assert message["stop_reason"] == "end_turn"
    first = message["content"][0]
    assert (first["type"], first["tool_use_id"]) == ("web_search_tool_result", paused["content"][-1]["id"])
    assert message["usage"]["server_tool_use"]["web_search_requests"] == 1


def test_a_call_of_a_tool_nobody_knows_is_left_as_it_is(api: Any) -> None:
    call = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "advisor", "input": {}}
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": [call]}]
    advisor = {"type": "advisor_20260301", "name": "advisor", "model": "claude-opus-5-5"}
    message = api.message(
        headers={"anthropic-beta": "advisor-tool-2026-03-01"}, **ask("", advisor) | {"messages": turns}
    )
    assert kinds(message) == ["text"]


@pytest.mark.parametrize("name", sorted(BODIES.keys() - {"pause"}))
def test_what_the_tools_brought_can_be_sent_back(name: str, api: Any) -> None:
    body = BODIES[name]
    answer = api.message(**body)["content"]
    results = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": "Sunny"}
        for block in answer
        if block["type"] == "tool_use"
    ]
    turns = [
        *body["messages"],
        {"role": "assistant", "content": answer},
        {"role": "user", "content": [*results, {"type": "text", "text": "And then?"}]},
    ]
    again = api.post(**{**body, "max_tokens": 2_000, "messages": turns})
    assert again.status_code == 200, again.text
