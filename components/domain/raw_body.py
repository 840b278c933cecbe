"""The request body as text to edit: JSON mode.

The text is the draft's template body, so variables stay variables. Long base64 data stands in it by its
digest (see `long_data`).
"""

from __future__ import annotations

import json
from typing import NoReturn, cast

from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import REFERENCE, restore, shorten


class RawProblem(ValueError):
    """Why a text is no request body: a sentence for the screen."""


def written(draft: Draft) -> str:
    """The text to begin with."""
    return json.dumps(shorten(draft.template_body())[0], ensure_ascii=False, indent=2)


def current(draft: Draft) -> str:
    """What JSON mode shows: the text as typed, unless the draft has been changed elsewhere since.

    Text that cannot be read stays, whatever happens elsewhere.
    """
    typed = draft.raw_json or ""
    try:
        same = read(typed, draft).template_body() == draft.template_body()
    except RawProblem:
        return typed
    return typed if same else written(draft)


def problem(draft: Draft) -> str | None:
    """Why what is typed in JSON mode cannot be sent; None when it can, and outside of JSON mode."""
    if draft.raw_json is None:
        return None
    try:
        read(draft.raw_json, draft)
    except RawProblem as found:
        return str(found)
    return None


def take(draft: Draft, text: str) -> None:
    """Let the form follow the text, which is kept as typed. Unreadable text changes nothing else."""
    try:
        changed = read(text, draft)
    except RawProblem:
        pass
    else:
        draft.become(changed)
    draft.raw_json = text


def read(text: str, draft: Draft) -> Draft:
    """Return the draft of this body, with the values and data of the draft before. Raises `RawProblem`."""
    body = _parsed(text)
    _, data = shorten(draft.template_body())
    whole = cast(JsonObject, restore(body, data))
    if _has_reference(whole):
        raise RawProblem(
            f"“{REFERENCE}” stands for the data of an attachment of this draft, and it has no such one. "
            "Put the data itself there, or attach the file in the form."
        )
    changed = Draft.of_body(whole, draft.betas, filled=False)
    lost = sorted(_differences(whole, changed.template_body()))
    if lost:
        raise RawProblem(f"“{lost[0]}” is missing or no request has it so. {_SHAPE.get(lost[0], '')}".strip())
    return changed


_SHAPE = {
    "model": "It is the model's id, a text.",
    "max_tokens": "It is a whole number.",
    "messages": "It is a list of at least one object with role and content.",
}


def _differences(body: JsonObject, again: JsonObject) -> set[str]:
    missing = object()
    return {name for name in {*body, *again} if body.get(name, missing) != again.get(name, missing)}


def _has_reference(value: Json) -> bool:
    if isinstance(value, list):
        return any(map(_has_reference, value))
    return isinstance(value, dict) and (REFERENCE in value or any(map(_has_reference, value.values())))


def _parsed(text: str) -> JsonObject:
    try:
        body = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as cause:
        raise RawProblem(f"Line {cause.lineno}, column {cause.colno}: {cause.msg}.") from cause
    except RecursionError as cause:
        raise RawProblem("This is nested too deeply.") from cause
    if not isinstance(body, dict):
        raise RawProblem("A request body is an object: { … }.")
    return cast(JsonObject, body)


def _no_constant(name: str) -> NoReturn:
    raise RawProblem(f"{name} is no JSON value.")


def _once(pairs: list[tuple[str, Json]]) -> JsonObject:
    seen: JsonObject = {}
    for name, value in pairs:
        if name in seen:
            raise RawProblem(f"“{name}” stands twice in one object.")
        seen[name] = value
    return seen
