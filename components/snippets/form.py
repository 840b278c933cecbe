"""How a request is written down, beyond the language: what the reader of the snippet chose."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias

FormName: TypeAlias = Literal["template", "attachments", "tool_loop", "parsed", "count_tokens"]


@dataclass(frozen=True, slots=True)
class Form:
    """Every form sends the same request; `count_tokens` sends it to the endpoint that only counts."""

    template: bool = False
    """Variables are arguments of a function, or environment variables in a shell."""
    attachments: bool = False
    """Attached files are read from files beside the snippet."""
    tool_loop: bool = False
    """Tool calls are answered by functions to be filled in, until the model is done."""
    parsed: bool = False
    """The answer is read through the SDK's own helper for structured output."""
    count_tokens: bool = False
    """The same request through `/v1/messages/count_tokens`."""

    @property
    def chosen(self) -> frozenset[FormName]:
        """The names of the forms that are asked for."""
        return frozenset(name for name in FORMS if getattr(self, name))


PLAIN: Final = Form()
"""The request as it is, with nothing left open."""

FORMS: Final[tuple[FormName, ...]] = ("template", "attachments", "tool_loop", "parsed", "count_tokens")
"""In menu order."""

assert tuple(field.name for field in fields(Form)) == FORMS

EVERYWHERE: Final[frozenset[FormName]] = frozenset({"template", "attachments", "count_tokens"})
"""The forms that every target has."""
WITH_SDK: Final[frozenset[FormName]] = frozenset(FORMS)


class UnavailableForm(ValueError):
    """A form that a target does not have, or that this request gives no reason for.

    Its text is for the screen.
    """
