"""A tool call that waits for its result."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from components.domain.json_types import JsonObject
from components.widgets.value_views import draw_code, draw_values, word


def draw_call(place: DeltaGenerator, block: JsonObject, *, of: str = "Tool call") -> None:
    """The tool's name, the input, the id. `of` is Markdown."""
    card = place.container(border=True, gap="small")
    card.markdown(f":material/build: {of} **{word(block.get('name'))}**")
    partial, given = block.get("partial_json"), block.get("input")
    if partial is not None:
        begun = str(partial)
        card.caption("The input did not come to its end:" if begun.strip() else "The input did not come.")
        if begun.strip():
            draw_code(card, begun)
    elif given == {}:
        card.caption("Without input.")
    else:
        draw_values(card, given)
    about = []
    caller = block.get("caller")
    if isinstance(caller, dict) and caller.get("type") not in (None, "direct"):
        about.append(f"called by {word(caller['type'])}")
    if block.get("toolset_name"):
        about.append(f"toolset {word(block['toolset_name'])}")
    card.caption(" · ".join([*about, f"id {word(block.get('id'))}"]))
