"""JSON text, and what is wrong with it, said without quoting it."""

from __future__ import annotations

import json
from typing import NoReturn

from components.domain.json_types import Json
from components.snippets.reading.context import Context
from components.snippets.reading.imported import UnreadableCode


def body_of(text: str, line: int, context: Context) -> Json:
    """Read the JSON text that a program sends; `line` is where it begins. Raises `UnreadableCode`."""
    try:
        value = decoder().decode(text)
    except RecursionError:
        raise UnreadableCode("the request is nested too deeply.", line) from None
    except ValueError as problem:
        if hidden := context.unknowns.within(text):
            raise UnreadableCode(
                f"the body is not JSON as it stands: part of it is {hidden[0].what}.", hidden[0].line
            ) from None
        at, reason = where(problem)
        raise UnreadableCode(f"the body is not JSON: {reason}.", line + at - 1) from None
    return context.copied(value, line)


def decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no value of JSON")


def where(problem: ValueError) -> tuple[int, str]:
    """The line and what is wrong there. The text itself is not quoted."""
    if isinstance(problem, json.JSONDecodeError):
        return problem.lineno, problem.msg[:1].lower() + problem.msg[1:]
    if "no value of JSON" in str(problem):
        return 1, str(problem)
    return 1, "a number in it has too many digits"
