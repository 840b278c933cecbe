from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.citations import Source, footnotes, source_of
from components.domain.json_types import Json, JsonObject


def text(*citations: Json) -> JsonObject:
    return {"type": "text", "text": "Cited.", "citations": [*citations]}


def page(start: Json, end: Json, **more: Json) -> JsonObject:
    return {
        "type": "page_location",
        "cited_text": "Grass is green.",
        "document_index": 0,
        "document_title": "Meadows",
        "start_page_number": start,
        "end_page_number": end,
        **more,
    }


@pytest.mark.parametrize(
    ("citation", "source"),
    [
        (page(2, 4), Source("Meadows", "pages 2–3", "Grass is green.", index=0)),
        (page(2, 3), Source("Meadows", "page 2", "Grass is green.", index=0)),
        (page(2, None), Source("Meadows", "page 2", "Grass is green.", index=0)),
        (page(2, 3, document_title=None), Source("Document 1", "page 2", "Grass is green.", index=0)),
        (
            {"type": "char_location", "document_index": 1, "start_char_index": 10, "end_char_index": 1060},
            Source("Document 2", "characters 11–1,060", index=1),
        ),
        (
            {
                "type": "content_block_location",
                "document_title": "Log",
                "document_index": 0,
                "start_block_index": 1,
                "end_block_index": 2,
            },
            Source("Log", "block 2", index=0),
        ),
        (
            {
                "type": "search_result_location",
                "source": "https://wiki/x",
                "title": "Wiki",
                "search_result_index": 2,
                "start_block_index": 0,
                "end_block_index": 2,
                "cited_text": "q",
            },
            Source("Wiki", "search result 3, blocks 1–2", "q", "https://wiki/x", 2),
        ),
        (
            {"type": "web_search_result_location", "url": "https://a.org/", "title": None, "cited_text": "q"},
            Source("https://a.org/", "", "q", "https://a.org/"),
        ),
        ({"type": "new_kind", "document_index": 4}, Source("Document 5", index=4)),
        ({}, Source("A document")),
    ],
)
def test_a_citation_is_read_into_title_place_and_quote(citation: JsonObject, source: Source) -> None:
    assert source_of(citation) == source


def test_equal_sources_share_a_number_and_others_count_on() -> None:
    blocks: list[JsonObject] = [
        {"type": "text", "text": "Plain."},
        text(page(1, 2), page(3, 4), page(1, 2)),
        {"type": "thinking", "citations": [page(9, 10)]},
        text(page(5, 6), page(1, 2)),
    ]
    found = footnotes(blocks)
    assert found.numbers == ((), (1, 2), (), (3, 1))
    assert [source.where for source in found.sources] == ["page 1", "page 3", "page 5"]


def test_the_same_page_of_another_document_is_another_source() -> None:
    found = footnotes([text(page(1, 2), page(1, 2, document_index=1))])
    assert found.numbers == ((1, 2),)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_fields = st.sampled_from(
    [
        "type",
        "cited_text",
        "document_index",
        "start_page_number",
        "end_page_number",
        "title",
        "url",
        "source",
        "document_title",
        "search_result_index",
        "start_block_index",
        "end_block_index",
        "start_char_index",
    ]
)
_kinds = st.sampled_from(["page_location", "char_location", "search_result_location"])


@given(st.lists(st.dictionaries(_fields, _json | _kinds), max_size=4), _json)
def test_citations_of_any_shape_can_be_read(citations: list[JsonObject], odd: Json) -> None:
    found = footnotes([text(*citations), {"type": "text", "citations": odd}])
    assert all(source.title for source in found.sources)
    assert max(found.numbers[0], default=0) <= len(found.sources)
