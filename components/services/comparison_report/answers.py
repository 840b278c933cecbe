"""The answers of a column as the report shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.domain import figures
from components.domain.answer import blocks_of, stop_reason_of
from components.domain.citations import Source, footnotes
from components.domain.compared import Column, Fold, folded
from components.domain.json_types import Json, JsonObject
from components.domain.long_data import shorten
from components.domain.run import Run, RunState
from components.domain.run_figures import figures_of
from components.domain.server_tools import call_words
from components.domain.stop_reasons import advice
from components.services.comparison_report.markup import Mark, html_of
from components.services.comparison_report.pictures import picture_of, words_of

_PICTURE_PX: Final = 640
_LONGEST_FOLDED: Final = 20_000
"""Characters of what is folded away: thinking excepted, it is there for looking something up."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of an answer: HTML; or words, with a text that is folded away, or an image."""

    html: str = ""
    words: str = ""
    folded: str | None = None
    picture: str | None = None
    """A `data:` address."""


@dataclass(frozen=True, slots=True)
class Answer:
    title: str
    """Which samples say this."""
    state: str
    facts: str
    """Figures of a single sample on one line."""
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
    error: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class ColumnOfAnswers:
    letter: str
    model: str
    differs: tuple[str, ...]
    told: str
    """How many samples and how many different answers."""
    answers: tuple[Answer, ...]


def column_of_answers(column: Column) -> ColumnOfAnswers:
    """Read a column, identical answers together."""
    folds = folded(column.runs)
    samples = len(column.runs)
    told = ""
    if samples == 0:
        told = "Nothing was sent."
    elif samples > 1:
        told = (
            f"{samples} samples, {len(folds)} different"
            if len(folds) > 1
            else f"{samples} samples, all the same"
        )
    return ColumnOfAnswers(
        column.letter,
        column.model,
        column.differs,
        told,
        tuple(_answer(fold, samples) for fold in folds),
    )


def _answer(fold: Fold, samples: int) -> Answer:
    run = fold.run
    blocks = blocks_of(run.message)
    told = None if run.state.live else advice(run.message)
    return Answer(
        title=_title(fold, samples),
        state=_state(run),
        facts=_facts(run) if len(fold.samples) == 1 else "",
        blocks=tuple(_blocks(blocks)),
        sources=footnotes(blocks).sources,
        error=run.error.sentence if run.error else "",
        advice=told.sentence if told else "",
    )


def _title(fold: Fold, samples: int) -> str:
    if samples == 1:
        return "Answer"
    if len(fold.samples) == 1:
        return f"Sample {fold.samples[0]}"
    return f"{len(fold.samples)} identical answers: samples {', '.join(map(str, fold.samples))}"


def _state(run: Run) -> str:
    if run.state.live:
        return f"{run.state.value.capitalize()} when this report was made"
    stop_reason = stop_reason_of(run.message)
    return f"{run.state.value.capitalize()}{f', {stop_reason}' if stop_reason else ''}"


def _facts(run: Run) -> str:
    known = figures_of(run)
    parts = []
    if known.output_tokens is not None:
        parts.append(f"{figures.count(known.output_tokens)} output tokens")
    if known.cost_usd is not None:
        parts.append(figures.dollars(known.cost_usd))
    if known.total_s is not None and run.state is RunState.COMPLETE:
        parts.append(figures.seconds(known.total_s))
    served = (run.message or {}).get("model")
    if isinstance(served, str) and served and served != run.request.model:
        parts.append(f"answered by {served}")
    return " · ".join(parts)


def _blocks(blocks: Sequence[JsonObject]) -> Iterator[Block]:
    numbers = footnotes(blocks).numbers
    texts: list[tuple[str, tuple[int, ...]]] = []
    for block, cited in zip(blocks, numbers, strict=True):
        if block.get("type") == "text":
            texts.append((str(block.get("text") or ""), cited))
            continue
        yield from _text(texts)
        texts.clear()
        yield _other(block)
    yield from _text(texts)


def _text(texts: Sequence[tuple[str, tuple[int, ...]]]) -> Iterator[Block]:
    """Text blocks that follow each other read as one: a cited text comes in many."""
    text, marks = "", []
    for part, cited in texts:
        text += part
        if cited:
            marks.append(Mark(len(text.rstrip()), cited))
    if text.strip():
        yield Block(html_of(text, marks))


def _other(block: JsonObject) -> Block:
    kind = str(block.get("type"))
    match kind:
        case "thinking":
            thought = str(block.get("thinking") or "")
            return Block(words="Thinking", folded=thought) if thought.strip() else Block(words="It thought.")
        case "redacted_thinking":
            return Block(words="A part of the thinking came encrypted.")
        case "tool_use" | "mcp_tool_use":
            return Block(words=f"Call of {block.get('name')}", folded=_json(_given(block)))
        case "server_tool_use":
            done, about = call_words(block)
            return Block(words=f"{done}{f': {about[:160]}' if about else ''}", folded=_json(_given(block)))
        case "image":
            return Block(words=words_of(block), picture=picture_of(block, _PICTURE_PX))
    return Block(words=kind.replace("_", " ").capitalize(), folded=_json(block))


def _given(block: JsonObject) -> Json:
    return block["partial_json"] if "partial_json" in block else block.get("input")


def _json(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(shorten(value)[0], ensure_ascii=False, indent=2)
    if len(text) <= _LONGEST_FOLDED:
        return text
    return f"{text[:_LONGEST_FOLDED]}\n… the first {_LONGEST_FOLDED:,} of {len(text):,} characters"
