"""Values that tools give and take: as a small table, as JSON, as text to its first so many characters."""

from __future__ import annotations

import json

from streamlit.delta_generator import DeltaGenerator

from components.domain.json_types import Json, JsonObject
from components.widgets.links import shortened
from components.widgets.safe_markdown import literal

_MOST_ROWS = 12
_LONGEST_CELL = 160
"""Characters of a text that still reads well in a table."""
_MOST_CHARS = 10_000
"""Characters of code or output that are drawn; more would make the page slow."""


def draw_code(place: DeltaGenerator, text: str, language: str | None = None) -> None:
    """Code or output, to its first so many characters; says when there is more."""
    place.code(text[:_MOST_CHARS], language=language, wrap_lines=True)
    if len(text) > _MOST_CHARS:
        place.caption(
            f"The first {_MOST_CHARS:,} of {len(text):,} characters; the Response tab holds all of them."
        )


def draw_json(place: DeltaGenerator, value: Json) -> None:
    draw_code(place, json.dumps(value, ensure_ascii=False, indent=2), "json")


def draw_values(place: DeltaGenerator, value: Json) -> None:
    """An object of few short values as a table, anything else as JSON."""
    if isinstance(value, dict) and 0 < len(value) <= _MOST_ROWS and all(map(is_short, value.values())):
        place.markdown(key_value_table(value))
    else:
        draw_json(place, value)


def is_short(value: Json) -> bool:
    """Whether a table can show this value exactly on one line."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_CELL and value == " ".join(value.split())
    return not isinstance(value, list | dict)


def key_value_table(values: JsonObject) -> str:
    """Markdown of a table with a row for each value."""
    rows = [f"| **{literal(name) or '&nbsp;'}** | {_cell(value)} |" for name, value in values.items()]
    return "\n".join(["| Name | Value |", "|---|---|", *rows])


def _cell(value: Json) -> str:
    if isinstance(value, str):
        return literal(" ↵ ".join(value.splitlines()) or '""')
    return f"`{json.dumps(value)}`" if is_short(value) else literal(json.dumps(value, ensure_ascii=False))


def draw_line(place: DeltaGenerator, markdown: str) -> None:
    """A quiet line. Links in it keep their colour, which a caption would pale."""
    if "](" in markdown:
        place.markdown(f":small[{markdown}]")
    else:
        place.caption(markdown)


def draw_list(place: DeltaGenerator, lines: list[str], of: int) -> None:
    """Lines of Markdown, the first of so many."""
    place.markdown("\n".join(lines))
    if of > len(lines):
        place.caption(f"The first {len(lines)} of {of:,}; the Response tab holds all of them.")


def word(value: Json) -> str:
    """Markdown of a name, number or other short value, whatever it is, on one line."""
    return literal(shortened(str(value)))


def text_in(value: JsonObject, field: str) -> str:
    """The text of that field; "" when it holds none."""
    told = value.get(field)
    return told if isinstance(told, str) else ""


def draw_unknown(place: DeltaGenerator, block: JsonObject) -> None:
    """A block of a kind, or of a shape, that has no drawing of its own."""
    draw_json(place.expander(f"Block {word(block.get('type'))}", icon=":material/data_object:"), block)
