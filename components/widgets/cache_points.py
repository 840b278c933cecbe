"""Cache breakpoints: the entries of a menu that set them, and the quiet line that shows one.

The service keeps what a breakpoint ends, from a length on that depends on the model; below it, the breakpoint
does nothing. Source: docs "Prompt caching".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from components.domain.content import Content, Ttl, breakpoint_of
from components.domain.draft import Draft
from components.domain.estimate import rough_input_tokens
from components.domain.json_types import Json, JsonObject
from components.domain.model import Model
from components.media import READER

_LIFETIMES: Final[dict[Ttl, str]] = {"5m": "5 minutes", "1h": "1 hour"}
_REMOVE: Final = "Remove the cache point"
_NO_AUTOMATIC: Final = "Stop automatic caching"
_NEVER_MARKED: Final = frozenset({"thinking", "redacted_thinking"})


def cache_options(content: Content) -> list[str]:
    """Menu entries for a breakpoint at the end of this content; none where there is nothing to cache."""
    if content.is_blank or (content.blocks and _kind(content.blocks[-1]) in _NEVER_MARKED):
        return []
    now = content.cached
    offered = [_here(ttl) for ttl in _LIFETIMES if ttl != now]
    return [*offered, _REMOVE] if now else offered


def choose_cache(content: Content, option: object) -> bool:
    """Do what an entry of `cache_options` says; False when it is not one of them."""
    if option == _REMOVE:
        content.cache(None)
        return True
    ttl = next((ttl for ttl in _LIFETIMES if option == _here(ttl)), None)
    if ttl is not None:
        content.cache(ttl)
    return ttl is not None


def automatic_options(draft: Draft) -> list[str]:
    """Menu entries for the breakpoint that the service puts at the end of each request by itself."""
    now = automatic(draft)
    offered = [_by_itself(ttl) for ttl in _LIFETIMES if ttl != now]
    return [*offered, _NO_AUTOMATIC] if now else offered


def choose_automatic(draft: Draft, option: object) -> bool:
    """Do what an entry of `automatic_options` says; False when it is not one of them."""
    if option == _NO_AUTOMATIC:
        draft.extra.pop("cache_control", None)
        return True
    ttl = next((ttl for ttl in _LIFETIMES if option == _by_itself(ttl)), None)
    if ttl is not None:
        draft.extra["cache_control"] = breakpoint_of(ttl)
    return ttl is not None


def automatic(draft: Draft) -> Ttl | None:
    """How long the automatic form keeps what it caches; None when it is off."""
    return _ttl(draft.extra.get("cache_control"))


def block_cached(block: Json) -> Ttl | None:
    """The breakpoint on one block."""
    return _ttl(block.get("cache_control")) if isinstance(block, dict) else None


def unmark(block: JsonObject) -> None:
    """Take the breakpoint off one block."""
    block.pop("cache_control", None)


def at_the_end(content: Content, change: Callable[[], None]) -> None:
    """Change a content; a breakpoint at its end stays at its end, whatever the last block is then."""
    ttl, marked = content.cached, content.blocks[-1] if content.blocks else None
    change()
    if ttl is None or content.cached is not None:
        return
    if isinstance(marked, dict) and any(block is marked for block in content.blocks or ()):
        unmark(marked)
    content.cache(ttl)


def cache_line(ttl: Ttl, tokens: int | None, model: Model | None) -> None:
    """Say that everything up to here is cached, from which length on, and how long it is.

    `tokens` is the length of that prefix, roughly; None when it is not known. That it is too short is for the
    rules to say.
    """
    said = f":material/bookmark: Cached up to here for {_LIFETIMES[ttl]}"
    if model is not None and model.cache_minimum:
        said += f" · from {model.cache_minimum:,} tokens on"
        said += f", about {tokens:,} so far" if tokens is not None else ""
    st.caption(said)


def prefix_tokens(draft: Draft, position: int | None, model: Model | None) -> int | None:
    """Tokens, roughly, from the beginning of the request to the end of a turn; None: of the system prompt.

    None comes back where there is no model to count for.
    """
    if model is None:
        return None
    body = draft.body()
    messages = body.get("messages")
    upto = 0 if position is None else position + 1
    prefix: JsonObject = {
        "tools": body.get("tools"),
        "system": body.get("system"),
        "messages": messages[:upto] if isinstance(messages, list) else [],
    }
    return rough_input_tokens(prefix, model, READER)


def automatic_line(ttl: Ttl, model: Model | None) -> None:
    """Say that the service caches the whole request by itself."""
    least = model.cache_minimum if model is not None else None
    from_on = f" · from {least:,} tokens on" if least else ""
    st.caption(f":material/bookmark: Cached automatically for {_LIFETIMES[ttl]}, to the last block{from_on}")


def _here(ttl: Ttl) -> str:
    return f"Cache up to here ({_LIFETIMES[ttl]})"


def _by_itself(ttl: Ttl) -> str:
    return f"Cache automatically ({_LIFETIMES[ttl]})"


def _ttl(mark: Json) -> Ttl | None:
    if not isinstance(mark, dict):
        return None
    return "1h" if mark.get("ttl") == "1h" else "5m"


def _kind(block: Json) -> Json:
    return block.get("type") if isinstance(block, dict) else None
