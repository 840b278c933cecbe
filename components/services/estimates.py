"""What a request will cost and how full the context will be, said before it is sent.

Three figures, each a sum one can check: the input alone, the input with as much output as this prompt had
before, the input with all of `max_tokens`. What the prompt cache holds is not known here. So for a request
with cache breakpoints the lowest figure takes all input as read from the cache, the highest as written to it
at the dearest of its lifetimes, the likely one as neither. Searches, and what server tools read, cannot be
foreseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from statistics import median_low
from typing import Final

from components.domain.answer import Usage
from components.domain.json_types import Json
from components.domain.model import Model
from components.domain.run import Estimate
from components.services.prices import cost_usd
from components.services.token_counts import Counted

NEAR: Final = 0.8
"""The share of the context window from which it is said that little room is left."""

_SERVER_TOOLS: Final = ("web_search_", "web_fetch_", "code_execution_", "tool_search_tool_", "mcp_toolset")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the context window a request takes; 1.0 is all of it, and more is too much."""

    context: int
    """The window, in tokens."""
    of_input: float
    with_answer: float | None
    """The input and all of `max_tokens`; None when there is no `max_tokens`."""

    @property
    def near(self) -> bool:
        return self.of_input > NEAR


@dataclass(frozen=True, slots=True)
class BeforeYouSend:
    """All that is said before sending."""

    counted: Counted
    figures: Estimate = Estimate()  # noqa: RUF009 - frozen
    """For the count; while that is pending, for the one before, so that the screen stays calm."""
    share: Share | None = None
    simulated: bool = False
    """The sandbox answers: nothing is paid."""
    assumptions: tuple[str, ...] = ()
    """What the figures take for granted, a sentence each."""

    @property
    def estimate(self) -> Estimate | None:
        """What to keep with a run of this very request; None while its tokens are not known."""
        return None if self.counted.tokens is None else self.figures


def look_ahead(
    model: Model,
    body: Mapping[str, Json],
    counted: Counted,
    outputs: Sequence[int],
    today: date,
    *,
    simulated: bool = False,
) -> BeforeYouSend:
    """Say what is known of a request before it is sent. `outputs`: see `estimate`."""
    tokens = counted.before if counted.pending else counted.tokens
    if tokens is None:
        return BeforeYouSend(counted, simulated=simulated)
    said = estimate(model, body, tokens, outputs, today, simulated=simulated)
    taken = share(tokens, _max_tokens(body), model)
    told = tuple(_assumptions(model, body, said, taken, outputs, today, simulated=simulated))
    return BeforeYouSend(counted, said, taken, simulated, told)


def estimate(
    model: Model,
    body: Mapping[str, Json],
    input_tokens: int | None,
    outputs: Sequence[int],
    today: date,
    *,
    simulated: bool = False,
) -> Estimate:
    """Return the price of a request as a range; figures that cannot be known are None.

    `outputs` are the output tokens of this prompt's earlier answers. A `simulated` request costs nothing.
    """
    if input_tokens is None:
        return Estimate()
    most = _max_tokens(body)
    likely = _likely_output(outputs, most)
    lifetimes = _lifetimes(body) if _is_cacheable(model, input_tokens) else set()
    cheapest = Usage(cache_read_tokens=input_tokens) if lifetimes else Usage(input_tokens=input_tokens)
    dearest = Usage(input_tokens=input_tokens)
    if lifetimes:
        dearest = Usage(cache_write_5m_tokens=input_tokens)
    if "1h" in lifetimes:
        dearest = Usage(cache_write_1h_tokens=input_tokens)

    def usd(input_: Usage, output_tokens: int | None) -> Decimal | None:
        if output_tokens is None:
            return None
        if simulated:
            return Decimal(0)
        usage = Usage(
            input_tokens=input_.input_tokens,
            cache_read_tokens=input_.cache_read_tokens,
            cache_write_5m_tokens=input_.cache_write_5m_tokens,
            cache_write_1h_tokens=input_.cache_write_1h_tokens,
            output_tokens=output_tokens,
            speed="fast" if _is_fast(model, body, today) else None,
            inference_geo="us" if body.get("inference_geo") == "us" else None,
        )
        return cost_usd(model.id, usage, at=datetime.combine(today, time(), UTC))

    return Estimate(
        input_tokens=input_tokens,
        lowest_usd=usd(cheapest, 0),
        likely_usd=usd(Usage(input_tokens=input_tokens), likely),
        highest_usd=usd(dearest, most),
    )


