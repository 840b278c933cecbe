"""The figures of runs, and a table that holds those of several columns side by side.

All text in here is plain text: whoever draws it escapes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from components.domain import figures
from components.domain.answer import Usage, blocks_of, stop_reason_of, usage_of
from components.domain.compared import Column
from components.domain.run import Run, RunState
from components.domain.spread import FEWEST_FOR_QUARTILES, Spread, spread_of

UNKNOWN: Final = "–"
_SHORTEST_S: Final = 0.05
"""An answer that came within less came in one piece, and how fast it was written cannot be told."""
_WHOLE: Final = frozenset({"end_turn", "stop_sequence", "tool_use"})
"""Stop reasons of answers that say all they were to say: another one may be quick because it is short."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What one run took. None: not known, or not told of a run that did not complete."""

    input_tokens: int | None = None
    """All input, cached or not."""
    output_tokens: int | None = None
    """Thinking included."""
    thinking_tokens: int | None = None
    cost_usd: Decimal | None = None
    to_first_text_s: float | None = None
    total_s: float | None = None
    """Pauses before another try included; of complete runs only, as another one took no whole time."""
    tokens_per_s: float | None = None
    """Output tokens, thinking included, over the time from the answer's first event to its end; of streamed
    answers only."""
    stop_reason: str | None = None


def figures_of(run: Run) -> RunFigures:
    """Read the figures of a run, live or ended."""
    usage = usage_of(run.message)
    stop_reason = stop_reason_of(run.message)
    # Before the stop reason comes, the service's count of the output is a placeholder.
    output = usage.output_tokens if usage and stop_reason else None
    complete = run.state is RunState.COMPLETE
    return RunFigures(
        input_tokens=usage.total_input_tokens if usage else None,
        output_tokens=output,
        thinking_tokens=_thinking(run, usage) if usage and stop_reason else None,
        cost_usd=run.cost_usd,
        to_first_text_s=run.times.to_first_text_s,
        total_s=run.times.total_s if complete else None,
        tokens_per_s=_tokens_per_s(run, output) if complete else None,
        stop_reason=stop_reason,
    )


def _thinking(run: Run, usage: Usage) -> int | None:
    """Servers that do not tell it apart leave the count out."""
    told = (run.message or {}).get("usage")
    if isinstance(told, dict) and isinstance(told.get("output_tokens_details"), dict):
        return usage.thinking_tokens
    thought = any(str(block.get("type")).endswith("thinking") for block in blocks_of(run.message))
    return None if thought else 0


def _tokens_per_s(run: Run, output_tokens: int | None) -> float | None:
    began, ended = run.times.first_byte, run.times.ended
    if not (run.request.stream and output_tokens and began and ended):
        return None
    took_s = (ended - began).total_seconds()
    return output_tokens / took_s if took_s >= _SHORTEST_S else None


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table that is a number for each run."""

    name: str
    value: Callable[[RunFigures], float | Decimal | None]
    text: Callable[[float | Decimal], str]
    unit: str = ""
    """`$` or `s`, for a scale."""
    best: str = ""
    """The word for the best of the columns; "" where none is better than another."""
    most_is_best: bool = False


def _tokens(number: float | Decimal) -> str:
    """A median of whole numbers may end in a half."""
    return f"{number:,.1f}".removesuffix(".0") if number < 1000 else f"{number:,.0f}"


def _per_second(number: float | Decimal) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"


def _seconds(number: float | Decimal) -> str:
    return figures.seconds(float(number))


def _dollars(number: float | Decimal) -> str:
    return figures.dollars(Decimal(number))


FIGURES: Final = (
    Figure("Input tokens", lambda each: each.input_tokens, _tokens),
    Figure("Output tokens", lambda each: each.output_tokens, _tokens),
    Figure("of which thinking", lambda each: each.thinking_tokens, _tokens),
    Figure("Cost", lambda each: each.cost_usd, _dollars, "$", "lowest"),
    Figure("Time to first text", lambda each: each.to_first_text_s, _seconds, "s", "fastest"),
    Figure("Total time", lambda each: each.total_s, _seconds, "s", "fastest"),
    Figure(
        "Tokens per second", lambda each: each.tokens_per_s, _per_second, best="fastest", most_is_best=True
    ),
)
_THINKING: Final = FIGURES[2]
_PLOTTED: Final = tuple(each for each in FIGURES[1:] if each is not _THINKING)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    """The value, or the median of several; a dash when unknown."""
    spread: str = ""
    """`1.2 s – 2.4 s`; "" where all is one value."""
    remark: str = ""
    """Why this cell is marked, or how few values are behind it."""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: tuple[Cell, ...]
    """One for each column."""


@dataclass(frozen=True, slots=True)
class FigureTable:
    letters: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    """Sentences on how to read it."""


@dataclass(frozen=True, slots=True)
class Series:
    letter: str
    values: tuple[float, ...]
    """In the order of the samples; unknown ones left out."""
    texts: tuple[str, ...]
    """The same, as they are shown."""
    median: float | None
    median_text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure of every sample, all columns on one scale that begins at zero."""

    name: str
    unit: str
    """`$`, `s` or "", for the scale."""
    series: tuple[Series, ...]
    """One for each column."""
    highest: float
    """Of all values; above zero."""
    words: str
    """The same as a sentence."""


