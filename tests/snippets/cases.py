"""The requests that every target has to send: each fixture, streaming or not, in both API versions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.domain.request import API_VERSIONS
from components.snippets import DEFAULT_BASE_URL, Auth, render

READ_BACK = ("curl", "python", "python-async", "python-requests", "typescript", "javascript")
"""Targets whose plain snippets the importer reads."""

FIXTURES = Path(__file__).parent.parent / "fixtures" / "requests"


@dataclass(frozen=True)
class Case:
    """One request and how it is to be sent."""

    fixture: str
    body: dict[str, Any]
    betas: tuple[str, ...]
    version: str
    stream: bool

    @property
    def name(self) -> str:
        return f"{self.fixture}-{self.version}-{'stream' if self.stream else 'whole'}"

    @property
    def expected_body(self) -> dict[str, Any]:
        return {**self.body, "stream": True} if self.stream else self.body

    def render(self, target: str, base_url: str = DEFAULT_BASE_URL, auth: Auth = "x-api-key") -> str:
        return render(
            target,
            self.body,
            anthropic_version=self.version,
            betas=self.betas,
            base_url=base_url,
            stream=self.stream,
            auth=auth,
        )


def _fixtures() -> dict[str, dict[str, Any]]:
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FIXTURES.glob("*.json"))}
    hostile = found["hostile"]["body"]["system"]
    found["long"] = {
        "body": {
            "model": "claude-opus-5-5",
            "max_tokens": 100,
            "messages": [{"role": "user", "content": (hostile + "A plain line, to read.\n") * 180}],
        }
    }
    return found


CASES = [
    Case(name, fixture["body"], tuple(fixture.get("betas", ())), version, stream)
    for name, fixture in _fixtures().items()
    for version in API_VERSIONS
    for stream in (False, True)
]


def case(fixture: str, *, stream: bool = False, version: str = API_VERSIONS[0]) -> Case:
    """The one case with these properties."""
    [found] = [c for c in CASES if (c.fixture, c.stream, c.version) == (fixture, stream, version)]
    return found
