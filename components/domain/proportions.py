"""What so many votes say about a share: its interval, how likely such a split is, how many more it takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, floor, sqrt
from statistics import NormalDist
from typing import Final

HALF: Final = 0.5
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of shares, ends included, within 0 and 1."""

    low: float
    high: float

    def __contains__(self, share: float) -> bool:
        return self.low <= share <= self.high


def wilson(count: int, of: int, level: float = LEVEL) -> Interval:
    """The score interval of the share behind `count` successes in `of` independent trials.

    Unlike the one taught first (share ± z standard errors) it keeps near its level for few trials and for
    shares near 0 and 1, and is never empty. Raises `ValueError` for no trials or an impossible count.

    Source: E. B. Wilson, “Probable inference, the law of succession, and statistical inference”, Journal of
    the American Statistical Association 22 (1927), 209–212; recommended for few trials by Brown, Cai and
    DasGupta, “Interval estimation for a binomial proportion”, Statistical Science 16 (2001), 101–133.
    """
    _check(count, of)
    z = _z(level)
    share, weight = count / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = z * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    return Interval(
        0.0 if count == 0 else max(0.0, middle - reach), 1.0 if count == of else min(1.0, middle + reach)
    )


def even_split_p(count: int, of: int) -> float:
    """The chance that fair coins in place of the trials split at least as unevenly, to either side; exact.

    The two-sided binomial test against 1/2. Raises `ValueError` as `wilson` does.
    """
    _check(count, of)
    fewer = min(count, of - count)
    return min(1.0, 2 * sum(comb(of, k) for k in range(fewer + 1)) / (1 << of))


def is_settled(count: int, of: int, level: float = LEVEL) -> bool:
    """Whether the share is told from 1/2: by the interval, and by the exact test as well.

    For few trials the interval alone is too sure: 4 of 4 leaves 1/2 outside, and yet coins fall so, to
    one side or the other, once in 8 times.
    """
    return HALF not in wilson(count, of, level) and even_split_p(count, of) <= 1 - level


def votes_to_settle(gap: float, level: float = LEVEL) -> int:
    """The fewest trials whose interval leaves 1/2 outside when they come out `gap` points apart.

    10 points are 55 : 45. That is the split as it comes out: of things that truly are 55 : 45, about half
    of all such series come out further apart. Raises `ValueError` for a gap outside 0 < gap <= 100.
    """
    if not 0 < gap <= 100:
        raise ValueError("The gap is a number of points above 0, at most 100.")
    # The score interval leaves 1/2 outside when the share is more than z standard errors of 1/2 away from it.
    return floor((100 * _z(level) / gap) ** 2) + 1


def smallest_gap(of: int, level: float = LEVEL) -> float | None:
    """The smallest gap, in points, that so many trials settle (`is_settled`); None when they settle none."""
    least = next((count for count in range(of // 2 + 1, of + 1) if is_settled(count, of, level)), None)
    return None if least is None else 100 * (2 * least - of) / of


def _z(level: float) -> float:
    """Standard errors to either side of the middle that hold so much of a normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


def _check(count: int, of: int) -> None:
    if of < 1 or not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share.")
