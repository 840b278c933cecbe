"""The answer pane before the first run: what to do first."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.domain.connection import Connection
from components.domain.draft import Draft, Turn
from components.widgets.safe_markdown import literal

_EXAMPLES: dict[str, Draft] = {
    "Explain to a newcomer": Draft(
        system="You explain things in plain words, with one example.",
        turns=[Turn(text="Explain {{topic}} to someone who has never heard of it.")],
        values={"topic": "binary search"},
    ),
    "Pull facts from a text": Draft(
        turns=[Turn(text="List the people and dates in this text as a table.\n\n<text>\n{{text}}\n</text>")],
        values={"text": "Ada Lovelace met Charles Babbage on 5 June 1833. Her notes appeared in 1843."},
    ),
    "Write a short program": Draft(
        turns=[
            Turn(text="Write a Python function that checks whether a text is a palindrome, with two tests.")
        ]
    ),
}


def first_steps(connection: Connection, use: Callable[[Draft], None]) -> None:
    with st.container(border=True, key="workbench.first"):
        st.markdown("#### Try a prompt", anchors=False)
        if connection.simulated:
            st.markdown(
                "Type a prompt and press **Run** or **Ctrl+Enter**. The built-in sandbox answers: instantly, "
                "free, and **simulated**. For real answers add a key under **API keys**, or start it "
                "with `ANTHROPIC_API_KEY` set."
            )
        else:
            st.markdown(
                "Type a prompt and press **Run** or **Ctrl+Enter**. "
                f"It goes to **{literal(connection.name)}** ({literal(connection.base_url)})."
            )
        st.caption("Or start from an example:")
        for name, draft in _EXAMPLES.items():
            st.button(
                name,
                key=f"workbench.example.{name}",
                icon=":material/lightbulb:",
                type="tertiary",
                on_click=use,
                args=(Draft.of_json(draft.to_json()),),
            )
