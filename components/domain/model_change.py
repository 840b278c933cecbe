"""What another model would change: in facts, and in the request at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from components.domain.checks import refusals
from components.domain.findings import REMOVE, Finding, Fix, Path, Remove
from components.domain.json_types import Json, JsonObject
from components.domain.media_facts import MediaReader
from components.domain.model import EFFORTS, Model

_MOST_FIXES: Final = 50

_THINKS: Final = {
    "always": "Always thinks; thinking cannot be switched off.",
    "on": "Thinks unless the request says otherwise.",
    "off": "Thinks only when the request says so.",
}
_DISPLAYS: Final = {
    "omitted": "Thinking comes back empty unless the request asks for a summary.",
    "summarized": "Thinking comes back as a summary.",
}
_SAMPLING: Final = {
    "free": "Takes temperature, top_p and top_k with API version 2023-06-01.",
    "default_only": "Takes no temperature, top_p or top_k.",
}
_FAST: Final = {
    "accepted": "Has a fast mode.",
    "ignored": "Accepts fast mode but runs at standard speed.",
    "refused": "Has no fast mode.",
}
_SYSTEM_TURNS: Final = {
    "accepted": "Takes system turns amid the conversation.",
    "ignored": "Accepts system turns amid the conversation but ignores them.",
    "refused": "Takes no system turns amid the conversation.",
}
_BINDING: Final = {
    None: "Thinking may come back after an edited conversation.",
    "newer_accounts": "Refuses thinking after an edited conversation, for accounts since 31 August 2026.",
    "every_account": "Refuses thinking after an edited conversation.",
}
_ABILITIES: Final = (
    ("forced_tools", "be forced to use a tool"),
    ("prefill", "continue an assistant turn"),
    ("inference_geo", "be given an inference region"),
    ("structured_outputs", "follow an output schema"),
    ("image_input", "see images"),
    ("pdf_input", "read PDFs"),
    ("citations", "give citations"),
    ("web_search", "search the web"),
    ("code_execution", "run code on the server"),
    ("old_computer_use", "use the computer tools before the toolset of August 2026"),
)


def differences(before: Model, after: Model, *, today: date | None = None) -> list[str]:
    """Sentences about the model changed to, where its facts differ from those of the one before.

    What is not known of either is left out.
    """
    return list(_differences(before, after, today or datetime.now(UTC).date()))


def _differences(before: Model, after: Model, today: date) -> Iterator[str]:
    for what, was, now in (
        ("Context window", before.context, after.context),
        ("Longest answer", before.max_tokens, after.max_tokens),
        ("Shortest prefix that is cached", before.cache_minimum, after.cache_minimum),
    ):
        if was is not None and now is not None and was != now:
            yield f"{what}: {now:,} tokens instead of {was:,}."
    if not before.unknown and not after.unknown and before.token_factor != after.token_factor:
        ratio = after.token_factor / before.token_factor
        percent = f"{abs(ratio - 1):.0%}".replace("%", " %")
        yield f"Counts about {percent} {'more' if ratio > 1 else 'fewer'} tokens for the same text."
    yield from _effort(before, after)
    for table, was_said, now_said in (
        (_THINKS, before.thinking_default, after.thinking_default),
        (_DISPLAYS, before.thinking_display, after.thinking_display),
        (_SAMPLING, before.sampling, after.sampling),
        (_SYSTEM_TURNS, before.system_turns, after.system_turns),
        (_FAST, before.fast_on(today), after.fast_on(today)),
    ):
        if was_said is not None and now_said is not None and was_said != now_said:
            yield table[now_said]
    if not before.unknown and not after.unknown and before.thinking_binding != after.thinking_binding:
        yield _BINDING[after.thinking_binding]
    for name, ability in _ABILITIES:
        could, can = getattr(before, name), getattr(after, name)
        if could is not None and can is not None and could != can:
            yield f"{'Can' if can else 'Cannot'} {ability}."
    if (end := after.retires) is not None and end != before.retires:
        yield f"Retires on {end:%d %B %Y}.".replace(" 0", " ")


def _effort(before: Model, after: Model) -> Iterator[str]:
    if before.efforts is None or after.efforts is None:
        return
    if before.efforts and not after.efforts:
        yield "Knows no effort."
        return
    if before.efforts != after.efforts:
        yield f"Effort: {', '.join(level for level in EFFORTS if level in after.efforts)}."
    if after.default_effort is not None and before.default_effort != after.default_effort:
        instead = f" instead of {before.default_effort}" if before.default_effort else ""
        yield f"Effort when the request leaves it out: {after.default_effort}{instead}."


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a body that differs; `REMOVE` stands for what is not there."""

    path: Path
    before: Json | Remove
    after: Json | Remove


