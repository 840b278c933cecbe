"""Citations point to what they cite, for every kind of source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import media_samples
import pytest
from rule_cases import CALL, TOOL
from sandbox_api import fold

from components.sandbox.citations import MOST_CITED, passage

PLAIN = "claude-opus-4-8"
ON = {"citations": {"enabled": True}}
FACTS = "Grüße 🙂 from Oslo. Herons eat fish in shallow water! They nest in trees.\nIn 3.5 days they fly"


def ask(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = [*blocks, {"type": "text", "text": "What fish do herons eat?"}]
    return {"model": PLAIN, "max_tokens": 2_000, "messages": [{"role": "user", "content": content}], **more}


def text(data: str, **more: Any) -> dict[str, Any]:
    return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": data}, **more}


def pdf(pages: int, **more: Any) -> dict[str, Any]:
    source = {"type": "base64", "media_type": "application/pdf", "data": media_samples.pdf(pages)}
    return {"type": "document", "source": source, **more}


def parts(*texts: str, **more: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": part} for part in texts]
    return {"type": "document", "source": {"type": "content", "content": content}, **more}


def found(*texts: str, **more: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": part} for part in texts]
    return {
        "type": "search_result",
        "source": "https://x.example",
        "title": "Fish",
        "content": content,
        **more,
    }


def citations(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Every citation once, in order."""
    every: list[dict[str, Any]] = []
    for block in message["content"]:
        every += [cited for cited in block.get("citations", []) if cited not in every]
    return every


def test_a_plain_text_is_cited_by_its_characters(api: Any, typed: Callable[..., Any]) -> None:
    message = api.message(**ask(text(FACTS, title="Birds", **ON)))
    typed(message)
    (cited,) = citations(message)
    start, end = cited["start_char_index"], cited["end_char_index"]
    assert cited["type"] == "char_location"
    assert FACTS[start:end] == cited["cited_text"] == "Herons eat fish in shallow water!"
    assert (cited["document_index"], cited["document_title"]) == (0, "Birds")


@pytest.mark.parametrize(
    "data", ["x", "No end", "A. B. C.", "…", "a\n\nb", "  spaces first.", "3.14 is pi. And e?", "y" * 3_000]
)
def test_any_text_is_cited_exactly(data: str) -> None:
    for words in ([], ["pi"], ["b"]):
        start, end = passage(data, words)
        assert 0 <= start < end <= len(data)
        assert end - start <= MOST_CITED
        assert data[start:end].strip() == data[start:end]


def test_a_text_of_blanks_has_nothing_to_cite(api: Any) -> None:
    assert passage(" \n ", []) == (0, 0)
    assert citations(api.message(**ask(text(" \n ", **ON)))) == []


def test_a_pdf_is_cited_by_a_page_it_has(api: Any, typed: Callable[..., Any]) -> None:
    for pages in (1, 3):
        message = api.message(**ask(pdf(pages, title=f"Report {pages}", **ON)))
        typed(message)
        (cited,) = citations(message)
        assert cited["type"] == "page_location"
        assert 1 <= cited["start_page_number"] <= pages
        assert cited["end_page_number"] == cited["start_page_number"] + 1
        assert "imulated" in cited["cited_text"]


def test_a_file_is_cited_by_its_id(api: Any, typed: Callable[..., Any]) -> None:
    document = {"type": "document", "source": {"type": "file", "file_id": "file_1"}, **ON}
    message = api.message(**ask(document))
    typed(message)
    (cited,) = citations(message)
    assert (cited["type"], cited["file_id"], cited["document_title"]) == ("page_location", "file_1", None)


def test_parts_are_cited_whole(api: Any, typed: Callable[..., Any]) -> None:
    message = api.message(**ask(parts("Trees grow.", "Herons eat fish.", **ON)))
    typed(message)
    (cited,) = citations(message)
    assert cited["type"] == "content_block_location"
    assert (cited["start_block_index"], cited["end_block_index"]) == (1, 2)
    assert cited["cited_text"] == "Herons eat fish."
    whole = {"type": "document", "source": {"type": "content", "content": "Herons eat fish."}, **ON}
    (cited,) = citations(api.message(**ask(whole)))
    assert (cited["start_block_index"], cited["cited_text"]) == (0, "Herons eat fish.")


