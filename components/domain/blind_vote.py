"""A blind vote: pairs of answers in an order from a seed, the verdicts on them, and what they add up to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from components.domain.compared import Column, answer_key
from components.domain.proportions import Interval, even_split_p, is_settled, wilson
from components.domain.run import Run, RunState

_T = TypeVar("_T")


class Verdict(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"
    BOTH_BAD = "both_bad"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers of different columns."""

    left_run: str
    right_run: str
    """The run on the left itself, when the answers are identical: such a pair is not shown, and is a tie."""
    left: str
    """Its variant's id."""
    right: str

    @property
    def identical(self) -> bool:
        return self.left_run == self.right_run


@dataclass(frozen=True)
class Session:
    """One vote, as far as it has come."""

    id: str
    comparison_id: str
    seed: int
    pairs: tuple[Pair, ...]
    """In the order shown; the identical ones, which are not shown, at the end."""
    verdicts: Mapping[int, Verdict]
    """Position of a pair, from 0 → what was said of it."""
    created_at: datetime
    """Aware UTC."""
    ended_at: datetime | None = None

    @cached_property
    def to_show(self) -> int:
        """How many pairs are shown in all."""
        return sum(not pair.identical for pair in self.pairs)

    @property
    def position(self) -> int | None:
        """The pair to be shown now; None when a verdict is given on each."""
        return next((at for at in range(self.to_show) if at not in self.verdicts), None)

    @property
    def last_voted(self) -> int | None:
        """The position whose verdict can be undone."""
        return max(self.verdicts, default=None)

    @property
    def has_result(self) -> bool:
        """Whether it has ended, and not before its first verdict."""
        return self.ended_at is not None and (bool(self.verdicts) or not self.to_show)


# Dealing -----------------------------------------------------------------------------------------------


def votable(column: Column) -> tuple[Run, ...]:
    """The different answers that can be judged: what was cut off would lose for that alone.

    Of identical ones the first: to judge the same text again would be the same vote, counted twice.
    """
    first = {answer_key(run): run for run in reversed(whole(column))}
    return tuple(run for run in whole(column) if first[answer_key(run)] is run)


def whole(column: Column) -> tuple[Run, ...]:
    """The answers that came to their end."""
    return tuple(run for run in column.answered if run.state is RunState.COMPLETE)


def can_differ(columns: Sequence[Column]) -> bool:
    """Whether there is a pair to show: two columns with answers that are not all identical."""
    keys = [{answer_key(run) for run in votable(column)} for column in columns]
    return any(len(one | other) > 1 for one, other in combinations(filter(None, keys), 2))


def most_rounds(columns: Sequence[Column]) -> int:
    """After so many rounds every answer has met every one of the other columns."""
    numbers = [len(votable(column)) for column in columns if votable(column)]
    return max(numbers, default=0) if len(numbers) > 1 else 0


def pairs_in(columns: Sequence[Column], rounds: int) -> int:
    """How many pairs `deal` makes, the identical ones included."""
    numbers = [len(votable(column)) for column in columns]
    return sum(min(one, other) * min(rounds, max(one, other)) for one, other in combinations(numbers, 2))


def deal(columns: Sequence[Column], seed: int, rounds: int = 1) -> tuple[Pair, ...]:
    """Pair the answers of every two columns; the same seed gives the same pairs in the same order.

    In a round each answer is used once against each other column, as far as the other one has as many. A
    further round pairs the same answers otherwise, and no pair comes twice; votes on answers that were
    judged before are not independent of those. Each column stands on the left as often as on the right, or
    once more or less, in every round and against each other column.
    """
    # Of a seeded generator only `random()` promises the same numbers in later versions of Python.
    chance = random.Random(seed).random
    keys = {run.id: answer_key(run) for column in columns for run in votable(column)}
    couples = []
    for first, second in combinations(columns, 2):
        meetings = _meetings(_shuffled(votable(first), chance), _shuffled(votable(second), chance), keys)
        couples.append((meetings, chance() < 0.5, first, second))
    shown: list[Pair] = []
    identical: list[Pair] = []
    for number in range(rounds):
        dealt: list[Pair] = []
        for meetings, odd_one_left, first, second in couples:
            met = meetings[number] if number < len(meetings) else []
            differing = [(one, other) for one, other in met if keys[one.id] != keys[other.id]]
            identical += [
                Pair(one.id, one.id, first.variant_id, second.variant_id)
                for one, other in met
                if keys[one.id] == keys[other.id]
            ]
            sides = [at % 2 == 0 for at in range(len(differing))]
            if odd_one_left == (number % 2 == 1):
                sides = [not side for side in sides]
            for (one, other), on_left in zip(differing, _shuffled(sides, chance), strict=True):
                dealt.append(
                    Pair(one.id, other.id, first.variant_id, second.variant_id)
                    if on_left
                    else Pair(other.id, one.id, second.variant_id, first.variant_id)
                )
        shown += _shuffled(dealt, chance)
    return (*shown, *identical)


