"""The request body as text to edit: JSON mode.

The text is the draft's template body, so variables stay variables. Long base64 data stands in it by its
digest (see `long_data`).
"""

from __future__ import annotations

from typing import cast

from components.domain import typed_json
from components.domain.draft import Draft
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import REFERENCE, restore, shorten
from components.domain.typed_json import TypedJsonFault


class RawProblem(ValueError):
    """Why a text is no request body: a sentence for the screen."""


def written(draft: Draft) -> str:
    """The text to begin with."""
    return typed_json.written(shorten(draft.template_body())[0])


def current(draft: Draft) -> str:
    """What JSON mode shows: the text as typed, unless the draft has been changed elsewhere since.

    Text that cannot be read stays, whatever happens elsewhere.
    """
    typed = draft.raw_json or ""
    try:
        same = typed_json.same(*(shorten(of.template_body())[0] for of in (read(typed, draft), draft)))
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
    if wrong := lost(whole, changed.template_body()):
        raise RawProblem(wrong)
    return changed


def lost(body: JsonObject, again: JsonObject) -> str | None:
    """What a draft could not hold of a body it was read from, as a sentence; None when all is there."""
    names = sorted(_differences(body, again))
    if not names:
        return None
    return f"“{names[0]}” is missing or no request has it so. {_SHAPE.get(names[0], '')}".strip()


_SHAPE = {
    "model": "It is the model's id, a text.",
    "max_tokens": "It is a whole number.",
    "messages": "It is a list of at least one object with role and content.",
}


def _differences(body: JsonObject, again: JsonObject) -> set[str]:
    names = {*body, *again}
    return {
        name
        for name in names
        if name not in body or name not in again or not typed_json.same(body[name], again[name])
    }


def _has_reference(value: Json) -> bool:
    if isinstance(value, list):
        return any(map(_has_reference, value))
    return isinstance(value, dict) and (REFERENCE in value or any(map(_has_reference, value.values())))


def _parsed(text: str) -> JsonObject:
    try:
        body = typed_json.read(text)
    except TypedJsonFault as fault:
        raise RawProblem(str(fault)) from fault
    if not isinstance(body, dict):
        raise RawProblem("A request body is an object: { … }.")
    return body