def is_bounded(body: Mapping[str, Json]) -> bool:
    """Whether the highest figure is the most that an answer costs.

    It is not where the service searches, or has tools of its own read what nobody knows beforehand.
    """
    tools = _objects(body.get("tools"))
    return not body.get("mcp_servers") and not any(
        str(tool.get("type", "")).startswith(_SERVER_TOOLS) for tool in tools
    )


def share(input_tokens: int, max_tokens: int | None, model: Model) -> Share | None:
    """Return how much of the model's context window a request takes; None when the window is not known."""
    if not model.context:
        return None
    with_answer = None if max_tokens is None else (input_tokens + max_tokens) / model.context
    return Share(model.context, input_tokens / model.context, with_answer)


def _max_tokens(body: Mapping[str, Json]) -> int | None:
    most = body.get("max_tokens")
    return most if isinstance(most, int) and not isinstance(most, bool) and most >= 0 else None


def _likely_output(outputs: Sequence[int], most: int | None) -> int | None:
    if not outputs:
        return None
    usual = median_low(outputs)
    return usual if most is None else min(usual, most)


def _is_fast(model: Model, body: Mapping[str, Json], today: date) -> bool:
    """Whether `speed` doubles the price; some models take the field and ignore it."""
    return body.get("speed") == "fast" and model.fast_on(today) != "ignored"


def _is_cacheable(model: Model, input_tokens: int) -> bool:
    return input_tokens >= (model.cache_minimum or 0)


def _lifetimes(body: Mapping[str, Json]) -> set[str]:
    """The lifetimes (`5m`, `1h`) of the cache breakpoints of a body; empty without any."""
    found: set[str] = set()
    for place in _places(body):
        control = place.get("cache_control")
        if isinstance(control, dict):
            found.add("1h" if control.get("ttl") == "1h" else "5m")
    return found


def _places(body: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Everything that may carry a breakpoint: the body itself, tools, and blocks with those inside them."""
    yield body
    for message in _objects(body.get("messages")):
        yield from _blocks(message.get("content"))
    yield from _objects(body.get("tools"))
    yield from _blocks(body.get("system"))


def _blocks(content: Json) -> Iterator[Mapping[str, Json]]:
    for block in _objects(content):
        yield block
        yield from _objects(block.get("content"))


def _objects(value: Json) -> Iterator[Mapping[str, Json]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _assumptions(
    model: Model,
    body: Mapping[str, Json],
    said: Estimate,
    taken: Share | None,
    outputs: Sequence[int],
    today: date,
    *,
    simulated: bool,
) -> Iterator[str]:
    if simulated:
        yield "The sandbox counted the tokens, roughly. It costs nothing."
    else:
        yield "The server counted the tokens; it calls that an estimate."
    if taken is not None and taken.of_input <= 1 < (taken.with_answer or 0):
        yield "Input and max tokens together are more than the context window: the answer may be cut off."
    if simulated:
        return
    if said.lowest_usd is None:
        yield "No price is known for this model."
        return
    yield "Lowest: the input alone."
    if (usual := _likely_output(outputs, _max_tokens(body))) is not None:
        last = "its last answer" if len(outputs) == 1 else f"its last {len(outputs)} answers"
        yield f"Likely: {usual:,} output tokens, as this prompt had in the middle of {last}."
    else:
        yield "Likely: told once this prompt has an answer."
    if (most := _max_tokens(body)) is not None:
        yield f"Highest: all of {most:,} max tokens."
    yield from _assumed_of_the_cache(model, body, said.input_tokens or 0)
    if _is_fast(model, body, today):
        yield "Fast mode doubles every price."
    if body.get("inference_geo") == "us":
        yield "Inference in the US costs 1.1 times as much."
    if not is_bounded(body):
        yield "Searches, and what server tools read, come on top."


def _assumed_of_the_cache(model: Model, body: Mapping[str, Json], input_tokens: int) -> Iterator[str]:
    lifetimes = _lifetimes(body)
    if not lifetimes:
        return
    if not _is_cacheable(model, input_tokens):
        yield f"Nothing is cached: this model caches from {model.cache_minimum:,} tokens on."
        return
    lifetime = "an hour" if "1h" in lifetimes else "five minutes"
    yield (
        "What the cache holds is not known: the lowest figure takes all input as read from it, the highest "
        f"as written to it for {lifetime}, the likely one as neither."
    )