def _shuffled(given: Iterable[_T], chance: Callable[[], float]) -> list[_T]:
    return sorted(given, key=lambda _: chance())


def _meetings(
    ones: Sequence[Run], others: Sequence[Run], keys: Mapping[str, str]
) -> list[list[tuple[Run, Run]]]:
    """The pairs of every round, so that none comes again; rounds with fewer identical pairs come first."""
    if len(ones) > len(others):
        return [[(one, other) for other, one in met] for met in _meetings(others, ones, keys)]
    # The longer list is moved on by one place in each round.
    moved = [[*others[by:], *others[:by]] for by in range(len(others) if ones else 0)]
    rounds = [list(zip(ones, met, strict=False)) for met in moved]
    return sorted(rounds, key=lambda met: sum(keys[one.id] == keys[other.id] for one, other in met))


# Counting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """So many of the decided votes: those that preferred one of two."""

    count: int
    decided: int

    @property
    def interval(self) -> Interval | None:
        """95 %; None when none is decided."""
        return wilson(self.count, self.decided) if self.decided else None

    @property
    def even_split_p(self) -> float | None:
        """Two-sided, exact, against 1/2; None when none is decided."""
        return even_split_p(self.count, self.decided) if self.decided else None

    @property
    def settled(self) -> bool:
        """Whether it is told from 1/2."""
        return bool(self.decided) and is_settled(self.count, self.decided)


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on two columns."""

    first: str
    """Its variant's id; the column that stands before the other."""
    second: str
    won: int = 0
    """Votes for the first one."""
    lost: int = 0
    """Votes for the second one."""
    ties: int = 0
    """As voted; identical pairs, which are ties too, are counted apart."""
    identical: int = 0
    both_bad: int = 0
    skipped: int = 0
    unseen: int = 0
    """Pairs that the session was ended before."""
    reused: bool = False
    """Whether an answer was judged more than once, so that the votes are not independent."""

    @property
    def share(self) -> Share:
        """That of the first one."""
        return Share(self.won, self.won + self.lost)


@dataclass(frozen=True, slots=True)
class Result:
    tallies: tuple[Tally, ...]
    left: Share
    """How often the answer on the left was preferred, whichever it was."""


def result(session: Session, order: Sequence[str]) -> Result:
    """Count the verdicts; `order` has the variants' ids in the order of the columns."""
    in_order = list(dict.fromkeys([*order, *(side for pair in session.pairs for side in _sides(pair))]))
    couples: dict[tuple[str, str], list[int]] = {}
    for at, pair in enumerate(session.pairs):
        first, second = sorted(_sides(pair), key=in_order.index)
        couples.setdefault((first, second), []).append(at)
    tallies = [
        _tally(session, first, second, positions)
        for (first, second), positions in sorted(
            couples.items(), key=lambda item: [in_order.index(side) for side in item[0]]
        )
    ]
    given = list(session.verdicts.values())
    lefts, rights = given.count(Verdict.LEFT), given.count(Verdict.RIGHT)
    return Result(tuple(tallies), Share(lefts, lefts + rights))


def preferred(session: Session, position: int) -> str | None:
    """The id of the variant that was preferred in this pair; None when none was."""
    pair = session.pairs[position]
    return {Verdict.LEFT: pair.left, Verdict.RIGHT: pair.right}.get(
        session.verdicts.get(position, Verdict.SKIP)
    )


def _sides(pair: Pair) -> tuple[str, str]:
    return pair.left, pair.right


def _tally(session: Session, first: str, second: str, positions: Sequence[int]) -> Tally:
    identical = sum(session.pairs[at].identical for at in positions)
    voted = [at for at in positions if at in session.verdicts]
    verdicts = [session.verdicts[at] for at in voted]
    chosen = [preferred(session, at) for at in voted]
    judged = [
        run
        for at in voted
        if session.verdicts[at] is not Verdict.SKIP
        for run in (session.pairs[at].left_run, session.pairs[at].right_run)
    ]
    return Tally(
        first=first,
        second=second,
        won=chosen.count(first),
        lost=chosen.count(second),
        ties=verdicts.count(Verdict.TIE),
        identical=identical,
        both_bad=verdicts.count(Verdict.BOTH_BAD),
        skipped=verdicts.count(Verdict.SKIP),
        unseen=len(positions) - identical - len(voted),
        reused=len(set(judged)) < len(judged),
    )
