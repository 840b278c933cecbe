"""What a JavaScript object cannot hold as JSON has it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.snippets.javascript_layout import LARGEST_EXACT

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_INDEX: Final = 2**32 - 2
_LONGEST_NUMBER: Final = 40
_WITH_EXPONENT: Final = 1e21
_WITH_SCHEMAS: Final = ("tools", "output_config")


def changed_number(value: Json) -> str | None:
    """Return the first number that would be sent with other digits, as the end of a sentence; or None.

    Integers beyond 2**53 - 1 are rounded. Floats between that and 1e21 are written as integers, with zeros
    after the digits that tell them from their neighbours (ECMAScript, Number::toString): other numbers to
    whoever reads integers exactly.
    """
    match value:
        case bool():
            return None
        case int() if abs(value) > LARGEST_EXACT:
            digits = str(value)
            shown = digits if len(digits) <= _LONGEST_NUMBER else f"{digits[:_LONGEST_NUMBER]}…"
            return f"a JavaScript number would round {shown}"
        case float() if LARGEST_EXACT < abs(value) < _WITH_EXPONENT and Decimal(repr(value)) != int(value):
            return f"JavaScript would write {value!r} as an integer"
        case list():
            return next((found for found in map(changed_number, value) if found), None)
        case dict():
            return next((found for found in map(changed_number, value.values()) if found), None)
        case _:
            return None


def changed_order(body: JsonObject) -> str | None:
    """Return why the fields of a schema would be sent in another order, as the end of a sentence; or None.

    Names that look like indices come first in an object, in ascending order (ECMAScript,
    OrdinaryOwnPropertyKeys). JSON does not mind, but the model fills a schema's properties in their order.
    """
    if any(_reordered(body.get(name)) for name in _WITH_SCHEMAS):
        return "a JavaScript object would put properties named by numbers first"
    return None


def _reordered(value: Json) -> bool:
    match value:
        case list():
            return any(map(_reordered, value))
        case dict():
            indices = [int(name) for name in value if _INDEX.fullmatch(name) and int(name) <= _LARGEST_INDEX]
            moved = list(value)[: len(indices)] != [str(index) for index in sorted(indices)]
            return moved or any(map(_reordered, value.values()))
        case _:
            return False
