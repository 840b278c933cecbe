"""A web that does not exist: what a simulated search finds and what stands on the pages.

Pages lie in the domains a tool allows, or else in those reserved for documentation (RFC 2606). Nothing is
ever loaded.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from components.domain.json_types import JsonObject

DOMAINS: Final = ("example.com", "example.org", "example.net")
RESULTS: Final = 3
"""Results of one search."""
_AGES: Final = ("2 days ago", "November 3, 2026", None)


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    title: str
    text: str
    age: str | None

    def result(self) -> JsonObject:
        """Source: Python SDK 2.12.0 `WebSearchResultBlock`."""
        return {
            "type": "web_search_result",
            "url": self.url,
            "title": self.title,
            "encrypted_content": sealed(f"simulated {self.text}"),
            "page_age": self.age,
        }

    def citation(self) -> JsonObject:
        """Source: Python SDK 2.12.0 `CitationsWebSearchResultLocation`."""
        return {
            "type": "web_search_result_location",
            "url": self.url,
            "title": self.title,
            "encrypted_index": sealed(f"simulated {self.url}"),
            "cited_text": self.text[:150],
        }


def search(tool: JsonObject, words: Sequence[str], sentence: Callable[[], str]) -> list[Page]:
    """What a search finds: a page in each of the tool's domains by turns; none when all are blocked."""
    allowed = _domains(tool, "allowed_domains")
    domains = [d for d in allowed or DOMAINS if permits(tool, f"https://{d}/")]
    location = tool.get("user_location")
    city = location.get("city") if isinstance(location, dict) else None
    near = f" near {city}" if isinstance(city, str) and city else ""
    topic = ", ".join(words[:2]) or "the question"
    slug = quote("-".join(words[:2]).lower() or "page")
    return [
        Page(
            f"https://{domains[i % len(domains)]}/simulated/{slug}-{i + 1}",
            f"Simulated result {i + 1}: {topic}{near}",
            f"{sentence()} This page is simulated.",
            _AGES[i % len(_AGES)],
        )
        for i in range(RESULTS if domains else 0)
    ]


def permits(tool: JsonObject, url: str) -> bool:
    """Whether the tool's domains let it go there. A domain brings its subdomains; a path narrows it."""
    allowed, blocked = _domains(tool, "allowed_domains"), _domains(tool, "blocked_domains")
    return (not allowed or any(_lies_in(url, d) for d in allowed)) and not any(
        _lies_in(url, d) for d in blocked
    )


def _domains(tool: JsonObject, name: str) -> list[str]:
    """The domains of a list, without wildcards and slashes at their end."""
    listed = tool.get(name)
    named = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    return [domain for item in named if (domain := item.split("://")[-1].split("*")[0].rstrip("/").lower())]


def _lies_in(url: str, domain: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host, _, path = domain.partition("/")
    name = (parts.hostname or "").lower()
    return (name == host or name.endswith(f".{host}")) and parts.path.lower().startswith(
        f"/{path}" if path else ""
    )


def sealed(text: str) -> str:
    """Something opaque to send back as it came."""
    return base64.b64encode(text.encode()).decode()


def pdf() -> str:
    """An empty PDF of one page, base64."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
    )
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return base64.b64encode(data + end % (count, table, count, len(data))).decode()