def several(columns: Sequence[Column]) -> bool:
    """Whether any column has more than one sample."""
    return any(len(column.runs) > 1 for column in columns)


def figure_table(columns: Sequence[Column]) -> FigureTable:
    """Lay out the figures of these columns: of one sample each as they are, else medians and spreads."""
    known = [[figures_of(run) for run in column.runs] for column in columns]
    many = several(columns)
    rows = [Row("State", tuple(Cell(_states(column.runs)) for column in columns))]
    for figure in FIGURES:
        if figure is not _THINKING or any(each.thinking_tokens for runs in known for each in runs):
            rows.append(Row(figure.name, _cells(figure, columns, known)))
    if many:
        costs = Row("Cost of all samples", tuple(Cell(_cost_of_all(column.runs)) for column in columns))
        at = next(i for i, row in enumerate(rows) if row.name == "Cost")
        rows.insert(at + 1, costs)
    rows.append(Row("Stop reason", tuple(Cell(_counts(each.stop_reason for each in runs)) for runs in known)))
    return FigureTable(
        tuple(column.letter for column in columns), tuple(rows), _notes(columns, rows, many=many)
    )


def _cells(
    figure: Figure, columns: Sequence[Column], known: Sequence[Sequence[RunFigures]]
) -> tuple[Cell, ...]:
    spreads = [spread_of(_values(figure, runs)) for runs in known]
    best = _best(figure, columns, spreads)
    cells = []
    for place, (column, spread) in enumerate(zip(columns, spreads, strict=True)):
        if spread is None:
            cells.append(Cell(UNKNOWN))
            continue
        ends = f"{figure.text(spread.low)} – {figure.text(spread.high)}" if spread.low < spread.high else ""
        complete = sum(run.state is RunState.COMPLETE for run in column.runs)
        remarks = [figure.best] if place == best else []
        if len(column.runs) > 1 and spread.n != complete:
            remarks.append(f"n = {spread.n}")
        cells.append(Cell(figure.text(spread.median), ends, ", ".join(remarks)))
    return tuple(cells)


def _values(figure: Figure, runs: Iterable[RunFigures]) -> list[Decimal]:
    """As decimals, in which whole numbers, money and times are all exact."""
    found = (figure.value(each) for each in runs)
    return [Decimal(str(value)) for value in found if value is not None]