@dataclass(frozen=True, slots=True)
class Switch:
    """A request moved to another model."""

    findings: list[Finding]
    """What the new model says and the old one did not."""
    fixes: list[Fix]
    """Those of the errors, in the order in which they were made."""
    body: JsonObject
    """For the new model, with the fixes made."""
    betas: tuple[str, ...]
    changes: list[Change] = field(default_factory=list)
    """All that differs from the body before, but for the model's name."""
    left: list[Finding] = field(default_factory=list)
    """Errors among the findings that no fix mends."""


def switch(
    body: Mapping[str, Json],
    *,
    before: Model,
    to: Model,
    anthropic_version: str,
    betas: Sequence[str] = (),
    today: date | None = None,
    media: MediaReader | None = None,
    bindings: Mapping[str, str] | None = None,
    resolve: Callable[[Fix, Mapping[str, Json]], Fix] | None = None,
) -> Switch:
    """Move a body to another model, with every new error mended that has a fix.

    Errors the body had before stay as they are. `resolve` makes edits of a fix that scales images
    (`components.media.resolve`) and may raise `ValueError`; without it such errors are left.
    """

    def said(of: Mapping[str, Json], model: Model, with_betas: Sequence[str]) -> list[Finding]:
        return refusals(
            of,
            anthropic_version=anthropic_version,
            betas=with_betas,
            model=model,
            today=today,
            media=media,
            bindings=bindings,
        )

    known = {(finding.rule, finding.path) for finding in said(body, before, betas)}
    moved: JsonObject = {**deepcopy(dict(body)), "model": to.id}
    now: tuple[str, ...] = tuple(betas)
    findings = _new(said(moved, to, now), known)
    fixes: list[Fix] = []
    for _ in range(_MOST_FIXES):
        errors = [found for found in _new(said(moved, to, now), known) if found.severity == "error"]
        made = next(filter(None, (_made(found, moved, resolve) for found in errors)), None)
        if made is None:
            break
        fixes.append(made)
        moved, now = made.apply(moved), made.betas(now)
    left = [found for found in _new(said(moved, to, now), known) if found.severity == "error"]
    changes = [change for change in differing(dict(body), moved) if change.path != ("model",)]
    return Switch(findings, fixes, moved, now, changes, left)


def _new(findings: list[Finding], known: set[tuple[str, Path]]) -> list[Finding]:
    return [finding for finding in findings if (finding.rule, finding.path) not in known]


def _made(
    finding: Finding, body: JsonObject, resolve: Callable[[Fix, Mapping[str, Json]], Fix] | None
) -> Fix | None:
    """The finding's fix as edits; None when there is none, or it would change the model again."""
    fix = finding.fix
    if fix is None or any(edit.path == ("model",) for edit in fix.edits):
        return None
    if not fix.scale:
        return fix
    try:
        return resolve(fix, body) if resolve is not None else None
    except ValueError:
        return None


def differing(before: Json, after: Json, path: Path = ()) -> Iterator[Change]:
    """Where two JSON values differ, as deep as they have the same form."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            if name not in before:
                yield Change((*path, name), REMOVE, after[name])
            elif name not in after:
                yield Change((*path, name), before[name], REMOVE)
            else:
                yield from differing(before[name], after[name], (*path, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (was, now) in enumerate(zip(before, after, strict=True)):
            yield from differing(was, now, (*path, i))
    elif type(before) is not type(after) or before != after:
        yield Change(path, before, after)