def test_a_search_result_is_cited_by_its_own_count(api: Any, typed: Callable[..., Any]) -> None:
    message = api.message(**ask(text(FACTS, **ON), found("A.", **ON), found("Trees.", "Fish swim.", **ON)))
    typed(message)
    _, first, second = citations(message)
    assert (first["type"], first["search_result_index"], first["cited_text"]) == (
        "search_result_location",
        0,
        "A.",
    )
    assert (second["search_result_index"], second["start_block_index"], second["end_block_index"]) == (
        1,
        1,
        2,
    )
    assert (second["source"], second["title"]) == ("https://x.example", "Fish")


def test_documents_are_counted_over_the_whole_request(api: Any) -> None:
    first = {"role": "user", "content": [text("One.", **ON), {"type": "text", "text": "Hi"}]}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [text("Two.", **ON)]}
    last = {"role": "user", "content": [result, text("Three.", **ON), {"type": "text", "text": "So?"}]}
    message = api.message(**ask(tools=[TOOL]) | {"messages": [first, CALL, last]})
    cited = [(c["document_index"], c["cited_text"]) for c in citations(message)]
    assert cited == [(0, "One."), (1, "Two."), (2, "Three.")]


def test_a_document_of_an_earlier_turn_is_still_cited(api: Any) -> None:
    turns = [
        {"role": "user", "content": [text(FACTS, **ON), {"type": "text", "text": "Hi"}]},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "What fish do herons eat?"},
    ]
    (cited,) = citations(api.message(**ask() | {"messages": turns}))
    assert cited["cited_text"] == "Herons eat fish in shallow water!"


@pytest.mark.parametrize("off", [{}, {"citations": None}, {"citations": {"enabled": False}}])
def test_nothing_is_cited_unless_it_is_asked_for(off: dict[str, Any], api: Any) -> None:
    assert citations(api.message(**ask(text(FACTS, **off)))) == []


def test_cited_and_other_text_stand_in_blocks_of_their_own(api: Any) -> None:
    body = ask(text(FACTS, title="Birds", **ON), parts("Herons eat fish.", title="Meals", **ON))
    message = api.message(**body)
    blocks = message["content"]
    assert "citations" not in blocks[0]
    assert [len(block.get("citations", [])) for block in blocks] == [0, 0, 1, 0, 1, 2]
    assert all(block["text"].strip() for block in blocks)
    joined = "".join(block["text"] for block in blocks)
    assert "On this, “Birds” says: “Herons eat fish in shallow water!”" in joined
    assert fold(api.events(**body)) == message


def test_citations_come_one_by_one_after_their_text(api: Any) -> None:
    events = api.events(**ask(text(FACTS, **ON), parts("Herons eat fish.", **ON)))
    shells = [e["content_block"] for e in events if e["type"] == "content_block_start"]
    assert shells[0] == {"type": "text", "text": ""}
    assert shells[-1] == {"type": "text", "text": "", "citations": []}
    last = [e["delta"]["type"] for e in events if e.get("index") == 5 and "delta" in e]
    assert last[-2:] == ["citations_delta", "citations_delta"]
    assert set(last[:-2]) == {"text_delta"}


def test_a_cited_answer_can_be_cut_anywhere(api: Any) -> None:
    whole = api.message(**ask(text(FACTS, **ON)))["usage"]["output_tokens"]
    for most in range(whole - 25, whole + 1, 3):
        message = api.message(**ask(text(FACTS, **ON), max_tokens=most))
        assert message["usage"]["output_tokens"] <= most
        assert all(block["text"] for block in message["content"])


def test_many_documents_are_cited_in_part(api: Any) -> None:
    many = [text(f"Fact {i}.", **ON) for i in range(20)]
    assert len(citations(api.message(**ask(*many)))) == 5
