"""The shape of what people give: texts, images, documents, search results.

Source: Python SDK 2.12.0, `ContentBlockParam` with the types below it.
"""

from __future__ import annotations

from typing import Final

from components.domain.kinds import (
    Fields,
    Kind,
    Variants,
    flag,
    list_of,
    one_of,
    or_null,
    record,
    text,
    text_or,
    typed,
    whole,
)

CACHE: Final[Fields] = {"cache_control": or_null(typed("ephemeral", {}, {"ttl": one_of("5m", "1h")}))}
_FILE: Final = typed("file", {"file_id": text})
_URL: Final = typed("url", {"url": text})
_CITATIONS: Final = record({}, {"enabled": flag})

IMAGE: Final = typed(
    "image",
    {
        "source": Variants(
            {
                "base64": typed(
                    "base64",
                    {
                        "media_type": one_of("image/jpeg", "image/png", "image/gif", "image/webp"),
                        "data": text,
                    },
                ),
                "url": _URL,
                "file": _FILE,
            }
        )
    },
    {"transformations": or_null(record({}, {"oversized_image": one_of("downsize", "error")})), **CACHE},
)


def _citation(tag: str, **fields: Kind) -> Kind:
    return typed(tag, {"cited_text": text, **fields}, closed=False)


_DOCUMENT_AT: Final = {"document_index": whole, "document_title": or_null(text)}
TEXT: Final = typed(
    "text",
    {"text": text},
    {
        "citations": or_null(
            list_of(
                Variants(
                    {
                        "char_location": _citation(
                            "char_location", start_char_index=whole, end_char_index=whole, **_DOCUMENT_AT
                        ),
                        "page_location": _citation(
                            "page_location", start_page_number=whole, end_page_number=whole, **_DOCUMENT_AT
                        ),
                        "content_block_location": _citation(
                            "content_block_location",
                            start_block_index=whole,
                            end_block_index=whole,
                            **_DOCUMENT_AT,
                        ),
                        "search_result_location": _citation(
                            "search_result_location",
                            source=text,
                            title=or_null(text),
                            search_result_index=whole,
                            start_block_index=whole,
                            end_block_index=whole,
                        ),
                        "web_search_result_location": _citation(
                            "web_search_result_location",
                            url=text,
                            title=or_null(text),
                            encrypted_index=text,
                        ),
                    }
                )
            )
        ),
        **CACHE,
    },
)
DOCUMENT: Final = typed(
    "document",
    {
        "source": Variants(
            {
                "base64": typed("base64", {"media_type": one_of("application/pdf"), "data": text}),
                "text": typed("text", {"media_type": one_of("text/plain"), "data": text}),
                "content": typed(
                    "content",
                    {"content": text_or(list_of(Variants({"text": TEXT, "image": IMAGE})))},
                ),
                "url": _URL,
                "file": _FILE,
            }
        )
    },
    {"title": or_null(text), "context": or_null(text), "citations": or_null(_CITATIONS), **CACHE},
)
SEARCH_RESULT: Final = typed(
    "search_result",
    {"source": text, "title": text, "content": list_of(Variants({"text": TEXT}))},
    {"citations": _CITATIONS, **CACHE},
)
