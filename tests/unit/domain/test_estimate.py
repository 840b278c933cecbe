"""Rough figures where nobody has counted."""

from __future__ import annotations

import pytest
from media_samples import pdf, png
from rule_cases import TOOL, USER

from components.domain.catalogue import find
from components.domain.estimate import rough_block_tokens, rough_input_tokens, rough_tokens
from components.domain.json_types import JsonObject
from components.domain.model import Model
from components.media import READER

OLD, NEW = find("claude-opus-4-6"), find("claude-opus-5-5")
assert OLD
assert NEW


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("four", 1), ("a" * 400, 100), ("漢字", 2), ("half \ud83d", 2)],
)
def test_four_bytes_are_about_a_token(text: str, tokens: int) -> None:
    assert rough_tokens(text, OLD) == tokens


def test_newer_models_count_more() -> None:
    assert rough_tokens("a" * 400, NEW) == 130
    assert rough_tokens("a" * 400, Model("llama3")) == 100


def test_images_and_pages_are_counted_by_what_they_are() -> None:
    image: JsonObject = {"type": "image", "source": {"type": "base64", "data": png(280, 56)}}
    document: JsonObject = {"type": "document", "source": {"type": "base64", "data": pdf(3)}}
    assert rough_block_tokens(image, OLD, READER) == 20
    assert rough_block_tokens(image, OLD) == 1_500
    assert rough_block_tokens(document, OLD, READER) == 6_000
    assert rough_block_tokens({"type": "tool_result", "content": [image, image]}, OLD, READER) == 40


def test_a_request_is_the_sum_of_its_parts() -> None:
    body: JsonObject = {"system": "Be brief." * 40, "tools": [TOOL], "messages": [USER, USER]}
    parts = [rough_block_tokens(TOOL, OLD), 90, 2 * rough_tokens(str(USER["content"]), OLD)]
    assert rough_input_tokens(body, OLD) == sum(parts)
