"""What the request on screen will cost, said before it is sent."""

from __future__ import annotations

import streamlit as st

from components.domain import figures
from components.services.estimates import BeforeYouSend, Share

QUIET = "Tokens and price are told here once the request can be sent."


def before_you_send(seen: BeforeYouSend | None) -> None:
    """Draw one line: tokens, price, share of the context; what they assume is behind its question mark.

    The line is there in every case, and keeps its figures while a changed request is counted, so that nothing
    below it moves. None: there is nothing to count yet.
    """
    st.caption(line(seen), help=details(seen))


def line(seen: BeforeYouSend | None) -> str:
    """The line, as Markdown."""
    if seen is None:
        return QUIET
    said, tokens = seen.figures, seen.counted.tokens
    if seen.counted.pending:
        if said.input_tokens is None:
            return "Counting tokens…"
        parts = ["Counting…"]
    elif tokens is None:
        return "The tokens of this request could not be counted."
    else:
        parts = [f"{figures.count(tokens)} token{'' if tokens == 1 else 's'}"]
    if seen.simulated:
        parts.append("simulated, costs nothing")
    else:
        span = figures.span(said.lowest_usd, said.likely_usd, said.highest_usd)
        parts.append((span or "price unknown").replace("$", "&#36;"))
    if seen.share is not None:
        parts.append(_of_context(seen.share))
    return " · ".join(parts)


def _of_context(share: Share) -> str:
    window = f"the {figures.window(share.context)} context"
    if share.of_input > 1:
        return f"**:material/warning: more than {window} holds**"
    taken = f"{figures.percent(share.of_input)} of {window}"
    return f"**:material/warning: {taken}, little room is left**" if share.near else taken


def details(seen: BeforeYouSend | None) -> str:
    """What the figures take for granted, as Markdown."""
    told = seen.assumptions if seen is not None else ()
    return "\n".join(f"- {sentence}" for sentence in told) or (
        "The server counts the tokens once the prompt has not changed for a moment. Counting is free."
    )
