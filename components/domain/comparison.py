"""A comparison as it is edited: two to six variants of one request, with what they share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Self, cast

from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.request_words import what_differs

LETTERS: Final = "ABCDEF"
FEWEST: Final = 2
MOST: Final = 6
MOST_SAMPLES: Final = 20
AT_ONCE: Final = 8
MOST_AT_ONCE: Final = 32

LINKABLE: Final[dict[str, tuple[str, ...]]] = {
    "Prompt": ("system", "system_blocks", "examples", "turns", "bindings", "file_names"),
    "Model": ("model",),
    "Max tokens": ("max_tokens",),
    "Parameters": (
        *("stream", "thinking", "effort", "stop_sequences", "temperature", "top_p", "top_k"),
        *("extra", "betas"),
    ),
    "Tools": ("tools", "tool_choice"),
    "Output schema": ("output_format",),
}
"""What can be the same in every variant → the draft's fields it is made of. Together: all that is sent."""

LINKED_AT_FIRST: Final = frozenset(LINKABLE) - {"Model"}


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(slots=True)
class Variant:
    """One column: a draft of its own."""

    draft: Draft
    id: str = field(default_factory=new_id)
    connection_id: str | None = None
    """Where it is sent; None: over the connection in use."""


@dataclass(slots=True)
class Comparison:
    """What the Compare page edits. `variants` has at least `FEWEST` and at most `MOST` members."""

    variants: list[Variant]
    id: str = field(default_factory=new_id)
    linked: set[str] = field(default_factory=lambda: set(LINKED_AT_FIRST))
    """Names of `LINKABLE` that are the same in every variant."""
    samples: int = 1
    """Answers per variant, from 1 to `MOST_SAMPLES`."""
    limit_usd: Decimal | None = None
    """No more is sent than this can pay for."""
    at_once: int = AT_ONCE
    """Requests under way at the same time over one connection, from 1 to `MOST_AT_ONCE`."""
    connection_id: str | None = None
    """The connection that was in use when it was worked on last."""

    @classmethod
    def of(cls, *drafts: Draft) -> Self:
        """A new comparison of these drafts; of one draft, beside itself."""
        wanted = list(drafts) if len(drafts) >= FEWEST else [*drafts, *drafts][:FEWEST] or [Draft(), Draft()]
        made = cls([Variant(replace(deepcopy(draft), raw_json=None)) for draft in wanted[:MOST]])
        made._share_values()
        made.linked = {name for name in LINKED_AT_FIRST if made.agrees(name)}
        return made

    def _share_values(self) -> None:
        """One set of values for all.

        A variant that was given another value than one before it has its texts filled in, and no variables.
        """
        values: dict[str, str] = {}
        for variant in self.variants:
            draft = variant.draft
            mine = {name: value for name, value in draft.values.items() if value}
            if any(
                mine.get(name, value) != value for name, value in values.items() if name in draft.variables
            ):
                variant.draft = Draft.of_body(draft.body(), draft.betas)
            else:
                values = {**mine, **values}
        for variant in self.variants:
            variant.draft.values = dict(values)

    # Reading -------------------------------------------------------------------------------------------

    def letter(self, variant_id: str) -> str:
        return LETTERS[self._position(variant_id)]

    def variant(self, variant_id: str) -> Variant | None:
        return next((each for each in self.variants if each.id == variant_id), None)

    def _position(self, variant_id: str) -> int:
        return [each.id for each in self.variants].index(variant_id)

    def agrees(self, name: str) -> bool:
        """Whether something of `LINKABLE` is the same in every variant."""
        first, *others = (each.draft for each in self.variants)
        return all(_same(first, other, name) for other in others)

    def differs(self, variant: Variant) -> list[str]:
        """What this variant has otherwise than the first, in words."""
        first = self.variants[0].draft
        draft = variant.draft
        return what_differs(first.template_body(), draft.template_body(), first.betas, draft.betas)

    @property
    def variables(self) -> list[str]:
        """The names of every variant's variables, in order of appearance."""
        return list(dict.fromkeys(name for each in self.variants for name in each.draft.variables))

    @property
    def full(self) -> bool:
        return len(self.variants) >= MOST

    # Changing ------------------------------------------------------------------------------------------

    def spread(self, source: Variant) -> None:
        """Give every other variant what is linked, and the values, as this one has them."""
        for other in self.variants:
            if other is not source:
                for name in self.linked:
                    _copy(source.draft, other.draft, name)
                other.draft.values = dict(source.draft.values)

    def link(self, name: str, source: Variant) -> None:
        """Make it the same everywhere, as this variant has it."""
        self.linked.add(name)
        self.spread(source)

    def unlink(self, name: str) -> None:
        self.linked.discard(name)

    def unlink_what_differs(self) -> list[str]:
        """Unlink what is no longer the same everywhere; return its names."""
        apart = [name for name in LINKABLE if name in self.linked and not self.agrees(name)]
        self.linked.difference_update(apart)
        return apart

    def add(self, draft: Draft, *, after: Variant | None = None, connection_id: str | None = None) -> Variant:
        """Add a variant with a copy of this draft. What is linked and not the same is linked no more.

        Raises `ValueError` when there are `MOST` already.
        """
        if self.full:
            raise ValueError(f"A comparison has at most {MOST} columns.")
        variant = Variant(deepcopy(draft), connection_id=connection_id)
        variant.draft.raw_json = None
        at = self._position(after.id) + 1 if after else len(self.variants)
        self.variants.insert(at, variant)
        self._share_values()
        self.unlink_what_differs()
        return variant

    def remove(self, variant_id: str) -> None:
        """Take a variant away, as long as `FEWEST` stay; nothing for one that is gone."""
        if len(self.variants) > FEWEST:
            self.variants = [each for each in self.variants if each.id != variant_id]

    # Keeping -------------------------------------------------------------------------------------------

    def to_json(self) -> JsonObject:
        """All but the id, for `of_json`."""
        return {
            "variants": [
                {"id": each.id, "draft": each.draft.to_json(), "connection": each.connection_id}
                for each in self.variants
            ],
            "linked": cast(Json, sorted(self.linked)),
            "samples": self.samples,
            "limit_usd": None if self.limit_usd is None else str(self.limit_usd),
            "at_once": self.at_once,
            "connection": self.connection_id,
        }

    @classmethod
    def of_json(cls, comparison_id: str, content: Mapping[str, Json]) -> Self:
        """Read what `to_json` wrote; what is missing or of another type falls back to the default."""
        kept = content.get("variants")
        variants = [
            _variant(each) for each in (kept if isinstance(kept, list) else []) if isinstance(each, dict)
        ]
        made = cls.of(*(each.draft for each in variants))
        for mine, read in zip(made.variants, variants, strict=False):
            mine.id, mine.connection_id = read.id, read.connection_id
            mine.draft.raw_json = read.draft.raw_json
        made.id = comparison_id
        linked = content.get("linked")
        if isinstance(linked, list):
            made.linked = {str(name) for name in linked} & set(LINKABLE)
        made.unlink_what_differs()
        made.samples = _within(content.get("samples"), 1, MOST_SAMPLES, 1)
        made.at_once = _within(content.get("at_once"), 1, MOST_AT_ONCE, AT_ONCE)
        made.limit_usd = dollars(content.get("limit_usd"))
        connection = content.get("connection")
        made.connection_id = connection if isinstance(connection, str) else None
        return made

    def title(self, longest: int = 200) -> str:
        """The start of the last user turn of the first variant, white space folded."""
        turns: Iterable[str] = (
            text
            for turn in reversed(self.variants[0].draft.turns)
            if turn.role == "user"
            for text in turn.templates
        )
        return next((folded for text in turns if (folded := " ".join(text.split()))), "")[:longest]


