"""Where everything stands in a plot of samples, for the template to draw as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from components.domain.run_figures import Plot

_WIDTH: Final = 340
_LEFT: Final = 24
"""Room for the letters."""
_RIGHT: Final = 22
_ROW: Final = 24
_SCALE: Final = 22
"""Height of the numbers below."""
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A column's row of dots."""

    letter: str
    y: float
    dots: tuple[float, ...]
    """Their x."""
    median: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """All in the units of its `viewBox`."""

    name: str
    words: str
    width: int
    height: int
    foot: float
    """The y of the scale."""
    ticks: tuple[Tick, ...]
    strips: tuple[Strip, ...]


def drawing_of(plot: Plot) -> Drawing:
    """Lay out a plot; its scale begins at zero and ends at a round number."""
    step = _step(plot.highest)
    steps = math.ceil(plot.highest / step - 1e-9)
    foot = _ROW * len(plot.series)

    def x(value: float) -> float:
        return round(_LEFT + value / (step * steps) * (_WIDTH - _LEFT - _RIGHT), 1)

    return Drawing(
        plot.name,
        plot.words,
        _WIDTH,
        foot + _SCALE,
        foot,
        tuple(Tick(x(step * at), label) for at, label in enumerate(_labels(step, steps, plot.unit))),
        tuple(
            Strip(
                series.letter,
                _ROW * at + _ROW / 2,
                tuple(map(x, series.values)),
                None if series.median is None else x(series.median),
            )
            for at, series in enumerate(plot.series)
        ),
    )


def _step(highest: float) -> float:
    """The smallest round step of which few reach the highest value."""
    power = 10.0 ** math.floor(math.log10(highest / _MOST_STEPS))
    return next(step * power for step in _STEPS if step * power * _MOST_STEPS >= highest * (1 - 1e-9))


def _labels(step: float, steps: int, unit: str) -> Iterator[str]:
    exact = Decimal(f"{step:.3g}")
    for at in range(steps + 1):
        number = f"{(exact * at).normalize():,f}"
        yield {"$": f"${number}", "s": f"{number} s"}.get(unit, number)
