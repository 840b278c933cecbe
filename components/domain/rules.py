"""The rules: what the service would refuse, said before it is asked.

One table, `RULES`, serves the editor, the sandbox and the tests. A rule whose source carries `(?)` is
inferred or known from older behaviour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from components.domain import (
    rules_betas,
    rules_binding,
    rules_cache,
    rules_calls,
    rules_media,
    rules_messages,
    rules_output,
    rules_parameters,
    rules_schema,
    rules_thinking,
    rules_tools,
)
from components.domain.catalogue import find
from components.domain.findings import REMOVE, Edit, Finding, Fix, Path, Remove, Scale
from components.domain.json_types import Json
from components.domain.media_facts import MediaReader
from components.domain.model import Model
from components.domain.rule import Case, Rule

__all__ = ["REMOVE", "RULES", "Edit", "Finding", "Fix", "Path", "Remove", "Rule", "Scale", "check"]

RULES: Final[tuple[Rule, ...]] = (
    *rules_parameters.RULES,
    *rules_thinking.RULES,
    *rules_messages.RULES,
    *rules_calls.RULES,
    *rules_binding.RULES,
    *rules_media.RULES,
    *rules_output.RULES,
    *rules_tools.RULES,
    *rules_schema.RULES,
    *rules_cache.RULES,
    *rules_betas.RULES,
)


def check(
    body: Mapping[str, Json],
    *,
    anthropic_version: str,
    betas: Sequence[str] = (),
    model: Model | None = None,
    today: date | None = None,
    media: MediaReader | None = None,
    bindings: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What the service would say to this body, errors and notices, in the table's order.

    `model` is what is known about the body's model (`catalogue.merge`); left out, the table is asked. A model
    nothing is known about gets no findings. Bodies of any shape are read; whether the shape itself is right
    is not judged here (see `shape`). Without a `media` reader nothing is said about pixels and pages;
    `bindings` tell what thinking blocks are bound to (`binding.bindings_of`).
    """
    name = body.get("model")
    facts = model or (find(name) if isinstance(name, str) else None)
    if facts is None or facts.unknown:
        return []
    day = today or datetime.now(UTC).date()
    case = Case(body, anthropic_version, frozenset(betas), facts, day, media, bindings or {})
    return [finding for rule in RULES for finding in rule.findings(case)]
