"""What a blind vote says, in words."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final

from components.domain.blind_vote import Result, Share, Tally
from components.domain.proportions import smallest_gap, votes_to_settle

GAP: Final = 10
"""Points between two columns that a vote is usually expected to show: 55 : 45."""


def in_words(tally: Tally, names: Mapping[str, str]) -> str:
    """What the votes on two columns say, as one or two sentences; `names` has one for each variant's id."""
    first, second = names[tally.first], names[tally.second]
    share = tally.share
    if not share.decided:
        return f"No vote decided between {first} and {second}: {besides(tally)}."
    ahead, count = (first, share.count) if share.count * 2 >= share.decided else (second, tally.lost)
    leading = Share(count, share.decided)
    votes = f"{count} of {_counted(share.decided, 'decided vote')} ({interval_in_words(leading)})"
    if leading.settled:
        return f"{ahead} was preferred: {votes}."
    interval, chance = leading.interval, leading.even_split_p
    if interval and chance and 0.5 not in interval:
        return (
            f"{ahead} is ahead with {votes}, but so few votes fall this way by chance alone about once in "
            f"{round(1 / chance)} times."
        )
    return (
        f"These votes cannot tell {first} and {second} apart ({tally.won} : {tally.lost}). "
        f"{_still_needed(share.decided)}"
    )


def besides(tally: Tally) -> str:
    """The pairs without a preference: `3 ties, 1 identical pair, 2 both bad`; "" when there is none."""
    counted = [
        _counted(tally.ties, "tie"),
        _counted(tally.identical, "identical pair"),
        f"{tally.both_bad} both bad" if tally.both_bad else "",
        f"{tally.skipped} skipped" if tally.skipped else "",
        f"{tally.unseen} not reached" if tally.unseen else "",
    ]
    return ", ".join(filter(None, counted))


def _still_needed(decided: int) -> str:
    more = votes_to_settle(GAP) - decided
    if more > 0:
        votes = _counted(_rounded_up(more), "more decided vote")
        split = f"{50 + GAP // 2} : {50 - GAP // 2}"
        return f"About {votes} would settle a {GAP}-point gap, if they come out as {split}."
    gap = smallest_gap(decided)
    return f"A gap of {ceil(gap)} points or more would have shown." if gap is not None else ""


def left_in_words(left: Share) -> str:
    """Whether the votes show a habit of choosing one side; "" when none is decided."""
    if not left.decided:
        return ""
    told = (
        f"The left one was chosen in {left.count} of {_counted(left.decided, 'decided vote')} "
        f"({interval_in_words(left)})"
    )
    if left.settled:
        side = "left" if left.count * 2 > left.decided else "right"
        return (
            f"{told}. The sides were dealt by chance, so this looks like a habit of choosing the {side} one. "
            "Do not rely on this vote; vote again with an eye on both sides."
        )
    if smallest_gap(left.decided) is None:
        return f"{told}: too few to show a habit of choosing one side."
    return f"{told}: no sign of a habit of choosing one side."


def reservations(found: Result) -> list[str]:
    """What to keep in mind with these figures, as sentences."""
    said = []
    if any(tally.reused for tally in found.tallies):
        said.append(
            "Some answers were judged more than once. Such votes are not independent, so the true ranges are "
            "wider than those shown; more samples say more than more votes on the same ones."
        )
    if (number := sum(tally.share.decided > 0 for tally in found.tallies)) > 1:
        said.append(
            f"{number} pairs of columns are judged at once. Each range misses the truth about once in 20 "
            "times, so the more of them, the likelier that one does."
        )
    return said


def interval_in_words(share: Share) -> str:
    """`64 % to 97 %`; a dash when no vote is decided."""
    interval = share.interval
    return f"{_percent(interval.low)} to {_percent(interval.high)}" if interval else "–"


def _percent(share: float) -> str:
    """Whole percents, but 50 only when it is: whether 50 is within a range is what matters."""
    hundredths = 100 * share
    whole = f"{round(hundredths)} %"
    return f"{hundredths:.4g} %" if whole == "50 %" else whole


def _rounded_up(number: int) -> int:
    """To two significant digits."""
    unit: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // unit) * unit


def _counted(number: int, noun: str) -> str:
    """`1 tie`, `2 ties`; "" for none."""
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
