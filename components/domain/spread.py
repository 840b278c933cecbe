"""The middle and the spread of a few measured values."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, Literal, TypeVar

Number = TypeVar("Number", float, Decimal)

FEWEST_FOR_QUARTILES: Final = 5
"""Of fewer values the quartiles are the lowest and the highest, or nearly so; these are told then."""


@dataclass(frozen=True, slots=True)
class Spread(Generic[Number]):
    """What is told of values in place of the values."""

    n: int
    """How many there are, 1 or more."""
    median: Number
    low: Number
    """The end of the spread, of the kind that `kind` names."""
    high: Number
    kind: Literal["quartiles", "lowest–highest"]

    def below(self, other: Spread[Number]) -> bool:
        """Whether all of this spread lies below all of the other.

        Of quartiles of two columns that differ by nothing but chance, this is so of the lower one in at most
        4 of 100 cases (simulated with 5 to 20 values each; of more columns in fewer).
        """
        return self.high < other.low


def spread_of(values: Iterable[Number]) -> Spread[Number] | None:
    """Return the median and the spread; None of no values.

    Quartiles are those of a sample, at the places (n + 1)/4 and 3(n + 1)/4 among the ordered values
    ("exclusive" in `statistics`, "weibull" in numpy). Half of all further values are to be expected between
    them, whatever n is; between numpy's default ones it would be a third at n = 5.
    """
    known = sorted(values)
    if not known:
        return None
    middle = statistics.median(known)
    if len(known) < FEWEST_FOR_QUARTILES:
        return Spread(len(known), middle, known[0], known[-1], "lowest–highest")
    low, _, high = statistics.quantiles(known, n=4)
    return Spread(len(known), middle, low, high, "quartiles")
