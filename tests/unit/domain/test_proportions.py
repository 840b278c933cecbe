"""The statistics of votes: by simulation, by enumeration, and against a second implementation."""

from __future__ import annotations

import random
from math import comb
from statistics import fmean

import pytest
from scipy.stats import binom, binomtest

from components.domain.proportions import (
    Interval,
    even_split_p,
    is_settled,
    smallest_gap,
    votes_to_settle,
    wilson,
)

COUNTS = [(count, of) for of in (1, 2, 3, 7, 16, 50, 100) for count in range(of + 1)]
LARGE = [(0, 1000), (1, 1000), (412, 1000), (500, 1000), (1000, 1000), (2600, 5000)]
SHARES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
NUMBERS = (5, 10, 20, 50, 200)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_interval_is_that_of_scipy(level: float) -> None:
    for count, of in COUNTS + LARGE:
        theirs = binomtest(count, of).proportion_ci(level, method="wilson")
        ours = wilson(count, of, level)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_the_chance_of_a_split_is_that_of_scipy() -> None:
    for count, of in COUNTS + LARGE:
        assert even_split_p(count, of) == pytest.approx(binomtest(count, of).pvalue, rel=1e-9)


@pytest.mark.parametrize(("count", "of", "low", "high"), [(14, 16, 0.6398, 0.9650), (0, 10, 0, 0.2775)])
def test_the_interval_of_a_few_known_counts(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def exact_coverage(share: float, of: int) -> float:
    """The chance that the interval holds the share, summed over everything that can come out."""
    return sum(
        comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(of + 1) if share in wilson(k, of)
    )


def simulated_coverage(share: float, of: int, chance: random.Random, times: int = 4000) -> float:
    covered = [share in wilson(k, of) for k in range(of + 1)]
    return fmean(covered[sum(chance.random() < share for _ in range(of))] for _ in range(times))


def test_simulated_series_fall_into_the_interval_as_often_as_its_level_says() -> None:
    chance = random.Random(1927)
    simulated = {}
    for of in NUMBERS:
        for share in SHARES:
            simulated[of, share] = simulated_coverage(share, of, chance)
            # Four standard errors of 4,000 draws.
            assert simulated[of, share] == pytest.approx(exact_coverage(share, of), abs=0.02)
    assert 0.93 <= fmean(simulated.values()) <= 0.97
    assert min(simulated.values()) > 0.88


@pytest.mark.parametrize("of", NUMBERS)
def test_averaged_over_all_shares_the_coverage_is_exact_to_one_hundredth(of: int) -> None:
    shares = [(i + 0.5) / 500 for i in range(500)]
    assert fmean(exact_coverage(share, of) for share in shares) == pytest.approx(0.95, abs=0.012)


def test_things_that_are_alike_are_called_different_at_most_one_time_in_twenty() -> None:
    for of in range(6, 120):
        gap = smallest_gap(of)
        assert gap is not None
        fewest = round(of * (0.5 + gap / 200))
        assert is_settled(of - fewest, of)
        assert not is_settled(fewest - 1, of)
        assert 2 * binom.sf(fewest - 1, of, 0.5) <= 0.05


def test_the_interval_alone_would_be_too_sure_of_few_votes() -> None:
    assert 0.5 not in wilson(4, 4)
    assert not is_settled(4, 4)
    assert even_split_p(4, 4) == 1 / 8
    assert is_settled(6, 6)


@pytest.mark.parametrize(("gap", "votes"), [(10, 385), (20, 97), (2, 9604), (100, 4)])
def test_so_many_votes_settle_a_gap_and_one_fewer_does_not(gap: float, votes: int) -> None:
    assert votes_to_settle(gap) == votes
    share = 0.5 + gap / 200

    def settles(of: int) -> bool:
        # The interval of a share that need not be a whole number of votes, from the score test it inverts.
        return bool(abs(share - 0.5) > 1.959963984540054 * (0.25 / of) ** 0.5)

    assert settles(votes)
    assert not settles(votes - 1)


@pytest.mark.parametrize(("gap", "of"), [(10, 400), (20, 100), (50, 16), (100, 4)])
def test_whole_votes_agree_with_the_number_that_settles_a_gap(gap: int, of: int) -> None:
    count = round(of * (0.5 + gap / 200))
    assert (0.5 not in wilson(count, of)) == (of >= votes_to_settle(gap))


@pytest.mark.parametrize(("of", "gap"), [(0, None), (5, None), (6, 100), (10, 80), (16, 62.5), (100, 22)])
def test_the_smallest_gap_that_so_many_votes_settle(of: int, gap: float | None) -> None:
    assert smallest_gap(of) == gap


def test_a_tie_has_an_interval_around_one_half() -> None:
    assert 0.5 in wilson(5, 10)
    assert even_split_p(5, 10) == 1
    assert wilson(7, 10).low == pytest.approx(1 - wilson(3, 10).high)
    assert Interval(0.1, 0.2) != Interval(0.1, 0.3)


@pytest.mark.parametrize(("count", "of"), [(0, 0), (-1, 3), (4, 3), (1, -1)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    for function in (wilson, even_split_p, is_settled):
        with pytest.raises(ValueError, match="no share"):
            function(count, of)


@pytest.mark.parametrize("gap", [0, -10, 101])
def test_a_gap_that_cannot_be_is_refused(gap: float) -> None:
    with pytest.raises(ValueError, match="points"):
        votes_to_settle(gap)
