"""What one request has otherwise than another, in a few words each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from components.domain.json_types import Json

_LONGEST: Final = 40
_NAMES: Final = {
    "model": "Model",
    "max_tokens": "Max tokens",
    "system": "System prompt",
    "messages": "Turns",
    "tools": "Tools",
    "thinking": "Thinking",
    "effort": "Effort",
    "format": "Output schema",
}


def what_differs(
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    betas_before: Sequence[str] = (),
    betas_after: Sequence[str] = (),
) -> list[str]:
    """Say what the second body (and its betas) has otherwise, as it has it: `Model: claude-opus-5-5`."""
    first, second = _flat(before), _flat(after)
    found = [
        sentence
        for name in dict.fromkeys([*_NAMES, *first, *second])
        if not _equal(first.get(name), second.get(name))
        for sentence in _words(name, first.get(name), second.get(name))
    ]
    more, fewer = set(betas_after) - set(betas_before), set(betas_before) - set(betas_after)
    found += [f"Beta: {beta}" for beta in sorted(more)]
    return found + [f"Without beta: {beta}" for beta in sorted(fewer)]


def _flat(body: Mapping[str, Json]) -> dict[str, Json]:
    """The body with the fields of `output_config` beside the others."""
    flat = dict(body)
    config = flat.pop("output_config", None)
    return {**flat, **(config if isinstance(config, dict) else {})}


def _equal(one: Json, other: Json) -> bool:
    # In JSON, true is not 1.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _words(name: str, before: Json, after: Json) -> Iterator[str]:
    label = _NAMES.get(name, name)
    if name == "messages" and isinstance(before, list) and isinstance(after, list):
        yield _turns(before, after)
    elif name == "tools":
        yield _tools(before, after)
    elif after is None:
        yield f"{label}: not set"
    elif name == "thinking" and isinstance(after, dict):
        budget = after.get("budget_tokens")
        kind = str(after.get("type", ""))
        yield f"{label}: {kind}, {budget:,} tokens" if isinstance(budget, int) else f"{label}: {kind}"
    elif isinstance(after, bool):
        yield f"{label}: {'yes' if after else 'no'}"
    elif name == "max_tokens" and isinstance(after, int):
        yield f"{label}: {after:,}"
    elif isinstance(after, int | float) or (name != "system" and isinstance(after, str)):
        yield f"{label}: {_short(str(after))}"
    else:
        yield f"{label}: {'added' if before is None else 'another'}"


def _turns(before: Sequence[Json], after: Sequence[Json]) -> str:
    if len(before) != len(after):
        return f"Turns: {len(after)} instead of {len(before)}"
    others = [at for at, (one, other) in enumerate(zip(before, after, strict=True), 1) if one != other]
    if len(after) == 1:
        return "Turns: another text"
    listed = ", ".join(str(at) for at in others)
    return f"Turns: another {'turn' if len(others) == 1 else 'turns'} {listed}"


def _tools(before: Json, after: Json) -> str:
    was, now = _tool_names(before), _tool_names(after)
    more = [name for name in now if name not in was]
    fewer = [name for name in was if name not in now]
    changes = [*(f"+ {_short(name)}" for name in more), *(f"− {_short(name)}" for name in fewer)]
    return f"Tools: {', '.join(changes) or 'another definition'}"


def _tool_names(tools: Json) -> list[str]:
    listed = tools if isinstance(tools, list) else []
    return [str(tool.get("name") or tool.get("type")) for tool in listed if isinstance(tool, dict)]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
