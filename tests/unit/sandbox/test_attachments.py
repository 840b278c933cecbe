"""An answer says what it was given: how many images of what size, documents of how many pages."""

from __future__ import annotations

from typing import Any

import media_samples
import pytest

from components.sandbox.attachments import described


def image(width: int = 640, height: int = 480) -> dict[str, Any]:
    source = {"type": "base64", "media_type": "image/png", "data": media_samples.png(width, height)}
    return {"type": "image", "source": source}


def document(**source: Any) -> dict[str, Any]:
    return {"type": "document", "source": source}


def pdf(pages: int = 3) -> dict[str, Any]:
    return document(type="base64", media_type="application/pdf", data=media_samples.pdf(pages))


def ask(*blocks: dict[str, Any]) -> dict[str, Any]:
    content = [*blocks, {"type": "text", "text": "What is this?"}]
    return {
        "model": "claude-opus-4-8",
        "max_tokens": 2_000,
        "messages": [{"role": "user", "content": content}],
    }


def text_of(message: dict[str, Any]) -> str:
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


TEXT = document(type="text", media_type="text/plain", data="A short text.")
PARTS = document(type="content", content=[{"type": "text", "text": "A"}, {"type": "text", "text": "B"}])
AT_URL = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
FOUND = {
    "type": "search_result",
    "source": "https://x",
    "title": "Fish",
    "content": [{"type": "text", "text": "A"}],
}

GIVEN: list[tuple[list[dict[str, Any]], str]] = [
    ([image()], "1 image of 640×480 pixels"),
    ([image(), pdf()], "1 image of 640×480 pixels and 1 PDF of 3 pages"),
    ([image(), image()], "2 images of 640×480 pixels"),
    ([image(), image(8, 9)], "2 images of 640×480 and 8×9 pixels"),
    ([image(i, i) for i in range(1, 7)], "6 images of 1×1, 2×2, 3×3, 4×4 and other sizes"),
    ([AT_URL, image()], "1 image of 640×480 pixels and 1 image kept elsewhere"),
    ([{**pdf(1), "title": "The *Report*"}], "1 PDF “The Report” of 1 page"),
    ([TEXT], "1 text document of 13 characters"),
    (
        [PARTS, document(type="url", url="https://x/a.pdf")],
        "1 document of 2 parts and 1 document kept elsewhere",
    ),
    ([FOUND], "1 search result “Fish”"),
    ([{"type": "container_upload", "file_id": "file_1"}], "1 file for the container"),
    ([TEXT] * 10, "1 text document of 13 characters and 2 more"),
]


@pytest.mark.parametrize(("blocks", "says"), GIVEN, ids=[says for _, says in GIVEN])
def test_the_answer_mentions_what_it_was_given(blocks: list[dict[str, Any]], says: str, api: Any) -> None:
    text = text_of(api.message(**ask(*blocks)))
    assert f"{says}; the sandbox sees no more of that." in text
    assert "You gave " in text


def test_without_a_reader_nothing_is_claimed_about_sizes() -> None:
    assert described([image(), image(), pdf()], None) == [
        "2 images of unknown size",
        "1 PDF of unknown length",
    ]