def dollars(value: Json) -> Decimal | None:
    """Read a positive sum; None for anything else."""
    try:
        found = Decimal(str(value)) if isinstance(value, str | int | float) else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found > 0 else None


def _variant(kept: Mapping[str, Json]) -> Variant:
    draft, variant_id, connection = kept.get("draft"), kept.get("id"), kept.get("connection")
    return Variant(
        Draft.of_json(draft) if isinstance(draft, dict) else Draft(),
        variant_id if isinstance(variant_id, str) else new_id(),
        connection if isinstance(connection, str) else None,
    )


def _within(value: Json, lowest: int, highest: int, default: int) -> int:
    usable = isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
    return int(cast(int, value)) if usable else default


def _same(one: Draft, other: Draft, name: str) -> bool:
    return all(_of(one, attribute) == _of(other, attribute) for attribute in LINKABLE[name])


def _of(draft: Draft, attribute: str) -> object:
    """What is sent of it: turns without the names of their widgets."""
    value = getattr(draft, attribute)
    return [replace(turn, id="") for turn in draft.turns] if attribute == "turns" else value


def _copy(source: Draft, target: Draft, name: str) -> None:
    for attribute in LINKABLE[name]:
        value = getattr(source, attribute)
        if getattr(target, attribute) != value:
            setattr(target, attribute, deepcopy(value))