def _best(figure: Figure, columns: Sequence[Column], spreads: Sequence[Spread[Decimal] | None]) -> int | None:
    """The column to mark; None where no column stands out.

    Single answers are compared as they are. Of several, the quartiles must lie apart from all others'. A
    column with an answer that was cut off or refused is not marked, and while a run is live, none is.
    """
    if not figure.best or any(run.state.live for column in columns for run in column.runs):
        return None
    told = [(place, spread) for place, spread in enumerate(spreads) if spread is not None]
    single = all(len(column.runs) == 1 for column in columns)
    if len(told) < 2 or not (single or all(spread.kind == "quartiles" for _, spread in told)):
        return None
    first = (max if figure.most_is_best else min)(told, key=lambda each: each[1].median)
    others = [spread for place, spread in told if place != first[0]]
    apart = all(other.below(first[1]) if figure.most_is_best else first[1].below(other) for other in others)
    whole = all(
        stop_reason_of(run.message) in _WHOLE
        for run in columns[first[0]].runs
        if run.state is RunState.COMPLETE
    )
    return first[0] if apart and whole else None


def _states(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return runs[0].state.value.capitalize()
    counted = Counter(run.state for run in runs)
    return ", ".join(f"{counted[state]} {state.value}" for state in RunState if counted[state]) or UNKNOWN


def _counts(words: Iterable[str | None]) -> str:
    told = list(words)
    counted = Counter(word for word in told if word is not None)
    if len(told) == 1:
        return next(iter(counted), UNKNOWN)
    return ", ".join(f"{number} × {word}" for word, number in counted.most_common()) or UNKNOWN


def _cost_of_all(runs: Sequence[Run]) -> str:
    """What is known of it; a request that the service answered with an error is not billed."""
    known = [run.cost_usd for run in runs if run.cost_usd is not None]
    unknown = sum(run.cost_usd is None and not _was_refused(run) for run in runs)
    if not known:
        return UNKNOWN
    total = figures.dollars(sum(known, Decimal(0)))
    return f"at least {total} ({unknown} unknown)" if unknown else total


def _was_refused(run: Run) -> bool:
    """A lost connection is no refusal: what the service did then is not known."""
    return run.state is RunState.FAILED and run.error is not None and run.error.status is not None


def _notes(columns: Sequence[Column], rows: Sequence[Row], *, many: bool) -> tuple[str, ...]:
    said = []
    if many:
        said.append(
            "Medians, and with them the spread: the quartiles, between which half of further answers are to "
            f"be expected; of fewer than {FEWEST_FOR_QUARTILES} answers the lowest and the highest."
        )
    elif sum(bool(column.runs) for column in columns) > 1:
        said.append("One answer each: another one would have other figures. Samples tell chance apart.")
    rates = next(row for row in rows if row.name == "Tokens per second")
    if any(cell.text != UNKNOWN for cell in rates.cells):
        said.append(
            "Tokens per second: output, thinking included, from the answer's first event to its end; known "
            "of streamed answers."
        )
    return tuple(said)


def plots(columns: Sequence[Column]) -> list[Plot]:
    """A plot for each figure that some column has at least two values of; none of single answers."""
    known = [[figures_of(run) for run in column.runs] for column in columns]
    found = []
    for figure in _PLOTTED:
        values = [_values(figure, runs) for runs in known]
        highest = max((value for each in values for value in each), default=Decimal(0))
        if highest > 0 and any(len(each) > 1 for each in values):
            series = tuple(
                _series(figure, column, each) for column, each in zip(columns, values, strict=True)
            )
            words = "; ".join(_in_words(figure, one, each) for one, each in zip(series, values, strict=True))
            found.append(
                Plot(
                    figure.name,
                    figure.unit,
                    series,
                    float(highest),
                    f"{figure.name} of every sample. {words}.",
                )
            )
    return found


def _series(figure: Figure, column: Column, values: Sequence[Decimal]) -> Series:
    spread = spread_of(values)
    return Series(
        column.letter,
        tuple(map(float, values)),
        tuple(map(figure.text, values)),
        None if spread is None else float(spread.median),
        UNKNOWN if spread is None else figure.text(spread.median),
    )


def _in_words(figure: Figure, series: Series, values: Sequence[Decimal]) -> str:
    if not values:
        return f"{series.letter}: not known"
    if len(values) == 1:
        return f"{series.letter}: {series.texts[0]}"
    lowest, highest = figure.text(min(values)), figure.text(max(values))
    return f"{series.letter}: {len(values)} from {lowest} to {highest}, median {series.median_text}"
