"""Rules about the prompt cache: how many breakpoints, in which order, and whether they do anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from components.domain.binding import THINKING
from components.domain.catalogue import CHECKED
from components.domain.estimate import rough_block_tokens
from components.domain.findings import REMOVE, Edit, Fix, Path, place
from components.domain.json_types import Json, JsonObject
from components.domain.rule import Case, Hit, Rule, service_place

MOST_BREAKPOINTS: Final = 4
"""Cache breakpoints in one request."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    path: Path
    """What the prefix ends with: a tool, a block; the whole request for the automatic one."""
    ttl: str

    @property
    def field(self) -> Path:
        return (*self.path, "cache_control")


def _ttl(control: Json) -> str | None:
    """The lifetime of a breakpoint; None when there is none."""
    return str(control.get("ttl", "5m")) if isinstance(control, dict) else None


def _cacheable(case: Case) -> Iterator[tuple[Path, JsonObject]]:
    """Everything that can end a cached prefix, in the order in which the cache sees it."""
    yield from case.objects("tools")
    yield from case.objects("system")
    for path, block in case.all_blocks():
        if block.get("type") not in THINKING:
            yield path, block


def _explicit(case: Case) -> list[Breakpoint]:
    """The breakpoints of tools and blocks. Within a tool result or a document, the inner ones come first."""
    found: list[Breakpoint] = []
    for path, item in _cacheable(case):
        ttl = _ttl(item.get("cache_control"))
        if ttl is not None:
            found.append(Breakpoint(path, ttl))
    return sorted(found, key=lambda point: _order(point.path))


def _order(path: Path) -> list[tuple[int, int]]:
    """A key that sorts as the cache reads: what is inside a block before the block's own end."""
    part = {"tools": 0, "system": 1, "messages": 2}[str(path[0])]
    steps = [step for step in path if isinstance(step, int)]
    return [(part, 0), *((0, step) for step in steps), (1, 0)]


def _automatic(case: Case) -> Breakpoint | None:
    """The automatic breakpoint, unless its block has one of the same lifetime already."""
    ttl = _ttl(case.at("cache_control"))
    return Breakpoint((), ttl) if ttl is not None and _own_ttl(case) != ttl else None


def _own_ttl(case: Case) -> str | None:
    """The lifetime that the last cacheable block of the messages has of its own."""
    messages = case.messages
    if not messages:
        return None
    blocks = [b for _, b in case.blocks_of(messages[-1][0]) if b.get("type") not in THINKING]
    return _ttl(blocks[-1].get("cache_control")) if blocks else None


def _too_many(case: Case) -> Iterator[Hit]:
    explicit = _explicit(case)
    count = len(explicit) + (_automatic(case) is not None)
    if count > MOST_BREAKPOINTS:
        over = explicit[: count - MOST_BREAKPOINTS]
        sentence = f"There are {count} cache breakpoints; {MOST_BREAKPOINTS} is the most."
        fix = Fix(f"Keep the last {MOST_BREAKPOINTS}", tuple(Edit(point.field, REMOVE) for point in over))
        yield Hit(over[0].field, sentence, fix, {"count": count})


def _ttl_order(case: Case) -> Iterator[Hit]:
    automatic = _automatic(case)
    points = [*_explicit(case), *([automatic] if automatic else [])]
    short = [point for point in points if point.ttl == "5m"]
    late = [point for point in points[points.index(short[0]) :] if point.ttl == "1h"] if short else []
    if late:
        before = [point for point in points[: points.index(late[-1])] if point.ttl == "5m"]
        edits = tuple(Edit((*point.field, "ttl"), "1h") for point in before)
        sentence = (
            "A cache breakpoint of one hour cannot follow one of five minutes. Let the earlier ones last too."
        )
        fix = Fix("Let the earlier ones last an hour", edits)
        words = {"path": service_place(late[0].field)}
        yield Hit((*late[0].field, "ttl"), sentence, fix, words)


def _automatic_ttl(case: Case) -> Iterator[Hit]:
    automatic, own = _ttl(case.at("cache_control")), _own_ttl(case)
    if automatic is not None and own is not None and automatic != own:
        edit = Edit(("cache_control", "ttl"), own)
        sentence = "Automatic caching and the last block's own breakpoint have different lifetimes."
        fix = Fix(f"Use {own} for both", (edit,))
        yield Hit(("cache_control",), sentence, fix, {"ttl": automatic, "own": own})


def _too_short(case: Case) -> Iterator[Hit]:
    least = case.model.cache_minimum
    points = _explicit(case)
    if least is None or not (points or _automatic(case)):
        return
    tokens = 0
    wanted = {point.path: point for point in points}
    short: list[tuple[Breakpoint, int]] = []
    for path, item in _ends(case):
        tokens += rough_block_tokens(item, case.model, case.media)
        short += [
            (wanted[inner], tokens) for inner in wanted if inner[: len(path)] == path and tokens < least
        ]
    automatic = _automatic(case)
    if automatic is not None and tokens < least:
        short.append((automatic, tokens))
    for point, count in short:
        sentence = (
            f"Up to {place(point.path) if point.path else 'the end'} there are roughly {count:,} tokens; "
            f"{case.model.name} caches from {least:,} on, so that nothing is cached."
        )
        yield Hit(point.field, sentence, Fix("Remove the breakpoint", (Edit(point.field, REMOVE),)))


def _ends(case: Case) -> Iterator[tuple[Path, Json]]:
    """Tools, system and top-level blocks in order; contents that are one text are blocks without a path."""
    yield from case.objects("tools")
    if isinstance(system := case.at("system"), str):
        yield ("",), {"type": "text", "text": system}
    yield from case.objects("system")
    for i, message in case.messages:
        if isinstance(text := message.get("content"), str):
            yield ("",), {"type": "text", "text": text}
        yield from case.blocks_of(i)


_CACHING: Final = 'docs "Prompt caching"'

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "cache_breakpoints",
        f"more than {MOST_BREAKPOINTS} cache breakpoints",
        "A maximum of 4 blocks with cache_control may be provided. Found {count}.",
        "keep the last ones",
        _too_many,
        f"{_CACHING}; wording historical (?)",
        CHECKED,
    ),
    Rule(
        "cache_ttl_order",
        "a breakpoint of an hour after one of five minutes",
        "{path}.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
        "Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
        "an hour for the earlier ones",
        _ttl_order,
        "reports of users to August 2026",
        CHECKED,
    ),
    Rule(
        "cache_automatic_ttl",
        "automatic caching of another lifetime than the last block's own breakpoint",
        "Top-level cache_control has ttl='{ttl}' but the target block already has cache_control with "
        "ttl='{own}'",
        "the block's lifetime",
        _automatic_ttl,
        "reports of users to April 2026",
        CHECKED,
    ),
    Rule(
        "cache_too_short",
        "a breakpoint after less than the model caches, by a rough estimate",
        "",
        "remove it",
        _too_short,
        _CACHING,
        CHECKED,
        severity="notice",
    ),
)
