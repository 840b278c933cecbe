"""Rules about thinking blocks that come back: unedited, and after what they were thought after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from components.domain.beta_features import THINKING_BINDING
from components.domain.binding import THINKING, Bound, bound_of, edited, signature_of
from components.domain.catalogue import CHECKED, find
from components.domain.findings import Edit, Fix, Path, dotted, place
from components.domain.json_types import Json, JsonObject
from components.domain.rule import Case, Hit, Rule

Thought = tuple[Path, JsonObject]


def _thoughts(case: Case) -> list[Thought]:
    return [(path, block) for path, _, block in case.blocks() if block.get("type") in THINKING]


def _last_assistant(case: Case) -> int | None:
    turns = [i for i, message in case.messages if message.get("role") == "assistant"]
    return turns[-1] if turns else None


def _signature_empty(case: Case) -> Iterator[Hit]:
    for path, block in _thoughts(case):
        if signature_of(block) == "":
            sentence = f"The thinking in {place(path)} has no signature: its answer broke off. Remove it."
            fix = case.drop(path, "Remove the thinking")
            yield Hit(path, sentence, fix, {"path": dotted(path), "kind": block.get("type")})


def _edited(case: Case, *, latest: bool) -> Iterator[Hit]:
    last = _last_assistant(case)
    for path, block in _thoughts(case):
        bound = bound_of(block, case.bindings)
        if bound is not None and edited(bound, block) and (path[1] == last) is latest:
            sentence = f"The thinking in {place(path)} was edited; it must come back as it was. Remove it."
            fix = case.drop(path, "Remove the thinking")
            yield Hit(path, sentence, fix, {"path": dotted(path)})


def _thinking_edited(case: Case) -> Iterator[Hit]:
    yield from _edited(case, latest=True)


def _thinking_edited_before(case: Case) -> Iterator[Hit]:
    yield from _edited(case, latest=False)


def _thinking_missing(case: Case) -> Iterator[Hit]:
    """A budget of thinking demands it; adaptive models may have skipped it."""
    i = _last_assistant(case)
    if i is None or case.thinking_type != "enabled" or "enabled" not in (case.model.thinking or ()):
        return
    blocks = [block for _, block in case.blocks_of(i)]
    waits = any(block.get("type") == "tool_use" for block in blocks)
    after = [block for path, _, block in case.blocks() if int(path[1]) > i]
    if waits and after and blocks[0].get("type") not in THINKING:
        sentence = (
            f"Turn {i + 1} calls a tool without the thinking before it, which a thinking budget demands. "
            "Switch thinking off for this request."
        )
        fix = Fix("Switch thinking off", (Edit(("thinking",), {"type": "disabled"}),))
        yield Hit(("messages", i), sentence, fix, {"i": i, "kind": blocks[0].get("type")})


def _readable(case: Case, bound: Bound) -> bool:
    """Whether the model can read the block; if not, the service drops it without a word.

    Only the order of release is documented; which models read which is a fixed list (?).
    """
    maker = find(bound.model) if bound.model else None
    if maker is None or maker.id == case.model.id or not maker.released or not case.model.released:
        return True
    return maker.released <= case.model.released


def _misplaced(case: Case) -> tuple[Path, list[str]] | None:
    """The first thinking block known to stand after something else than it did, and what differs."""
    if case.model.thinking_binding is None:
        return None
    for path, block in _thoughts(case):
        bound = bound_of(block, case.bindings)
        if bound is None or not _readable(case, bound):
            continue
        if changed := bound.changed(case.body, int(path[1]), int(path[3])):
            return path, changed
    return None


def _behaviour(case: Case) -> Json:
    if not THINKING_BINDING.on(case.betas):
        return None
    return case.at("thinking", "block_binding", "prefix_mismatch_behavior")


def _drop_blocks(case: Case, first: Path) -> Fix | None:
    """Let the service drop what no longer holds; where thinking is off, take it away here."""
    if case.thinking_type in (None, "adaptive"):
        setting: JsonObject = {"prefix_mismatch_behavior": "drop_block"}
        thinking = case.at("thinking")
        kept = thinking if isinstance(thinking, dict) else {"type": "adaptive"}
        edit = Edit(("thinking",), {**kept, "block_binding": setting})
        return Fix("Let the service drop it", (edit,), (THINKING_BINDING.newest,))
    later = [path for path, _ in _thoughts(case) if _order(path) >= _order(first)]
    return case.without(later, "Remove the thinking")


def _order(path: Path) -> tuple[int, int]:
    return int(path[1]), int(path[3])


_DIFFERS: Final = {"system": "the system prompt", "tools": "the tools", "messages": "what stands before it"}
_SAYS: Final = {
    "system": "The `system` prompt differs from the one this block was created with.",
    "tools": "The `tools` differ from those this block was created with.",
    "messages": "An earlier message differs from the one this block was created with.",
}


def _hit(case: Case, ending: str) -> Iterator[Hit]:
    if (found := _misplaced(case)) is None:
        return
    path, changed = found
    what = " and ".join(_DIFFERS[part] for part in changed)
    sentence = f"The thinking in {place(path)} belongs to another request: {what} changed since. {ending}"
    words = {"path": dotted(path), "differs": _SAYS[changed[0]]}
    yield Hit(path, sentence, _drop_blocks(case, path), words)


def _thinking_bound(case: Case) -> Iterator[Hit]:
    behaviour = _behaviour(case)
    always = case.model.thinking_binding == "every_account" and behaviour != "drop_block"
    if always or behaviour == "error":
        yield from _hit(case, f"{case.model.name} refuses that.")


def _thinking_bound_maybe(case: Case) -> Iterator[Hit]:
    if case.model.thinking_binding == "newer_accounts" and _behaviour(case) is None:
        yield from _hit(case, f"{case.model.name} refuses that for accounts created since 31 August 2026.")


def _thinking_unreadable(case: Case) -> Iterator[Hit]:
    for path, block in _thoughts(case):
        bound = bound_of(block, case.bindings)
        if bound is not None and not _readable(case, bound):
            maker = find(bound.model or "")
            sentence = (
                f"{case.model.name} cannot read the thinking of {maker.name if maker else bound.model} in "
                f"{place(path)}: the service drops it without a word."
            )
            yield Hit(path, sentence, case.drop(path, "Remove the thinking"))


_PRESERVED: Final = 'docs "Preserved thinking"'

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "signature_empty",
        "thinking without a signature",
        "{path}: Invalid `signature` in `{kind}` block",
        "remove it",
        _signature_empty,
        "reports of users to 2026; of empty ones (?)",
        CHECKED,
    ),
    Rule(
        "thinking_edited",
        "thinking in the latest assistant turn that is known to be edited",
        "{path}: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be "
        "modified. These blocks must remain as they were in the original response.",
        "remove it",
        _thinking_edited,
        'docs "Claude API errors"; second sentence (?)',
        CHECKED,
    ),
    Rule(
        "thinking_edited_before",
        "thinking in an earlier turn that is known to be edited",
        "{path}: Invalid `signature` in `thinking` block",
        "remove it",
        _thinking_edited_before,
        "Python SDK 2.12.0 ThinkingBlockParam; wording: reports of users to 2026",
        CHECKED,
    ),
    Rule(
        "thinking_missing",
        "a tool-use turn without thinking while thinking has a budget",
        "messages.{i}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{kind}`. When "
        "`thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the "
        "lastmost set of `tool_use` and `tool_result` blocks).",
        "switch thinking off",
        _thinking_missing,
        'docs "Extended thinking"; historical behaviour (?)',
        CHECKED,
    ),
    Rule(
        "thinking_bound",
        "a thinking block known to stand after something else than it did, where the model enforces it",
        "{path}: Invalid `signature` in `thinking` block. The block is bound to a different conversation. "
        'Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block". That '
        "setting requires the `thinking-binding-controls-2026-08-01` value in the `anthropic-beta` header. "
        "{differs}",
        "let the service drop it",
        _thinking_bound,
        f"{_PRESERVED}; wording: reports of users to September 2026, of tools and messages (?)",
        CHECKED,
    ),
    Rule(
        "thinking_bound_maybe",
        "the same where the model enforces it for newer accounts",
        "",
        "let the service drop it",
        _thinking_bound_maybe,
        _PRESERVED,
        CHECKED,
        severity="notice",
    ),
    Rule(
        "thinking_unreadable",
        "a thinking block of a model released after this one",
        "",
        "remove it",
        _thinking_unreadable,
        _PRESERVED,
        CHECKED,
        severity="notice",
    ),
)
