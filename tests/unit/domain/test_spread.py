from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.domain.spread import FEWEST_FOR_QUARTILES, spread_of

VALUES = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=20)


@given(VALUES)
def test_median_and_quartiles_are_those_of_numpy_and_pandas(values: list[float]) -> None:
    spread = spread_of(values)
    assert spread is not None
    assert spread.n == len(values)
    assert spread.median == pytest.approx(float(pd.Series(values).median()), rel=1e-9)
    if len(values) < FEWEST_FOR_QUARTILES:
        assert (spread.low, spread.high, spread.kind) == (min(values), max(values), "lowest–highest")
    else:
        low, high = np.quantile(values, [0.25, 0.75], method="weibull")
        assert (spread.low, spread.high) == (pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9))
        assert spread.kind == "quartiles"


@given(VALUES)
def test_the_order_of_the_values_does_not_matter_and_the_median_lies_within(values: list[float]) -> None:
    spread = spread_of(values)
    assert spread is not None
    assert spread == spread_of(sorted(values, reverse=True))
    assert spread.low <= spread.median <= spread.high


def test_money_stays_exact() -> None:
    spread = spread_of([Decimal("0.0000000025"), Decimal("0.0000000026")])
    assert spread is not None
    assert spread.median == Decimal("0.00000000255")


def test_of_no_values_nothing_is_told() -> None:
    assert spread_of(list[float]()) is None


@pytest.mark.parametrize("n", [FEWEST_FOR_QUARTILES, 8, 20])
def test_half_of_further_values_lie_between_the_quartiles(n: int) -> None:
    """By simulation; times and token counts are skewed like this."""
    chance = random.Random(n)
    within = further = 0
    for _ in range(4_000):
        spread = spread_of([chance.lognormvariate(0, 0.6) for _ in range(n)])
        assert spread is not None
        new = [chance.lognormvariate(0, 0.6) for _ in range(10)]
        within += sum(spread.low <= value <= spread.high for value in new)
        further += len(new)
    assert within / further == pytest.approx(0.5, abs=0.045)


@pytest.mark.parametrize("columns", [2, 3, 6])
@pytest.mark.parametrize("n", [FEWEST_FOR_QUARTILES, 20])
def test_chance_alone_seldom_sets_one_column_apart(n: int, columns: int) -> None:
    """By simulation: all columns draw from the same distribution."""
    chance = random.Random(100 * n + columns)
    apart, trials = 0, 2_000
    for _ in range(trials):
        spreads = [
            spread
            for _ in range(columns)
            if (spread := spread_of([chance.lognormvariate(0, 0.6) for _ in range(n)])) is not None
        ]
        first, *others = sorted(spreads, key=lambda each: each.median)
        apart += all(first.below(other) for other in others)
    assert apart / trials <= 0.04
